"""An organizer's desk: a folder of its own, and the command, run in this process or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from issuer.cli.desk import Desk
from issuer.cli.root import run

EXAMPLES = Path(__file__).parents[3] / "examples"

EVENT = """\
[issuer]
slug = "python-milano"
name = "Python Milano"
[achievement]
slug = "attendance"
description = "Took part."
criteria = "Checked in."
[event]
slug = "evening"
name = "Python Evening"
start = 2026-10-15T18:30:00+02:00
end = 2026-10-15T21:30:00+02:00
timezone = "Europe/Rome"
language = "en"
"""


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Attestato = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an event and a list of three, in which commands run."""
    for name in list(os.environ):
        if name.startswith("ATTESTATO_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "event.toml").write_text(EVENT, encoding="utf-8")
    people = "name,email\nAda Lovelace,ada@example.org\nGrace Hopper,grace@example.org\n=cmd|calc,eve@example.org\n"
    (tmp_path / "list.csv").write_text(people, encoding="utf-8")
    return tmp_path


@pytest.fixture
def attestato(folder: Path, capfd: pytest.CaptureFixture[str], now) -> Attestato:
    """The command, in this process; the clock stands still."""

    def call(*arguments: str | Path) -> Said:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments], Desk(clock=lambda: now))
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return call


@pytest.fixture
def process(folder: Path) -> Attestato:
    """The command as a process of its own."""

    def call(*arguments: str, **settings: str) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "issuer.cli", *arguments],
            env=os.environ | {"PYTHONPATH": str(EXAMPLES.parent)} | settings,
            capture_output=True,
            text=True,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return call
