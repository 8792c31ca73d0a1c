"""The proof of R1 and R2 on each store."""

from __future__ import annotations

import random
from collections.abc import Callable

from tools.proofs.ground import answers, database, ground
from tools.proofs.killing import Killing, warm_up
from tools.proofs.result import Result
from tools.proofs.size import Size


def on_sqlite(size: Size, chance: random.Random) -> Result:
    """Kill whoever works on one file."""
    return _killed("kill-sqlite", size, chance, None)


def on_postgresql(size: Size, chance: random.Random) -> Result:
    """Kill whoever works on a PostgreSQL server."""
    return with_database("kill-postgresql", lambda url: _killed("kill-postgresql", size, chance, url))


def with_database(name: str, prove: Callable[[str], Result]) -> Result:
    """Prove something on an empty PostgreSQL database, or say that there is no server."""
    if not answers():
        return Result(name, "", skipped="No PostgreSQL server answers.")
    with database() as url:
        return prove(url)


def _killed(name: str, size: Size, chance: random.Random, url: str | None) -> Result:
    warm_up()
    with ground(url) as made:
        return killed(name, Killing(made, size.rows, size.points, chance))


def killed(name: str, killing: Killing) -> Result:
    """Kill, and tell what came of it."""
    faults = killing.prove()
    told = (
        f"{len(killing.killed)} processes were killed at {len(killing.stops)} distinct points of {killing.rows} rows."
    )
    return Result(name, told, faults)
