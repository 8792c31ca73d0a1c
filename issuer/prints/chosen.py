"""What is to be printed together: the awards of one batch, or of one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from issuer.fault import Fault, Refused
from issuer.models import ISSUED, UNCHANGED, Batch, BatchRow, Credential, Event, Organization
from issuer.office import Office


@dataclass(frozen=True)
class Chosen:
    """Awards by the ids of their rows, in the order of the list, or of an event's lists; `slug` is the event's.

    `batch_ids` are the rows of the batches that issued them.
    """

    slug: str
    credential_ids: Sequence[int] = field(repr=False)
    batch_ids: Sequence[int] = ()


def choose(office: Office, what: str) -> Chosen:
    """Return the awards of the batch with the id `what`, else of the event with that id, slug or `ISSUER/SLUG`.

    Raises Refused with `print_unknown`, or `print_ambiguous` where several issuers have such an event.
    """
    with office.database.reading() as session:
        return _batch(session, what) or _event(session, what)


def _batch(session: Session, what: str) -> Chosen | None:
    found = session.execute(
        select(Batch.id, Event.slug).join(Event, Event.id == Batch.event_id).where(Batch.public_id == what)
    ).one_or_none()
    if found is None:
        return None
    ids = session.scalars(
        select(BatchRow.credential_id)
        .where(BatchRow.batch_id == found[0], BatchRow.state.in_((ISSUED, UNCHANGED)))
        .order_by(BatchRow.row)
    )
    return Chosen(found[1], tuple(dict.fromkeys(item for item in ids if item is not None)), (found[0],))


def _event(session: Session, what: str) -> Chosen:
    issuer, _, slug = what.rpartition("/")
    statement = (
        select(Event.id, Event.slug, Organization.slug)
        .join(Organization, Organization.id == Event.organization_id)
        .where(or_(Event.slug == slug, Event.public_id == slug))
        .order_by(Organization.slug)
    )
    if issuer:
        statement = statement.where(Organization.slug == issuer)
    found = session.execute(statement).all()
    if len(found) > 1:
        names = ", ".join(f"{line[2]}/{line[1]}" for line in found)
        raise Refused(Fault("print_ambiguous", values={"id": what, "names": names}))
    if not found:
        raise Refused(Fault("print_unknown", values={"id": what}))
    ids = session.scalars(select(Credential.id).where(Credential.event_id == found[0][0]).order_by(Credential.id))
    batches = session.scalars(select(Batch.id).where(Batch.event_id == found[0][0]).order_by(Batch.id))
    return Chosen(found[0][1], tuple(ids), tuple(batches))
