"""The lists of issuers that the settings name, read at the start with every fault told, and again when they change."""

from __future__ import annotations

from issuer.fault import Fault, Refused
from issuer.settings import PREFIX, Settings
from verifier.listed import FileList
from verifier.listing import BadList
from verifier.trust import Trust


def lists_of(settings: Settings) -> Trust:
    """Return whom the lists and registries of an installation know; Refused with every fault in any of them."""
    named = [("REGISTRIES", path) for path in settings.registries]
    if settings.known_issuers is not None:
        named.insert(0, ("KNOWN_ISSUERS", settings.known_issuers))
    found, faults = [], []
    for name, path in named:
        try:
            found.append(FileList(path))
        except BadList as bad:
            faults += [Fault(item.code, column=PREFIX + name, values=item.values) for item in bad.faults]
    if faults:
        raise Refused(*faults)
    return Trust(*found)
