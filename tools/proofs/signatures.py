"""Every signature that was ever made: noted before anybody could store it, by the process that made it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from issuer import issue
from issuer.signing import SignedVersion

_sign_chunk = issue.sign_chunk


@dataclass(frozen=True)
class Signature:
    """One line of the log: which process signed which version, when, and the hash of what it signed.

    The moment is in nanoseconds of the machine's own clock.
    """

    process: int
    moment: int
    version_id: int
    sha256: str


def note_signatures(log: Path) -> None:
    """Let this process write down each signature as soon as it is made; what is written outlives a kill."""
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def noted(*arguments: Any) -> Iterator[Any]:
        for answer in _sign_chunk(*arguments):
            if isinstance(answer, SignedVersion):
                os.write(file, f"{os.getpid()} {time.monotonic_ns()} {answer.version_id} {answer.sha256}\n".encode())
            yield answer

    issue.sign_chunk = noted


def signatures(log: Path) -> Iterator[Signature]:
    """Yield what was written down, in its order."""
    if log.exists():
        for line in log.read_text("ascii").splitlines():
            process, moment, version_id, digest = line.split(" ")
            yield Signature(int(process), int(moment), int(version_id), digest)
