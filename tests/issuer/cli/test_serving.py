"""`attestato serve`, as an operator runs it: a real server, real workers, real signals."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.enable_socket
WORKERS = 2


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return str(answer.read().decode())


def wait_for(url: str) -> None:
    for _ in range(1_200):
        try:
            get(url)
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("The server did not come up within two minutes.")


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "ATTESTATO_DATA": str(tmp_path / "instance"),
        "ATTESTATO_BASE_URL": f"http://localhost:{port}",
        "ATTESTATO_WORKERS": str(WORKERS),
        "ATTESTATO_ROLES": getattr(request, "param", "issuer,verifier"),
    }
    command = [sys.executable, "-m", "issuer.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, cwd=tmp_path)
    try:
        wait_for(f"http://localhost:{port}/healthz")
        yield process, f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(120)


def test_two_workers_count_into_one_set_of_numbers_and_a_signal_ends_all_of_it(
    served: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, address = served
    for _ in range(12):
        get(f"{address}/verify")

    counted = {get(f"{address}/metrics") for _ in range(6)}
    process.send_signal(signal.SIGTERM)

    pattern = re.compile(r'attestato_http_answers_total\{page="verify\.[a-z]+",status="200"\} ([0-9.]+)')
    assert [pattern.findall(text) for text in counted] == [["12.0"]] * len(counted)
    assert process.wait(120) == 0
    with pytest.raises(OSError, match="refused"):
        get(f"{address}/healthz")


def test_who_connects_and_says_nothing_does_not_stay(served: tuple[subprocess.Popen[bytes], str]) -> None:
    _, address = served

    with socket.create_connection(("localhost", int(address.rpartition(":")[2])), timeout=30) as quiet:
        assert quiet.recv(1_024) == b""


@pytest.mark.parametrize(
    ("served", "made"),
    [("verifier", False), ("issuer,verifier", True)],
    indirect=["served"],
    ids=["a verifier", "an issuer"],
)
def test_only_an_issuer_has_a_database_a_key_and_a_worker(
    served: tuple[subprocess.Popen[bytes], str], made: bool, tmp_path: Path
) -> None:
    process, address = served

    page = get(f"{address}/verify")

    assert "<form" in page
    assert (tmp_path / "instance.kek").exists() is made
    assert (tmp_path / "instance" / "attestato.sqlite3").exists() is made
    assert ("issuer.cli worker" in commands_below(process.pid)) is made


def commands_below(number: int) -> str:
    """Return the command lines of the children of a process."""
    children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    return " ".join(Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ") for child in children)
