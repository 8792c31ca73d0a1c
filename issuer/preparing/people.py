"""Who gets a certificate, as the lists of a preparation and the choices about them say."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import object_session

from issuer.event import PLACEHOLDERS
from issuer.models import Preparation, Reading, Upload
from issuer.preparing import kept
from issuer.preparing.choices import Choices
from issuer.preparing.person import unpacked
from issuer.roster.model import Recipient
from issuer.wording import fields


def people_of(preparation: Preparation, uploads: Sequence[Upload]) -> tuple[Recipient, ...]:
    """Return who gets one, in the order of the lists; raises Refused when these cannot be read at all.

    Called within the session from which the preparation and its `uploads` come: what was read before is taken from
    there, and a list is read again (`Upload.body` is fetched then) only when something was chosen anew. Columns that
    the wording of the event names are kept; Refused for one that no list has. Each `row` is unique among all lists:
    `person.place_of(row)` tells list and line.
    """
    session, keep = object_session(preparation), columns(preparation)
    ticks, reading = Choices.of(preparation.choices).ticks, None
    if session is not None:
        reading = session.scalar(select(Reading).where(Reading.preparation_id == preparation.id))
        if reading is not None and reading.digest == kept.named(preparation, uploads, keep):
            return tuple(person.recipient for person in kept.everybody(session, reading, ticks))
    looked = kept.look_at(preparation, uploads, keep)
    new = None
    if session is not None and reading is not None and preparation.choices.get("again"):
        # Who has it already was found out for what is kept.
        new = {person.key for person in kept.everybody(session, reading, ticks)}
    found = [
        person.recipient
        for gets, pieces in ((True, looked.yes), (False, looked.no))
        for _, body in pieces
        for person in unpacked(body)
        if ticks.get(person.key, gets) and (new is None or person.key in new)
    ]
    return tuple(found)


def columns(preparation: Preparation) -> tuple[str, ...]:
    """Return the columns of the lists that the wording of this event names."""
    certificate = preparation.event.get("certificate", {})
    wording = certificate.get("wording") or "" if isinstance(certificate, dict) else ""
    return tuple(field for field in fields(str(wording)) if field not in PLACEHOLDERS)
