"""One table of an event file, read key by key: what is asked for is checked, what was never asked for is unknown."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from issuer.fault import Fault
from issuer.toml import Path, Toml

SHORT: Final = 200
"""Code points of a name or a title."""

LONG: Final = 4000
"""Code points of a description, criteria or wording."""

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands where a time is faulty; nothing is built from a file that has faults."""


class Section:
    """A table and the faults found in it; every reader returns a value, and puts a fault aside when it has none."""

    def __init__(self, toml: Toml, table: dict[str, Any], path: Path, faults: list[Fault]) -> None:
        self.toml = toml
        self.table = table
        self.path = path
        self.faults = faults
        self.known: list[str] = []

    def fault(self, code: str, key: str | None = None, **values: object) -> None:
        """Put a fault of `key` (of the table itself, if None) aside, with its line."""
        path = self.path if key is None else (*self.path, key)
        name = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
        self.faults.append(Fault(code, row=self.toml.line(path), column=name or None, values={"key": name, **values}))

    def has(self, key: str) -> bool:
        """Tell whether the key stands in the file."""
        return key in self.table

    def text(
        self,
        key: str,
        *,
        required: bool = False,
        limit: int = SHORT,
        check: Callable[[str], str | None] | None = None,
    ) -> str:
        """Return a text in NFC without outer spaces, empty if it is absent; `check` returns the code of a fault."""
        value = self._value(key, str, "event_not_text", required=required)
        if value is None:
            return ""
        value = unicodedata.normalize("NFC", value).strip()
        if not value:
            self.fault("event_empty", key)
        elif len(value) > limit:
            self.fault("event_long", key, limit=limit)
        elif odd := _unwanted(value, lines=limit > SHORT):
            self.fault("event_character", key, character=f"U+{ord(odd):04X}")
        elif check and (code := check(value)):
            self.fault(code, key, value=value)
        return value

    def choice(self, key: str, choices: Collection[str], default: str, *, required: bool = False) -> str:
        """Return one of `choices`; `default` if it is absent or faulty."""
        value = self._value(key, str, "event_not_text", required=required)
        if value is not None and value not in choices:
            self.fault("event_choice", key, value=value, choices=", ".join(choices))
        return value if value in choices else default

    def moment(self, key: str) -> datetime:
        """Return a time that knows its offset; it is required."""
        self.known.append(key)
        value = self.table.get(key)
        if value is None:
            self.fault("event_missing", key)
        elif not isinstance(value, datetime):
            self.fault("event_not_time", key)
        elif value.tzinfo is None:
            self.fault("event_naive", key)
        elif not 1900 <= value.year <= 2200:
            self.fault("event_year", key, value=value.year)
        else:
            return value.replace(microsecond=0)
        return NEVER

    def number(self, key: str, most: int) -> Decimal | None:
        """Return a number above 0 and at most `most`; None if it is absent."""
        value = self._value(key, (int, Decimal), "event_not_number")
        if value is None:
            return None
        exact = Decimal(value)
        if not exact.is_finite() or not 0 < exact <= most:
            self.fault("event_number", key, most=most)
            return None
        return exact

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._value(key, bool, "event_not_flag")
        return default if value is None else bool(value)

    def texts(self, key: str, most: int) -> tuple[str, ...]:
        """Return a list of short texts."""
        value = self._value(key, list, "event_not_list") or []
        if not all(isinstance(item, str) and item.strip() and len(item) <= SHORT for item in value):
            self.fault("event_not_list", key)
            return ()
        if len(value) > most:
            self.fault("event_many", key, most=most)
        if odd := _unwanted("".join(value), lines=False):
            self.fault("event_character", key, character=f"U+{ord(odd):04X}")
        return tuple(unicodedata.normalize("NFC", item).strip() for item in value)

    def section(self, key: str) -> Section:
        """Return a table within this one, empty if it is absent: its own keys say which of them they need."""
        table = self._value(key, dict, "event_not_table")
        return Section(self.toml, table or {}, (*self.path, key), self.faults)

    def sections(self, key: str, most: int) -> list[Section]:
        """Return the tables of an array of tables."""
        tables = self._value(key, list, "event_not_tables") or []
        if not all(isinstance(table, dict) for table in tables):
            self.fault("event_not_tables", key)
            return []
        if len(tables) > most:
            self.fault("event_many", key, most=most)
        return [Section(self.toml, table, (*self.path, key, place), self.faults) for place, table in enumerate(tables)]

    def close(self) -> None:
        """Tell every key that nobody asked for."""
        for key in self.table:
            if key not in self.known:
                near = difflib.get_close_matches(key, self.known, 1)
                self.fault("event_unknown_near" if near else "event_unknown", key, name=key, near="".join(near))

    def _value(self, key: str, kind: Any, code: str, *, required: bool = False) -> Any:
        self.known.append(key)
        value = self.table.get(key)
        if value is None:
            if required:
                self.fault("event_missing", key)
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault(code, key)
            return None
        return value


def _unwanted(text: str, *, lines: bool) -> str | None:
    """Return the first character that has no place in what is signed and printed: controls, and what hides order."""
    return next(_unwanted_all(text, lines=lines), None)


def _unwanted_all(text: str, *, lines: bool) -> Iterator[str]:
    for character in text:
        if lines and character in "\n\t":
            continue
        if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") or character in _HIDDEN:
            yield character


_HIDDEN: Final = frozenset(
    "\u200b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff"
) | frozenset(map(chr, range(0xE0000, 0xE0080)))
