"""Exactly once: killed anywhere and run again, or run by two processes at the same time."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from issuer.batch import reserve
from issuer.models import BatchRow, Credential, CredentialVersion, Outbox
from issuer.office import Office
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people

HOUSE = Path(__file__).parents[3]

AT_ONCE = """
import sys
from pathlib import Path
from issuer.batch import reserve
from issuer.work.issuing import sign_batch
from issuer.office import open_office
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people, settings_for
office = open_office(settings_for(Path(sys.argv[1]), sys.argv[2] or None))
print("ready", flush=True)
sys.stdin.readline()
batch = reserve(office, make_event(), people(60, first=int(sys.argv[3])), now=NOW)
done = sign_batch(office, batch.batch_id, now=NOW, chunk=7)
print(done.issued, done.unchanged, len(done.faults))
"""


def test_two_processes_at_once_issue_each_person_once(office: Office, database_url: str | None, tmp_path: Path) -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", AT_ONCE, str(tmp_path), database_url or "", first],
            cwd=HOUSE, env={"PYTHONPATH": str(HOUSE)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for first in ("2", "32")
    ]  # fmt: skip
    for run in runs:
        assert run.stdout is not None
        assert run.stdout.readline() == "ready\n"
    for run in runs:
        assert run.stdin is not None
        run.stdin.write("go\n")
        run.stdin.flush()
    counts = [[int(number) for number in run.communicate(timeout=120)[0].split()] for run in runs]

    with office.database.reading() as session:
        credentials = session.scalar(select(func.count()).select_from(Credential))
        told = session.scalar(select(func.count()).select_from(Outbox))
        open_rows = session.scalar(select(func.count()).select_from(BatchRow).where(BatchRow.state == "reserved"))
        unsigned = session.scalar(select(func.count(CredentialVersion.id)).where(CredentialVersion.signed.is_(None)))
    assert (credentials, told, open_rows, unsigned) == (90, 90, 0, 0)
    assert sum(issued for issued, _, _ in counts) == 90
    assert all(issued + unchanged == 60 and not faults for issued, unchanged, faults in counts)


@pytest.mark.parametrize("point", ["after-intent", "after-sign", "before-commit", "after-commit"])
def test_every_named_point_is_reached(office: Office, point: str) -> None:
    reached: list[str] = []
    heard = replace(office, reached=reached.append)
    sign_batch(heard, reserve(heard, make_event(), people(1), now=NOW).batch_id, now=NOW)

    assert point in reached
