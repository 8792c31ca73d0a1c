"""Parts of a reservation as rows of the tables: many at once, by statements that take them all."""

from __future__ import annotations

import uuid
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from issuer.insert import insert_all
from issuer.journal import keep_fault
from issuer.models import (
    INTENT,
    BatchRow,
    Credential,
    CredentialSearch,
    CredentialVersion,
    IdentityKey,
    Table,
)
from issuer.part import Known, New, Part, Somebody
from issuer.searched import searched
from issuer.tokens import new_token

if TYPE_CHECKING:
    from issuer.claim import Claim

Values = dict[str, Any]


class Ledger:
    """Stores the parts of one batch; knows which credential each of the new people got."""

    def __init__(self, claim: Claim, now: datetime) -> None:
        self._claim, self._now = claim, now
        self._own = {"organization_id": claim.organization_id, "batch_id": claim.batch_id}
        self._award = {"event_id": claim.event_id, "achievement_id": claim.achievement_id}
        self._credentials = array("q")

    def whose(self, credential_id: int) -> Somebody:
        """Return who has a credential."""
        place = self.place_of(credential_id)
        return Known(credential_id) if place is None else New(place)

    def place_of(self, credential_id: int) -> int | None:
        """Return the place of the new person who has a credential; they are in ascending order."""
        place = bisect_left(self._credentials, credential_id)
        found = place < len(self._credentials) and self._credentials[place] == credential_id
        return place if found else None

    def add(self, credential_ids: Iterable[int]) -> None:
        """Remember the credentials of the next new people, once they are stored."""
        self._credentials.extend(credential_ids)

    def store(self, session: Session, part: Part, places: Sequence[tuple[int, int]]) -> Sequence[int]:
        """Store a part whose new people get `places`; return their credentials."""
        numbers = new_numbers(session, Credential, len(part.fresh))

        def of(whose: Somebody) -> int:
            if isinstance(whose, Known):
                return whose.credential_id
            before = len(self._credentials)
            return self._credentials[whose.place] if whose.place < before else numbers[whose.place - before]

        insert_all(session, Credential, self._credential_rows(part, numbers))
        insert_all(session, CredentialVersion, self._versions(part, numbers, places))
        insert_all(session, CredentialSearch, self._searched(part, numbers))
        insert_all(session, IdentityKey, (
            {**self._own, **self._award, "credential_id": of(whose), "digest": digest}
            for digest, whose in part.owners.items() if digest not in part.moved
        ))  # fmt: skip
        for digest in part.moved:
            self._move(session, digest, of(part.owners[digest]))
        lines = [(line, None if line.whose is None else of(line.whose)) for line in part.lines]
        insert_all(session, BatchRow, (
            {**self._own, "row": line.row, "state": line.state, "credential_id": number}
            for line, number in lines if line.fault is None
        ))  # fmt: skip
        insert_all(session, BatchRow, (
            {**self._own, "row": line.row, "state": line.state, "credential_id": number,
             "fault": keep_fault(line.fault)}
            for line, number in lines if line.fault is not None
        ))  # fmt: skip
        return numbers

    def _credential_rows(self, part: Part, numbers: Sequence[int]) -> Iterable[Values]:
        shared = {"organization_id": self._claim.organization_id, **self._award, "public": True,
                  "created_at": self._now}  # fmt: skip
        for number, fresh in zip(numbers, part.fresh, strict=True):
            yield {
                "id": number,
                "token": new_token(),
                "subject_id": f"urn:uuid:{uuid.uuid4()}",
                "identity": fresh.identity,
                "email": fresh.recipient.email,
                **shared,
            }

    def _searched(self, part: Part, numbers: Sequence[int]) -> Iterable[Values]:
        shared = {"organization_id": self._claim.organization_id, "event_id": self._claim.event_id}
        for number, fresh in zip(numbers, part.fresh, strict=True):
            text = searched(fresh.recipient.name, fresh.recipient.email)
            yield {**shared, "credential_id": number, "searched": text}

    def _versions(self, part: Part, numbers: Sequence[int], places: Sequence[tuple[int, int]]) -> Iterable[Values]:
        shared = {**self._own, **self._claim.said, "number": 1, "state": INTENT, "valid_from": self._now}
        for number, fresh, (list_id, index) in zip(numbers, part.fresh, places, strict=True):
            yield {
                "credential_id": number,
                "row": fresh.row,
                "status_list_id": list_id,
                "status_index": index,
                **shared,
            }

    def _move(self, session: Session, digest: str, credential_id: int) -> None:
        session.execute(
            update(IdentityKey)
            .where(IdentityKey.event_id == self._claim.event_id)
            .where(IdentityKey.achievement_id == self._claim.achievement_id, IdentityKey.digest == digest)
            .values(credential_id=credential_id)
        )


def new_numbers(session: Session, table: type[Table], count: int) -> Sequence[int]:
    """Return `count` ids for new rows of `table`, ascending; on SQLite this transaction is the only one that writes."""
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(select(func.max(table.__table__.c.id))) or 0
        return range(last + 1, last + 1 + count)
    name = table.__tablename__
    statement = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return sorted(session.scalars(statement, {"name": name, "count": count}))
