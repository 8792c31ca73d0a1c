"""The inside of a child process: give up the network, files and resources, then call one function."""

from __future__ import annotations

import ctypes
import os
import pickle
import resource
import signal
import socket
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

Limits = tuple[int, int, bool]
"""Seconds of CPU, octets of memory, and whether all others go before."""
_PATIENT: Final = 10
"""How much a child that may be long lets others go before."""
_CLONE_NEWUSER: Final = 0x1000_0000
_CLONE_NEWNET: Final = 0x4000_0000
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36
_PR_SET_NO_NEW_PRIVS: Final = 38
_OPEN_FILES: Final = 64


def _limit(kind: int, amount: int) -> None:
    try:
        _, hard = resource.getrlimit(kind)
        ceiling = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (ceiling, ceiling))
    except (OSError, ValueError):
        # A kernel without this limit still has the wall clock of the parent.
        return


def _refuse(*_: object, **__: object) -> NoReturn:
    raise OSError("This process has no network.")


def _system(call: str, *numbers: int) -> bool:
    """Tell whether the system did as it was asked."""
    try:
        return bool(getattr(ctypes.CDLL(None, use_errno=True), call)(*numbers) == 0)
    except (AttributeError, OSError):
        return False


def leave_the_network() -> None:
    """Enter an empty network namespace, for good and with all children; without one, take Python's sockets away."""
    _system("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if not (_system("unshare", _CLONE_NEWUSER | _CLONE_NEWNET) or _system("unshare", _CLONE_NEWNET)):
        socket.socket.connect = _refuse  # type: ignore[method-assign]
        socket.socket.connect_ex = _refuse  # type: ignore[method-assign]
        socket.socket.sendto = _refuse  # type: ignore[method-assign]
        socket.getaddrinfo = _refuse


def adopt_orphans() -> None:
    """Become the parent of whatever the children of this process leave behind."""
    _system("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_with_parent() -> None:
    """Have the kernel end this process when the one that started it ends."""
    _system("prctl", _PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def _confine(limits: Limits) -> None:
    seconds, memory, later = limits
    if later:
        os.nice(_PATIENT)
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_NPROC, 0)


def _find(module: str, name: str) -> Callable[..., Any]:
    found: Any = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    if not callable(found):
        raise TypeError(f"{module}.{name} is not a function.")
    return found  # type: ignore[no-any-return]


def _answer(module: str, name: str, arguments: Sequence[Any]) -> tuple[str, Any]:
    try:
        return "result", _find(module, name)(*arguments)
    except MemoryError:
        return "memory", None
    except BaseException as fault:  # noqa: BLE001 - whatever went wrong is the answer
        return "error", (type(fault).__name__, str(fault)[:500])


def serve_alone(module: str, name: str, arguments: Sequence[Any], limits: Limits) -> NoReturn:
    """Answer on standard output, as the only job of a fresh interpreter."""
    out = os.dup(1)
    os.dup2(2, 1)
    end_with_parent()
    leave_the_network()
    serve(out, module, name, arguments, limits)


def serve(out: int, module: str, name: str, arguments: Sequence[Any], limits: Limits) -> NoReturn:
    """Call `module.name(*arguments)` within the limits, write its answer as a pickle of plain values, and end."""
    _confine(limits)
    os.write(out, b"+")
    answer = _answer(module, name, arguments)
    try:
        data = pickle.dumps(answer, protocol=5)
    except MemoryError:
        data = pickle.dumps(("memory", None))
    except Exception as fault:  # noqa: BLE001 - an answer that cannot be told is an error
        data = pickle.dumps(("error", (type(fault).__name__, str(fault)[:500])))
    with os.fdopen(out, "wb") as pipe:
        pipe.write(data)
    os._exit(0)
