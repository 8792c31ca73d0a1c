"""What was measured: lines of one table, each ours beside others doing the same work, with the goal and the ratio."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

LIBRARIES: Final = (
    "cryptography", "pyoxigraph", "PyLD", "weasyprint", "openbadgeslib", "sqlalchemy", "psycopg", "granian", "flask",
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """One line: `here` in `unit` (such as "/s", "ms", "s", "MiB", "×"), and `goal` in the same, None where none is set.

    `beside` holds, by name, what others made of the same work in the same run, in the same unit.
    """

    what: str
    here: float
    unit: str
    goal: float | None = None
    at_most: bool = False
    beside: Mapping[str, float] = field(default_factory=dict)

    @property
    def reached(self) -> bool | None:
        """Whether the goal was reached; None where none is set. `at_most` says that less is better."""
        if self.goal is None:
            return None
        return self.here <= self.goal if self.at_most else self.here >= self.goal

    def times(self, other: str) -> float:
        """Return how many times better ours is than that of `other`."""
        theirs = self.beside[other]
        return theirs / self.here if self.at_most else self.here / theirs


@dataclass(frozen=True)
class Section:
    """Lines that belong together."""

    title: str
    rows: Sequence[Measured]


def markdown(sections: Iterable[Section]) -> Iterator[str]:
    """Yield the lines of a Markdown table for each section."""
    for section in sections:
        yield f"### {section.title}\n"
        yield "| what | here | goal | beside |"
        yield "|---|---:|---:|---|"
        for row in section.rows:
            beside = ", ".join(
                f"{name} {told(value, row.unit)} ({times(row.times(name))})" for name, value in row.beside.items()
            )
            yield f"| {row.what} | {_marked(row)} | {_goal(row)} | {beside or '–'} |"
        yield ""


def times(ratio: float) -> str:
    """Return how many times, with as many digits as it deserves."""
    return f"{ratio:,.0f} ×" if ratio >= 10 else f"{ratio:.1f} ×"


def told(value: float, unit: str) -> str:
    """Return a number with as many digits as it deserves, and its unit."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}{unit if unit.startswith('/') else ' ' + unit}".strip()


def machine() -> str:
    """Return what this was measured on: processor, cores, system, Python."""
    names = (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name"))
    found = list(names)
    system = next(
        (line.partition("=")[2].strip('"') for line in _lines("/etc/os-release") if line.startswith("PRETTY")), ""
    )
    processor = found[0] if found else platform.processor()
    python = f"Python {sys.version.split()[0]}"
    return f"{len(found)} × {processor}, {system or platform.system()}, {python}"


def versions() -> str:
    """Return which libraries it was measured with."""
    return ", ".join(f"{name} {_version(name)}" for name in LIBRARIES)


def _marked(row: Measured) -> str:
    return told(row.here, row.unit) + ("" if row.reached is None else " ✓" if row.reached else " ✗")


def _goal(row: Measured) -> str:
    return "–" if row.goal is None else ("≤ " if row.at_most else "≥ ") + told(row.goal, row.unit)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
