"""Prove that every row is issued exactly once, whenever the process is killed (SECURITY, R1 and R2).

A list is issued by processes that are killed with SIGKILL, each a random while after a point of the life of a row;
the next one goes on. At the end every person has one credential, with the address that was reserved at first, a bit
of its own and bytes that our verifier accepts; and every signature that was ever made is the one that is stored.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import func, select

from issuer import issue
from issuer.batch import reserve
from issuer.event import AchievementFacts, CertificateFacts, EventFacts, EventFile, Organization
from issuer.kinds import KINDS
from issuer.models import Credential, CredentialVersion, IdentityKey, Outbox
from issuer.office import Office, migrate, open_office
from issuer.outcome import Signed
from issuer.resolver import StoreResolver
from issuer.roster import Recipient
from issuer.settings import Settings
from issuer.signing import SignedVersion, sign_chunk
from issuer.work.issuing import sign_batch
from verifier.policy import Policy
from verifier.verdict import Verdict
from verifier.verify import verify

NOW = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
CHUNK = 10
LONGEST_WAIT = 0.03
LONGEST_START = 0.3
"""Seconds after a point, and after the start, within which a process is killed."""


def event() -> EventFile:
    """Return the event that is issued for."""
    kind = KINDS["attendance"]
    start, end = datetime(2026, 10, 15, 16, 30, tzinfo=UTC), datetime(2026, 10, 15, 19, 30, tzinfo=UTC)
    return EventFile(
        Organization("prove-kill", "Prove Kill"),
        AchievementFacts(kind, "attendance", kind.title["en"], "Was there.", "Checked in.", kind.achievement_type),
        EventFacts("evening", "An evening", start, end, "Europe/Rome", "Milano", Decimal("2.5"), "en"),
        CertificateFacts(design="modern"),
    )


def people(rows: int) -> list[Recipient]:
    """Return everybody on the list, no two alike."""
    return [
        Recipient(
            row=number + 2,
            name=f"Person Number {number}",
            email=f"p{number}@example.org",
            attended=True,
            minutes=None,
            identity=(f"id:T{number}", f"email:p{number}@example.org|person number {number}"),
        )
        for number in range(rows)
    ]


@dataclass
class Proof:
    """One installation, its list, and what the killed processes left in their logs."""

    folder: Path
    settings: Settings
    rows: int
    chance: random.Random
    stops: set[tuple[str, int]] = field(default_factory=set)
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """The file in which each process writes the signatures it made, before it stores them."""
        return self.folder / "signatures.jsonl"

    def run_and_kill(self) -> bool:
        """Start a process and kill it at a random moment; tell whether it was killed before it was done."""
        heard, said = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(heard)
            self._work(said)
        os.close(said)
        points = self._listen(heard, child, self.chance.randrange(5))
        os.close(heard)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        if not killed and os.waitstatus_to_exitcode(status) != 0:
            raise SystemExit("A process failed by itself.")
        if killed:
            self.stops.add((points[-1] if points else "start", self._signed()))
            self._remember()
        return killed

    def _work(self, said: int) -> None:
        """Issue the list, in a process that is going to be killed."""
        code = 1
        try:
            office = open_office(self.settings)
            self.issue(replace(office, reached=lambda point: os.write(said, f"{point}\n".encode()) and None))
            code = 0
        finally:
            os._exit(code)

    def issue(self, office: Office) -> Signed:
        """Reserve and sign, writing down every signature that is made."""

        def logged(*arguments: Any) -> list[Any]:
            answers = list(sign_chunk(*arguments))
            with self.log.open("a", encoding="utf-8") as file:
                for answer in answers:
                    if isinstance(answer, SignedVersion):
                        file.write(json.dumps([answer.version_id, answer.sha256]) + "\n")
            return answers

        issue.sign_chunk = logged
        reservation = reserve(office, event(), people(self.rows), now=NOW)
        return sign_batch(office, reservation.batch_id, now=NOW, chunk=CHUNK)

    def _listen(self, heard: int, child: int, count: int) -> list[str]:
        """Wait for the `count`-th point, then a little, then kill; return the points that were reached."""
        reached = b""
        while reached.count(b"\n") < count:
            more = os.read(heard, 256)
            if not more:
                return reached.decode().split()
            reached += more
        time.sleep(self.chance.uniform(0, LONGEST_WAIT if count else LONGEST_START))
        os.kill(child, signal.SIGKILL)
        return reached.decode().split()

    def _signed(self) -> int:
        office = open_office(self.settings)
        try:
            with office.database.reading() as session:
                state = select(func.count()).where(CredentialVersion.state == "signed")
                return session.scalar(state.select_from(CredentialVersion)) or 0
        finally:
            office.close()

    def _remember(self) -> None:
        """Note every address at its first sight, and see that none ever changes."""
        office = open_office(self.settings)
        try:
            with office.database.reading() as session:
                for identity, token in session.execute(select(Credential.identity, Credential.token)):
                    if self.tokens.setdefault(identity, token) != token:
                        raise SystemExit("An address was changed.")
        finally:
            office.close()

    def conclude(self) -> None:
        """Let the last process finish, then count; SystemExit with what is not as promised."""
        office = open_office(self.settings)
        try:
            done = self.issue(office)
            again = self.issue(office)
            self._remember()
            _expect("rows that were issued or there", done.issued + done.unchanged, self.rows)
            _expect("rows unchanged in the last run", again.unchanged, self.rows)
            self._count(office)
        finally:
            office.close()

    def _count(self, office: Office) -> None:
        with office.database.reading() as session:
            versions = list(session.scalars(select(CredentialVersion)))
            _expect("credentials", session.scalar(select(func.count()).select_from(Credential)), self.rows)
            _expect("identity keys", session.scalar(select(func.count()).select_from(IdentityKey)), 2 * self.rows)
            _expect("lines in the outbox", session.scalar(select(func.count()).select_from(Outbox)), self.rows)
        _expect("versions", len(versions), self.rows)
        _expect("bits", len({(item.status_list_id, item.status_index) for item in versions}), self.rows)
        stored = {item.id: item.sha256 for item in versions}
        for line in self.log.read_text("utf-8").splitlines():
            version_id, digest = json.loads(line)
            if stored.get(version_id) != digest:
                raise SystemExit(f"A signature was made that is not stored: version {version_id}.")
        names = set()
        for item in versions:
            report = verify(item.signed or b"", StoreResolver(office, NOW), Policy(), NOW)
            if report.verdict is not Verdict.VALID:
                raise SystemExit(f"A credential is {report.verdict}.")
            names.add(json.loads(item.signed or b"")["credentialSubject"]["identifier"][0]["identityHash"])
        if names != {person.name for person in people(self.rows)}:
            raise SystemExit("The names in the credentials are not those of the list.")


def _expect(what: str, found: int | None, wanted: int) -> None:
    if found != wanted:
        raise SystemExit(f"{what}: {found}, and {wanted} were to be there.")


def prove(points: int, rows: int, url: str | None, seed: int) -> Proof:
    """Kill `points` processes that issue `rows` rows on the empty database at `url`; SQLite when there is none."""
    folder = Path(tempfile.mkdtemp(prefix="attestato-kill-"))
    settings = Settings(
        data=folder / "data",
        database_url=url or f"sqlite:///{folder / 'data' / 'attestato.sqlite3'}",
        base_url="https://badges.example.org",
        kek_file=folder / "secret.kek",
    )
    migrate(settings)
    proof = Proof(folder, settings, rows, random.Random(seed))  # Chance, not secrecy.
    killed = 0
    while killed < points and proof.run_and_kill():
        killed += 1
    proof.conclude()
    print(
        f"{killed} processes killed at {len(proof.stops)} distinct points (seed {seed}): {rows} credentials, "
        f"none lost, none twice, none changed, all valid."
    )
    if killed < points:
        print(f"All was done after {killed} kills: take more rows for more points.")
    return proof


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--points", type=int, default=200, help="processes to kill")
    parser.add_argument("--rows", type=int, default=2_000, help="people on the list")
    parser.add_argument("--url", help="an empty database; SQLite in a temporary folder when there is none")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    chosen = parser.parse_args(arguments)
    print(f"Seed {chosen.seed}.", flush=True)
    proof = prove(chosen.points, chosen.rows, chosen.url, chosen.seed)
    return 0 if proof.stops or not chosen.points else 1


if __name__ == "__main__":
    sys.exit(main())
