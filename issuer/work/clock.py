"""The clock by which workers on any number of machines agree: the database's own."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


def tick(session: Session) -> datetime:
    """Return this moment as the database has it; not that of the transaction, which may have begun long ago."""
    if session.get_bind().dialect.name == "sqlite":
        told = session.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment.astimezone(UTC)
