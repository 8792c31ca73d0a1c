"""How fast the service reads out and verifies: `serve` as it is started anywhere, driven by wrk on loopback.

Two thousand credentials, asked for in turn; every caller is another one, so that no limit is lifted for the
measurement. A sample of the answers is looked at: each credential is verified, each verdict must be `valid`.
wrk shares the processor with what it measures.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import sys
import tempfile
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
from issuer.office import migrate, open_office
from issuer.resolver import StoreResolver
from issuer.roster import read
from issuer.settings import Settings
from issuer.work.issuing import sign_batch
from tools.crowd import people
from tools.driven import Load, Told, driven, sample, serving
from tools.measured import Measured, Section, markdown
from verifier.policy import Policy
from verifier.verify import verify

HOUSE: Final = Path(__file__).resolve().parents[1]
CREDENTIALS: Final = 2_000
PAGES: Final = 400
"""Of these, pages that were seen before."""
SAMPLED: Final = 40
"""Every so many-th answer is looked at."""
DOCUMENTS: Final = 2_000.0
VERIFICATIONS: Final = 300.0
SLOWEST: Final = 100.0
"""Milliseconds within which 99 of 100 are answered."""
FORM: Final = (
    "multipart/form-data; boundary=x",
    '--x\\r\\nContent-Disposition: form-data; name="file"; filename="x"\\r\\n\\r\\n',
)


def main() -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", help="of PostgreSQL, without tables: postgresql+psycopg://…; else SQLite")
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--only", default="", help="a part of the name of what is measured")
    given = parser.parse_args()
    section = rows(given.database, given.seconds, given.processes, given.connections, given.only)
    print("\n".join(markdown([section])))
    return 0


def rows(
    database: str | None = None, seconds: int = 8, processes: int = 2, connections: int = 16, only: str = ""
) -> Section:
    """Return what was measured; RuntimeError where an answer was not what it should be, or there is no wrk."""
    if shutil.which("wrk") is None:
        raise RuntimeError("wrk is missing.")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        settings = house_of(Path(folder), database, processes)
        signed = issued(settings, CREDENTIALS)
        with serving(settings):
            for load in _loads(signed):
                if only in load.name:
                    _look_at(settings, load, signed)
                    if load.warm:
                        driven(settings, load, load.warm, connections)
                    told = driven(settings, load, seconds, connections)
                    _look_at(settings, load, signed)
                    found += _told(load, told)
    kind = "PostgreSQL" if database else "SQLite"
    return Section(f"Reading, {kind}, {processes} processes, wrk with {connections} connections beside them", found)


def _told(load: Load, told: Told) -> Iterator[Measured]:
    if told.wrong:
        raise RuntimeError(f"{load.name}: {told.wrong} answers were errors.")
    yield Measured(load.name, told.rate, "/s", load.goal)
    yield Measured(f"{load.name}, 50 of 100 within", told.p50, "ms")
    slowest = SLOWEST if load.goal else None
    yield Measured(f"{load.name}, 99 of 100 within", told.p99, "ms", slowest, at_most=True)


def house_of(folder: Path, database: str | None, processes: int) -> Settings:
    """Return the settings of an installation of its own, behind a proxy, at a port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    named = {
        "DATA": str(folder / "instance"), "BASE_URL": f"http://localhost:{port}", "PORT": str(port),
        "WORKERS": str(processes), "PROXIES": "1", "DATABASE_URL": database or "",
    }  # fmt: skip
    settings = Settings.read({f"ATTESTATO_{name}": value for name, value in named.items()})
    if database:
        migrate(settings)
    return settings


def issued(settings: Settings, count: int) -> tuple[bytes, ...]:
    """Issue so many credentials, and return them."""
    event_file = HOUSE / "examples" / "attendance.toml"
    event, now = read_event(event_file.read_bytes(), event_file.parent), datetime.now(UTC).replace(microsecond=0)
    office = open_office(settings)
    batch = reserve(office, event, read(people(count)).issuable, now=now).batch_id
    sign_batch(office, batch, now=now)
    signed = tuple(award.signed for award in batch_awards(office, batch))
    office.close()
    return signed


def _loads(signed: Sequence[bytes]) -> Iterator[Load]:
    said = json.loads(signed[0])
    issuer = f"/issuers/{said['issuer']['id'].rpartition(':')[2]}"
    ids = tuple(urlsplit(json.loads(each)["id"]).path for each in signed)
    status = urlsplit(said["credentialStatus"]["statusListCredential"]).path
    achievement = urlsplit(said["credentialSubject"]["achievement"]["id"]).path
    bodies = tuple(each.decode() for each in signed)
    page = Load("credential pages", ids[:PAGES], DOCUMENTS, accept="text/html", warm=6)
    yield Load("credentials as JSON", tuple(f"{path}.json" for path in ids), DOCUMENTS, warm=3)
    yield Load("credential pages nobody has seen", ids[PAGES:], None, accept="text/html")
    yield page
    yield replace(page, name="credential pages in gzip", encoding="gzip")
    yield Load("status list", (status,), DOCUMENTS)
    yield Load("DID document", (f"{issuer}/did.json",), DOCUMENTS)
    yield Load("JWKS", (f"{issuer}/jwks.json",), DOCUMENTS)
    yield Load("profile", (issuer,), DOCUMENTS, accept="application/ld+json")
    yield Load("achievement", (achievement,), DOCUMENTS, accept="application/ld+json")
    verify_ = Load("POST /verify, JSON", bodies, VERIFICATIONS, "POST", "/verify", FORM[0], "application/json")
    yield replace(verify_, around=(FORM[1], "\\r\\n--x--\\r\\n"))
    yield replace(verify_, name="POST /verify, page", accept="text/html", around=(FORM[1], "\\r\\n--x--\\r\\n"))
    yield replace(
        verify_, name="POST /credentials/verify", path="/credentials/verify", kind="application/json",
        around=('{"verifiableCredential":', "}"),
    )  # fmt: skip


def _look_at(settings: Settings, load: Load, signed: Sequence[bytes]) -> None:
    """Ask for a sample by ourselves, twice the kind of look a reader takes: RuntimeError for a wrong answer."""
    office = open_office(settings)
    resolver, now = StoreResolver(office), datetime.now(UTC)
    try:
        for line, own in list(zip(load.lines, signed, strict=False))[::SAMPLED]:
            answer = sample(settings, load, line)
            if load.method == "GET" and load.lines[0].endswith(".json") and line.startswith("/c/"):
                right = answer == own and verify(answer, resolver, Policy(), now).verdict.value == "valid"
            elif load.method == "GET" and load.accept == "text/html":
                right = f"{line}.json".encode() in answer and b'class="verdict valid"' in answer
            elif load.method == "GET":
                right = isinstance(json.loads(answer), dict)
            elif load.accept == "text/html":
                right = b'class="verdict valid"' in answer
            else:
                right = json.loads(answer)["verdict"] == "valid"
            if not right:
                raise RuntimeError(f"{load.name}: {line[:60]} was answered wrongly.")
    finally:
        office.close()


if __name__ == "__main__":
    sys.exit(main())
