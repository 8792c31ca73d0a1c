"""The records of a list that are people: after the headers, without the sections that are not attendees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from issuer.roster.columns import plain
from issuer.roster.layout import Layout, Wish, lay
from issuer.roster.presets import ASIDE, TITLES
from issuer.roster.table import Record


@dataclass
class Walk:
    """Goes once through the records, giving each person's record with its layout; remembers what it set aside."""

    layout: Layout
    wish: Wish
    aside: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def people(self, records: Iterator[Record]) -> Iterator[tuple[Layout, Record]]:
        """Yield the records below the headers; in a report of several sections, those of the attendees."""
        if self.layout.preset.sections:
            yield from self._sections(records)
            return
        begun = False
        for record in records:
            if not begun:
                begun = record.line == self.layout.header.line
            elif record.cells == self.layout.header.cells:
                # Two exports laid end to end repeat the headers.
                self.aside["header"].append(record.line)
            else:
                yield self.layout, record

    def _sections(self, records: Iterator[Record]) -> Iterator[tuple[Layout, Record]]:
        title, shown = "", ""
        layout: Layout | None = None
        for record in records:
            alone = _title(record)
            if alone:
                title, shown, layout = alone, record.cells[0].strip(), None
            elif title in ASIDE:
                if layout is None and not self.layout.preset.knows(record.cells):
                    self.aside[shown].append(record.line)
            elif self.layout.preset.knows(record.cells):
                layout = lay(self.layout.preset, record, self.wish.within(record.cells))
            elif layout is not None:
                yield layout, record


def _title(record: Record) -> str | None:
    named = [cell for cell in record.cells if cell.strip()]
    word = plain(named[0]) if len(named) == 1 and named[0] == record.cells[0] else ""
    return word if word in TITLES else None
