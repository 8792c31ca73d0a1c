"""Whoever can hand over the bytes of a public address: a folder, a mapping, our own store, the network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from verifier.layout import path_of

DOCUMENT_MOST: Final = 1_048_576
"""Octets of one fetched document."""
FETCHES_MOST: Final = 6
"""Documents fetched for one verification."""


class Unreachable(Exception):
    """The document could not be had from here."""

    def __init__(self, detail: str = "The address could not be retrieved.") -> None:
        super().__init__(detail)


class Absent(Unreachable):
    """Whoever owns the address says that there is no such document; nobody else is asked."""


class Gone(Unreachable):
    """The address says that its document was taken back (RFC 9110, 15.5.11); `body` is what it says about that."""

    def __init__(self, body: bytes = b"") -> None:
        super().__init__()
        self.body = body


class Spent(Unreachable):
    """This verification has asked for as many documents as one may."""

    def __init__(self) -> None:
        super().__init__("Too many documents would have to be retrieved.")


def is_spent(fault: BaseException | None) -> bool:
    """Tell whether `fault` came about because this verification may ask for nothing more."""
    return fault is not None and (isinstance(fault, Spent) or is_spent(fault.__cause__))


class Resolver(Protocol):
    """Hands over documents by address. One that tells nobody outside what was asked sets `local = True`."""

    def fetch(self, url: str) -> bytes:
        """Return the document at `url`, an http(s) address; Unreachable when it cannot be had."""


def local_part(resolver: Resolver) -> Resolver | None:
    """Return what of `resolver` answers without telling anybody outside, or None."""
    match resolver:
        case FirstOf():
            parts = [part for part in map(local_part, resolver.resolvers) if part is not None]
            return FirstOf(*parts) if parts else None
        case Bounded():
            part = local_part(resolver.resolver)
            return resolver.narrowed(part) if part is not None else None
    return resolver if getattr(resolver, "local", False) else None


def forget(resolver: Resolver, url: str) -> None:
    """Let go of what was kept of `url`, so that the next question goes to whoever publishes it."""
    let_go = getattr(resolver, "forget", None)
    if let_go is not None:
        let_go(url)


class MemoryResolver:
    """Documents in a mapping of addresses."""

    local: Final = True

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        self.documents = documents

    def fetch(self, url: str) -> bytes:
        """Return the document under `url`, fragment aside."""
        try:
            return self.documents[url.partition("#")[0]]
        except KeyError:
            raise Unreachable from None


class DirectoryResolver:
    """Documents in a folder laid out as `verifier.layout` says; it never leaves the folder."""

    local: Final = True

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def fetch(self, url: str) -> bytes:
        """Return the file at the place of `url`; a link that leads out of the folder is not followed."""
        try:
            path = (self.root / path_of(url)).resolve(strict=True)
            if not path.is_relative_to(self.root) or not path.is_file():
                raise Unreachable
            with path.open("rb") as file:
                data = file.read(DOCUMENT_MOST + 1)
        except (OSError, ValueError, RuntimeError) as fault:  # RuntimeError: links in a circle, before Python 3.13.
            raise Unreachable from fault
        if len(data) > DOCUMENT_MOST:
            raise Unreachable
        return data


class FirstOf:
    """Asks one resolver after the other, until one has the document or says that there is none."""

    def __init__(self, *resolvers: Resolver) -> None:
        self.resolvers = resolvers

    def fetch(self, url: str) -> bytes:
        """Return the first document that is had."""
        for resolver in self.resolvers:
            try:
                return resolver.fetch(url)
            except (Absent, Gone):
                raise
            except Unreachable:
                continue
        raise Unreachable

    def forget(self, url: str) -> None:
        """Let all of them ask anew for `url`."""
        for resolver in self.resolvers:
            forget(resolver, url)


class Bounded:
    """The resolver of one verification: every address is asked for once, and not more of them than the limit."""

    def __init__(self, resolver: Resolver, most: int = FETCHES_MOST) -> None:
        self.resolver = resolver
        self.left = most
        self._answers: dict[str, bytes | Unreachable] = {}

    def fetch(self, url: str) -> bytes:
        """Return the document, the same one throughout this verification."""
        url = url.partition("#")[0]
        if url not in self._answers:
            if self.left <= 0:
                raise Spent
            self.left -= 1
            try:
                self._answers[url] = self.resolver.fetch(url)
            except Unreachable as fault:
                self._answers[url] = fault
        answer = self._answers[url]
        if isinstance(answer, Unreachable):
            raise answer
        return answer

    def forget(self, url: str) -> None:
        """Let `url` be asked for once more; that counts like any other question."""
        self._answers.pop(url.partition("#")[0], None)
        forget(self.resolver, url)

    def narrowed(self, resolver: Resolver) -> Bounded:
        """Return a resolver of what is left of the limit, which asks `resolver` alone."""
        return Bounded(resolver, self.left)
