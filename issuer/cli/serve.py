"""`attestato serve`: the web server and, where something is issued, one worker, started together, ended together."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Final, NoReturn

import click

from issuer.accounts.arrival import first_link
from issuer.cli.codes import NOTHING_DONE, WELL
from issuer.cli.desk import Desk, pass_desk
from issuer.cli.speech import note
from issuer.lists import lists_of
from issuer.settings import Settings

PATIENCE: Final = 30.0
"""Seconds that a process has to end by itself: as long as a worker takes to finish what it has in hand."""
PAUSE: Final = 2.0
"""Seconds before a worker that fell is started again."""
THREADS: Final = 320
"""Requests that one process has in hand; most of them wait, for a slow upload or for somebody else's server."""
LINES: Final = 4_096
"""Connections that one process holds, those included on which nobody says anything."""
LARGE: Final = 262_144
"""Octets from which on memory goes back to the system as soon as it is free, and not once its neighbours are."""
HEAD_SECONDS: Final = 5
"""Seconds in which a request has to say what it wants."""


class _Asked(Exception):
    """Somebody asked the service to end."""


@click.command()
@click.option("--host", default=None)
@click.option("--port", type=click.IntRange(1, 65535), default=None)
@pass_desk
def command(desk: Desk, /, *, host: str | None, port: int | None) -> int:
    """Serve until asked to end; what is wrong with lists, database or keys is told before anything listens.

    A verifier alone has neither database nor keys, and nothing that a worker would have to do.
    """
    settings = desk.settings
    lists_of(settings)
    first = None
    if "issuer" in settings.roles:
        first = first_link(desk.office.database, datetime.now(UTC))
        desk.close()
    host, port = host or settings.host, port or settings.port
    if _is_taken(host, port):
        note("serve.taken", host=host, port=port)
        return NOTHING_DONE
    note("serve.starts", url=settings.base_url, data=settings.data)
    if settings.practice:
        note("serve.practice")
    if first:
        note("serve.first", url=f"{settings.base_url}/room/first/{first}")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ask)
    with TemporaryDirectory(prefix="attestato-numbers-") as numbers:
        environ = {"MALLOC_MMAP_THRESHOLD_": str(LARGE)}
        if settings.workers > 1:
            environ["PROMETHEUS_MULTIPROC_DIR"] = numbers
        processes = [_start("granian", *_web(settings, host, port), **environ)]
        try:
            return _watch(processes) if "issuer" in settings.roles else processes[0].wait()
        except _Asked:
            return WELL
        finally:
            _end(processes)
            note("serve.ended")


def _is_taken(host: str, port: int) -> bool:
    """Tell whether somebody listens there already; any other fault is the server's to tell."""
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        return fault.errno == errno.EADDRINUSE
    return False


def _web(settings: Settings, host: str, port: int) -> list[str]:
    return [
        "--interface", "wsgi", "--factory", "wsgi:serving", "--host", host, "--port", str(port),
        "--workers", str(settings.workers), "--blocking-threads", str(THREADS), "--backpressure", str(LINES),
        "--http", "1", "--no-ws", "--http1-header-read-timeout", str(HEAD_SECONDS * 1_000),
        "--respawn-failed-workers", "--log-level", "warning",
    ]  # fmt: skip


def _start(module: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    environ = {**os.environ, **environment}
    return subprocess.Popen([sys.executable, "-m", module, *arguments], start_new_session=True, env=environ)


def _watch(processes: list[subprocess.Popen[bytes]]) -> int:
    """Start a worker beside the web server, and another if it falls, until the web server ends."""
    processes.append(_start("issuer.cli", "worker"))
    while True:
        try:
            return processes[0].wait(PAUSE)
        except subprocess.TimeoutExpired:
            if processes[-1].poll() is not None:
                note("serve.worker_fell", code=processes[-1].returncode)
                processes[-1] = _start("issuer.cli", "worker")


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask each process to end, and kill the ones that will not."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + PATIENCE
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _ask(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _Asked
