"""How fast it is on this machine, beside how fast it is meant to be. Nothing is asserted: a number is for people."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from issuer.archive import batch_awards
from issuer.batch import reserve
from issuer.event import read_event
from issuer.office import open_office
from issuer.prints.printing import prints
from issuer.roster import read
from issuer.settings import Settings
from issuer.work.issuing import sign_batch
from wsgi import create_app

HOUSE: Final = Path(__file__).resolve().parents[1]
ROWS: Final = 1_000
PRINTS: Final = 30
PAGES: Final = 200


def main() -> int:
    """Measure, and print a table."""
    event_file = HOUSE / "examples" / "attendance.toml"
    event = read_event(event_file.read_bytes(), event_file.parent)
    now = datetime.now(UTC).replace(microsecond=0)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read({"ATTESTATO_DATA": f"{folder}/instance"})
        office = open_office(settings)
        began, used = time.perf_counter(), time.process_time()
        roster = read(people(ROWS))
        batch = reserve(office, event, roster.issuable, now=now).batch_id
        signed = sign_batch(office, batch, now=now)
        signing, signing_cpu = time.perf_counter() - began, time.process_time() - used
        if signed.issued != ROWS:
            print(f"Only {signed.issued} of {ROWS} were issued.", file=sys.stderr)
            return 1
        awards = batch_awards(office, batch)
        first = cpu(lambda: list(prints(office, awards[:1])))
        warm = cpu(lambda: list(prints(office, awards[1 : 1 + PRINTS]))) / PRINTS
        client = create_app(settings).test_client()
        paths = [f"/c/{award.token}" for award in awards[:PAGES]]
        client.get(paths[0])
        pages = [clock(lambda path=path: client.get(path)) for path in paths]
        office.close()
    tell(signing, signing_cpu, first, warm, pages)
    return 0


def people(count: int) -> bytes:
    """Return a list of `count` people, no two alike."""
    lines = [f"Ada Lovelace {letters(number)},ada.{number}@example.org" for number in range(count)]
    return "\n".join(["name,email", *lines]).encode()


def letters(number: int) -> str:
    """Return a family name for a number."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:05}").capitalize()


def clock(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def cpu(work: Callable[[], object]) -> float:
    """Return the seconds of CPU that `work` takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def tell(signing: float, signing_cpu: float, first: float, warm: float, pages: list[float]) -> None:
    """Print what was measured, with the goal beside it."""
    slow = sorted(pages)[int(len(pages) * 0.95)]
    rows = (
        (f"{ROWS:,} rows to signed, stored JSON", f"{signing:.1f} s", "15 s"),
        ("  of it CPU, of one core", f"{signing_cpu:.1f} s", "–"),
        ("  that is", f"{ROWS / signing:.0f} a second", "67 a second"),
        ("one PDF, CPU, the first of a process", f"{first * 1000:.0f} ms", "–"),
        ("one PDF, CPU, once warm", f"{warm * 1000:.0f} ms", "100 ms"),
        ("the credential page, median", f"{statistics.median(pages) * 1000:.1f} ms", "20 ms"),
        ("the credential page, 95 of 100 within", f"{slow * 1000:.1f} ms", "–"),
    )
    print(f"\n  {'':<40}{'here':>14}{'goal':>14}")
    for name, here, goal in rows:
        print(f"  {name:<40}{here:>14}{goal:>14}")
    print()


if __name__ == "__main__":
    sys.exit(main())
