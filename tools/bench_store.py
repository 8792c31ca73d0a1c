"""From a list to stored credentials: how long, how much memory, and does it grow as the list does?

Each measurement is two processes on an empty database: one reads and reserves, then both sign. Every 1,000th credential
that was stored is checked by the full verifier. PostgreSQL's databases are made here and dropped again.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg
from sqlalchemy import text

from issuer.archive import signed_bytes
from issuer.batch import reserve
from issuer.event import read_event
from issuer.office import Office, migrate, open_office
from issuer.resolver import StoreResolver
from issuer.roster import read
from issuer.settings import Settings
from issuer.work.issuing import sign_batch
from tools.measured import Measured, Section, markdown
from verifier.policy import Policy
from verifier.verdict import Verdict
from verifier.verify import verify

HOUSE: Final = Path(__file__).resolve().parents[1]
SIZES: Final = (1_000, 10_000, 100_000)
GOALS: Final = {"SQLite": 90.0, "PostgreSQL": 60.0}
"""Seconds for the largest size."""
LINEAR: Final = 15.0
"""Per cent by which a row of the longest list may take longer than one of the shortest."""
MEMORY: Final = 400.0
"""Mebibytes of the largest process."""
CHECKED: Final = 1_000
SERVER: Final = os.environ.get("ATTESTATO_TEST_POSTGRESQL", "postgresql+psycopg://127.0.0.1:5432/postgres")


@dataclass(frozen=True)
class Took:
    """One measurement: seconds by phase, seconds of CPU of both processes, once they have started; mebibytes of memory
    and of database; how many credentials were checked."""

    rows: int
    read: float
    reserve: float
    sign: float
    cpu: float
    memory: float
    database: float
    checked: int

    @property
    def wall(self) -> float:
        """Return the seconds from the list to the last credential."""
        return self.read + self.reserve + self.sign


def sections(sizes: Sequence[int] = SIZES) -> Iterator[Section]:
    """Measure on both databases; yield the lines of `make bench`'s table."""
    for name, place in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        found = []
        for rows in sizes:
            with place() as (folder, url):
                found.append(_measure(rows, folder, url))
        yield Section(f"From a CSV to stored credentials, {name}", list(_lines(name, found)))


def _lines(name: str, found: Sequence[Took]) -> Iterator[Measured]:
    for took in found:
        goal = GOALS[name] if took is found[-1] and took.rows == SIZES[-1] else None
        yield Measured(f"{took.rows:,} rows", took.wall, "s", goal, at_most=True)
        yield Measured("  of it reading", took.read, "s", at_most=True)
        yield Measured("  of it reserving", took.reserve, "s", at_most=True)
        yield Measured("  CPU of all processes", took.cpu, "s", at_most=True)
        yield Measured("  rows a second", took.rows / took.wall, "/s")
        yield Measured("  memory of the largest process", took.memory, "MiB", MEMORY, at_most=True)
        yield Measured("  database", took.database, "MiB", at_most=True)
        yield Measured("  checked by the full verifier, all valid", took.checked, "")
    first, last = found[0], found[-1]
    for what, before, after in (("CPU", first.cpu, last.cpu),
                                ("time", first.wall, last.wall)):  # fmt: skip
        slower = 100 * ((after / last.rows) / (before / first.rows) - 1)
        title = f"a row of {last.rows:,} beside one of {first.rows:,}, {what}: more by"
        yield Measured(title, slower, "%", LINEAR, at_most=True)


def _measure(rows: int, folder: Path, url: str) -> Took:
    """Measure in a process of its own, so that its memory is its own."""
    command = [sys.executable, __file__, "--measure", str(rows), "--folder", str(folder), "--url", url]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=HOUSE)
    return Took(**json.loads(done.stdout))


def _take(rows: int, folder: Path, url: str) -> Took:
    """Read, reserve and sign beside a second process; SystemExit when something is not as it has to be."""
    event_file = HOUSE / "examples" / "attendance.toml"
    event = read_event(event_file.read_bytes(), event_file.parent)
    now, data = datetime.now(UTC).replace(microsecond=0), people(rows)
    settings = _settings(folder, url)
    migrate(settings)
    office, startup = open_office(settings), time.process_time()
    second = subprocess.Popen(
        [sys.executable, __file__, "--second", "--folder", str(folder), "--url", url],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HOUSE,
    )  # fmt: skip
    assert second.stdin is not None
    assert second.stdout is not None
    second.stdout.readline()
    marks = [time.perf_counter()]
    recipients = read(data).issuable
    marks.append(time.perf_counter())
    batch = reserve(office, event, recipients, now=now).batch_id
    marks.append(time.perf_counter())
    second.stdin.write(f"{batch}\n{now.isoformat()}\n")
    second.stdin.flush()
    signed = sign_batch(office, batch, now=now)
    marks.append(time.perf_counter())
    cpu, memory = time.process_time() - startup, _memory()
    others_cpu, others_memory = map(float, second.communicate()[0].split())
    if second.returncode or signed.issued != rows:
        raise SystemExit(f"Only {signed.issued} of {rows} were issued.")
    checked = _check(office, [item.token for number, item in enumerate(signed.credentials) if not number % CHECKED])
    size = _size(office)
    office.close()
    reading, reserving, signing = (after - before for before, after in pairwise(marks))
    return Took(rows, reading, reserving, signing, cpu + others_cpu, max(memory, others_memory), size, checked)


def _second(folder: Path, url: str) -> None:
    """Sign beside the first process, once that has said which batch; print CPU seconds and memory."""
    office, startup = open_office(_settings(folder, url)), time.process_time()
    print("ready", flush=True)
    batch, moment = sys.stdin.readline().strip(), sys.stdin.readline().strip()
    sign_batch(office, batch, now=datetime.fromisoformat(moment))
    office.close()
    print(time.process_time() - startup, _memory())


def _check(office: Office, tokens: Sequence[str]) -> int:
    now = datetime.now(UTC)
    for token in tokens:
        report = verify(signed_bytes(office, token) or b"", StoreResolver(office, now), Policy(), now)
        if report.verdict is not Verdict.VALID:
            raise SystemExit(f"The credential {token} is {report.verdict}.")
    return len(tokens)


def _size(office: Office) -> float:
    """Return the mebibytes of the database."""
    question = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    if not office.database.is_sqlite:
        question = "SELECT pg_database_size(current_database())"
    with office.database.reading() as session:
        return float(session.execute(text(question)).scalar_one()) / 2**20


def _memory() -> float:
    """Return the mebibytes that this process had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _settings(folder: Path, url: str) -> Settings:
    return Settings.read({"ATTESTATO_DATA": str(folder / "data"), **({"ATTESTATO_DATABASE_URL": url} if url else {})})


def people(count: int) -> bytes:
    """Return a list of `count` people, no two alike."""
    return "\n".join(["name,email", *(f"Ada {_letters(n)},ada.{n}@example.org" for n in range(count))]).encode()


def _letters(number: int) -> str:
    """Return a family name for a number."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:06}").capitalize()


@contextmanager
def _sqlite() -> Iterator[tuple[Path, str]]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder), ""


@contextmanager
def _postgresql() -> Iterator[tuple[Path, str]]:
    name = f"attestato_bench_{secrets.token_hex(6)}"
    with psycopg.connect(SERVER.replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
        try:
            with tempfile.TemporaryDirectory() as folder:
                yield Path(folder), f"{SERVER.rpartition('/')[0]}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    for hidden in ("--folder", "--url"):
        parser.add_argument(hidden, default="", help=argparse.SUPPRESS)
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--second", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.second:
        _second(Path(chosen.folder), chosen.url)
    elif chosen.measure is not None:
        print(json.dumps(asdict(_take(chosen.measure, Path(chosen.folder), chosen.url))))
    else:
        print("\n".join(markdown(sections(chosen.sizes))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
