"""The documents that everybody may have: profiles, DID documents, keys, achievements, pictures, status lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from badges.model import CONTEXT_OB3, CONTEXT_V2, Profile
from issuer import statuslist
from issuer.compose import EXTENSIONS, achievement, profile
from issuer.facts import RESULTS
from issuer.intent import achievement_url, issuer_url
from issuer.models import Achievement, Asset, Organization
from issuer.office import Office
from issuer.signing import compact
from keys.documents import did_document, jwk, jwks

JSON_LD: Final = "application/ld+json"
KEYS_AGE: Final = 60
"""Seconds that documents may be kept which must not be old: a new key, and a revocation, are known within them."""
FACTS_AGE: Final = 3_600


@dataclass(frozen=True)
class PublicDocument:
    """One document; `max_age` in seconds, `etag` without its quotation marks."""

    media_type: str
    body: bytes = field(repr=False)
    max_age: int

    @property
    def etag(self) -> str:
        """Return the hash of the body: the same bytes, the same tag."""
        return sha256(self.body).hexdigest()[:32]


def document(office: Office, path: str, now: datetime) -> PublicDocument | None:
    """Return the document at `path`, or None when there is none; a status list older than a day is signed again."""
    for pattern, answer in _ROUTES:
        match = pattern.fullmatch(path)
        if match:
            return answer(office, match.groupdict(), now)
    return None


def hosts(office: Office) -> set[str]:
    """Return the hosts, with their ports, whose documents are ours: of the base URL, and of every frozen one."""
    with office.database.reading() as session:
        urls = {office.settings.base_url, *session.scalars(select(Organization.base_url).distinct())}
    return {urlsplit(url).netloc.lower() for url in urls}


def _issuer(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    with office.database.reading() as session:
        row = _organization(session, named["slug"])
        if row is None:
            return None
        return _json(JSON_LD, _linked(_profile(row).to_json()), FACTS_AGE)


def _did(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    with office.database.reading() as session:
        row = _organization(session, named["slug"])
        if row is None:
            return None
        records = office.keyring(session).store.records(row.did)
        return _json("application/did+json", did_document(row.did, records), KEYS_AGE)


def _jwks(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    with office.database.reading() as session:
        row = _organization(session, named["slug"])
        if row is None:
            return None
        return _json("application/jwk-set+json", jwks(office.keyring(session).store.records(row.did)), KEYS_AGE)


def _key(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    with office.database.reading() as session:
        row = _organization(session, named["slug"])
        for record in office.keyring(session).store.records(row.did) if row else ():
            if record.kid == named["kid"]:
                return _json("application/jwk+json", jwk(record), KEYS_AGE)
    return None


def _achievement(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    with office.database.reading() as session:
        found = _find_achievement(session, named["id"])
        if found is None:
            return None
        row, organization = found
        url = achievement_url(organization.base_url, row.public_id)
        body = achievement(url, row.facts, list(RESULTS)).to_json()
        body["creator"] = _profile(organization).to_json()
        return _json(JSON_LD, _linked(body), FACTS_AGE)


def _picture(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    with office.database.reading() as session:
        found = _find_achievement(session, named["id"])
        if found is None:
            return None
        image = found[0].facts["image"]
        if EXTENSIONS[image["media_type"]] != named["extension"]:
            return None
        asset = session.scalars(
            select(Asset).where(Asset.organization_id == found[0].organization_id, Asset.sha256 == image["sha256"])
        ).one()
        return PublicDocument(asset.media_type, asset.body, FACTS_AGE)


def _status(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:
    number = int(named["number"])
    body = statuslist.published(office, number, now)
    return None if body is None else PublicDocument("application/vc", body, KEYS_AGE)


def _logo(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    with office.database.reading() as session:
        row = session.execute(
            select(Asset.media_type, Asset.body)
            .join(Organization, Organization.id == Asset.organization_id)
            .where(Organization.slug == named["slug"], Asset.sha256.startswith(named["hash"]))
        ).one_or_none()
    if row is None or EXTENSIONS[row[0]] != named["extension"]:
        return None
    return PublicDocument(row[0], row[1], FACTS_AGE)


def _profile(row: Organization) -> Profile:
    return profile(row.did, row.facts, issuer_url(row.base_url, row.slug))


def _organization(session: Session, slug: str) -> Organization | None:
    return session.scalar(select(Organization).where(Organization.slug == slug))


def _find_achievement(session: Session, public_id: str) -> tuple[Achievement, Organization] | None:
    row = session.execute(
        select(Achievement, Organization)
        .join(Organization, Organization.id == Achievement.organization_id)
        .where(Achievement.public_id == public_id)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def _linked(body: dict[str, Any]) -> dict[str, Any]:
    return {"@context": [CONTEXT_V2, CONTEXT_OB3], **body}


def _json(media_type: str, body: dict[str, Any], max_age: int) -> PublicDocument:
    return PublicDocument(media_type, compact(body), max_age)


_Answer = Callable[[Office, Mapping[str, str], datetime], PublicDocument | None]
_ROUTES: Final[tuple[tuple[re.Pattern[str], _Answer], ...]] = tuple(
    (re.compile(pattern, re.ASCII), answer)
    for pattern, answer in (
        (r"/issuers/(?P<slug>[a-z0-9-]{1,63})", _issuer),
        (r"/issuers/(?P<slug>[a-z0-9-]{1,63})/did\.json", _did),
        (r"/issuers/(?P<slug>[a-z0-9-]{1,63})/jwks\.json", _jwks),
        (r"/issuers/(?P<slug>[a-z0-9-]{1,63})/keys/(?P<kid>[A-Za-z0-9._-]{1,64})", _key),
        (r"/issuers/(?P<slug>[a-z0-9-]{1,63})/logo-(?P<hash>[0-9a-f]{16})\.(?P<extension>svg|png|jpg)", _logo),
        (r"/achievements/(?P<id>[a-z2-7]{26})", _achievement),
        (r"/achievements/(?P<id>[a-z2-7]{26})\.(?P<extension>svg|png|jpg)", _picture),
        (r"/status/(?P<number>0|[1-9][0-9]{0,11})", _status),
    )
)
