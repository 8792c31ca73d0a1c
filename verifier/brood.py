"""The inside of the warm process: it has imported the parsers, and forks one confined child for each job.

It never looks at what strangers send: a job is three open files, and the child that reads them is not this process.
It holds no key and no environment, is in an empty network namespace, and ends when whoever started it ends.
"""

from __future__ import annotations

import gc
import os
import pickle
import select
import signal
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn

from verifier.jail import adopt_orphans, end_with_parent, leave_the_network, serve

PARSERS: Final = (
    "badges.baking", "verifier.carriers", "verifier.html_page", "verifier.pdf", "verifier.qr",
    "PIL.BmpImagePlugin", "PIL.GifImagePlugin", "PIL.JpegImagePlugin", "PIL.MpoImagePlugin", "PIL.PngImagePlugin",
    "PIL.PpmImagePlugin", "PIL.WebPImagePlugin",
)  # fmt: skip
"""Modules that every child finds imported; one that is missing is the trouble of the job that needs it.

Pillow imports its five oldest formats before it opens anything, also where only another is allowed.
"""
READY: Final = b"+"
STATUS: Final = struct.Struct("!i")
"""How a job's line ends: the exit code of its child, as `os.waitstatus_to_exitcode` gives it."""
_ANSWER: Final = 3
_FILES: Final = 65_536


@dataclass(frozen=True)
class _Job:
    """A child at work; `line` leads to whoever waits for it, `number` is its process and its group."""

    line: socket.socket
    number: int
    exit: int

    def kill(self) -> None:
        """End the child and its group; until it is waited for, its number is nobody else's."""
        for end in (os.killpg, os.kill):
            with suppress(ProcessLookupError, PermissionError):
                end(self.number, signal.SIGKILL)


def breed(control: int) -> NoReturn:
    """Serve jobs that come over the socket `control` until it is closed."""
    adopt_orphans()
    leave_the_network()
    for name in PARSERS:
        with suppress(Exception):
            import_module(name)
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=control) as door:
        door.send(READY)
        _attend(door)
    os._exit(0)


def _attend(door: socket.socket) -> None:
    """Wait for jobs, for children that end, and for those who no longer wait for one."""
    poll = select.poll()
    poll.register(door, select.POLLIN)
    jobs: dict[int, _Job] = {}
    while True:
        ready = {file for file, _ in poll.poll()}
        # The door comes last: a new job may be given the number of a file that was just closed.
        for job in [job for job in jobs.values() if job.exit in ready]:
            poll.unregister(job.exit)
            with suppress(KeyError):
                poll.unregister(job.line)
            del jobs[job.exit]
            _bury(job, {other.number for other in jobs.values()})
        for job in jobs.values():
            if job.line.fileno() in ready:  # Its other end never says anything: it was closed.
                with suppress(KeyError):
                    poll.unregister(job.line)
                job.kill()
        if door.fileno() in ready:
            new = _take(door)
            if new is None:
                return _end(jobs)
            poll.register(new.exit, select.POLLIN)
            poll.register(new.line, select.POLLIN)
            jobs[new.exit] = new


def _take(door: socket.socket) -> _Job | None:
    """Fork a child for the next job; None when there will be no other."""
    while True:
        _, files, _, _ = socket.recv_fds(door, 16, 3)
        if len(files) != 3:
            return None
        request, answer, line = files
        try:
            number = os.fork()
        except OSError:  # Its line is closed without a word: whoever asked tries otherwise.
            for file in files:
                os.close(file)
            continue
        if number == 0:
            _work(request, answer)
        os.close(request)
        os.close(answer)
        return _Job(socket.socket(fileno=line), number, os.pidfd_open(number))


def _work(request: int, answer: int) -> NoReturn:
    """Be the child: hold the two files of the job and nothing else, then serve it."""
    try:
        os.setsid()
        end_with_parent()
        os.dup2(request, 0)
        kept = os.dup2(answer, _ANSWER) if answer != _ANSWER else answer
        os.closerange(kept + 1, _FILES)
        with os.fdopen(0, "rb") as file:
            sys.path[:], call = pickle.load(file)  # noqa: S301  # Written by our own parent.
        serve(_ANSWER, *call)
    finally:
        os._exit(70)


def _bury(job: _Job, others: set[int]) -> None:
    """Take leave of a child that has ended, and of all that it left behind; tell its exit code."""
    job.kill()
    _, status = os.waitpid(job.number, 0)
    os.close(job.exit)
    for stray in _children() - others:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(stray, signal.SIGKILL)
            os.waitpid(stray, 0)
    with suppress(OSError), job.line as line:
        line.send(STATUS.pack(os.waitstatus_to_exitcode(status)))


def _children() -> set[int]:
    try:
        return {int(number) for number in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}
    except OSError:
        return set()


def _end(jobs: dict[int, _Job]) -> None:
    for job in jobs.values():
        job.kill()
