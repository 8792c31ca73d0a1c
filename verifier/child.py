"""Run one function in a child process that can be killed: limits of time and memory, no network, empty environment.

For parsers of what strangers send (DESIGN.md, section 3). The child is forked from a warm process that holds nothing
of ours, or is a fresh interpreter, and never a fork of this process: it is safe from any thread and has none of our
memory, keys or open files. It cannot write files. What it answers is read without trust: plain values only,
within a limit of size.
"""

from __future__ import annotations

import io
import math
import os
import pickle
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final, Protocol, TypeVar

from verifier.deadline import left
from verifier.gate import Gate
from verifier.giving_way import debt, giving_way
from verifier.zygote import Lost, Zygote

T = TypeVar("T")

_BOOT: Final = (
    "import sys, pickle; path, call = pickle.load(sys.stdin.buffer); sys.path[:] = path; "
    "from verifier.jail import serve_alone; serve_alone(*call)"
)
_START_UP: Final = 20.0
"""Seconds a fresh interpreter may take before its own clock starts: a busy machine is nobody's fault."""

_MOST: Final = 256 * 2**20
"""Bytes of an answer; more is treated as exhausted memory."""

_CHUNK: Final = 2**20

LATER: Final = os.cpu_count() or 1
"""Children that may be long about their work, at once."""
TOGETHER: Final = LATER + 2
"""Children that work at once; a flood of files waits, each within its own time."""
_PLACES: Final = Gate(TOGETHER)
_LONG: Final = Gate(LATER)
ZYGOTE: Final = Zygote()


class ChildFailed(Exception):
    """A child process that gave no result; `reason` is `timeout`, `memory`, `crashed` or `error`.

    For `error`, `kind` is the name of the exception the function raised and `detail` its text: both are
    words of the child, to be logged or matched but not believed.
    """

    def __init__(self, reason: str, kind: str = "", detail: str = "") -> None:
        super().__init__(reason, kind, detail)
        self.reason = reason
        self.kind = kind
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.kind}: {self.detail}" if self.kind else self.reason


class Child(Protocol):
    """A process at work on one job; what it answers comes over the open file `pipe`."""

    pipe: int

    def wait(self, seconds: float) -> int:
        """Return the exit code, less than 0 for a signal; TimeoutError when it has not ended within `seconds`."""

    def end(self) -> None:
        """End it, with whatever it started, and return once it is gone."""


class _PlainValues(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise ChildFailed("error", "UnpicklingError", f"An answer may hold plain values only, not {module}.{name}.")


def run(
    function: Callable[..., T],
    *args: Any,
    seconds: float = 5.0,
    memory: int = 512 * 2**20,
    most: int = _MOST,
    later: bool = False,
) -> T:
    """Return `function(*args)`, computed in a child process; ChildFailed when there is no result.

    `function` is found by its module and name, so it stands at the top of an importable module. `args` may
    be anything that pickles. The result is made of None, bool, int, float, str, bytes, bytearray, tuple,
    list and dict, in up to `most` octets. `seconds` bounds the wall clock once the child is up, and its CPU, and is
    never more than what `verifier.deadline` leaves; `memory` is its address space in bytes. With `later`, for what is
    long by its nature, it lets all others go before.
    """
    ends = time.monotonic() + left(seconds + _START_UP)
    call = (function.__module__, function.__qualname__, args, (math.ceil(seconds) + 1, memory, later))
    path = [os.path.abspath(entry) for entry in sys.path]  # noqa: PTH100 - "" is the folder we are in
    with giving_way(), _turn(ends, later=later), os.fdopen(os.memfd_create("job"), "w+b") as request:
        pickle.dump((path, call), request, protocol=5)
        request.flush()
        try:
            answer, code = _converse(_begin(request.fileno()), seconds, ends, most)
        except Lost:
            answer, code = _converse(_fresh(request.fileno()), seconds, ends, most)
    return _read(answer, code)  # type: ignore[no-any-return]


@contextmanager
def _turn(ends: float, *, later: bool) -> Iterator[None]:
    """Hold one of the places for children; ChildFailed when none gets free before `ends`.

    Those who may be long hold one of their own as well, so that there is always a place for the others. First comes
    whoever has had the least of our time.
    """
    with ExitStack() as held:
        for gate in (_LONG, _PLACES) if later else (_PLACES,):
            if not gate.enter((debt(),), max(0.0, ends - time.monotonic())):
                raise ChildFailed("timeout")
            held.callback(gate.leave)
        yield


def _begin(request: int) -> Child:
    """Start a child for the job in the open file `request`: of the warm process, if there is one."""
    os.lseek(request, 0, os.SEEK_SET)
    return ZYGOTE.begin(request) or _fresh(request)


def _fresh(request: int) -> Child:
    os.lseek(request, 0, os.SEEK_SET)
    return FreshChild(request)


class FreshChild:
    """A fresh interpreter, for when there is no warm process."""

    def __init__(self, request: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _BOOT],
            stdin=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
            close_fds=True,
        )
        assert self._process.stdout is not None  # noqa: S101 - PIPE was asked for
        self.pipe = self._process.stdout.fileno()

    def wait(self, seconds: float) -> int:
        """Return the exit code, less than 0 for a signal; TimeoutError when it has not ended within `seconds`."""
        try:
            return self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired as fault:
            raise TimeoutError from fault

    def end(self) -> None:
        """End it, with whatever it started, and return once it is gone."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with self._process:
            self._process.wait()


def _converse(child: Child, seconds: float, ends: float, most: int) -> tuple[bytes, int]:
    try:
        answer = _listen(child.pipe, seconds, ends, most)
        return answer, child.wait(min(seconds, ends - time.monotonic()))
    except TimeoutError as fault:
        raise ChildFailed("timeout") from fault
    finally:
        child.end()


def _listen(pipe: int, seconds: float, ends: float, most: int) -> bytes:
    """Read until the child closes its pipe; its clock starts when its first byte says that it is up."""
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    heard = io.BytesIO()
    while (rest := ends - time.monotonic()) > 0:
        if not poll.poll(rest * 1000):
            break
        chunk = os.read(pipe, _CHUNK)
        if not chunk:
            return heard.getvalue()
        if heard.tell() == 0:
            ends = min(ends, time.monotonic() + seconds)
        heard.write(chunk)
        if heard.tell() > most:
            raise ChildFailed("memory")
    raise ChildFailed("timeout")


def _read(answer: bytes, code: int) -> Any:
    if code == -signal.SIGXCPU:
        raise ChildFailed("timeout")
    if code == -signal.SIGKILL:
        raise ChildFailed("memory")
    if code != 0:
        raise ChildFailed("crashed")
    try:
        outcome, value = _PlainValues(io.BytesIO(answer[1:])).load()
    except ChildFailed:
        raise
    except Exception as fault:
        raise ChildFailed("crashed") from fault
    if outcome == "result":
        return value
    if outcome == "memory":
        raise ChildFailed("memory")
    kind, detail = value
    raise ChildFailed("error", str(kind), str(detail))
