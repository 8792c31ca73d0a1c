"""The second commit of the life of a row: bytes, state and outbox together, once our own verifier accepts them.

Run it again, and it signs what is unsigned, with the same id, index and time, so the same bytes. In bulk each item
has its values linted and its signature checked; first, last and every 1,000th pass the full verifier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from issuer import statuslist
from issuer.database import IN_ONE_QUESTION, lock
from issuer.fault import Fault
from issuer.intent import Intent, load_intents
from issuer.journal import keep_fault
from issuer.models import (
    INTENT,
    ISSUED,
    RESERVED,
    SIGNED,
    WAITING,
    BatchRow,
    CredentialVersion,
    Organization,
    Outbox,
)
from issuer.office import Office
from issuer.resolver import StoreResolver
from issuer.signing import CheckedSigner, NotAccepted, SignedVersion, Waiting, sign_chunk
from issuer.tokens import new_token
from keys.key import Signer
from verifier.policy import Policy
from verifier.verdict import Verdict
from verifier.verify import verify

ACCEPTED: Final = frozenset({Verdict.VALID, Verdict.EXPIRED})
"""Verdicts under which a credential may leave: it stands, or it stood when it was promised."""

FULL_CHECK_EVERY: Final = 1_000


@dataclass
class Run:
    """Signs versions of one organization, chunk after chunk; counts which of them pass the full verifier."""

    office: Office
    organization_id: int
    total: int
    now: datetime
    batch_id: int | None = None
    done: int = 0

    def sign(self, version_ids: Sequence[int], also: Callable[[Session], None] | None = None) -> None:
        """Sign a chunk and commit it, with what `also` adds to the same transaction."""
        statuslist.ensure(self.office, self.organization_id, self.now)
        with self.office.database.reading() as session:
            intents = load_intents(session, version_ids)
            signers = _signers(self.office, session, intents)
        answers = list(sign_chunk(intents, signers))
        self.office.reached("after-sign")
        signed = [answer for answer in answers if isinstance(answer, SignedVersion)]
        self._accept(signed, intents)
        waiting = [answer for answer in answers if isinstance(answer, Waiting)]

        def store(session: Session) -> None:
            _store(session, self, signed, waiting)
            if also is not None:
                also(session)
            self.office.reached("before-commit")

        self.office.database.write(store)
        self.office.reached("after-commit")
        self.done += len(version_ids)

    def _accept(self, signed: Sequence[SignedVersion], intents: Sequence[Intent]) -> None:
        """Let the first, the last and every 1,000th of the run pass the full verifier; raises NotAccepted."""
        places = {version_id: self.done + place for place, version_id in enumerate(item.version_id for item in intents)}
        resolver = StoreResolver(self.office, self.now)
        for place, answer in enumerate(signed):
            at_the_end = place == len(signed) - 1 and self.done + len(intents) >= self.total
            if places[answer.version_id] % FULL_CHECK_EVERY and not (place == 0 and not self.done) and not at_the_end:
                continue
            report = verify(answer.data, resolver, Policy(), max(self.now, intents[0].valid_from))
            if report.verdict not in ACCEPTED:
                raise NotAccepted(f"Our own verifier says {report.verdict} of what we signed.")


def _signers(office: Office, session: Session, intents: Sequence[Intent]) -> dict[str, Signer]:
    """Return a checked signer for each key that the intents name: it may be retired, and was promised."""
    keyring = office.keyring(session)
    signers: dict[str, Signer] = {}
    for key_id in {intent.key_id for intent in intents}:
        controller, _, kid = key_id.partition("#")
        record = next(item for item in keyring.store.records(controller) if item.kid == kid)
        signers[key_id] = CheckedSigner(keyring.signer_of(record), record.public())
    return signers


def _store(session: Session, run: Run, signed: Sequence[SignedVersion], waiting: Sequence[Waiting]) -> None:
    """Keep what this run signed; what another run signed in between must be the same bytes."""
    answers: dict[int, SignedVersion | Waiting] = {item.version_id: item for item in signed}
    answers |= {item.version_id: item for item in waiting}
    statement = select(CredentialVersion).where(CredentialVersion.id.in_(list(answers))).order_by(CredentialVersion.id)
    issued, held = [], {}
    for version in session.scalars(lock(session, statement)):
        answer = answers[version.id]
        if isinstance(answer, Waiting):
            version.fault = held[version.credential_id] = keep_fault(lint_fault(answer.found))
        elif version.state == INTENT:
            version.signed, version.sha256, version.signed_at = answer.data, answer.sha256, run.now
            version.state, version.fault = SIGNED, None
            session.add(_told(version, run.now))
            issued.append(version.credential_id)
        elif version.sha256 != answer.sha256:
            raise NotAccepted("Another run signed other bytes for the same intent.")
    if issued:
        session.execute(
            update(Organization)
            .where(Organization.id == run.organization_id, Organization.frozen_at.is_(None))
            .values(frozen_at=run.now)
        )
    if run.batch_id is not None:
        _mark(session, run.batch_id, issued, held)


def _told(version: CredentialVersion, now: datetime) -> Outbox:
    """Return the line that lets the world be told once this is committed."""
    return Outbox(
        organization_id=version.organization_id,
        public_id=new_token(),
        kind="credential.issued" if version.number == 1 else "credential.corrected",
        version_id=version.id,
        payload={"version": version.number},
        created_at=now,
    )


def _mark(session: Session, batch_id: int, issued: Sequence[int], held: Mapping[int, dict[str, Any]]) -> None:
    mine = update(BatchRow).where(BatchRow.batch_id == batch_id, BatchRow.state == RESERVED)
    for start in range(0, len(issued), IN_ONE_QUESTION):
        chunk = issued[start : start + IN_ONE_QUESTION]
        session.execute(mine.where(BatchRow.credential_id.in_(chunk)).values(state=ISSUED))
    for credential_id, fault in held.items():
        session.execute(mine.where(BatchRow.credential_id == credential_id).values(state=WAITING, fault=fault))


def lint_fault(found: Sequence[tuple[str, str]]) -> Fault:
    """Return why a version waits, as a fault of its row."""
    name, detail = found[0]
    return Fault("lint", values={"lint": name, "detail": detail[:300]})
