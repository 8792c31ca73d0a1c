"""What a roster holds once it is read: people, what was repaired in them, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from issuer.fault import Fault

NOTHING: Mapping[str, str] = MappingProxyType({})


def _nothing() -> Mapping[str, str]:
    return NOTHING


@dataclass(frozen=True, slots=True)
class Repair:
    """One visible change: what the list said in `field`, what was made of it, and why, as a code."""

    field: str
    before: str
    after: str
    code: str


@dataclass(frozen=True)
class Undone:
    """Repairs of names that are not to be made: their codes by the line of a record, and `everywhere`."""

    lines: Mapping[int, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    everywhere: frozenset[str] = frozenset()

    def of(self, line: int) -> frozenset[str]:
        """Return the codes of the repairs that are not to be made on a line."""
        own = self.lines.get(line)
        return self.everywhere if own is None else self.everywhere | own


NOTHING_UNDONE = Undone()


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person of the list, attended or not.

    `row` is the line of their first record and `rows` all lines that were merged into it. `identity` holds
    every key by which the person may be known again, strongest first. `values` holds known fields by name,
    `hours` with a decimal point and `minutes` apart as a number; `kept` other columns by their header.
    """

    row: int
    name: str
    email: str | None
    attended: bool | None
    minutes: int | None
    identity: tuple[str, ...]
    values: Mapping[str, str] = field(default_factory=_nothing)
    kept: Mapping[str, str] = field(default_factory=_nothing)
    repairs: tuple[Repair, ...] = ()
    basis: str = "declared"
    withdrawn: bool = False
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Roster:
    """A list that was read: `rows` records, each of them in a recipient, in a fault or set aside.

    `encoding` is `utf-8`, `utf-16`, `cp1252` or `xlsx`; `delimiter` is None for a workbook. `columns` tells
    which header was taken for which field. `aside` holds the lines of sections that are not attendees,
    such as the hosts of a webinar, by the section's title. `headers` are all headers of the table, `sheet` is its
    name in a workbook.
    """

    preset: str
    encoding: str
    delimiter: str | None
    rows: int
    recipients: tuple[Recipient, ...]
    faults: tuple[Fault, ...]
    columns: Mapping[str, str] = field(default_factory=_nothing)
    aside: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    everyone: bool = False
    min_minutes: int | None = None
    headers: tuple[str, ...] = ()
    sheet: str | None = None

    @property
    def issuable(self) -> tuple[Recipient, ...]:
        """Those who get the award: who attended, or everyone where that was asked or is not known."""
        return tuple(person for person in self.recipients if self._counts(person))

    def _counts(self, person: Recipient) -> bool:
        if person.withdrawn:
            return False
        if self.min_minutes is not None and (person.minutes is None or person.minutes < self.min_minutes):
            return False
        return self.everyone or person.attended is not False
