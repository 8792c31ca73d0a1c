"""Who is on the list of an evening, for badges: everybody, whether they attended or not."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.certificate.layout import COLOURS, is_colour
from issuer.gallery import load_pictures
from issuer.models import Organization, Preparation, Reading, ReadingPiece
from issuer.nameplates.badge import Badge, Evening
from issuer.preparing.person import unpacked


@dataclass(frozen=True)
class Listed:
    """The badges of an evening in the order of its lists; those added by hand come last."""

    badges: tuple[Badge, ...]
    evening: Evening


def listed(session: Session, organization_id: int, public_id: str) -> Listed | None:
    """Return everybody on the lists of a preparation but who withdrew; None where there is no such preparation.

    What certificates are held back for, by the filter or by hand, changes nothing here: badges are printed before
    anybody comes.
    """
    own = Preparation.organization_id == organization_id
    found = session.execute(
        select(Preparation, Organization)
        .join(Organization, Organization.id == Preparation.organization_id)
        .where(Preparation.public_id == public_id, own)
    ).one_or_none()
    if found is None:
        return None
    preparation, organization = found
    pieces = session.scalars(
        select(ReadingPiece.people)
        .join(Reading, Reading.id == ReadingPiece.reading_id)
        .where(Reading.preparation_id == preparation.id)
    )
    people = sorted((one.recipient for body in pieces for one in unpacked(body)), key=lambda person: person.row)
    badges = tuple(Badge(one.name, one.values.get("role", "")) for one in people if not one.withdrawn)
    return Listed(badges, _evening(session, preparation, organization))


def _evening(session: Session, preparation: Preparation, organization: Organization) -> Evening:
    tables, facts = preparation.event, organization.facts
    chosen = tables.get("certificate", {}).get("colour") or organization.settings.get("colour") or ""
    logo = facts.get("logo")
    return Evening(
        organization=facts.get("name") or organization.slug,
        event=str(tables.get("event", {}).get("name") or ""),
        colour=chosen if is_colour(chosen) else COLOURS["modern"],
        seed=preparation.public_id,
        language=organization.language,
        logo=load_pictures(session, organization.id, {logo}).get(logo) if logo else None,
    )
