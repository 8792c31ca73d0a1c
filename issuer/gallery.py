"""Pictures on their way into the database: made fit for print once, kept once under their hash."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.art.badge import badge_svg
from issuer.certificate.assets import reencode
from issuer.certificate.layout import COLOURS, Signatory
from issuer.event import EventFile
from issuer.facts import Facts
from issuer.models import Asset
from issuer.pictures import picture_format

MEDIA_TYPES: Final = {"svg": "image/svg+xml", "png": "image/png", "jpeg": "image/jpeg"}


@dataclass(frozen=True)
class Picture:
    """A picture that is fit to be kept."""

    body: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """Return the hash under which it is kept."""
        return sha256(self.body).hexdigest()

    @property
    def media_type(self) -> str:
        """Return what it is, by its first bytes."""
        return MEDIA_TYPES[picture_format(self.body) or "svg"]


@dataclass(frozen=True)
class Pictures:
    """The pictures of an event file, re-encoded: nothing but what a print needs is left in them."""

    logo: Picture | None
    image: Picture | None
    signatories: tuple[Signatory, ...]

    @classmethod
    def prepare(cls, event: EventFile) -> Pictures:
        """Re-encode every picture; raises Refused for one that cannot be used."""
        logo, image = event.issuer.logo, event.achievement.image
        return cls(
            logo=Picture(reencode(logo, "logo")) if logo else None,
            image=Picture(reencode(image, "badge")) if image else None,
            signatories=tuple(
                replace(person, image=reencode(person.image, "signature")) if person.image else person
                for person in event.certificate.signatories
            ),
        )

    def badge(self, event: EventFile, achievement: Facts, organization: Facts, seed: str) -> Picture:
        """Return the organizer's badge, or draw one from name, issuer and colour."""
        if self.image:
            return self.image
        colour = event.certificate.colour or COLOURS[event.certificate.design]
        return Picture(badge_svg(achievement["name"], organization["name"], colour, seed, ""))

    def of(self, data: bytes) -> Picture:
        """Return the picture of these bytes, which were re-encoded before."""
        return Picture(data)


def keep_picture(session: Session, organization_id: int, picture: Picture) -> str:
    """Keep a picture, once; return its hash."""
    name = picture.sha256
    found = session.scalar(select(Asset.id).where(Asset.organization_id == organization_id, Asset.sha256 == name))
    if found is None:
        session.add(
            Asset(organization_id=organization_id, sha256=name, media_type=picture.media_type, body=picture.body)
        )
        session.flush()
    return name


def load_pictures(session: Session, organization_id: int, names: set[str]) -> dict[str, bytes]:
    """Return the bytes of pictures by their hashes."""
    rows = session.execute(
        select(Asset.sha256, Asset.body).where(Asset.organization_id == organization_id, Asset.sha256.in_(names))
    )
    return {row[0]: row[1] for row in rows}
