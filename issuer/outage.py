"""What an error means to whoever met it: that something is not there or has no room, or that it is a fault of ours.

SQLite tells by its extended result codes, PostgreSQL by SQLSTATE (its manual, appendix A).
"""

from __future__ import annotations

import errno
from typing import Final, Literal

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

Outage = Literal["gone", "full"]

_FULL = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
"""Also the codes that SQLite gives on a full disk when it cannot extend or make the files beside its own."""
_NO_ROOM = "53100"
_NOT_THERE = ("08", "40", "53", "55P03", "57", "58", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")
"""Connection exceptions, transactions and locks that others were given, insufficient resources, an operator's word or a
server that is shut down or not up yet, and faults of its machine."""
_OF_THE_WORLD: Final = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.EROFS, errno.EPIPE, errno.ECONNRESET,
    errno.ECONNREFUSED, errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH,
})  # fmt: skip


def outage_of(fault: BaseException) -> Outage | None:
    """Return `full` where nothing can be written, `gone` where nobody answers; None when it is a fault of ours."""
    if not isinstance(fault, DBAPIError):
        return None
    name, state = getattr(fault.orig, "sqlite_errorname", None), getattr(fault.orig, "sqlstate", None)
    if state == _NO_ROOM or (name or "").startswith(_FULL):
        return "full"
    if fault.connection_invalidated or (state or name or "").startswith(_NOT_THERE):
        return "gone"
    unheard = isinstance(fault, OperationalError | InterfaceError) and state is None and name is None
    return "gone" if unheard else None


def is_of_the_world(fault: BaseException) -> bool:
    """Tell whether a fault says nothing of what was to be done: the database, the disk or the network is not there."""
    return outage_of(fault) is not None or (isinstance(fault, OSError) and fault.errno in _OF_THE_WORLD)
