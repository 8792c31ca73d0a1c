"""`attestato serve`: the web server and one worker, started together, ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Final, NoReturn

import click

from issuer.cli.codes import WELL
from issuer.cli.desk import Desk, pass_desk
from issuer.cli.speech import note
from issuer.settings import Settings

PATIENCE: Final = 10.0
"""Seconds that a process has to end by itself."""
PAUSE: Final = 2.0
"""Seconds before a worker that fell is started again."""


class _Asked(Exception):
    """Somebody asked the service to end."""


@click.command()
@click.option("--host", default=None)
@click.option("--port", type=click.IntRange(1, 65535), default=None)
@pass_desk
def command(desk: Desk, /, *, host: str | None, port: int | None) -> int:
    """Serve until asked to end; what is wrong with database or keys is told before anything listens."""
    settings = desk.settings
    _ = desk.office
    desk.close()
    note("serve.starts", url=settings.base_url, data=settings.data)
    if settings.practice:
        note("serve.practice")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ask)
    processes = [_start("granian", *_web(settings, host or settings.host, port or settings.port))]
    try:
        return _watch(processes)
    except _Asked:
        return WELL
    finally:
        _end(processes)
        note("serve.ended")


def _web(settings: Settings, host: str, port: int) -> list[str]:
    return [
        "--interface", "wsgi", "--factory", "wsgi:create_app", "--host", host, "--port", str(port),
        "--workers", str(settings.workers), "--respawn-failed-workers", "--log-level", "warning",
    ]  # fmt: skip


def _start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", module, *arguments], start_new_session=True)


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
