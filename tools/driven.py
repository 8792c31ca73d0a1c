"""The service, started as anybody starts it and driven by wrk on loopback; and single requests, to look at answers."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from issuer.settings import Settings

HOUSE: Final = Path(__file__).resolve().parents[1]
DRIVER: Final = HOUSE / "tools" / "drive.lua"


@dataclass(frozen=True)
class Load:
    """One kind of request: a line each, paths or bodies; for bodies, what stands around each of them."""

    name: str
    lines: tuple[str, ...]
    goal: float | None
    method: str = "GET"
    path: str = ""
    kind: str = ""
    accept: str = ""
    around: tuple[str, str] = ("", "")
    encoding: str = "identity"
    warm: int = 0
    """Seconds in which it is driven before it is measured, so that each process has seen every line."""


@dataclass(frozen=True)
class Told:
    """What wrk told of one load."""

    rate: float
    p50: float
    p99: float
    wrong: int


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """Have `serve` run with these settings."""
    named = {
        "DATA": settings.data, "BASE_URL": settings.base_url, "PORT": settings.port, "WORKERS": settings.workers,
        "PROXIES": settings.proxies, "DATABASE_URL": settings.database_url,
    }  # fmt: skip
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ATTESTATO_")}
    environ |= {f"ATTESTATO_{name}": str(value) for name, value in named.items()}
    command = [sys.executable, "-m", "issuer.cli", "serve"]
    process = subprocess.Popen(command, cwd=HOUSE, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(settings.port)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int) -> None:
    ends = time.monotonic() + 60
    while True:
        try:
            asked(port, "GET", "/healthz")
            return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)


def driven(settings: Settings, load: Load, seconds: int, connections: int) -> Told:
    """Return what wrk told of `load`, driven for so long over so many connections."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(load.lines) + "\n")
        file.flush()
        command = [
            "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(DRIVER),
            f"http://localhost:{settings.port}", "--", file.name, load.method, load.path, load.kind, load.accept,
            *load.around,
        ]  # fmt: skip
        environ = {**os.environ, "DRIVE_ENCODING": load.encoding}
        out = subprocess.run(command, check=True, capture_output=True, text=True, env=environ).stdout
    told = json.loads(next(line for line in out.splitlines() if line.startswith("told "))[5:])
    rate = told["requests"] / told["seconds"]
    return Told(rate, told["p50"], told["p99"], told["refused"] + told["broken"])


def sample(settings: Settings, load: Load, line: str) -> bytes:
    """Return the answer to one line of `load`."""
    headers = {"Accept": load.accept} if load.accept else {}
    if load.method == "GET":
        return asked(settings.port, "GET", line, headers)
    first, last = (text.replace("\\r\\n", "\r\n") for text in load.around)
    headers |= {"Content-Type": load.kind, "X-Forwarded-For": f"192.0.2.{time.monotonic_ns() // 1_000 % 250}"}
    return asked(settings.port, load.method, load.path, headers, f"{first}{line}{last}".encode())


def asked(port: int, method: str, path: str, headers: dict[str, str] | None = None, body: Any = None) -> bytes:
    """Return the body of one answer; RuntimeError unless it is 200."""
    line = http.client.HTTPConnection("localhost", port, timeout=30)
    try:
        line.request(method, path, body, headers or {})
        answer = line.getresponse()
        read_ = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path} was answered {answer.status}.")
        return read_
    finally:
        line.close()
