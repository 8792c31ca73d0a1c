"""Set-up says in a sentence what it cannot do, and does nothing twice."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("sh", "dirname", "id", "find", "grep", "cat", "cksum", "rm", "tail", "mktemp", "env")
FINDS_ALL = """#!/bin/sh
case "$1 $*" in
    --version*) echo "Python 3.11.2" ;;
    "-m -m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && echo "$PWD/.venv" >"$3/bin/activate" ;;
    "-m -m pip "*) echo "$*" >>pip.log ;;
esac
"""
TOO_OLD = '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2"\n[ "$1" = --version ]\n'
WITHOUT_PANGO = '#!/bin/sh\n[ "$1" != - ]\n'
WITHOUT_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\n'


@dataclass(frozen=True)
class Machine:
    """A folder with a copy of the set-up, and a PATH on which there is only what a test puts there."""

    folder: Path
    path: Path

    def put(self, name: str, script: str) -> None:
        (self.path / name).write_text(script, "utf-8")
        (self.path / name).chmod(0o755)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.folder / "tools" / "setup"), *arguments]
        env = {"PATH": str(self.path), "HOME": str(self.folder)}
        return subprocess.run(command, env=env, capture_output=True, text=True, cwd="/", check=False)

    def pip_calls(self) -> list[str]:
        log = self.folder / "pip.log"
        return log.read_text("utf-8").splitlines() if log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    folder, path = tmp_path / "attestato", tmp_path / "bin"
    (folder / "tools").mkdir(parents=True)
    path.mkdir()
    for name in (*TOOLS, "mkdir", "cp"):
        (path / name).symlink_to(str(shutil.which(name)))
    for name in ("pyproject.toml", "requirements.txt", "requirements-build.txt", "requirements-dev.txt"):
        (folder / name).write_text(f"{name}\n", "utf-8")
    shutil.copy(ROOT / "tools" / "setup", folder / "tools" / "setup")
    return Machine(folder, path)


def sentences(text: str) -> int:
    return len(re.findall(r"[.!](?:\s|$)", text))


@pytest.mark.parametrize(
    ("script", "advice"),
    [
        pytest.param(TOO_OLD, "Python 3.11 or newer", id="an old Python"),
        pytest.param(WITHOUT_PANGO, "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0", id="no Pango"),
        pytest.param(WITHOUT_VENV, "apt install python3-venv", id="no venv"),
    ],
)
def test_what_set_up_cannot_do_is_said_in_one_sentence(machine: Machine, script: str, advice: str) -> None:
    machine.put("python3", script)

    done = machine.run()

    assert done.returncode == 1
    assert advice in done.stderr
    assert sentences(done.stderr) == 1
    assert not (machine.folder / ".venv").exists()


def test_the_old_python_is_named(machine: Machine) -> None:
    machine.put("python3", TOO_OLD)

    assert "Python 3.9.2" in machine.run().stderr


def test_a_newer_python_beside_an_old_one_is_found(machine: Machine) -> None:
    machine.put("python3", TOO_OLD)
    machine.put("python3.12", FINDS_ALL)

    assert machine.run().returncode == 0


def test_the_first_run_installs_what_is_pinned_with_hashes(machine: Machine) -> None:
    machine.put("python3", FINDS_ALL)

    done = machine.run()

    assert done.returncode == 0, done.stderr
    assert ["--require-hashes" in call for call in machine.pip_calls()] == [True, True, False]
    assert "--no-deps" in machine.pip_calls()[-1]


@pytest.mark.parametrize("first", [(), ("--development",)], ids=["demo", "development"])
def test_the_second_run_does_nothing(machine: Machine, first: tuple[str, ...]) -> None:
    machine.put("python3", FINDS_ALL)
    machine.run(*first)
    before = machine.pip_calls()

    done = machine.run()

    assert (done.returncode, machine.pip_calls()) == (0, before)
    assert ".venv" not in done.stdout


def test_a_changed_lock_file_installs_anew(machine: Machine) -> None:
    machine.put("python3", FINDS_ALL)
    machine.run()
    (machine.folder / "requirements.txt").write_text("changed\n", "utf-8")

    machine.run()

    assert len(machine.pip_calls()) == 6


def test_a_moved_folder_makes_its_environment_anew(machine: Machine, tmp_path: Path) -> None:
    machine.put("python3", FINDS_ALL)
    machine.run()
    moved = Machine(machine.folder.rename(tmp_path / "moved"), machine.path)

    assert "Making the virtual environment" in moved.run().stdout


def test_an_unknown_argument_is_told(machine: Machine) -> None:
    machine.put("python3", FINDS_ALL)

    assert "Usage" in machine.run("--everything").stderr


def test_help_lists_every_target() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert phony

    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert re.findall(r"^  make (\w+)", said, re.MULTILINE) == phony[1].split()


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"

    assert script.stat().st_mode & 0o111
    assert "REQUIRE_ALL=1 make test" in script.read_text("utf-8")
    assert "REQUIRE_ALL=1 make long" in script.read_text("utf-8")
    assert "make test" in (ROOT / "README.md").read_text("utf-8")
