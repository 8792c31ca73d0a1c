"""The tables. Each row belongs to one organization; times are UTC; addresses are random, never counted."""

from __future__ import annotations

from issuer.models.award import (
    INTENT,
    REVOKED,
    SIGNED,
    SUPERSEDED,
    Credential,
    CredentialVersion,
    IdentityKey,
    Revocation,
    StatusList,
    TokenFace,
)
from issuer.models.base import Table
from issuer.models.catalogue import Achievement, Asset, Design, Event, Snapshot
from issuer.models.organization import Organization, SigningKey
from issuer.models.work import ISSUED, RESERVED, UNCHANGED, WAITING, Batch, BatchRow, Journal, Outbox

__all__ = [
    "INTENT",
    "ISSUED",
    "RESERVED",
    "REVOKED",
    "SIGNED",
    "SUPERSEDED",
    "UNCHANGED",
    "WAITING",
    "Achievement",
    "Asset",
    "Batch",
    "BatchRow",
    "Credential",
    "CredentialVersion",
    "Design",
    "Event",
    "IdentityKey",
    "Journal",
    "Organization",
    "Outbox",
    "Revocation",
    "SigningKey",
    "Snapshot",
    "StatusList",
    "Table",
    "TokenFace",
]
