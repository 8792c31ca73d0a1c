"""A warm process of ours that forks children for jobs, so that a child costs milliseconds and not an interpreter.

It is started on the second job (a command that reads one file never pays for it), in the background, and until it says
that it is ready it is not used. One that has died is started again, at most once in ten seconds. Whoever was forked
from the process that started it starts its own.
"""

from __future__ import annotations

import atexit
import os
import select
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Final

from verifier.brood import READY, STATUS

_BOOT: Final = "import sys; sys.path[:] = sys.argv[1:]; from verifier.brood import breed; breed(0)"
_PAUSE: Final = 10.0
_PATIENCE: Final = 1.0
"""Seconds after which a warm process that takes nothing is given up."""
_LINES: Final = (socket.AF_UNIX, socket.SOCK_SEQPACKET)


class Lost(Exception):
    """The warm process died with the job, or could not begin it."""


class WarmChild:
    """A child of the warm process, from which an answer comes over `pipe`."""

    def __init__(self, pipe: int, line: socket.socket) -> None:
        self.pipe = pipe
        self._line = line

    def wait(self, seconds: float) -> int:
        """Return the exit code, waiting up to `seconds`: TimeoutError, or Lost when nobody can tell it."""
        self._line.settimeout(max(0.001, seconds))
        try:
            told = self._line.recv(STATUS.size)
        except ConnectionError as fault:
            raise Lost from fault
        if len(told) != STATUS.size:
            raise Lost
        return int(STATUS.unpack(told)[0])

    def end(self) -> None:
        """Have the child ended if it is not, with its group, and wait until it is gone."""
        os.close(self.pipe)
        with self._line as line, suppress(OSError):
            line.shutdown(socket.SHUT_WR)
            line.settimeout(_PATIENCE)
            while line.recv(STATUS.size):
                pass


class Zygote:
    """Starts the warm process, keeps it, and hands it jobs; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget()
        self._asked = 0

    def begin(self, request: int) -> WarmChild | None:
        """Return a child at work on the job in the open file `request`, or None while there is no warm process."""
        with self._lock:
            self._asked += 1
            if self._owner not in (None, os.getpid()):
                self._drop()
            if self._process is None:
                if self._asked > 1 and time.monotonic() >= self._not_before:
                    self._start()
                return None
            if not self._is_ready(0):
                return None
            return self._hand_over(request)

    def warm(self, seconds: float) -> bool:
        """Start the warm process if there is none, and tell whether it is ready within `seconds`."""
        with self._lock:
            if self._process is None or self._owner != os.getpid():
                self._drop()
                self._start()
            return self._is_ready(seconds)

    @property
    def number(self) -> int | None:
        """The process that is warm, if there is one."""
        return self._process.pid if self._process is not None else None

    def close(self) -> None:
        """End the warm process and all that it does."""
        with self._lock:
            self._drop()

    def _forget(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._owner: int | None = None
        self._ready = False
        self._not_before = 0.0

    def _start(self) -> None:
        """Start it, with nothing of ours but its end of a socket; what does not start is tried again later."""
        self._not_before = time.monotonic() + _PAUSE
        path = [os.path.abspath(entry) for entry in sys.path]  # noqa: PTH100 - "" is the folder we are in
        with suppress(OSError):
            ours, its = socket.socketpair(*_LINES)
            with its:
                self._control = ours
                self._process = subprocess.Popen(
                    [sys.executable, "-I", "-S", "-c", _BOOT, *path],
                    stdin=its.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={},
                    cwd="/",
                    start_new_session=True,
                    close_fds=True,
                )
            self._owner = os.getpid()
            atexit.unregister(self.close)
            atexit.register(self.close)

    def _is_ready(self, seconds: float) -> bool:
        """Tell whether it has said so, waiting up to `seconds`; forget it when it has died."""
        if self._control is None or self._process is None:
            return False
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        if poll.poll(seconds * 1000):
            said = b""
            with suppress(OSError):
                said = self._control.recv(len(READY))
            self._ready = said == READY
            if not self._ready:
                self._bury()
        return self._ready

    def _hand_over(self, request: int) -> WarmChild | None:
        if self._control is None:
            return None
        pipe, answer = os.pipe()
        line, its = socket.socketpair(*_LINES)
        try:
            self._control.settimeout(_PATIENCE)
            socket.send_fds(self._control, [READY], [request, answer, its.fileno()])
        except OSError:
            os.close(pipe)
            line.close()
            self._bury()
            return None
        finally:
            os.close(answer)
            its.close()
        return WarmChild(pipe, line)

    def _bury(self) -> None:
        """Take leave of a process that died or no longer listens; the next is started after a pause."""
        not_before = self._not_before
        self._drop()
        self._not_before = not_before

    def _drop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None and self._owner == os.getpid():
            self._process.kill()
            self._process.wait()
        elif self._process is not None:
            self._process.returncode = 0  # Somebody else's child: not ours to wait for.
        self._forget()
