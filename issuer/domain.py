"""Does a domain vouch for an issuer? Asked of its DNS, or of a file on its website, and never of the issuer.

DNS: a TXT record at `_attestato.HOST` that has `issuer=DID` among its words. File:
`https://HOST/.well-known/attestato-issuers.json`, which is `{"issuers": [DID, …]}`. HOST is that of the issuer's own
`url`, in ASCII, so that whatever looks like another name can be told from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import Final

import dns.exception
import dns.rdatatype
import dns.resolver

from badges.problem import BadgeError
from badges.strict import strict_json
from verifier.origin import read_address
from verifier.resolver import Gone, Resolver, Unreachable

DNS: Final = "dns"
FILE: Final = "file"
WAYS: Final = (DNS, FILE)
PLACE: Final = "/.well-known/attestato-issuers.json"
LABEL: Final = "_attestato"
SECONDS: Final = 5.0
"""How long a name server may take, all its tries included."""
_URL: Final = re.compile(r"https?://([^/?#]+).*", re.IGNORECASE | re.DOTALL)

Texts = Callable[[str], Sequence[str]]
"""Returns the TXT records of a name, none where there are none; Unreachable when nobody could tell."""


class Answer(Enum):
    """What a domain says."""

    PROVED = auto()
    DENIED = auto()
    UNKNOWN = auto()


def host_of(url: str | None) -> str | None:
    """Return the host of an organization's address; None for IP addresses, ports, users and letters beyond ASCII."""
    match = _URL.fullmatch(url or "") if (url or "").isascii() else None
    address = read_address(f"https://{match[1].lower()}/") if match else None
    host = address.origin.removeprefix("https://") if address else ""
    return host if "." in host and ":" not in host else None


def ask_dns(host: str, did: str, texts: Texts) -> Answer:
    """Return what the domain's TXT records say about `did`."""
    try:
        records = texts(f"{LABEL}.{host}.")
    except Unreachable:
        return Answer.UNKNOWN
    words = {word for record in records for word in re.split(r"[\s;\"]+", record)}  # Some keep the quotation marks.
    return Answer.PROVED if f"issuer={did}" in words else Answer.DENIED


def ask_file(host: str, did: str, resolver: Resolver) -> Answer:
    """Return what the file on the domain's website says about `did`; one that cannot be had says nothing.

    One that was taken back (410 Gone) says no.
    """
    try:
        found = strict_json(resolver.fetch(f"https://{host}{PLACE}"))
    except Gone:
        return Answer.DENIED
    except Unreachable:
        return Answer.UNKNOWN
    except BadgeError:
        return Answer.DENIED
    issuers = found.get("issuers") if isinstance(found, dict) else None
    return Answer.PROVED if isinstance(issuers, list) and did in issuers else Answer.DENIED


def look_up_texts(name: str) -> Sequence[str]:
    """Ask the name servers that this machine is set up with."""
    try:
        answer = dns.resolver.resolve(name, dns.rdatatype.TXT, lifetime=SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except (dns.exception.DNSException, OSError) as fault:
        raise Unreachable from fault
    return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)
