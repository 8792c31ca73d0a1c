"""Every command in the README runs."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
TARGETS = re.findall(r"^make (\w+)$", "".join(BLOCKS), re.MULTILINE)
SESSION = "".join(block for block in BLOCKS if not block.startswith("make "))

# Serving never ends by itself: here it ends when its pages have answered.
ASK = """
attestato serve & server=$!
trap 'kill $server 2>/dev/null || true' EXIT
"$PYTHON" - <<'ASK'
import csv, os, time, urllib.request
rows = list(csv.DictReader(open("certificates/index.csv", encoding="utf-8-sig")))
for attempt in range(600):
    try:
        assert urllib.request.urlopen(os.environ["ATTESTATO_BASE_URL"] + "/readyz", timeout=5).status == 200
        break
    except OSError:
        time.sleep(0.1)
for row in rows:
    assert row["name"] in urllib.request.urlopen(row["url"], timeout=30).read().decode()
print(f"{len(rows)} pages answered")
ASK
kill $server
wait $server || true
trap - EXIT
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def run(script: str, environment: dict[str, str], log: Path) -> tuple[int, str]:
    """Run a script in a session of its own, so that nothing it started outlives it."""
    with log.open("wb") as output:
        shell = subprocess.Popen(
            ["bash", "-c", script], cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            code = shell.wait(300)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
    shell.wait()
    return code, log.read_text("utf-8")


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_that_the_readme_names_is_there(target: str) -> None:
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_the_readme_names_the_two_commands_first() -> None:
    assert BLOCKS[0] == "make demo\nmake test\n"


@pytest.mark.enable_socket
def test_the_first_badge_is_made_as_the_readme_says(tmp_path: Path) -> None:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATTESTATO_")} | {
        "HOME": str(tmp_path),
        "EDITOR": "true",
        "PYTHON": sys.executable,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "ATTESTATO_PORT": str(port),
        "ATTESTATO_BASE_URL": f"http://localhost:{port}",
    }
    script = "set -euo pipefail\n" + SESSION.replace("\nattestato serve\n", ASK)

    code, said = run(script, environment, tmp_path / "said")

    assert code == 0, said[-4000:]
    assert "2 pages answered" in said
    assert "No longer valid, wherever a copy lies." in said
