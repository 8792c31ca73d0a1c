"""R15: the disk is full in the middle of a batch. Nothing is signed that is not recorded, and it mends itself."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import select

from issuer.models import Credential, CredentialVersion
from tools.proofs.audit import Memory, audit
from tools.proofs.crew import crew, has_ended, planned, signed, wait_until
from tools.proofs.evening import people
from tools.proofs.ground import Ground, ground, settings_in
from tools.proofs.killing import warm_up
from tools.proofs.result import Result
from tools.proofs.size import Size
from tools.proofs.visitor import Visitor

PROOF: Final = "disk"
MIB: Final = 16
ROWS: Final = 300
"""Fewer than fill the disk by themselves: a large file does."""
HOUSE: Final = Path(__file__).resolve().parents[2]


def full(size: Size, chance: random.Random) -> Result:  # noqa: ARG001
    """Fill a small disk while a list is signed, then make room; in a space of our own, where we may mount."""
    command = ("unshare", "-Urm", sys.executable, "-c", f"import sys; sys.path.insert(0, {str(HOUSE)!r}); {_CALL}")
    try:
        tried = subprocess.run(("unshare", "-Urm", "true"), check=False, capture_output=True)
    except FileNotFoundError:
        return Result(PROOF, "", skipped="The command unshare is missing.")
    if tried.returncode:
        return Result(PROOF, "", skipped="This kernel lets nobody mount in a space of his own.")
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    told, *faults = done.stdout.splitlines() or [""]
    return Result(PROOF, told, [*faults, *([done.stderr[-2_000:]] if done.returncode else [])])


_CALL: Final = "from tools.proofs.disk import within; within()"


def within() -> None:
    """Do the proof, in a space of our own; print what came of it, then each fault."""
    warm_up()
    with ground() as made:
        disk = made.folder / "disk"
        disk.mkdir()
        subprocess.run(("mount", "-t", "tmpfs", "-o", f"size={MIB}m", "none", str(disk)), check=True)
        small = replace(made, settings=settings_in(disk, kek_file=made.folder / "other.kek"))
        faults = list(_prove(small, disk))
        subprocess.run(("umount", "-l", str(disk)), check=False)
    print(f"A disk of {MIB} MiB was full in the middle of {ROWS} rows.", *faults, sep="\n")


def _prove(made: Ground, disk: Path) -> Iterator[str]:
    memory = Memory()
    planned(made, ROWS, 20)
    memory.learn(made)
    with crew(made, 2):
        wait_until(lambda: (signed(made) or 0) >= ROWS // 4)
        filler = _fill(disk)
        yield from _stands_still(made)
        yield from _commands(made)
        filler.unlink()
        went_on = wait_until(lambda: has_ended(made), 30)
        if went_on is None:
            yield f"30 s after there was room, {signed(made)} of {ROWS} are signed"
    yield from audit(made, people(ROWS), memory)


def _fill(disk: Path) -> Path:
    """Take all the room there is."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 512, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return filler


def _stands_still(made: Ground) -> Iterator[str]:
    """See that nobody signs on, and nobody dies of it."""
    before = -1
    for _ in range(100):
        time.sleep(0.3)
        after = signed(made)
        if after == before:
            return
        before = after if after is not None else -1
    yield "it was signed on a disk that is full"


def _commands(made: Ground) -> Iterator[str]:
    """See that a command says in one sentence what is wrong, with its exit code; the service with a status."""
    said = run_command(made, "revoke", _an_address(made), "--reason", "A test.")
    if said.returncode != 3 or len(said.stderr.strip().splitlines()) != 1:
        yield f"a command on a full disk ends with {said.returncode} and says: {said.stderr.strip()[:300]}"
    visitor = Visitor.of(made)
    answers = [*visitor.asks(), visitor.looks("/readyz"), visitor.looks("/healthz")]
    if answers not in ([200, "valid", ready, 200] for ready in (200, 503)):
        yield f"the service answers {answers} on a full disk"


def run_command(made: Ground, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `attestato` in the installation."""
    environ = {
        **os.environ,
        "ATTESTATO_DATA": str(made.settings.data),
        "ATTESTATO_DATABASE_URL": made.settings.database_url,
        "ATTESTATO_BASE_URL": made.settings.base_url,
        "ATTESTATO_KEK_FILE": str(made.settings.kek_file),
        "PYTHONPATH": str(HOUSE),
    }
    command = [sys.executable, "-m", "issuer.cli", *arguments]
    return subprocess.run(
        command, cwd=made.folder, env=environ, capture_output=True, text=True, check=False, timeout=120
    )


def _an_address(made: Ground) -> str:
    with made.reading() as session:
        signed_one = (
            select(Credential.token).join(CredentialVersion).where(CredentialVersion.state == "signed").limit(1)
        )
        return f"{made.settings.base_url}/c/{session.scalar(signed_one)}"
