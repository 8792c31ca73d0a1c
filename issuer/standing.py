"""How an award stands, in one question: all that its page rests on, so that what was made of it can be told again.

Two standings that are equal show the same page. Every member that somebody could change is in it: the signed bytes of
each version, compared with what was signed, revocations, the issuer with its keys, and the edition of the status list.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import String, bindparam, cast, func, select

from issuer.archive import intact
from issuer.models import SIGNED, Credential, CredentialVersion, Organization, Revocation, SigningKey, StatusList
from issuer.office import Office
from issuer.statuslist import SIGNED_AGAIN_AFTER
from issuer.vouching import VOUCHED, reasons_of
from verifier.reason import Reason

_TOKEN: Final = Credential.token == bindparam("token")
_IS_SIGNED: Final = (CredentialVersion.state == SIGNED, CredentialVersion.signed.is_not(None))
_BYTES: Final = (
    select(CredentialVersion.signed, CredentialVersion.sha256)
    .join(Credential, Credential.id == CredentialVersion.credential_id)
    .where(_TOKEN, *_IS_SIGNED)
    .order_by(CredentialVersion.number.desc())
    .limit(1)
)
_KEY: Final = SigningKey.kid + ":" + SigningKey.state + ":" + SigningKey.purpose
_KEYS: Final = (
    select(func.aggregate_strings(_KEY, ","))
    .where(SigningKey.controller == Organization.did)
    .correlate(Organization)
    .scalar_subquery()
)
_STANDING: Final = (
    select(
        CredentialVersion.number, CredentialVersion.sha256, CredentialVersion.signed, CredentialVersion.note,
        CredentialVersion.design_id, cast(CredentialVersion.row, String).label("row"), Revocation.id, Revocation.kind,
        Revocation.reason, Organization.did, Organization.base_url, cast(Organization.facts, String).label("profile"),
        StatusList.version, StatusList.published_at, _KEYS.label("keys"), *VOUCHED,
    )
    .join(Credential, Credential.id == CredentialVersion.credential_id)
    .join(Organization, Organization.id == Credential.organization_id)
    .join(StatusList, StatusList.id == CredentialVersion.status_list_id)
    .outerjoin(Revocation, Revocation.version_id == CredentialVersion.id)
    .where(_TOKEN, *_IS_SIGNED)
    .order_by(CredentialVersion.number)
)  # fmt: skip
_SHOWN: Final = 15
"""Columns of a standing that are compared as they are; of those after, what they amount to now."""


@dataclass(frozen=True)
class Standing:
    """How an award stands: what it rests on, why its issuer is known, and whether its list was signed of late."""

    rests_on: Hashable = field(repr=False)
    did: str
    reasons: tuple[Reason, ...]
    is_fresh: bool


def signed(office: Office, token: str) -> tuple[bytes, str] | None:
    """Return the signed bytes of the current version under `token`, with their hash, or None; raises Altered."""
    row = next(iter(office.database.ask(_BYTES, {"token": token})), None)
    return None if row is None else (intact(row.signed, row.sha256, token), row.sha256)


def standing(office: Office, token: str, now: datetime) -> Standing | None:
    """Return how the award under `token` stands, None where there is none or its bytes are not those that were signed.

    Whoever finds no standing goes the long way, which says what is wrong.
    """
    rows = office.database.ask(_STANDING, {"token": token})
    if not rows or any(sha256(row.signed).hexdigest() != row.sha256 for row in rows):
        return None
    last = rows[-1]
    return Standing(
        tuple(tuple(_told(value) for value in row[:_SHOWN]) for row in rows),
        last.did,
        reasons_of(last, now),
        last.published_at is not None and last.published_at > now - SIGNED_AGAIN_AFTER,
    )


def _told(value: Any) -> Any:
    """Return a value as it is compared: of signed bytes their hash stands beside them."""
    return None if isinstance(value, bytes) else value
