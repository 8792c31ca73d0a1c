"""What must hold at the end of every proof, whatever happened before: found faults are told, not raised."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from issuer.archive import awards_of
from issuer.models import DONE, ISSUED, UNCHANGED, Batch, BatchRow, Chunk, Credential, IdentityKey, Job, Outbox
from issuer.models import CredentialVersion as Version
from issuer.office import Office
from issuer.resolver import StoreResolver
from issuer.roster import Recipient
from tools.proofs.evening import NOW
from tools.proofs.ground import Ground
from tools.proofs.signatures import signatures
from verifier.policy import Policy
from verifier.verdict import Verdict
from verifier.verify import verify

Promise = tuple[str, str, int, int, str]
"""Address, subject, list, index and moment of a credential, as they were first seen."""


@dataclass
class Remembering:
    """Asks for each document once; no list changes while we look."""

    resolver: StoreResolver
    known: dict[str, bytes] = field(default_factory=dict)
    local: Final = True

    def fetch(self, url: str) -> bytes:
        """Return the document at `url`."""
        if url not in self.known:
            self.known[url] = self.resolver.fetch(url)
        return self.known[url]


@dataclass
class Memory:
    """What was promised to whom, at first sight; a promise that changes afterwards is a fault."""

    promises: dict[int, Promise] = field(default_factory=dict)

    def learn(self, ground: Ground) -> None:
        """Note what was not there before."""
        with ground.reading() as session:
            last = max(self.promises, default=0)
            self.promises |= dict(_promises(session, last))

    def changed(self, session: Session) -> Iterator[str]:
        """Yield what is no more as it was, or is gone."""
        found = dict(_promises(session, 0))
        for credential_id, promise in self.promises.items():
            if found.get(credential_id) != promise:
                yield f"changed: {promise} became {found.get(credential_id)}"


def _promises(session: Session, after: int) -> Iterator[tuple[int, Promise]]:
    columns = (Credential.token, Credential.subject_id, Version.status_list_id, Version.status_index)
    statement = select(Credential.id, *columns, Version.valid_from).join(
        Version, Version.credential_id == Credential.id
    )
    for row in session.execute(statement.where(Credential.id > after).order_by(Credential.id)):
        yield row[0], (row[1], row[2], row[3], row[4], row[5].isoformat())


def audit(
    ground: Ground, people: Iterable[Recipient], memory: Memory, killed: Mapping[int, int] | None = None
) -> list[str]:
    """Return every fault: nothing may be lost, doubled or changed, and everything verifies.

    `killed` are the processes that were killed, each with a moment at which it lived; where they are given, nobody
    may have signed what a process did that was still alive.
    """
    names = {person.name for person in people}
    with ground.opened() as office:
        with office.database.reading() as session:
            versions = list(session.execute(select(Version, Credential).join(Credential)))
            found = [*_counts(session, len(names)), *memory.changed(session), *_jobs(session)]
        stored = {version.id: version.sha256 for version, _ in versions}
        found += _signatures(ground, stored, killed)
        places = {(version.status_list_id, version.status_index) for version, _ in versions}
        found += _differs("distinct status indices", len(places), len(versions))
        found += _documents(office, versions, names)
    return found


def _counts(session: Session, rows: int) -> Iterator[str]:
    def count(statement: Select[Any]) -> int:
        return session.scalar(select(func.count()).select_from(statement.subquery())) or 0

    done = select(BatchRow.credential_id).where(BatchRow.state.in_((ISSUED, UNCHANGED)))
    told = select(Outbox.version_id).where(Outbox.kind == "credential.issued")
    yield from _differs("credentials", count(select(Credential.id)), rows)
    yield from _differs("identities", count(select(Credential.identity).distinct()), rows)
    yield from _differs("keys of people", count(select(IdentityKey.id)), 2 * rows)
    yield from _differs("versions", count(select(Version.id)), rows)
    yield from _differs("signed versions", count(select(Version.id).where(Version.state == "signed")), rows)
    yield from _differs("lines in the outbox", count(told), rows)
    yield from _differs("versions in the outbox", count(told.distinct()), rows)
    yield from _differs("credentials behind done rows", count(done.distinct()), rows)
    yield from _differs("open rows", count(select(BatchRow.id).where(BatchRow.state.not_in((ISSUED, UNCHANGED)))), 0)


def _jobs(session: Session) -> Iterator[str]:
    batches = session.scalars(select(Batch.public_id).where(Batch.state == "reserved")).all()
    yield from _differs("jobs", session.scalar(select(func.count(Job.id))), len(batches))
    for job in session.scalars(select(Job)):
        chunks = select(Chunk).where(Chunk.job_id == job.id)
        states = {chunk.state for chunk in session.scalars(chunks)}
        size = session.scalar(select(func.coalesce(func.sum(Chunk.size), 0)).where(Chunk.job_id == job.id))
        reserved = select(func.count(BatchRow.id)).join(Batch).where(Batch.public_id == job.subject)
        yield from _differs("the state of a job", job.state, DONE)
        yield from _differs("the states of its chunks", states or {DONE}, {DONE})
        yield from _differs("rows in the chunks of a job", size, job.size)
        if len(batches) == 1:
            yield from _differs("rows of a job", job.size, session.scalar(reserved))


def _signatures(ground: Ground, stored: dict[int, str | None], killed: Mapping[int, int] | None) -> Iterator[str]:
    """R2: each signature has its intent, and is the one that is stored."""
    last: dict[int, int] = {}
    for made in signatures(ground.log):
        if made.version_id not in stored:
            yield f"orphan: version {made.version_id} was signed and has no intent"
        elif stored[made.version_id] != made.sha256:
            yield f"orphan: version {made.version_id} was signed in other bytes than are stored"
        before = last.get(made.version_id, made.process)
        if killed is not None and before != made.process and killed.get(before, made.moment) >= made.moment:
            yield f"doubled: version {made.version_id} was signed while another process that had signed it was alive"
        last[made.version_id] = made.process
    yield from _differs("versions whose signature was noted", len(last), len(stored))


def _documents(office: Office, versions: Iterable[Any], names: set[str]) -> Iterator[str]:
    """R1 and R22: every stored credential verifies, is what was promised, and is served as it was signed."""
    resolver, found = Remembering(StoreResolver(office, NOW)), set()
    served = {award.token: award.signed for award in awards_of(office, [credential.id for _, credential in versions])}
    for version, credential in versions:
        data = version.signed or b"{}"
        report = verify(data, resolver, Policy(), NOW)
        if report.verdict is not Verdict.VALID:
            yield f"invalid: {credential.token} is {report.verdict}"
            continue
        said = json.loads(data)
        subject, status = said["credentialSubject"], said["credentialStatus"]
        if not said["id"].endswith(f"/{credential.token}") or subject["id"] != credential.subject_id:
            yield f"changed: {credential.token} has the address or the subject of another"
        if str(version.status_index) != (status[0] if isinstance(status, list) else status)["statusListIndex"]:
            yield f"changed: {credential.token} has another status index than was reserved"
        if sha256(served.get(credential.token, b"")).hexdigest() != version.sha256:
            yield f"changed: {credential.token} is served in other bytes than were signed"
        found.add(subject["identifier"][0]["identityHash"])
    yield from _differs("people named in the credentials", len(found & names), len(names))


def _differs(what: str, found: object, wanted: object) -> Iterator[str]:
    if found != wanted:
        yield f"{what}: {found}, and {wanted} were to be there"
