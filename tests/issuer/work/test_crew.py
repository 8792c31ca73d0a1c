"""A crew: whoever falls is replaced, whoever is asked to end finishes first, and all of it ends well."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[3]

CREW = """
import os, sys, time
from issuer.work import crew
from issuer.work.crew import Crew, Post

def say(text):
    os.write(1, f"{text}\\n".encode())

def work(asked):
    say(f"at work {os.getpid()} {os.nice(0)}")
    asked.wait()
    say("asked")
    time.sleep(0.3)
    say("finished")

def stay(asked):
    say(f"at work {os.getpid()} {os.nice(0)}")
    time.sleep(600)

def leave(asked):
    say(f"at work {os.getpid()} {os.nice(0)}")

crew.PATIENCE = 1.0 if sys.argv[1] == "stay" else crew.PATIENCE
crew.SHORTEST_LIFE = 0.0
post = Post("one", {"work": work, "stay": stay, "leave": leave}[sys.argv[1]], nice=5)
sys.exit(Crew([post], once=sys.argv[1] == "leave", of=int(sys.argv[2]) if len(sys.argv) > 2 else None,
              fell=lambda name, code: say(f"fell {name} {code}")).run())
"""

STARTS = """
import os, subprocess, sys
own = [str(os.getpid()) if word == "PARENT" else word for word in sys.argv[1:]]
subprocess.Popen([sys.executable, "-c", *own])
input()
"""


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CREW, *arguments], stdout=subprocess.PIPE, text=True, cwd=HOUSE, start_new_session=True
    )


@pytest.fixture
def crew(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    process = start(getattr(request, "param", "work"))
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def heard(crew: subprocess.Popen[str]) -> list[str]:
    assert crew.stdout is not None
    return crew.stdout.readline().split()


def test_whoever_is_asked_to_end_finishes_first_and_it_ends_well(crew: subprocess.Popen[str]) -> None:
    heard(crew)

    crew.send_signal(signal.SIGTERM)

    assert crew.communicate(timeout=30)[0].split() == ["asked", "finished"]
    assert crew.returncode == 0


def test_asking_again_and_all_of_them_changes_nothing(crew: subprocess.Popen[str]) -> None:
    heard(crew)

    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT):
        os.killpg(crew.pid, number)

    assert crew.communicate(timeout=30)[0].split() == ["asked", "finished"]
    assert crew.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_whoever_falls_is_told_and_replaced(crew: subprocess.Popen[str], number: signal.Signals) -> None:
    first = int(heard(crew)[2])
    os.kill(first, number)

    assert heard(crew) == ["fell", "one", str(-number)]
    assert int(heard(crew)[2]) != first


@pytest.mark.parametrize("crew", ["stay"], indirect=True)
def test_whoever_will_not_end_is_ended_and_what_it_had_is_done_by_the_next(crew: subprocess.Popen[str]) -> None:
    number = int(heard(crew)[2])
    crew.send_signal(signal.SIGTERM)

    assert crew.wait(30) == 0
    assert not Path(f"/proc/{number}").exists()


@pytest.mark.parametrize("crew", ["leave"], indirect=True)
def test_whoever_has_nothing_left_to_do_is_not_replaced(crew: subprocess.Popen[str]) -> None:
    assert len(crew.communicate(timeout=30)[0].splitlines()) == 1
    assert crew.returncode == 0


def test_bulk_work_steps_back(crew: subprocess.Popen[str]) -> None:
    assert heard(crew)[3] == str(os.nice(0) + 5)


@pytest.mark.parametrize(("more", "ends"), [(["PARENT"], True), ([], False)])
def test_a_crew_of_one_run_ends_with_it_and_a_crew_of_its_own_does_not(more: list[str], ends: bool) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS, CREW, "work", *more],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HOUSE, start_new_session=True,
    ) as parent:  # fmt: skip
        heard(parent)
        parent.kill()
        parent.wait()
        if not ends:
            os.killpg(parent.pid, signal.SIGTERM)

        assert parent.stdout is not None
        assert parent.stdout.read().split() == ["asked", "finished"]
