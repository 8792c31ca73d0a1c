"""What the tables tell of a batch, in as many questions for ten people as for a hundred thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from issuer.fault import Fault
from issuer.intent import credential_url
from issuer.journal import read_fault
from issuer.models import (
    DONE,
    ISSUED,
    RUNNING,
    SIGNED,
    TO_DO,
    UNCHANGED,
    Achievement,
    Batch,
    BatchRow,
    Credential,
    CredentialVersion,
    Event,
    Job,
    Organization,
)
from issuer.outcome import count_rows
from issuer.work.jobs import ISSUE
from issuer.work.progress import Progress, progress_of

PAGE: Final = 200
"""People of one page."""
FAULTS_MOST: Final = 50


@dataclass(frozen=True)
class Somebody:
    """One row that has its credential."""

    row: int
    name: str
    token: str
    url: str
    unchanged: bool


@dataclass(frozen=True)
class Told:
    """One batch: `ready` have their credential, `unchanged` of them since before. The next page begins `after`.

    `faulty` counts rows that have none and will get none as they are; `faults` are the first of these.
    """

    batch: str
    event_name: str
    event_slug: str
    award: str
    timezone: str
    start: datetime
    end: datetime
    progress: Progress
    ready: int
    unchanged: int
    faulty: int
    faults: Sequence[Fault] = field(repr=False)
    people: Sequence[Somebody] = field(repr=False)
    after: int | None = None
    now: datetime | None = None

    @property
    def is_scheduled(self) -> bool:
        """Whether its time has not come."""
        starts = self.progress.starts_at
        return self.progress.state == TO_DO and starts is not None and self.now is not None and starts > self.now

    @property
    def is_open(self) -> bool:
        """Whether there is still something to wait for."""
        return self.progress.state in (TO_DO, RUNNING)

    @property
    def is_done(self) -> bool:
        """Whether all that could be issued is issued."""
        return self.progress.state == DONE

    @property
    def part(self) -> float:
        """How much is done, of 100."""
        return 100.0 if not self.progress.total else 100 * self.progress.done / self.progress.total


def job_of(session: Session, organization_id: int, batch: str) -> Job | None:
    """Return the job that signs a batch of this organization."""
    own = Job.organization_id == organization_id
    return session.scalar(select(Job).where(Job.kind == ISSUE, Job.subject == batch, own))


def tell(session: Session, organization_id: int, batch: str, after: int, now: datetime) -> Told | None:
    """Return what there is to tell of a batch of this organization, with its people from the row `after` on."""
    found = session.execute(_batch(organization_id, batch)).one_or_none()
    job = job_of(session, organization_id, batch)
    if found is None or job is None:
        return None
    number, slug, event, achievement, base_url = found
    counts, people = count_rows(session, number), _people(session, number, after, base_url)
    start, end = (datetime.fromisoformat(event[key]) for key in ("start", "end"))
    return Told(
        batch=batch,
        event_name=event["name"],
        event_slug=slug,
        award=achievement["name"],
        timezone=event["timezone"],
        start=start,
        end=end,
        progress=progress_of(session, job),
        ready=counts.get(ISSUED, 0) + counts.get(UNCHANGED, 0),
        unchanged=counts.get(UNCHANGED, 0),
        faulty=_faulty(session, number),
        faults=_faults(session, number),
        people=people[:PAGE],
        after=people[PAGE - 1].row if len(people) > PAGE else None,
        now=now,
    )


def _batch(organization_id: int, batch: str) -> Select[*tuple[Any, ...]]:
    return (
        select(Batch.id, Event.slug, Event.facts, Achievement.facts, Organization.base_url)
        .join(Event, Event.id == Batch.event_id)
        .join(Achievement, Achievement.id == Batch.achievement_id)
        .join(Organization, Organization.id == Batch.organization_id)
        .where(Batch.public_id == batch, Batch.organization_id == organization_id)
    )


def _people(session: Session, batch_id: int, after: int, base_url: str) -> list[Somebody]:
    """Return the next of those who have their credential, and one more where there are more."""
    latest = (
        select(func.max(CredentialVersion.number))
        .where(CredentialVersion.credential_id == Credential.id, CredentialVersion.state == SIGNED)
        .correlate(Credential)
        .scalar_subquery()
    )
    rows = session.execute(
        select(BatchRow.row, BatchRow.state, Credential.token, CredentialVersion.row["name"].as_string().label("name"))
        .join(Credential, Credential.id == BatchRow.credential_id)
        .join(CredentialVersion, CredentialVersion.credential_id == Credential.id)
        .where(BatchRow.batch_id == batch_id, BatchRow.state.in_((ISSUED, UNCHANGED)), BatchRow.row > after)
        .where(CredentialVersion.number == latest)
        .order_by(BatchRow.row)
        .limit(PAGE + 1)
    )
    return [
        Somebody(row.row, row.name or "", row.token, credential_url(base_url, row.token), row.state == UNCHANGED)
        for row in rows
    ]


def _faulty(session: Session, batch_id: int) -> int:
    statement = select(func.count()).select_from(BatchRow)
    return session.scalar(statement.where(BatchRow.batch_id == batch_id, BatchRow.fault.is_not(None))) or 0


def _faults(session: Session, batch_id: int) -> list[Fault]:
    held = session.execute(
        select(BatchRow.row, BatchRow.fault)
        .where(BatchRow.batch_id == batch_id, BatchRow.fault.is_not(None))
        .order_by(BatchRow.row)
        .limit(FAULTS_MOST)
    )
    return [read_fault(line.fault, line.row) for line in held if line.fault]
