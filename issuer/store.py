"""What was signed, as rows of the tables: bytes, state and outbox of a whole chunk by a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ARRAY, Row, Table, bindparam, func, literal, null, select, update
from sqlalchemy.orm import Session

from issuer.database import IN_ONE_QUESTION, lock, looked_up
from issuer.fault import Fault
from issuer.insert import insert_all
from issuer.journal import keep_fault
from issuer.models import INTENT, ISSUED, RESERVED, SIGNED, WAITING, BatchRow, CredentialVersion, Organization, Outbox
from issuer.signing import NotAccepted, SignedVersion, Waiting
from issuer.tokens import new_token

_VERSION = cast("Table", CredentialVersion.__table__)
_BATCH_ROW = cast("Table", BatchRow.__table__)
_KEEP_BYTES = update(_VERSION).values(state=SIGNED, fault=null(), signed_at=bindparam("now"))
_KEEP_FAULT = update(_VERSION).where(_VERSION.c.id == bindparam("version")).values(fault=bindparam("why"))
_MARK_WAITING = (
    update(_BATCH_ROW).where(_BATCH_ROW.c.id == bindparam("line")).values(state=WAITING, fault=bindparam("why"))
)


def store(session: Session, answers: Sequence[SignedVersion | Waiting], batch_id: int | None, now: datetime) -> None:
    """Keep what was signed and why the rest waits, with the rows of the batch; all of one organization.

    What another run signed in between must be the same bytes: raises NotAccepted otherwise.
    """
    found = {line.id: line for line in _held(session, [answer.version_id for answer in answers])}
    mine: list[tuple[Row[Any], SignedVersion]] = []
    held: dict[int, dict[str, Any]] = {}
    for answer in answers:
        line = found[answer.version_id]
        if isinstance(answer, Waiting):
            held[answer.version_id] = keep_fault(lint_fault(answer.found))
        elif line.state == INTENT:
            mine.append((line, answer))
        elif line.sha256 != answer.sha256:
            raise NotAccepted("Another run signed other bytes for the same intent.")
    _keep(session, mine, now)
    _execute(session, _KEEP_FAULT, ({"version": number, "why": fault} for number, fault in held.items()))
    if batch_id is not None:
        waiting = {found[number].credential_id: fault for number, fault in held.items()}
        _mark(session, batch_id, [line.credential_id for line, _ in mine], waiting)


def _held(session: Session, version_ids: Sequence[int]) -> Iterable[Row[Any]]:
    """Return what is to be known of versions, and keep others from changing them."""
    version = CredentialVersion
    columns = (version.id, version.state, version.sha256, version.number, version.credential_id,
               version.organization_id)  # fmt: skip
    for start in range(0, len(version_ids), IN_ONE_QUESTION):
        some = version_ids[start : start + IN_ONE_QUESTION]
        yield from session.execute(lock(session, select(*columns).where(version.id.in_(some)).order_by(version.id)))


def _keep(session: Session, mine: Sequence[tuple[Row[Any], SignedVersion]], now: datetime) -> None:
    """Store the bytes, and with them the lines that let the world be told once this is committed."""
    if not mine:
        return
    _keep_bytes(session, mine, now)
    insert_all(session, Outbox, (
        {
            "organization_id": line.organization_id,
            "public_id": new_token(),
            "kind": "credential.issued" if line.number == 1 else "credential.corrected",
            "version_id": line.id,
            "payload": {"version": line.number},
            "state": "waiting",
            "created_at": now,
        }
        for line, _ in mine
    ))  # fmt: skip
    session.execute(
        update(Organization)
        .where(Organization.id == mine[0][0].organization_id, Organization.frozen_at.is_(None))
        .values(frozen_at=now)
    )


def _keep_bytes(session: Session, mine: Sequence[tuple[Row[Any], SignedVersion]], now: datetime) -> None:
    if session.get_bind().dialect.name == "sqlite":
        once = _KEEP_BYTES.where(_VERSION.c.id == bindparam("version"))
        once = once.values(signed=bindparam("data"), sha256=bindparam("digest"))
        _execute(session, once, (
            {"version": line.id, "data": answer.data, "digest": answer.sha256, "now": now} for line, answer in mine
        ))  # fmt: skip
        return
    columns = (_VERSION.c.id, _VERSION.c.signed, _VERSION.c.sha256)
    values = zip(*((line.id, answer.data, answer.sha256) for line, answer in mine), strict=True)
    arrays = (literal(list(some), ARRAY(column.type)) for some, column in zip(values, columns, strict=True))
    given = func.unnest(*arrays).table_valued("version", "data", "digest", name="given").render_derived()
    together = _KEEP_BYTES.where(_VERSION.c.id == given.c.version)
    session.connection().execute(together.values(signed=given.c.data, sha256=given.c.digest), {"now": now})


def _mark(session: Session, batch_id: int, issued: Sequence[int], waiting: Mapping[int, dict[str, Any]]) -> None:
    """Say in the batch's rows what became of them. They are found by their credentials, of which each has few rows:
    a batch has many."""
    statement = select(BatchRow.id, BatchRow.batch_id, BatchRow.state, BatchRow.credential_id)
    rows = looked_up(session, statement, BatchRow.credential_id, [*issued, *waiting])
    mine = [row for row in rows if row.batch_id == batch_id and row.state == RESERVED]
    done = [row.id for row in mine if row.credential_id not in waiting]
    for start in range(0, len(done), IN_ONE_QUESTION):
        some = _BATCH_ROW.c.id.in_(done[start : start + IN_ONE_QUESTION])
        session.connection().execute(update(_BATCH_ROW).where(some).values(state=ISSUED))
    _execute(session, _MARK_WAITING, (
        {"line": row.id, "why": waiting[row.credential_id]} for row in mine if row.credential_id in waiting
    ))  # fmt: skip


def _execute(session: Session, statement: Any, values: Iterable[Mapping[str, Any]]) -> None:
    """Do a statement once for each of `values`, and not at all for none."""
    given = list(values)
    if given:
        session.connection().execute(statement, given)


def lint_fault(found: Sequence[tuple[str, str]]) -> Fault:
    """Return why a version waits, as a fault of its row."""
    name, detail = found[0]
    return Fault("lint", values={"lint": name, "detail": detail[:300]})
