"""Run one function in a child process that can be killed: limits of time and memory, no network, empty environment.

For parsers of what strangers send (DESIGN.md, section 3). The child is a fresh interpreter, never a fork of
this process, so it is safe from any thread and holds none of our memory, keys or open files. It cannot
write files. What it answers is read without trust: plain values only, within a limit of size.
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
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, Final, TypeVar

T = TypeVar("T")

_BOOT: Final = (
    "import sys, pickle; path, call = pickle.load(sys.stdin.buffer); sys.path[:] = path; "
    "from verifier.jail import serve; serve(*call)"
)
_START_UP: Final = 20.0
"""Seconds a fresh interpreter may take before its own clock starts: a busy machine is nobody's fault."""

_MOST: Final = 256 * 2**20
"""Bytes of an answer; more is treated as exhausted memory."""

_CHUNK: Final = 2**20


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


class _PlainValues(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise ChildFailed("error", "UnpicklingError", f"An answer may hold plain values only, not {module}.{name}.")


def run(function: Callable[..., T], *args: Any, seconds: float = 5.0, memory: int = 512 * 2**20) -> T:
    """Return `function(*args)`, computed in a child process; ChildFailed when there is no result.

    `function` is found by its module and name, so it stands at the top of an importable module. `args` may
    be anything that pickles. The result is made of None, bool, int, float, str, bytes, bytearray, tuple,
    list and dict. `seconds` bounds the wall clock once the child is up, and its CPU; `memory` is its
    address space in bytes.
    """
    call = (function.__module__, function.__qualname__, args, math.ceil(seconds) + 1, memory)
    path = [os.path.abspath(entry) for entry in sys.path]  # noqa: PTH100 - "" is the folder we are in
    with tempfile.TemporaryFile() as request:
        pickle.dump((path, call), request, protocol=5)
        request.seek(0)
        answer, code = _converse(request, seconds)
    return _read(answer, code)  # type: ignore[no-any-return]


def _converse(request: IO[bytes], seconds: float) -> tuple[bytes, int]:
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _BOOT],
        stdin=request,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
        close_fds=True,
    )
    assert child.stdout is not None  # noqa: S101 - PIPE was asked for
    try:
        with child.stdout as pipe:
            answer = _listen(pipe.fileno(), seconds)
        return answer, child.wait(timeout=seconds)
    except subprocess.TimeoutExpired as fault:
        raise ChildFailed("timeout") from fault
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _listen(pipe: int, seconds: float) -> bytes:
    """Read until the child closes its pipe; its clock starts when its first byte says that it is up."""
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    heard = io.BytesIO()
    deadline = time.monotonic() + seconds + _START_UP
    while (left := deadline - time.monotonic()) > 0:
        if not poll.poll(left * 1000):
            break
        chunk = os.read(pipe, _CHUNK)
        if not chunk:
            return heard.getvalue()
        if heard.tell() == 0:
            deadline = time.monotonic() + seconds
        heard.write(chunk)
        if heard.tell() > _MOST:
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
