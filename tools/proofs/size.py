"""How large proofs are: as large as the promise says, or as large as tests can wait for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Size:
    """Rows of the list, distinct points at which is killed, restarts, and times a thing is done again."""

    rows: int
    points: int
    restarts: int
    times: int


FULL: Final = Size(rows=10_000, points=200, restarts=20, times=100)
SMALL: Final = Size(rows=1_000, points=30, restarts=3, times=5)
