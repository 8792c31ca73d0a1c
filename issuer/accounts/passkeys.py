"""Passkeys: a device signs a number that was never used before, and so shows that it holds a key we know.

Clauses: Web Authentication Level 3, sections 7.1 (registering) and 7.2 (signing in), whose steps py_webauthn does.
The device must have asked its user (`user verification`), since nothing else is asked here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from issuer.accounts import links
from issuer.accounts.links import Purpose, To
from issuer.accounts.visits import Visitor
from issuer.models.account import Passkey, User

MOST: Final = 20
"""Passkeys of one user."""
_NAME: Final = "Attestato"
_WRONG: Final = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What the library says of an answer that is none."""


class NotSigned(Exception):
    """An answer that no key of ours signed for this challenge, at this address."""


@dataclass(frozen=True)
class Site:
    """Where devices meet us: `origin` is the base URL, and the host in it the relying party."""

    origin: str

    @property
    def host(self) -> str:
        """The identifier of the relying party."""
        return urlsplit(self.origin).hostname or ""


def of(session: Session, user_id: int) -> list[Passkey]:
    """Return the passkeys of a user, the oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)))


def to_register(session: Session, site: Site, visitor: Visitor, now: datetime) -> dict[str, Any]:
    """Return what a device is asked for that shall make a key (PublicKeyCredentialCreationOptionsJSON)."""
    challenge = links.keep(session, Purpose.PASSKEY, To(user_id=visitor.user_id), now)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=_NAME,
        user_name=visitor.email,
        user_display_name=visitor.name,
        user_id=visitor.public_id.encode(),
        challenge=challenge.encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key.handle) for key in of(session, visitor.user_id)],
    )
    return dict(json.loads(webauthn.options_to_json(options)))


def register(session: Session, site: Site, visitor: Visitor, answer: str, name: str, now: datetime) -> None:
    """Keep the key that a device made; raises NotSigned."""
    told = _read(answer)
    challenge = _challenge(session, told, now, visitor.user_id)
    if len(of(session, visitor.user_id)) >= MOST:
        raise NotSigned
    try:
        made = webauthn.verify_registration_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _WRONG as fault:
        raise NotSigned from fault
    if session.scalar(select(Passkey.id).where(Passkey.handle == made.credential_id)) is not None:
        raise NotSigned
    key = Passkey(
        user_id=visitor.user_id, handle=made.credential_id, public_key=made.credential_public_key,
        sign_count=made.sign_count, name=name, created_at=now,
    )  # fmt: skip
    session.add(key)


def to_sign_in(session: Session, site: Site, now: datetime) -> dict[str, Any]:
    """Return what a device is asked for that shall sign; which keys anybody has is not told."""
    challenge = links.keep(session, Purpose.PASSKEY, To(), now)
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge.encode(), user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(json.loads(webauthn.options_to_json(options)))


def sign_in(session: Session, site: Site, answer: str, now: datetime) -> User:
    """Return who holds the key that signed; raises NotSigned, also for a count that goes back: a copy of the key."""
    told = _read(answer)
    challenge = _challenge(session, told, now, None)
    key, user = _holder(session, told)
    try:
        done = webauthn.verify_authentication_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except _WRONG as fault:
        raise NotSigned from fault
    same = update(Passkey).where(Passkey.id == key.id, Passkey.sign_count == key.sign_count)
    counted = same.values(sign_count=done.new_sign_count, used_at=now).returning(Passkey.id)
    if session.execute(counted).first() is None:
        raise NotSigned
    return user


def remove(session: Session, user_id: int, named: str) -> bool:
    """Forget the passkey that pages call so, if it is this user's."""
    found = next((key for key in of(session, user_id) if name_of(key) == named), None)
    if found is None:
        return False
    session.execute(delete(Passkey).where(Passkey.id == found.id, Passkey.user_id == user_id))
    return True


def name_of(key: Passkey) -> str:
    """Return how pages call a passkey."""
    return links.handle(links.digest(key.handle.hex()))


def _read(answer: str) -> dict[str, Any]:
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError) as fault:
        raise NotSigned from fault
    if not isinstance(told, dict):
        raise NotSigned
    return told


def _challenge(session: Session, told: Mapping[str, Any], now: datetime, user_id: int | None) -> bytes:
    """Return the challenge that an answer names, used up from now on: one that was given out for this, and lately."""
    try:
        client = json.loads(base64url_to_bytes(told["response"]["clientDataJSON"]))
        token = base64url_to_bytes(client["challenge"]).decode("ascii")
    except _WRONG as fault:
        raise NotSigned from fault
    link = links.use(session, Purpose.PASSKEY, token, now)
    if link is None or link.user_id != user_id:
        raise NotSigned
    return token.encode()


def _holder(session: Session, told: Mapping[str, Any]) -> tuple[Passkey, User]:
    try:
        handle = base64url_to_bytes(told["id"])
        holder = told["response"].get("userHandle")
        claimed = base64url_to_bytes(holder).decode("ascii") if holder else None
    except _WRONG as fault:
        raise NotSigned from fault
    statement = select(Passkey, User).join(User, User.id == Passkey.user_id)
    row = session.execute(statement.where(Passkey.handle == handle, User.closed_at.is_(None))).first()
    if row is None or claimed not in (None, row[1].public_id):
        raise NotSigned
    return row[0], row[1]
