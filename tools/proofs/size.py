"""How large proofs are: as large as the promise says, or as large as tests can wait for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Size:
    """Rows of the list, distinct points at which is killed, restarts, times a thing is done again.

    `away` are the seconds for which a database or a broker is gone.
    """

    rows: int
    points: int
    restarts: int
    times: int
    away: float


FULL: Final = Size(rows=10_000, points=200, restarts=20, times=100, away=30.0)
SMALL: Final = Size(rows=1_000, points=30, restarts=3, times=5, away=2.0)
TINY: Final = Size(rows=100, points=8, restarts=2, times=8, away=1.0)
SIZES: Final = {"full": FULL, "small": SMALL, "tiny": TINY}
