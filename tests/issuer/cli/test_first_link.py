"""The first link: `attestato serve` prints it while nobody has an account, and never again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from issuer.accounts import arrival
from issuer.office import open_office
from issuer.settings import Settings
from tests.conftest import NOW
from tests.issuer.cli.test_serving import free_port, wait_for

pytestmark = pytest.mark.enable_socket


@contextmanager
def serving(folder: Path, environ: dict[str, str]) -> Iterator[list[str]]:
    """Let `attestato serve` run; yields what it said until it answered."""
    port = environ["ATTESTATO_BASE_URL"].rpartition(":")[2]
    said = folder / "said"
    with said.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "issuer.cli", "serve", "--port", port], env=environ, cwd=folder, stderr=err
        )
        try:
            wait_for(f"http://localhost:{port}/healthz")
            yield said.read_text("utf-8").splitlines()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def test_serve_prints_the_first_link_until_somebody_has_moved_in(tmp_path: Path) -> None:
    base_url = f"http://localhost:{free_port()}"
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[3]),
        "ATTESTATO_DATA": str(tmp_path / "instance"), "ATTESTATO_BASE_URL": base_url, "ATTESTATO_WORKERS": "1",
    }  # fmt: skip

    with serving(tmp_path, environ) as said:
        links = re.findall(r"http://localhost:\d+/room/first/[a-z2-7]{26}", "\n".join(said))
        assert len(links) == 1
        with urllib.request.urlopen(links[0], timeout=10) as answer:
            assert answer.status == 200
    office = open_office(Settings.read(environ))
    with office.database.writing() as session:
        arrival.add_user(session, arrival.Newcomer("Ada", "ada@example.org", None, "it"), NOW, operator=True)
    office.close()

    with serving(tmp_path, environ) as said:
        assert "/room/first/" not in "\n".join(said)
