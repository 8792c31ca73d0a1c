"""Rows that are read ahead: what the next people of a list contribute, while those before them are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from issuer.rows import RowFault, Setting, read_row

if TYPE_CHECKING:
    from issuer.roster import Recipient

Rows = Mapping[int, "dict[str, Any] | RowFault"]


class Ahead:
    """Reads rows in a thread of its own: what a row says follows from the list alone, whenever it is read."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._thread = ThreadPoolExecutor(1, "ahead")
        self._next: Future[Rows] | None = None
        self._people: Sequence[Recipient] = ()
        self._rows: Rows = {}

    def begin(self, recipients: Sequence[Recipient]) -> None:
        """Begin to read the rows of `recipients`, which are the next to be asked for."""
        self._people = recipients  # Kept, so that nobody else gets their identities.
        self._next = self._thread.submit(self._read, recipients)

    def row(self, recipient: Recipient) -> dict[str, Any]:
        """Return what the intent keeps of `recipient`, as `read_row` does; raises RowFault."""
        if self._next is not None:
            self._rows, self._next = self._next.result(), None
        found = self._rows.get(id(recipient))
        if isinstance(found, RowFault):
            raise found
        return read_row(recipient, self._setting) if found is None else found

    def _read(self, recipients: Sequence[Recipient]) -> Rows:
        return {id(recipient): self._one(recipient) for recipient in recipients}

    def _one(self, recipient: Recipient) -> dict[str, Any] | RowFault:
        try:
            return read_row(recipient, self._setting)
        except RowFault as fault:
            return fault
