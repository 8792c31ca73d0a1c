"""A few work at once, those first who have had the least; whoever waits for somebody else keeps no place."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from werkzeug.exceptions import ServiceUnavailable

from verifier.gate import Gate
from verifier.giving_way import giving_way, while_waiting
from verifier.web.debts import HALF_LIFE, MOST, Debts
from verifier.web.turnstile import Turnstile

LONG = 20.0


def begun(work: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def waiting(turnstile: Turnstile, count: int) -> None:
    """Return once so many stand before the turnstile."""
    ends = time.monotonic() + LONG
    while len(turnstile._gate) < count:
        assert time.monotonic() < ends
        time.sleep(0.001)


def test_so_many_work_and_the_next_is_told_to_come_back() -> None:
    turnstile = Turnstile(together=2, patience=0.01)

    with turnstile.turn(), turnstile.turn(), pytest.raises(ServiceUnavailable) as sent_away, turnstile.turn():
        raise AssertionError
    with turnstile.turn():
        pass

    assert sent_away.value.retry_after == 5


def test_whoever_waits_for_somebody_else_lets_another_work() -> None:
    turnstile = Turnstile(together=1, patience=0.01)

    with turnstile.turn(), giving_way(), turnstile.turn():
        pass


def test_a_wait_inside_of_a_wait_gives_way_once() -> None:
    turnstile = Turnstile(together=1, patience=0.01)

    with turnstile.turn(), giving_way(), giving_way(), turnstile.turn():
        pass
    with turnstile.turn(), pytest.raises(ServiceUnavailable), turnstile.turn():
        raise AssertionError


def test_a_crowd_has_an_end_and_who_waits_is_part_of_it() -> None:
    turnstile = Turnstile(together=1, patience=0.01, crowd=3)

    with ExitStack() as crowd:
        for _ in range(3):
            crowd.enter_context(turnstile.turn())
            crowd.enter_context(giving_way())
        with pytest.raises(ServiceUnavailable), turnstile.turn():
            raise AssertionError
    with turnstile.turn():
        pass


def test_who_comes_back_goes_first_and_then_whoever_came_last() -> None:
    turnstile = Turnstile(together=1, patience=LONG)
    order: list[str] = []
    left, returned = threading.Event(), threading.Event()

    def visitor(name: str) -> None:
        with turnstile.turn():
            order.append(name)

    def absent() -> None:
        with turnstile.turn():
            with giving_way():
                left.set()
                returned.wait(LONG)
            order.append("back")

    away = begun(absent)
    threads = []
    left.wait(LONG)
    with turnstile.turn():
        for number, name in enumerate(["first", "second", "third"], start=1):
            threads.append(begun(lambda name=name: visitor(name)))
            waiting(turnstile, number)
        returned.set()
        waiting(turnstile, 4)
    for thread in [away, *threads]:
        thread.join(LONG)

    assert order == ["back", "third", "second", "first"]


def test_a_turn_is_given_back_whatever_happens_in_it() -> None:
    turnstile = Turnstile(together=1, patience=0.01, crowd=1)

    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turnstile.turn(), giving_way():
            raise ZeroDivisionError
    with turnstile.turn():
        pass


def test_without_a_turnstile_waiting_is_just_waiting() -> None:
    with giving_way(), giving_way():
        pass


def test_the_one_who_shares_out_the_work_is_asked_at_every_wait() -> None:
    asked: list[str] = []

    class Noting:
        def __enter__(self) -> None:
            asked.append("away")

        def __exit__(self, *_: object) -> None:
            asked.append("back")

    with while_waiting(Noting):
        for _ in range(2):
            with giving_way():
                asked.append("waits")

    assert asked == ["away", "waits", "back"] * 2


def test_whoever_has_had_the_least_of_late_goes_first() -> None:
    turnstile = Turnstile(together=1, patience=LONG)
    order: list[str] = []

    def visitor(name: str) -> None:
        with turnstile.turn(name):
            order.append(name)

    for name, seconds in (("greedy", 9.0), ("modest", 1.0)):
        turnstile._debts.add(name, seconds, time.monotonic())
    threads = []
    with turnstile.turn():
        for number, name in enumerate(["modest", "greedy", "stranger", "modest"], start=1):
            threads.append(begun(lambda name=name: visitor(name)))
            waiting(turnstile, number)
    for thread in threads:
        thread.join(LONG)

    assert order == ["stranger", "modest", "modest", "greedy"]


def test_in_a_crowd_whoever_has_had_the_most_is_sent_away_and_not_whoever_comes() -> None:
    turnstile = Turnstile(together=1, patience=LONG, crowd=2)
    turnstile._debts.add("greedy", 9.0, time.monotonic())
    sent_away = threading.Event()
    served: list[str] = []

    def greedy() -> None:
        try:
            with turnstile.turn("greedy"):
                served.append("greedy")
        except ServiceUnavailable:
            sent_away.set()

    def stranger() -> None:
        with turnstile.turn("stranger"):
            served.append("stranger")

    with turnstile.turn():
        threads = [begun(greedy)]
        waiting(turnstile, 1)
        threads.append(begun(stranger))
        assert sent_away.wait(LONG)
    for thread in threads:
        thread.join(LONG)

    assert served == ["stranger"]


def test_time_that_was_waited_for_a_turn_is_nobodys_debt() -> None:
    turnstile = Turnstile(together=1, patience=0.2)

    with turnstile.turn("busy"), pytest.raises(ServiceUnavailable), turnstile.turn("patient"):
        raise AssertionError

    assert turnstile._debts.of("patient", time.monotonic()) == 0.0
    assert turnstile._debts.of("busy", time.monotonic()) > 0.1


def test_half_of_a_debt_is_forgotten_in_half_a_minute_and_the_smallest_are_not_kept() -> None:
    debts = Debts()

    debts.add("a", 8.0, now=0.0)
    debts.add("a", 1.0, now=HALF_LIFE)

    assert [debts.of("a", times * HALF_LIFE) for times in (1, 2, 3)] == [5.0, 2.5, 1.25]
    for number in range(MOST):
        debts.add(f"{number}", 1.0 + number, now=HALF_LIFE)
    assert debts.of(f"{MOST - 1}", HALF_LIFE) == float(MOST)
    assert len(debts._owed) <= MOST


class TestGate:
    """What a gate promises, whoever uses it."""

    def test_a_place_that_is_left_can_be_entered(self) -> None:
        gate = Gate(1)

        assert gate.enter(seconds=0)
        assert not gate.enter(seconds=0)
        gate.leave()
        assert gate.enter(seconds=0)

    def test_nobody_is_sent_away_for_one_who_ranks_no_better(self) -> None:
        gate = Gate(0)
        thread = begun(lambda: gate.enter((5.0,), 0.3))
        while not len(gate):
            time.sleep(0.001)

        assert [gate.dismiss((rank,)) for rank in (9.0, 5.0, 4.0, 4.0)] == [False, False, True, False]
        thread.join(LONG)

    def test_many_threads_never_hold_more_than_there_are(self) -> None:
        gate, inside, most = Gate(3), [0], [0]
        lock = threading.Lock()

        def work() -> None:
            for _ in range(50):
                assert gate.enter((0.0,), LONG)
                with lock:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                with lock:
                    inside[0] -= 1
                gate.leave()

        threads = [begun(work) for _ in range(12)]
        for thread in threads:
            thread.join(LONG)

        assert (inside[0], gate._free) == (0, 3)
        assert 1 <= most[0] <= 3
