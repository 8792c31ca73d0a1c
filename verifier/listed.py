"""The issuers of a file, read again when the file changes, so that whoever keeps it need not restart anything."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from verifier.listing import BYTES_MOST, BadList, ListFault, read_listing
from verifier.reason import Reason
from verifier.trust import Known

_log = logging.getLogger(__name__)

_Stamp = tuple[int, int, int]


class FileList(Known):
    """A list or a registry in a file.

    Making one reads it, and raises BadList. Later a file that cannot be read, or has a fault, knows nobody until it
    is mended: it may have been changed in order to take somebody out.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._stamp, self._issuers = self._read()

    def reasons(self, issuer: str) -> tuple[Reason, ...]:
        """Return the reason that the file gives for `issuer`, if it has one."""
        found = self._current().get(issuer)
        return (found,) if found else ()

    def _current(self) -> dict[str, Reason]:
        try:
            stamp: _Stamp | None = _stamp(self.path)
        except OSError:
            stamp = None
        with self._lock:
            if stamp is None or stamp != self._stamp:
                self._again(stamp)
            return self._issuers

    def _again(self, stamp: _Stamp | None) -> None:
        try:
            self._stamp, self._issuers = self._read()
        except BadList as fault:
            if self._issuers or self._stamp != stamp:
                _log.error("Nobody is known by this list until it is mended: %s", fault.faults[0].message("en"))
            self._stamp, self._issuers = stamp or (0, 0, 0), {}

    def _read(self) -> tuple[_Stamp, dict[str, Reason]]:
        try:
            stamp = _stamp(self.path)
            with self.path.open("rb") as file:
                data = file.read(BYTES_MOST + 1)
        except OSError as fault:
            raise BadList(_unread(self.path, fault)) from fault
        return stamp, read_listing(data, self.path.name, self.path.stem)


def _unread(path: Path, fault: OSError) -> ListFault:
    match fault:
        case FileNotFoundError():
            return ListFault("setting_list_absent", {"file": str(path)})
        case IsADirectoryError():
            return ListFault("setting_list_folder", {"file": str(path)})
    return ListFault("setting_list_missing", {"file": str(path), "reason": fault.strerror or type(fault).__name__})


def _stamp(path: Path) -> _Stamp:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino
