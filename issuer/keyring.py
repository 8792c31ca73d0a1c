"""Key records in the database: the public half in clear, the private half sealed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.database import Database
from issuer.models import Organization, SigningKey
from keys.key import Algorithm
from keys.store import DuplicateKid, KeyRecord, Keyring, Purpose, State, UnknownKid


class SqlKeyStore:
    """Records as rows of their organization, which must be there first.

    With a `session`, every change is part of that session's transaction; without, each is a transaction of its own.
    """

    def __init__(self, database: Database, session: Session | None = None) -> None:
        self._database = database
        self._session = session

    def records(self, controller: str) -> Sequence[KeyRecord]:
        """Return every record of `controller`, oldest first."""
        statement = select(SigningKey).where(SigningKey.controller == controller).order_by(SigningKey.id)
        if self._session is not None:
            return tuple(map(read_record, self._session.scalars(statement)))
        with self._database.reading() as session:
            return tuple(map(read_record, session.scalars(statement)))

    def add(self, record: KeyRecord) -> None:
        """Keep a new record; DuplicateKid when its kid is taken, or another is active for the same use."""
        with self._changing(record) as session:
            _insert(session, record)

    def retire(self, controller: str, kid: str, at: datetime) -> None:
        """Mark a record as retired; no change if it is; UnknownKid if there is none."""
        with self._writing() as session:
            row = session.scalar(select(SigningKey).where(SigningKey.controller == controller, SigningKey.kid == kid))
            if row is None:
                raise UnknownKid(kid)
            _retire(row, at)

    def replace(self, record: KeyRecord, at: datetime) -> None:
        """Retire the active record of the same use, if there is one, and keep `record`: both or neither."""
        with self._changing(record) as session:
            for row in session.scalars(
                select(SigningKey).where(
                    SigningKey.controller == record.controller,
                    SigningKey.algorithm == record.algorithm,
                    SigningKey.purpose == record.purpose,
                )
            ):
                _retire(row, at)
            session.flush()
            _insert(session, record)

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        if self._session is None:
            with self._database.writing() as session:
                yield session
        else:
            with self._session.begin_nested():
                yield self._session

    @contextmanager
    def _changing(self, record: KeyRecord) -> Iterator[Session]:
        try:
            with self._writing() as session:
                yield session
        except IntegrityError as fault:
            raise DuplicateKid(record.kid) from fault


KEY_COLUMNS: Final = (
    SigningKey.controller, SigningKey.kid, SigningKey.algorithm, SigningKey.purpose, SigningKey.state, SigningKey.spki,
    SigningKey.created_at, SigningKey.retired_at,
)  # fmt: skip
"""All of a key record but its private half, which nothing that is published needs."""


def record_of(row: Row[*tuple[Any, ...]]) -> KeyRecord:
    """Return the record of `KEY_COLUMNS`, without its private half."""
    return KeyRecord(
        controller=row.controller,
        kid=row.kid,
        algorithm=Algorithm(row.algorithm),
        purpose=Purpose(row.purpose),
        state=State(row.state),
        spki=row.spki,
        wrapped=b"",
        created=row.created_at,
        retired=row.retired_at,
    )


def read_record(row: SigningKey) -> KeyRecord:
    """Return the record that a row holds."""
    return KeyRecord(
        controller=row.controller,
        kid=row.kid,
        algorithm=Algorithm(row.algorithm),
        purpose=Purpose(row.purpose),
        state=State(row.state),
        spki=row.spki,
        wrapped=row.wrapped,
        created=row.created_at,
        retired=row.retired_at,
    )


def _insert(session: Session, record: KeyRecord) -> None:
    owner = session.scalar(select(Organization.id).where(Organization.did == record.controller))
    if owner is None:
        raise LookupError(f"No organization has the identifier {record.controller}.")
    session.add(
        SigningKey(
            organization_id=owner,
            controller=record.controller,
            kid=record.kid,
            algorithm=str(record.algorithm),
            purpose=str(record.purpose),
            state=str(record.state),
            spki=record.spki,
            wrapped=record.wrapped,
            created_at=record.created,
            retired_at=record.retired,
        )
    )
    session.flush()


def _retire(row: SigningKey, at: datetime) -> None:
    if row.state == State.ACTIVE:
        row.state, row.retired_at = str(State.RETIRED), at


def controllers(database: Database) -> dict[str, str]:
    """Return the DID of every issuer, by its slug."""
    with database.reading() as session:
        rows = session.execute(select(Organization.slug, Organization.did).order_by(Organization.slug))
        return {row.slug: row.did for row in rows}


def signing_key(keyring: Keyring, session: Session, organization_id: int, now: datetime) -> int:
    """Return the key that new intents name; made on first use, and opened, so that a wrong KEK stops here."""
    did = session.get_one(Organization, organization_id).did
    latest = session.scalars(select(SigningKey).order_by(SigningKey.id.desc()).limit(1)).first()
    if latest is not None:  # A new issuer's first key, too, must be sealed by the key that sealed all others.
        keyring.signer_of(read_record(latest))
    signer = keyring.signer(did, Purpose.CREDENTIAL, Algorithm.EDDSA, now)
    keyring.signer(did, Purpose.STATUS_LIST, Algorithm.EDDSA, now)
    kid = signer.key_id.partition("#")[2]
    return session.scalars(select(SigningKey.id).where(SigningKey.controller == did, SigningKey.kid == kid)).one()
