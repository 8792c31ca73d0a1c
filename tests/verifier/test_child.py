"""A child process does the work, or is ended; either way the parent lives and learns which."""

from __future__ import annotations

import operator
import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from verifier import child
from verifier.child import TOGETHER, ChildFailed, run
from verifier.deadline import within
from verifier.gate import Gate
from verifier.zygote import Zygote

BIG = 2**31


@pytest.fixture(params=["fresh", "warm"], autouse=True)
def zygote(request, monkeypatch) -> Iterator[Zygote]:
    """Everything holds for a fresh interpreter and for a child of the warm process alike."""
    made = Zygote()
    if request.param == "warm":
        assert made.warm(20)
    else:
        monkeypatch.setattr(made, "begin", lambda _: None)
    monkeypatch.setattr(child, "ZYGOTE", made)
    yield made
    made.close()


def failure(function, *args, **limits) -> ChildFailed:
    with pytest.raises(ChildFailed) as caught:
        run(function, *args, **limits)
    return caught.value


def test_the_result_comes_back():
    assert run(operator.add, b"a", b"b") == b"ab"


@pytest.mark.parametrize(
    "expression", ["None", "True", "2**70", "1.5", "'\\ud800é'", "b'\\x00'", "(1, [2, {'a': (3,)}])"]
)
def test_plain_values_survive_the_pipe(expression):
    assert run(eval, expression) == eval(expression)


def test_a_large_argument_and_a_large_result_do_not_block():
    data = os.urandom(8 * 2**20)

    assert run(operator.add, data, b"!") == data + b"!"


def test_a_sleeper_is_ended_by_the_wall_clock():
    assert failure(time.sleep, 60, seconds=0.3).reason == "timeout"


def test_a_busy_loop_is_ended():
    assert failure(eval, "[None for i in iter(int, 1)]", seconds=0.3).reason == "timeout"


def test_exhausted_memory_is_told_apart():
    assert failure(bytes, BIG).reason == "memory"
    assert len(run(bytes, 2**20)) == 2**20


def test_memory_is_limited_as_asked():
    assert failure(eval, "len(b'x' * 100 * 2**20)", memory=96 * 2**20).reason == "memory"
    assert run(eval, "len(b'x' * 100 * 2**20)") == 100 * 2**20


@pytest.mark.parametrize("end", [(os.abort,), (os._exit, 3)], ids=["abort", "exit"])
def test_a_crash_is_told(end):
    assert failure(*end).reason == "crashed"


def test_an_exception_is_told_with_its_kind_and_text():
    failed = failure(int, "seven")

    assert (failed.reason, failed.kind) == ("error", "ValueError")
    assert "seven" in failed.detail


def test_only_plain_values_are_believed():
    assert failure(eval, "object()").reason == "error"


def test_the_environment_is_empty(monkeypatch):
    monkeypatch.setenv("ATTESTATO_CANARY", "secret")

    assert "ATTESTATO_CANARY" not in run(eval, "dict(__import__('os').environ)")


@pytest.mark.enable_socket
def test_there_is_no_network():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address = listener.getsockname()
        with socket.create_connection(address):
            pass

        assert failure(socket.create_connection, address).kind == "OSError"


def test_nothing_can_be_written(tmp_path):
    target = tmp_path / "written"

    assert failure(Path.write_text, target, "x").reason in ("error", "crashed")
    assert not target.exists() or target.read_text() == ""


def test_a_process_it_starts_does_not_outlive_it():
    # Root is exempt from the limit on processes, so there the whole group is ended instead.
    try:
        number = run(eval, "__import__('os').fork() or __import__('time').sleep(60)", seconds=0.3)
    except ChildFailed as failed:
        assert failed.reason in ("timeout", "error")
    else:
        assert not Path(f"/proc/{number}").exists()


def test_no_file_of_the_parent_is_open_in_the_child(tmp_path):
    with (tmp_path / "secret").open("w"):
        assert run(eval, "len(__import__('os').listdir('/proc/self/fd'))") <= 5


def test_what_a_function_prints_is_not_taken_for_its_answer():
    assert run(eval, "print('noise') or 7") == 7


def test_many_threads_may_ask_at_once():
    stop = threading.Event()
    noise = threading.Thread(target=stop.wait)
    noise.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(lambda n: run(operator.mul, n, n), range(12))) == [n * n for n in range(12)]
    finally:
        stop.set()
        noise.join()


def test_no_child_is_left_behind():
    number = run(os.getpid)

    assert not Path(f"/proc/{number}").exists()


def test_nobody_waits_longer_than_the_whole_verification_may_take():
    began = time.monotonic()
    with within(0.3):
        assert failure(time.sleep, 60, seconds=30.0).reason == "timeout"
        assert failure(operator.add, 1, 1).reason == "timeout"

    assert time.monotonic() - began < 10


def test_a_flood_waits_for_a_place(monkeypatch):
    monkeypatch.setattr(child, "_PLACES", Gate(1))
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(run, time.sleep, 0.5)
        while child._PLACES._free:
            time.sleep(0.001)
        with within(0.05):
            assert failure(operator.add, 1, 1).reason == "timeout"
        assert run(operator.add, 1, 1) == 2
        slow.result()

    assert os.cpu_count() + 2 == TOGETHER


def test_those_that_may_be_long_leave_places_to_the_others(monkeypatch):
    monkeypatch.setattr(child, "_LONG", Gate(1))
    monkeypatch.setattr(child, "_PLACES", Gate(2))
    with ThreadPoolExecutor(2) as pool:
        long = [pool.submit(run, time.sleep, 0.3, later=True) for _ in range(2)]
        while not len(child._LONG):
            time.sleep(0.001)

        with within(0.25):
            assert run(operator.add, 1, 1) == 2
        for each in long:
            each.result()


def test_one_that_may_be_long_lets_all_others_go_before():
    assert run(os.nice, 0, later=True) - run(os.nice, 0) == 10


def test_an_answer_is_no_longer_than_asked_for():
    assert failure(bytes, 2_000_000, most=1_000_000).reason == "memory"
    assert len(run(bytes, 999_900, most=1_000_000)) == 999_900
