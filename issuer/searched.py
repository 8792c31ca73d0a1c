"""What a credential is found by: the name and the e-mail of its person, folded, beside what filters look at.

The text is a personal datum. Whoever empties the name or the e-mail of a credential empties it here too: `forget`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from issuer.database import IN_ONE_QUESTION
from issuer.models import Credential, CredentialSearch
from issuer.preparing.person import folded


def searched(name: str, email: str | None) -> str:
    """Return the text in which a person is searched."""
    return folded(f"{name} {email or ''}")


def rewrite(session: Session, credential: Credential, name: str) -> None:
    """Let a credential be found by what it says from now on."""
    session.execute(_of(credential).values(searched=searched(name, credential.email)))


def forget(session: Session, credential: Credential) -> None:
    """Let a credential be found by nothing that tells of its person."""
    session.execute(_of(credential).values(searched=""))


def take_back(session: Session, credentials: Sequence[Credential], at: datetime) -> None:
    """Say that these were revoked."""
    for organization_id in sorted({one.organization_id for one in credentials}):
        own = [one.id for one in credentials if one.organization_id == organization_id]
        for some in _some(own):
            here = (CredentialSearch.organization_id == organization_id, CredentialSearch.credential_id.in_(some))
            statement = update(CredentialSearch).where(*here).values(revoked_at=at)
            session.execute(statement.execution_options(synchronize_session=False))


def strike(session: Session, organization_id: int, credential_ids: Sequence[int]) -> None:
    """Take out what was promised to nobody."""
    for some in _some(credential_ids):
        here = (CredentialSearch.organization_id == organization_id, CredentialSearch.credential_id.in_(some))
        session.execute(delete(CredentialSearch).where(*here).execution_options(synchronize_session=False))


def _some(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + IN_ONE_QUESTION] for start in range(0, len(numbers), IN_ONE_QUESTION))


def _of(credential: Credential) -> Any:
    own = CredentialSearch.organization_id == credential.organization_id
    statement = update(CredentialSearch).where(own, CredentialSearch.credential_id == credential.id)
    return statement.execution_options(synchronize_session=False)
