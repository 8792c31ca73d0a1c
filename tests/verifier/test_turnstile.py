"""A few work at once, in the order in which they came; whoever waits for somebody else keeps no place."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from werkzeug.exceptions import ServiceUnavailable

from verifier.giving_way import giving_way, while_waiting
from verifier.web.turnstile import Turnstile

LONG = 20.0


def begun(work: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def waiting(turnstile: Turnstile, count: int) -> None:
    """Return once so many stand before the turnstile."""
    ends = time.monotonic() + LONG
    while len(turnstile._new) + len(turnstile._back) < count:
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


def test_turns_are_taken_in_the_order_of_arrival_and_who_comes_back_goes_first() -> None:
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

    assert order == ["back", "first", "second", "third"]


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
