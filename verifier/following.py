"""From what was handed in to the credential, over at most two links: from a code to a page, from a page to its data.

What lies behind a link is held to less than what was handed in: credentials that it carries count, and what a page
names as its own. Codes on a picture there, and addresses in a text, do not: nobody has seen them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from badges.document import Document
from badges.problem import Unreadable
from verifier.carriers import CARRIED, CODE
from verifier.intake import TEXT, Found, Lead, take_in
from verifier.ob2.remains import asked
from verifier.resolver import Absent, Unreachable
from verifier.unread import NothingThere, SourceUnreachable

HOPS_MOST: Final = 2
FOLLOWED: Final = "followed"
"""How what was read lies behind a link that a picture or a page gave."""
Fetch = Callable[[str], bytes]


@dataclass(frozen=True)
class Read:
    """A credential, the format of what was handed in, how it was in there, and the addresses it was read from.

    `how` is `followed` when it was read from an address that a picture or page gave, the last of `addresses`.
    """

    format: str
    how: str
    document: Document
    addresses: tuple[str, ...] = ()


def read_all(data: bytes, fetch: Fetch, address: str = "") -> Read:
    """Return the one credential in `data`, or behind it; `address` is where `data` was had from, if it was.

    An address that was pasted is where the thing lies, and no link of it: whatever stands there counts as handed in.
    """
    addresses: list[str] = []
    found = take_in(data, address)
    if isinstance(found, Lead) and found.format == TEXT:
        addresses.append(found.url)
        found = take_in(_fetched(fetch, found.url), found.url)
        if isinstance(found, Lead) and found.format == TEXT:
            raise Unreadable("The address leads to a text with another address in it.")
    if isinstance(found, Found):
        return Read(found.format, found.how, found.document, tuple(addresses))
    first = found
    for _ in range(HOPS_MOST):
        addresses.append(found.url)
        behind = take_in(_fetched(fetch, found.url, baked=found.how == CARRIED), found.url)
        if behind.how == CODE or behind.format == TEXT:
            raise Unreadable("Behind the link is neither a credential nor a page that names one.")
        if isinstance(behind, Found):
            return Read(first.format, FOLLOWED, behind.document, tuple(addresses))
        found = behind
    raise Unreadable("One link leads to the next.")


def _fetched(fetch: Fetch, url: str, *, baked: bool = False) -> bytes:
    try:
        return asked(fetch, url, baked=baked)
    except Absent as fault:
        raise NothingThere("Whoever owns the address has no such credential.") from fault
    except Unreachable as fault:
        raise SourceUnreachable(str(fault)) from fault
