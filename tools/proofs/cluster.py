"""A PostgreSQL server of our own, which may be stopped, started and killed as nobody else's may."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.proofs.ground import free_port

OWNER: Final = "postgres"
"""The user of the system as whom the server runs where we are root: it refuses to be root itself."""


@dataclass(frozen=True)
class Cluster:
    """A server in a folder; `tools` is where its commands are."""

    tools: Path
    folder: Path
    port: int

    @property
    def server(self) -> str:
        """The URL of its first database."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        self._control("start", "-l", str(self.folder / "log"), "-o", options)

    def stop(self) -> None:
        """End it at once, without a checkpoint, as a loss of power would."""
        self._control("stop", "-m", "immediate")

    def restart(self) -> None:
        """End it at once, and start it again."""
        self._control("restart", "-m", "immediate", "-l", str(self.folder / "log"))

    def _control(self, *arguments: str) -> None:
        _as_owner(str(self.tools / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *arguments)


def missing() -> str | None:
    """Return why there can be no such server here; None when there can."""
    if _tools() is None:
        return "The commands of a PostgreSQL server are missing."
    if os.getuid() == 0 and shutil.which("runuser") is None:
        return "The command runuser is missing, and PostgreSQL does not run as root."
    return None


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Make a server, and let it and its folder be gone afterwards."""
    tools = _tools()
    if tools is None:
        raise FileNotFoundError(missing())
    folder = Path(tempfile.mkdtemp(prefix="attestato-cluster-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, OWNER)
        made = Cluster(tools, folder, free_port())
        _as_owner(
            str(tools / "initdb"), "-D", str(folder / "data"), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync"
        )
        made.start()
        try:
            yield made
        finally:
            if (folder / "data" / "postmaster.pid").exists():
                made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tools() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4].split(".")[0]))
    own = shutil.which("initdb")
    return found[-1].parent if found else Path(own).resolve().parent if own else None


def _as_owner(*command: str) -> None:
    before = ("runuser", "-u", OWNER, "--") if os.getuid() == 0 else ()
    done = subprocess.run((*before, *command), cwd="/", capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise SystemExit(f"{Path(command[0]).name} failed: {done.stderr or done.stdout}")
