"""What is wrong with an input, told with its place: a code and its values, made a sentence at the rim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from templates import sentence


@dataclass(frozen=True)
class Fault:
    """One fault: `row` is the line of the record in its file, `column` its header; None where there is none."""

    code: str
    row: int | None = None
    column: str | None = None
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def message(self, language: str) -> str:
        """Return the sentence of this fault, from the catalogue's `fault.CODE`."""
        return sentence(f"fault.{self.code}", language, **self.values)

    def to_json(self, language: str) -> dict[str, Any]:
        """Return the members that `--json` promises for a fault."""
        return {"row": self.row, "column": self.column, "code": self.code, "message": self.message(language)}


class Refused(Exception):
    """An input that cannot be used at all; carries every fault found in it, never the first alone."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults

    def __str__(self) -> str:
        return " ".join(fault.message("en") for fault in self.faults)
