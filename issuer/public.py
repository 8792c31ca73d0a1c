"""The documents that everybody may have: profiles, DID documents, keys, achievements, pictures, status lists.

Each is asked of the database in one question, whose answer holds all that it says. What is made of the same facts is
made once and kept in memory by those facts, so nothing that is kept can be out of date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Row, String, bindparam, cast, select

from badges.model import CONTEXT_OB3, CONTEXT_V2, Profile
from issuer import statuslist
from issuer.compose import EXTENSIONS, achievement, profile
from issuer.facts import RESULTS
from issuer.intent import achievement_url, issuer_url
from issuer.keyring import KEY_COLUMNS, record_of
from issuer.models import Achievement, Asset, Organization, SigningKey
from issuer.office import Office
from issuer.signing import compact
from keys.documents import did_document, jwk, jwks

JSON_LD: Final = "application/ld+json"
KEYS_AGE: Final = 60
"""Seconds that documents may be kept which must not be old: a new key, and a revocation, are known within them."""
FACTS_AGE: Final = 3_600
MADE_MOST: Final = 512
"""Documents of one kind that are kept in memory."""

_FACTS: Final = cast(Organization.facts, String).label("profile")
_SLUG: Final = Organization.slug == bindparam("slug")
_PROFILE: Final = select(Organization.did, Organization.base_url, Organization.slug, _FACTS).where(_SLUG)
_KEYS: Final = (
    select(Organization.did, *KEY_COLUMNS)
    .outerjoin(SigningKey, SigningKey.controller == Organization.did)
    .where(_SLUG)
    .order_by(SigningKey.id)
)
_ACHIEVEMENT: Final = (
    select(
        Organization.did,
        Organization.base_url,
        Organization.slug,
        _FACTS,
        cast(Achievement.facts, String).label("told"),
    )
    .join(Organization, Organization.id == Achievement.organization_id)
    .where(Achievement.public_id == bindparam("id"))
)
_PICTURE: Final = (
    select(Asset.media_type, Asset.body, Asset.sha256)
    .join(Achievement, Achievement.organization_id == Asset.organization_id)
    .where(
        Achievement.public_id == bindparam("id"),
        Asset.sha256 == Achievement.facts["image"]["sha256"].as_string(),
    )
)
_LOGO: Final = (
    select(Asset.media_type, Asset.body, Asset.sha256)
    .join(Organization, Organization.id == Asset.organization_id)
    .where(_SLUG, Asset.sha256.startswith(bindparam("hash")))
)


@dataclass(frozen=True)
class PublicDocument:
    """One document; `max_age` in seconds, `etag`, the beginning of the hash of the body, without quotation marks."""

    media_type: str
    body: bytes = field(repr=False)
    max_age: int
    etag: str


@lru_cache(MADE_MOST)
def published(media_type: str, body: bytes, max_age: int) -> PublicDocument:
    """Return the document that `body` is: the same bytes, the same tag."""
    return PublicDocument(media_type, body, max_age, sha256(body).hexdigest()[:32])


def signed_document(body: bytes, digest: str) -> PublicDocument:
    """Return a signed credential, whose hash is kept with it, as a document."""
    return PublicDocument("application/vc", body, KEYS_AGE, digest[:32])


def document(office: Office, path: str, now: datetime) -> PublicDocument | None:
    """Return the document at `path`, or None when there is none; a status list older than a day is signed again."""
    for pattern, answer in _ROUTES:
        match = pattern.fullmatch(path)
        if match:
            return answer(office, match.groupdict(), now)
    return None


def _issuer(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    rows = office.database.ask(_PROFILE, named)
    return _profile_document(*rows[0]) if rows else None


def _did(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    rows = office.database.ask(_KEYS, named)
    return _did_document(tuple(rows)) if rows else None


def _jwks(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    rows = office.database.ask(_KEYS, named)
    return _jwks_document(tuple(rows)) if rows else None


def _key(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    rows = tuple(row for row in office.database.ask(_KEYS, named) if row.kid == named["kid"])
    return _jwk_document(rows) if rows else None


def _achievement(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    rows = office.database.ask(_ACHIEVEMENT, named)
    return _achievement_document(named["id"], *rows[0]) if rows else None


def _picture(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    return _asset(office.database.ask(_PICTURE, named), named["extension"])


def _status(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:
    body = statuslist.published(office, int(named["number"]), now)
    return None if body is None else published("application/vc", body, KEYS_AGE)


def _logo(office: Office, named: Mapping[str, str], now: datetime) -> PublicDocument | None:  # noqa: ARG001
    return _asset(office.database.ask(_LOGO, named), named["extension"])


def _asset(rows: list[Row[*tuple[Any, ...]]], extension: str) -> PublicDocument | None:
    """Return a picture, whose hash is kept with it; a beginning of a hash that two share belongs to neither."""
    if len(rows) != 1 or EXTENSIONS[rows[0].media_type] != extension:
        return None
    return PublicDocument(rows[0].media_type, rows[0].body, FACTS_AGE, rows[0].sha256[:32])


@lru_cache(MADE_MOST)
def _profile_document(did: str, base_url: str, slug: str, facts: str) -> PublicDocument:
    return _json(JSON_LD, _linked(_profile(did, base_url, slug, facts).to_json()), FACTS_AGE)


@lru_cache(MADE_MOST)
def _achievement_document(public_id: str, did: str, base_url: str, slug: str, facts: str, told: str) -> PublicDocument:
    body = achievement(achievement_url(base_url, public_id), json.loads(told), list(RESULTS)).to_json()
    body["creator"] = _profile(did, base_url, slug, facts).to_json()
    return _json(JSON_LD, _linked(body), FACTS_AGE)


@lru_cache(MADE_MOST)
def _did_document(rows: tuple[Row[*tuple[Any, ...]], ...]) -> PublicDocument:
    return _json("application/did+json", did_document(rows[0].did, _records(rows)), KEYS_AGE)


@lru_cache(MADE_MOST)
def _jwks_document(rows: tuple[Row[*tuple[Any, ...]], ...]) -> PublicDocument:
    return _json("application/jwk-set+json", jwks(_records(rows)), KEYS_AGE)


@lru_cache(MADE_MOST)
def _jwk_document(rows: tuple[Row[*tuple[Any, ...]], ...]) -> PublicDocument:
    return _json("application/jwk+json", jwk(_records(rows)[0]), KEYS_AGE)


def _records(rows: tuple[Row[*tuple[Any, ...]], ...]) -> list[Any]:
    return [record_of(row) for row in rows if row.kid is not None]


def _profile(did: str, base_url: str, slug: str, facts: str) -> Profile:
    return profile(did, json.loads(facts), issuer_url(base_url, slug))


def _linked(body: dict[str, Any]) -> dict[str, Any]:
    return {"@context": [CONTEXT_V2, CONTEXT_OB3], **body}


def _json(media_type: str, body: dict[str, Any], max_age: int) -> PublicDocument:
    return published(media_type, compact(body), max_age)


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
