"""What a page tells whoever keeps it: until when it may be kept, and what in it is to be written anew each time.

A page says when it was checked. Whoever keeps it writes another moment there each time, so the page is made with marks
that nobody can guess in place of such words, which only the keeper turns into words.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

FOUND: Final = "attestato.found"
"""Where a request carries the document that was found for it."""
_NOTES: Final = "attestato.notes"


@dataclass
class Notes:
    """Notes on one page: it is kept only where `until` is set."""

    until: datetime | None = None
    said: dict[str, Callable[[datetime], str]] = field(default_factory=dict)
    """What stands in place of each mark at a moment, as HTML."""

    def mark(self, said: Callable[[datetime], str]) -> str:
        """Return a mark in whose place `said` of the moment will stand."""
        mark = f"m{secrets.token_hex(16)}"
        self.said[mark] = said
        return mark

    def apart(self, body: bytes) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
        """Return the pieces of `body` between the marks, and the marks, one less."""
        if not self.said:
            return (body,), ()
        parts = re.split(f"({'|'.join(self.said)})".encode(), body)
        return tuple(parts[::2]), tuple(mark.decode() for mark in parts[1::2])


def with_notes(environ: dict[str, Any], notes: Notes, found: object) -> dict[str, Any]:
    """Return the request with what was found for it, and with notes to be made."""
    return {**environ, _NOTES: notes, FOUND: found}


def notes_of(environ: dict[str, Any]) -> Notes | None:
    """Return the notes that whoever keeps this answer wants, or None."""
    found = environ.get(_NOTES)
    return found if isinstance(found, Notes) else None
