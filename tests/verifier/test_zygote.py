"""The warm process is one, holds nothing of ours, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from verifier import child
from verifier.child import ChildFailed, run
from verifier.zygote import Zygote

ROOT = Path(__file__).parents[2]


@pytest.fixture
def zygote(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zygote]:
    """A warm process that is ready, and that `run` uses."""
    made = Zygote()
    assert made.warm(20)
    monkeypatch.setattr(child, "ZYGOTE", made)
    yield made
    made.close()


def number_of(zygote: Zygote) -> int:
    assert zygote.number is not None
    return zygote.number


def children_of(number: int) -> list[str]:
    return Path(f"/proc/{number}/task/{number}/children").read_text().split()


def soon(true: Callable[[], bool]) -> bool:
    """Whether it comes to be, on a machine however busy."""
    ends = time.monotonic() + 20
    while not true() and time.monotonic() < ends:
        time.sleep(0.01)
    return true()


def status(number: int, name: str) -> int:
    lines = Path(f"/proc/{number}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name + ":"))


def test_children_are_forked_from_it(zygote: Zygote) -> None:
    assert run(os.getppid) == number_of(zygote)


def test_it_is_not_started_for_one_file_and_is_for_several() -> None:
    made = Zygote()
    with Path(__file__).open("rb") as request:
        made.begin(request.fileno())
        after_one = made.number
        made.begin(request.fileno())
        after_two = made.number
    made.close()

    assert (after_one, after_two is None) == (None, False)


def test_until_it_is_ready_a_fresh_interpreter_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Zygote()
    monkeypatch.setattr(child, "ZYGOTE", made)

    parents = [run(os.getppid) for _ in range(2)]

    assert parents == [os.getpid()] * 2
    assert soon(lambda: run(os.getppid) == made.number)
    made.close()


def test_where_it_cannot_be_started_a_fresh_interpreter_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Zygote()
    monkeypatch.setattr(child, "ZYGOTE", made)
    monkeypatch.setattr("verifier.zygote._BOOT", "raise SystemExit(1)")

    assert not made.warm(20)
    assert [run(abs, -number) for number in range(3)] == [0, 1, 2]
    made.close()


def test_it_knows_no_environment_and_holds_no_file_of_ours(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> None:
    number = number_of(zygote)
    files = {str(file.readlink()).partition(":")[0] for file in Path(f"/proc/{number}/fd").iterdir()}

    assert Path(f"/proc/{number}/environ").read_bytes() == b""
    assert files <= {"/dev/null", "socket"}


def test_it_is_small_and_does_not_grow(zygote: Zygote) -> None:
    before = status(number_of(zygote), "VmRSS")
    for _ in range(100):
        run(bytes, 2**20)

    assert before < 100 * 1024
    assert status(number_of(zygote), "VmRSS") - before < 4 * 1024


def test_it_leaves_no_child_behind_however_a_job_ends(zygote: Zygote) -> None:
    for job in ((time.sleep, 60), (os.abort,), (int, "x"), (bytes, 2**31), (os._exit, 3)):
        with pytest.raises(ChildFailed):
            run(*job, seconds=0.2)
    run(abs, -1)

    assert children_of(number_of(zygote)) == []


def test_who_leaves_the_group_of_a_child_is_ended_too(zygote: Zygote) -> None:
    script = "[os := __import__('os'), os.fork() or (os.setsid(), __import__('time').sleep(60))][1]"
    # Where processes are limited, as for all but root, there is no such process to begin with.
    with suppress(ChildFailed):
        run(eval, script, seconds=0.5)
    run(abs, -1)

    assert children_of(number_of(zygote)) == []


def test_who_heeds_no_signal_is_ended(zygote: Zygote) -> None:
    deaf = "[s := __import__('signal'), s.pthread_sigmask(s.SIG_BLOCK, range(1, 65)), [0 for _ in iter(int, 1)]]"
    with pytest.raises(ChildFailed, match="timeout"):
        run(eval, deaf, seconds=0.2)

    assert children_of(number_of(zygote)) == []


def test_one_that_died_is_replaced_and_the_jobs_go_on(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.zygote._PAUSE", 0.0)
    first = number_of(zygote)
    os.kill(first, signal.SIGKILL)

    assert [run(abs, -number) for number in range(3)] == [0, 1, 2]
    assert soon(lambda: run(os.getppid) == zygote.number)
    assert zygote.number != first
    assert not Path(f"/proc/{first}").exists()


def test_one_that_dies_with_a_job_does_not_take_the_job_along(zygote: Zygote) -> None:
    number = number_of(zygote)
    kill = f"[os.kill({number}, 9), __import__('time').sleep(60)]"
    script = f"[os := __import__('os'), {kill} if os.getppid() == {number} else 7][1]"

    assert run(eval, script, seconds=10.0) == 7


def test_whoever_is_forked_from_us_starts_its_own(zygote: Zygote) -> None:
    ours = number_of(zygote)
    reading, writing = os.pipe()
    fork = os.fork()
    if fork == 0:
        mine = zygote.warm(20) and zygote.number
        os.write(writing, str(mine).encode())
        zygote.close()
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        theirs = int(pipe.read())
    os.waitpid(fork, 0)

    assert theirs != ours
    assert run(os.getppid) == ours
    assert soon(lambda: not Path(f"/proc/{theirs}").exists())


@pytest.mark.parametrize("end", ["SystemExit", "os.kill(os.getpid(), 9)"])
def test_it_ends_when_whoever_started_it_ends(end: str) -> None:
    script = f"""
        import os
        from verifier.zygote import Zygote
        made = Zygote()
        assert made.warm(20)
        print(made.number, flush=True)
        {"raise " if end == "SystemExit" else ""}{end}
    """
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(script)], cwd=ROOT, capture_output=True, text=True
    )

    assert told.stderr == ""
    assert soon(lambda: not Path(f"/proc/{int(told.stdout)}").exists())
