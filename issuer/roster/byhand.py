"""Values that an organizer gives by hand, held to the same rules as those of a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from issuer.fault import Fault, Refused
from issuer.roster import values
from issuer.roster.names import Unfit, fit


def _email(text: str) -> str:
    return values.email(text) or ""


_READERS: Final[Mapping[str, Callable[[str], str]]] = {
    "name": fit,
    "email": _email,
    "narrative": values.paragraphs,
    "reason": values.paragraphs,
}
"""How a field is read; the others are printed in one line."""

_ELSEWHERE: Final = ("hours", "evidence")
"""Fields whose own rule stands where they are signed."""


def by_hand(given: Mapping[str, str]) -> dict[str, str]:
    """Return what was given as it may be signed, an empty text as it is; raises Refused with every fault.

    A name is not taken out of capitals here: whoever corrects it has written it so.
    """
    read: dict[str, str] = {}
    faults = []
    for field, text in given.items():
        try:
            read[field] = _READERS.get(field, values.words)(text) if text and field not in _ELSEWHERE else text
        except Unfit as unfit:
            faults.append(Fault(unfit.code, column=field, values=unfit.values))
    if faults:
        raise Refused(*faults)
    return read


def remark(text: str, column: str) -> str:
    """Return a reason or note that the public page will show; raises Refused for characters that could deceive."""
    try:
        return values.paragraphs(text) if text.strip() else ""
    except Unfit as unfit:
        raise Refused(Fault(unfit.code, column=column, values=unfit.values)) from unfit
