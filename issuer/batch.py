"""The first commit of the life of a row: who will get what, under which address, bit, time and key. All or none.

Nothing is signed here, and nobody is told. What another process reserves at the same time is found by the unique
constraints: the whole reservation is then done again, and meets those people as already there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from badges.times import read_stamp
from issuer.attempt import Attempt, Reservation
from issuer.event import EventFile
from issuer.fault import Fault, Refused
from issuer.gallery import Pictures
from issuer.office import Office
from issuer.register import Registered, register

if TYPE_CHECKING:
    from issuer.roster import Recipient

__all__ = ["Reservation", "reserve"]


def reserve(
    office: Office,
    event: EventFile,
    recipients: Sequence[Recipient],
    *,
    update: bool = False,
    distinct: bool = False,
    now: datetime,
) -> Reservation:
    """Reserve one credential for each of `recipients` who has none yet (DESIGN, section 2, step 2).

    Raises Refused, and reserves nothing, when the issuer's base URL is another than that of its first credential,
    when an award would end before it begins, when a picture cannot be used, or when the name of a new issuer looks
    like another's and `distinct` does not say that a person has looked.
    """
    now = now.replace(microsecond=0)
    pictures = Pictures.prepare(event)

    def work(session: Session) -> Reservation:
        base_url = office.settings.base_url
        site = register(session, base_url, event, pictures, update=update, distinct=distinct, now=now)
        reservation = Attempt(office, session, site, valid_until(event, site, now), now).reserve(recipients)
        if not site.held:
            return reservation
        return replace(reservation, notes=(Fault("facts_held", values={"facts": ", ".join(site.held)}),))

    reservation = office.database.write(work)
    office.reached("after-intent")
    return reservation


def valid_until(event: EventFile, site: Registered, now: datetime) -> datetime | None:
    """Return when the awards end, from the event's end as it is known; Refused when that is over already."""
    if event.certificate.valid_for is None:
        return None
    facts = site.event.facts
    end = event.certificate.valid_for.after(read_stamp(facts["end"], "end"), ZoneInfo(facts["timezone"]))
    if end <= now:
        raise Refused(Fault("validity_over", column="valid_for"))
    return end
