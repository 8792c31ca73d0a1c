"""What is written down beside the work: a line for each deed, and faults as they wait by their rows.

Lines hold event codes, addresses and counts, never a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from issuer.fault import Fault
from issuer.models import Journal

_ACTS: Final[ContextVar[str | None]] = ContextVar("acts", default=None)


@contextmanager
def acting(public_id: str) -> Iterator[None]:
    """Let every line that is written meanwhile say that this user did it."""
    before = _ACTS.set(public_id)
    try:
        yield
    finally:
        _ACTS.reset(before)


def by_whom() -> dict[str, int | str]:
    """Return what a line says of who acts: nothing when it is no user."""
    user = _ACTS.get()
    return {} if user is None else {"by": user}


def write_journal(
    session: Session, organization_id: int, at: datetime, action: str, subject: str, **detail: int | str
) -> None:
    """Add a line, in the transaction of what it tells; who did it is said unless `detail` does."""
    told = by_whom() | detail
    session.add(Journal(organization_id=organization_id, at=at, action=action, subject=subject, detail=told))


def keep_fault(fault: Fault) -> dict[str, Any]:
    """Return a fault as JSON, to be kept beside its row."""
    values = {name: value if isinstance(value, int) else str(value) for name, value in fault.values.items()}
    return {"code": fault.code, "column": fault.column, "values": values}


def read_fault(kept: Mapping[str, Any], row: int | None) -> Fault:
    """Return the fault that `keep_fault` kept."""
    return Fault(kept["code"], row=row, column=kept["column"], values=kept["values"])
