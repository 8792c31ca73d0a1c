"""Readers of a status list, who ask for it over and over; what they were given is kept, each edition once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from badges.document import parse
from badges.status import BitString
from tools.proofs.evening import NOW
from tools.proofs.ground import Ground
from wsgi import create_app

READERS: Final = 2
BASE: Final = "https://badges.example.org"
TOGETHER: Final = 100
"""Answers that are counted together."""


@dataclass
class Readers:
    """Processes that ask for the list over and over; what they were given is kept, each edition once."""

    folder: Path
    url: str
    numbers: list[int] = field(default_factory=list)

    def count(self) -> int:
        """Return how often was asked so far."""
        return sum(path.stat().st_size for path in self.folder.glob("*.count")) * TOGETHER

    def seen(self, number: int) -> list[tuple[float, str]]:
        """Return what one reader was given: when each edition was first seen, and its name or a status."""
        lines = (self.folder / f"{number}.log").read_text("ascii").splitlines()
        return [(int(moment) / 1e9, name) for moment, _, name in (line.partition(" ") for line in lines)]

    def edition(self, name: str) -> bytes:
        """Return the bytes of an edition."""
        return (self.folder / name).read_bytes()

    def revoked(self, name: str) -> set[int]:
        """Return the indices whose bit is set in an edition."""
        octets = BitString.decode(parse(self.edition(name)).credential["credentialSubject"]["encodedList"]).octets
        some = [(8 * place, octet) for place, octet in enumerate(octets) if octet]
        return {first + bit for first, octet in some for bit in range(8) if octet & (0x80 >> bit)}

    def read(self, made: Ground, number: int) -> None:
        """Ask until killed: in turns without a condition, and whether it is another than the last."""
        client, path = create_app(made.settings, clock=lambda: NOW).test_client(), urlsplit(self.url).path
        log, count, last, tag = self._open(number, "log"), self._open(number, "count"), "", ""
        while True:
            for turn in range(TOGETHER):
                answer = client.get(path, base_url=BASE, headers={"If-None-Match": tag} if turn % 2 and tag else {})
                name = last if answer.status_code == 304 else self._kept(answer.status_code, answer.data)
                if name != last:
                    os.write(log, f"{time.monotonic_ns()} {name}\n".encode())
                last, tag = name, answer.headers.get("ETag", "")
            os.write(count, b"+")

    def _open(self, number: int, what: str) -> int:
        return os.open(self.folder / f"{number}.{what}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _kept(self, status: int, body: bytes) -> str:
        if status != 200:
            return f"status-{status}"
        file = self.folder / sha256(body).hexdigest()
        if not file.exists():
            file.with_suffix(f".{os.getpid()}").write_bytes(body)
            file.with_suffix(f".{os.getpid()}").rename(file)
        return file.name


@contextmanager
def reading(made: Ground, url: str) -> Iterator[Readers]:
    """Let readers read."""
    readers = Readers(made.folder / "editions", url)
    readers.folder.mkdir()
    for number in range(READERS):
        process = os.fork()
        if process == 0:
            try:
                readers.read(made, number)
            finally:
                os._exit(1)
        readers.numbers.append(process)
    try:
        yield readers
    finally:
        for process in readers.numbers:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
