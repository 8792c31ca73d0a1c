"""What was left behind: a batch that is whole and that nobody ever planned to sign, as earlier versions left them."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from issuer.models import INTENT, RESERVED, Batch, BatchRow, CredentialVersion, Job
from issuer.office import Office
from issuer.work.jobs import ISSUE, plan_issue


def plan_what_was_left(office: Office) -> int:
    """Plan the signing of every reserved row whose batch has no job; return how many rows there were.

    A batch that has a job is left to it, also when somebody stopped it. One that is not whole yet is left to the run
    that reserves it. A correction is finished by correcting again, since the version before it must fall in the same
    moment.
    """
    unsigned = (
        exists()
        .where(BatchRow.batch_id == Batch.id, BatchRow.state == RESERVED)
        .where(CredentialVersion.credential_id == BatchRow.credential_id, CredentialVersion.number == 1)
        .where(CredentialVersion.state == INTENT, CredentialVersion.fault.is_(None))
    )
    planned = exists().where(Job.kind == ISSUE, Job.subject == Batch.public_id)
    left = select(Batch).where(Batch.state == RESERVED, unsigned, ~planned).order_by(Batch.id)
    with office.database.reading() as session:
        if session.scalar(left.limit(1)) is None:
            return 0

    def work(session: Session) -> int:
        return sum(plan_issue(session, batch).size for batch in session.scalars(left).all())

    return office.database.write(work)
