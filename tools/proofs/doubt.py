"""R16: nobody knows whether a commit was done, and nothing is done twice because of it."""

from __future__ import annotations

import random
from dataclasses import replace

from sqlalchemy.exc import DBAPIError

from issuer.fault import Refused
from tools.proofs.audit import Memory, audit
from tools.proofs.crew import crew, has_ended, planned, signed, wait_until
from tools.proofs.cutter import ONE_IN, cut
from tools.proofs.evening import people
from tools.proofs.ground import Ground, ground
from tools.proofs.kill import with_database
from tools.proofs.killing import warm_up
from tools.proofs.result import Result
from tools.proofs.size import Size

PROOF = "doubt"
MOST = 200
"""How often a list is handed in anew until it is reserved."""


def in_doubt(size: Size, chance: random.Random) -> Result:
    """Cut the wire at some of the commits while a list is reserved and signed."""
    warm_up()
    return with_database(PROOF, lambda url: _in_doubt(size, chance, url))


def _in_doubt(size: Size, chance: random.Random, url: str) -> Result:
    rows, faults = size.rows // 10, list[str]()
    with ground(url) as made, cut(url, chance) as worse:
        bad = replace(made, settings=replace(made.settings, database_url=worse))
        times = _reserve(bad, rows)
        memory = Memory()
        memory.learn(made)
        with crew(bad, 2):
            if wait_until(lambda: has_ended(made)) is None:
                faults.append(f"the job never ended: {signed(made)} are signed")
        faults += audit(made, people(rows), memory)
    told = f"One commit in {ONE_IN} was cut off; a list of {rows} rows was handed in {times} times, and signed."
    return Result(PROOF, told, faults)


def _reserve(bad: Ground, rows: int) -> int:
    for time in range(1, MOST):
        try:
            planned(bad, rows, max(2, rows // 20))
        except (DBAPIError, Refused):  # Refused is who cannot even open it.
            continue
        return time
    raise SystemExit("The list was never reserved.")
