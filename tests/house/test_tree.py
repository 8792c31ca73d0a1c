"""What is committed holds for everybody: no path of one machine, no private host, no room that outgrew its sentence."""

from __future__ import annotations

import re
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import missing

ROOT = Path(__file__).parents[2]
ROOMS = ("badges", "keys", "verifier", "issuer", "templates", "tools", "wsgi.py")
LONGEST_MODULE = 250
# A letter in brackets keeps each pattern from finding itself.
PRIVATE = re.compile(
    r"/wor[k]/|/far[m]/|/tm[p]/bash_jobs|file[s]\.pythonhosted\.org|//pyp[i]\.|registr[y]\.npmjs|de[b]\.debian\.org"
    r"|index-ur[l]"
)


def git_files() -> list[Path]:
    """Return every file that git holds, or would hold with the next `git add`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    if listed.returncode:
        missing("a git checkout")
    found = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return sorted({path for path in found if path.is_file()})


def texts() -> Iterator[tuple[str, str]]:
    for path in git_files():
        try:
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def modules() -> dict[str, int]:
    """Return the number of lines of each module of ours, tests and migrations excepted."""
    return {
        name: text.count("\n")
        for name, text in texts()
        if name.endswith(".py") and name.split("/")[0] in ROOMS and "/migrations/" not in name
    }


def test_no_file_holds_a_path_of_one_machine_or_the_host_of_a_registry() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts()
        if not name.endswith(".svg")
        for number, line in enumerate(text.splitlines(), 1)
        if PRIVATE.search(line)
    ]

    assert found == []


@pytest.mark.parametrize("leak", ["see /wor" + "k/main", "https://pyp" + "i.org/simple", "--index-ur" + "l x"])
def test_such_a_line_would_be_found(leak: str) -> None:
    assert PRIVATE.search(leak)


def test_no_private_key_is_committed() -> None:
    marks = ("PRIVATE" + " KEY-----", "wrapped" + "_key =")

    assert [name for name, text in texts() if any(mark in text for mark in marks)] == []


def test_no_module_is_longer_than_it_may_be(record_property) -> None:
    lines = modules()

    record_property("median lines of a module", statistics.median(lines.values()))
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}


def test_no_package_stands_under_tests() -> None:
    assert [name for name, _ in texts() if name.startswith("tests/") and name.endswith("__init__.py")] == []
