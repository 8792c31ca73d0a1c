"""How long one visitor waits while ten thousand credentials are issued: `serve` with its worker, as started anywhere.

Every half second somebody asks for a PDF that was never printed, for the picture of another, and whether a third
stands, while one batch of ten thousand after the other is reserved and signed. Each answer is looked at, and at the end
whether every row was issued and every thousandth stands.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from issuer.archive import batch_awards
from issuer.batch import reserve
from issuer.event import read_event
from issuer.office import Office, open_office
from issuer.resolver import StoreResolver
from issuer.roster import read
from issuer.settings import Settings
from issuer.work.progress import progress_of_all
from tools.bench_read import HOUSE, house_of, issued
from tools.crowd import people
from tools.driven import asked, serving
from tools.measured import Measured, Section, markdown
from verifier.policy import Policy
from verifier.verdict import Verdict
from verifier.verify import verify

ROWS: Final = 10_000
SECONDS: Final = 30
PAUSE: Final = 0.5
"""Seconds between one round of questions and the next."""
LONGEST: Final = 1_000.0
"""Milliseconds that nobody who asks for one thing waits longer than."""
SAMPLED: Final = 1_000
PATIENCE: Final = 600.0
"""Seconds in which a batch must be done."""

Waits = dict[str, list[float]]


def main() -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--database", help="of PostgreSQL, without tables: postgresql+psycopg://…; else SQLite")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    given = parser.parse_args()
    print("\n".join(markdown([rows(given.database, given.rows, given.seconds)])))
    return 0


def rows(database: str | None = None, count: int = ROWS, seconds: float = SECONDS) -> Section:
    """Return how long visitors waited; RuntimeError where an answer or a batch was not what it should be."""
    with tempfile.TemporaryDirectory() as folder:
        settings = house_of(Path(folder), database, os.cpu_count() or 1)
        signed = issued(settings, 8 * int(seconds) + 8)
        office = open_office(settings)
        try:
            with serving(settings):
                waits, batches = _beside(office, signed, count, seconds)
            _look_at(office, batches, count)
        finally:
            office.close()
    kind = "PostgreSQL" if database else "SQLite"
    return Section(
        f"Waiting while batches of {count:,} are issued ({kind}, {len(batches)} of them)", list(_told(waits))
    )


def _told(waits: Waits) -> Iterator[Measured]:
    for what, seconds in waits.items():
        found = sorted(1_000 * each for each in seconds)
        yield Measured(f"{what}, {len(found)} times, 50 of 100 within", found[len(found) // 2], "ms")
        yield Measured(f"{what}, 99 of 100 within", found[int(len(found) * 0.99)], "ms")
        yield Measured(f"{what}, the longest", found[-1], "ms", LONGEST, at_most=True)


def _beside(office: Office, signed: Sequence[bytes], count: int, seconds: float) -> tuple[Waits, list[str]]:
    """Ask while batches are issued; return the waits in seconds by what was asked for, and the batches."""
    over, batches, faults = threading.Event(), list[str](), list[Exception]()
    ends = time.monotonic() + seconds

    def issue() -> None:
        try:
            while time.monotonic() < ends:
                batches.append(_one_batch(office, count, len(batches)))
        except Exception as fault:  # noqa: BLE001  # Told by whoever waits for it.
            faults.append(fault)
        finally:
            over.set()

    thread = threading.Thread(target=issue)
    thread.start()
    waits = _asked_until(over, office.settings, signed)
    thread.join()
    if faults:
        raise faults[0]
    return waits, batches


def _one_batch(office: Office, count: int, number: int) -> str:
    """Reserve a batch, and return once a worker has signed it."""
    event_file = HOUSE / "examples" / "attendance.toml"
    event = read_event(event_file.read_bytes(), event_file.parent)
    event = replace(event, event=replace(event.event, slug=f"wait-{number}"))
    now = datetime.now(UTC).replace(microsecond=0)
    batch = reserve(office, event, read(people(count)).issuable, now=now).batch_id
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with office.database.reading() as session:
            if not progress_of_all(session):
                return batch
        time.sleep(PAUSE / 2)
    raise RuntimeError("A batch was not done in time.")


def _asked_until(over: threading.Event, settings: Settings, signed: Sequence[bytes]) -> Waits:
    waits: Waits = {"a PDF nobody has printed": [], "a preview": [], "a verification": []}
    waiting = iter(signed)
    while not over.is_set():
        for what, award in zip(waits, waiting, strict=False):
            began = time.perf_counter()
            _ask(settings, what, award)
            waits[what].append(time.perf_counter() - began)
        over.wait(PAUSE)
    return waits


def _ask(settings: Settings, what: str, award: bytes) -> None:
    path = urlsplit(json.loads(award)["id"]).path
    if what == "a verification":
        body, headers = b'{"verifiableCredential":' + award + b"}", {"Content-Type": "application/json"}
        headers["X-Forwarded-For"] = f"192.0.{time.monotonic_ns() // 1_000 % 250}.1"
        right = json.loads(asked(settings.port, "POST", "/credentials/verify", headers, body))["verdict"] == "valid"
    elif what == "a preview":
        right = asked(settings.port, "GET", f"{path}/certificate.png").startswith(b"\x89PNG")
    else:
        right = asked(settings.port, "GET", f"{path}.pdf").startswith(b"%PDF")
    if not right:
        raise RuntimeError(f"{what}: {path} was answered wrongly.")


def _look_at(office: Office, batches: Sequence[str], count: int) -> None:
    resolver, now = StoreResolver(office), datetime.now(UTC)
    for batch in batches:
        awards = batch_awards(office, batch)
        verdicts = {verify(award.signed, resolver, Policy(), now).verdict for award in awards[::SAMPLED]}
        if len(awards) != count or verdicts != {Verdict.VALID}:
            raise RuntimeError(f"Of {count:,} rows {len(awards):,} were issued, or one does not stand.")


if __name__ == "__main__":
    sys.exit(main())
