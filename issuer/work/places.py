"""Who works where: the name under which a process holds a lease, and whether that process is still there.

A lease ends when its time is over. On its own machine a process that was killed is missed at once: its number is free
again, or belongs to one that began later. Numbers mean nothing elsewhere, so a name also says which machine, started
when, and which space of process numbers it is from.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path


@cache
def place() -> str:
    """Return what all processes have in common that see each other under the same numbers."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        numbers = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""
    return hashlib.sha256(f"{boot} {numbers}".encode()).hexdigest()[:12]


def own_name() -> str:
    """Return the name of this process, as `HOST/PLACE/NUMBER.START`."""
    number = os.getpid()
    return f"{os.uname().nodename[:60]}/{place()}/{number}.{_started(number) or 0}"


def is_gone(name: str) -> bool:
    """Tell whether the process of that name was on this machine and is no more; what cannot be known is not gone."""
    _, _, rest = name.partition("/")
    where, _, process = rest.partition("/")
    number, _, started = process.partition(".")
    if not where or where != place() or not number.isdecimal():
        return False
    return _started(int(number)) != started


def _started(number: int) -> str | None:
    """Return when a process began, in ticks of the machine's own clock; None when there is none, or a dead one."""
    try:
        told = Path(f"/proc/{number}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    state, *rest = told.rpartition(") ")[2].split()
    return None if state in "ZX" else rest[18]
