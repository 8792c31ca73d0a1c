"""From the bytes that somebody hands in to one credential, or to the one address where it lies.

What it is, the bytes say, never their name. JSON and tokens are read here; everything else is opened in a child
process that can be killed. Where there are two different credentials or addresses nobody chooses between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from badges.document import Document, parse
from badges.problem import Ambiguous, BadgeError, OutOfRange, TooComplex, Unreadable
from verifier.carriers import CARRIERS, CODE, LINK, Carrier, Opened, foreign
from verifier.child import ChildFailed, run
from verifier.links import as_link, different, on_page
from verifier.ob2.faces import main_face
from verifier.pasted import data_inside, things_in
from verifier.unread import ForeignFormat, NoCode, NoLink, UselessCode

_BLANK: Final = b" \t\r\n"
_MARK: Final = b"\xef\xbb\xbf"
_ANSWER_MOST: Final = 4 * 1_048_576
READ: Final = "read"
FACES: Final = "faces"
"""How it was in there: beside the same award in the words of Open Badges 2.0, which is not judged."""
TEXT: Final = "text"


@dataclass(frozen=True)
class Found:
    """A credential, the format of what it came in, and how it was in there: `read` for a document by itself."""

    format: str
    how: str
    document: Document


@dataclass(frozen=True)
class Lead:
    """The one address to which something leads, its format (`text` for words), and how it was in there."""

    format: str
    how: str
    url: str


def format_of(data: bytes) -> str:
    """Return the format that `data` begins like; `unknown` for none that we read."""
    for carrier in CARRIERS:
        if carrier.begins(data):
            return carrier.format
    text = data.removeprefix(_MARK).lstrip(_BLANK)
    if text.startswith(b"{"):
        return "json"
    return "jwt" if text.startswith((b"ey", b"ew")) else "unknown"


def take_in(data: bytes, address: str = "") -> Found | Lead:
    """Return the one credential in `data`, or the one address to which it leads, or raise why there is neither.

    `address` is where `data` was had from, if it was; what a page of the web names must lie there too.
    """
    for carrier in CARRIERS:
        if carrier.begins(data):
            if len(data) > carrier.most:
                raise OutOfRange(f"The file is longer than {carrier.most:,} octets.")
            how, found = _opened(carrier, data)
            if how == LINK:
                return _named(carrier.format, found, address)
            return _one(carrier.format, how, found)
    if name := foreign(data):
        raise ForeignFormat(f"A file of this kind is not opened: {name}.")
    text = data.removeprefix(_MARK).strip(_BLANK)
    if not text:
        raise Unreadable("There is nothing to read.")
    return _document(data) if text.startswith(b"{") else _pasted(data, text)


def _document(data: bytes) -> Found:
    document = parse(data)
    return Found("jwt" if document.form == "jws" else "json", READ, document)


def _pasted(data: bytes, text: bytes) -> Found | Lead:
    """Read what is not simply JSON: a token, a `data:` address, or what stands among words."""
    inside = data_inside(text)
    if inside is not None:
        if data_inside(inside.lstrip(_BLANK)) is not None:
            raise Unreadable("The data address holds another one.")
        return take_in(inside)
    held, links = things_in(text)
    if len(held) + len(links) > 1:
        raise Ambiguous(f"The text holds {len(held)} texts that may be credentials and {len(links)} addresses.")
    if links:
        return Lead(TEXT, READ, links[0])
    return _document(held[0] if held else data)


_FAILURES: Final[dict[str, type[BadgeError]]] = {
    kind.__name__: kind for kind in (Unreadable, OutOfRange, Ambiguous, TooComplex)
}


_NOT_LOOKED_AT: Final = frozenset({"timeout", "memory", "crashed"})
"""Ends of a child that say nothing of the file but that it could not be looked at: a parser out of memory may abort."""


def _opened(carrier: Carrier, data: bytes) -> Opened:
    """Open a file, and only where nothing is in it look at what it shows, which may be long."""
    how, found = _in_a_child(carrier.open, data) if carrier.open else (CODE, [])
    if found or carrier.search is None:
        return how, found
    return _in_a_child(carrier.search, data, later=True)


def _in_a_child(function: Callable[[bytes], Opened], data: bytes, *, later: bool = False) -> Opened:
    try:
        return run(function, data, most=_ANSWER_MOST, later=later)
    except ChildFailed as fault:
        if fault.reason in _NOT_LOOKED_AT:
            raise TooComplex("The file takes too long to open, or too much room.") from fault
        if fault.kind in _FAILURES:
            raise _FAILURES[fault.kind](fault.detail) from fault
        raise Unreadable("The file is damaged.") from fault


def _named(format_: str, found: Sequence[bytes], page: str) -> Lead:
    """Return the address that a web page gives for its credential."""
    links = different(filter(None, (on_page(link.decode("utf-8", "replace"), page) for link in found)))
    if not links:
        raise NoLink("The page names no credential of its own that lies where the page does.")
    if len(links) > 1:
        raise Ambiguous(f"The page names {len(links)} different credentials.")
    return Lead(format_, LINK, links[0])


def _one(format_: str, how: str, found: Sequence[bytes]) -> Found | Lead:
    """Return the credential or the address that `found` agree on; Ambiguous when they do not."""
    texts = list(dict.fromkeys(text.strip(_BLANK) for text in found))
    if how == CODE:
        texts = _telling(texts)
    if not texts:
        raise Unreadable("The file carries no credential.")
    links = [as_link(text.decode("utf-8", "replace")) for text in texts]
    if all(links):
        if len(different(links)) > 1:
            raise Ambiguous(f"The file leads to {len(different(links))} different addresses.")
        return Lead(format_, how, links[0])
    if any(links):
        raise Ambiguous("The file carries a credential and leads to another address.")
    document, is_face = _agreed(texts)
    return Found(format_, FACES if is_face else how, document)


def _telling(codes: list[bytes]) -> list[bytes]:
    """Return those of the codes that can lead to a credential: what says something else stands there for others."""
    telling = [
        text
        for text in codes
        if text.startswith(b"{") or format_of(text) == "jwt" or as_link(text.decode("utf-8", "replace"))
    ]
    if telling:
        return telling
    if not codes:
        raise NoCode("There is no credential in the file, and no QR code on it.")
    for text in codes:
        things_in(text)  # An offer for a wallet says so itself.
    raise UselessCode("The QR code says nothing that leads to a credential.")


def _agreed(texts: list[bytes]) -> tuple[Document, bool]:
    """Return the credential that all of `texts` are, and whether another of them is its elder face."""
    if len(texts) == 1:
        return parse(texts[0]), False
    try:
        documents = [parse(text) for text in texts]
    except BadgeError as fault:
        raise Ambiguous("The file carries several credentials, and not all can be read.") from fault
    face = main_face(documents)
    if face is not None:
        return face, True
    first = documents[0]
    if any(other.form != first.form or other.credential != first.credential for other in documents):
        raise Ambiguous(f"The file carries {len(texts)} different credentials.")
    if first.form == "jws" and any(other.data != first.data for other in documents):
        raise Ambiguous(f"The file carries {len(texts)} different tokens.")
    return first, False
