"""What an error of the database means to whoever asked: that it is not there, that it has no room, or a fault of ours.

SQLite tells by its extended result codes, PostgreSQL by SQLSTATE (its manual, appendix A).
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

Outage = Literal["gone", "full"]

_FULL = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
"""Also the codes that SQLite gives on a full disk when it cannot extend or make the files beside its own."""
_NO_ROOM = "53100"
_NOT_THERE = ("08", "53", "57P")
"""Connection exceptions, insufficient resources, and a server that is shut down or not up yet."""


def outage_of(fault: BaseException) -> Outage | None:
    """Return `full` where nothing can be written, `gone` where nobody answers; None when it is a fault of ours."""
    if not isinstance(fault, DBAPIError):
        return None
    name, state = getattr(fault.orig, "sqlite_errorname", None), getattr(fault.orig, "sqlstate", None)
    if state == _NO_ROOM or (name or "").startswith(_FULL):
        return "full"
    if fault.connection_invalidated or (state or "").startswith(_NOT_THERE):
        return "gone"
    unheard = isinstance(fault, OperationalError | InterfaceError) and state is None and name is None
    return "gone" if unheard else None
