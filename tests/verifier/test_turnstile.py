"""A few work at once, those first who have had the least; whoever waits for somebody else keeps no place."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from werkzeug.exceptions import ServiceUnavailable

from verifier.deadline import within
from verifier.gate import CROWD, Gate
from verifier.giving_way import giving_way, while_waiting
from verifier.web.debts import HALF_LIFE, MOST, Debts, neighbourhood
from verifier.web.turnstile import LITTLE, Turnstile

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


def test_who_comes_back_goes_first_and_then_whoever_came_first() -> None:
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


@pytest.mark.parametrize(
    ("neighbours", "stranger"),
    [
        (["2001:0db8:0001:0001", "2001:0db8:0001:0002"], "2001:0db8:0002:0001"),
        (["192.0.2.1", "192.0.2.2"], "192.0.3.1"),
    ],
)
def test_whoever_comes_from_many_addresses_of_one_network_stands_behind_a_stranger(
    neighbours: list[str], stranger: str
) -> None:
    turnstile = Turnstile(together=1, patience=LONG)
    order: list[str] = []

    def visitor(name: str) -> None:
        with turnstile.turn(name):
            order.append(name)

    turnstile._charge(neighbours[0], 5 * LITTLE)
    threads = []
    with turnstile.turn():
        for number, name in enumerate([neighbours[1], stranger], start=1):
            threads.append(begun(lambda name=name: visitor(name)))
            waiting(turnstile, number)
    for thread in threads:
        thread.join(LONG)

    assert order == [stranger, neighbours[1]]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:0db8:0001:0001", "2001:0db8:0001:0002", True), ("2001:0db8:0001:0001", "2001:0db8:0002:0001", False),
        ("192.0.2.1", "192.0.2.2", True), ("192.0.2.1", "192.0.3.1", False), ("unknown", "unknown", True),
    ],
)  # fmt: skip
def test_a_neighbourhood_is_what_one_may_rent_as_a_whole(one: str, other: str, same: bool) -> None:
    assert (neighbourhood(one) == neighbourhood(other)) is same
    assert neighbourhood(one) != one


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

    @pytest.mark.parametrize(("waiting", "first"), [(CROWD - 1, 0), (CROWD, CROWD - 1)], ids=["few", "a crowd"])
    def test_of_those_who_owe_a_little_the_first_is_next_and_in_a_crowd_of_those_who_owe_least_the_last(
        self, waiting: int, first: int
    ) -> None:
        gate, order = Gate(0, slack=1.0), list[int]()

        def visitor(number: int) -> None:
            if gate.enter((2.0 if number == 1 else 0.5 if number == 0 else 0.1,), LONG):
                order.append(number)

        threads = []
        for number in range(waiting):
            threads.append(begun(lambda number=number: visitor(number)))
            while len(gate) <= number:
                time.sleep(0.001)
        gate.leave()
        threads[first].join(LONG)
        assert order == [first]
        for _ in threads:
            gate.leave()
        for thread in threads:
            thread.join(LONG)

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

    def test_no_place_is_lost_on_those_who_stop_waiting_just_as_it_is_handed_to_them(self) -> None:
        gate = Gate(2)

        def work(number: int) -> None:
            for turn in range(60):
                if gate.enter((float(turn % 3),), 0.0001 * (number % 4)):
                    time.sleep(0.0001)
                    gate.leave()
                gate.dismiss((0.5,))

        threads = [begun(lambda number=number: work(number)) for number in range(12)]
        for thread in threads:
            thread.join(LONG)

        assert (gate._free, len(gate)) == (2, 0)

    def test_whoever_is_torn_away_while_he_waits_leaves_his_place_to_the_next(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gate = Gate(1)
        assert gate.enter()

        def torn(_waiter: object, _seconds: float | None) -> None:
            gate.leave()
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("verifier.gate._Waiter.wait", torn)
            with pytest.raises(KeyboardInterrupt):
                gate.enter()

        assert gate.enter(seconds=0)
        assert not gate.enter(seconds=0)


class TestTurn:
    """What somebody who has a turn may do."""

    def test_whoever_steps_aside_lines_up_anew(self) -> None:
        turnstile = Turnstile(together=1, patience=LONG)
        turnstile._debts.add("greedy", 9.0, time.monotonic())
        order: list[str] = []
        aside, free = threading.Event(), threading.Event()

        def greedy() -> None:
            with turnstile.turn("greedy") as turn:
                with turn.aside():
                    aside.set()
                    free.wait(LONG)
                order.append("greedy")

        def stranger() -> None:
            with turnstile.turn("stranger"):
                order.append("stranger")

        threads = [begun(greedy)]
        aside.wait(LONG)
        with turnstile.turn():
            free.set()
            waiting(turnstile, 1)
            threads.append(begun(stranger))
            waiting(turnstile, 2)
        for thread in threads:
            thread.join(LONG)

        assert order == ["stranger", "greedy"]

    def test_whoever_finds_no_turn_again_is_told_to_come_back_and_holds_none(self) -> None:
        turnstile = Turnstile(together=1, patience=0.01)

        def step_aside() -> None:
            with turnstile.turn() as turn, turn.aside():
                taken.__enter__()

        taken = turnstile.turn()
        with pytest.raises(ServiceUnavailable):
            step_aside()
        taken.__exit__(None, None, None)
        with turnstile.turn():
            pass

    def test_of_those_who_come_back_whoever_has_had_the_least_goes_first(self) -> None:
        turnstile = Turnstile(together=1, patience=LONG)
        turnstile._debts.add("greedy", 9.0, time.monotonic())
        order: list[str] = []
        away, back = ({name: threading.Event() for name in ("modest", "greedy")} for _ in range(2))

        def visitor(name: str) -> None:
            with turnstile.turn(name):
                with giving_way():
                    away[name].set()
                    back[name].wait(LONG)
                order.append(name)

        threads = []
        for name, event in away.items():
            threads.append(begun(lambda name=name: visitor(name)))
            event.wait(LONG)
        with turnstile.turn():
            for place, name in enumerate(("greedy", "modest"), 1):
                back[name].set()
                waiting(turnstile, place)
        for thread in threads:
            thread.join(LONG)

        assert order == ["modest", "greedy"]

    def test_whoever_finds_no_place_until_his_time_is_over_goes_on(self) -> None:
        turnstile = Turnstile(together=1, patience=0.01)

        with turnstile.turn(), within(0.1), giving_way():
            taken = turnstile.turn()
            taken.__enter__()
        taken.__exit__(None, None, None)

        with turnstile.turn(), pytest.raises(ServiceUnavailable), turnstile.turn():
            raise AssertionError

    def test_time_aside_is_no_debt(self) -> None:
        turnstile = Turnstile(together=1)

        with turnstile.turn("a") as turn, turn.aside():
            time.sleep(0.2)

        assert 0.0 < turnstile._debts.of("a", time.monotonic()) < 0.1

    def test_in_a_crowd_of_those_who_send_bodies_whoever_has_had_the_most_is_sent_away(self) -> None:
        turnstile, reading = Turnstile(together=1, patience=LONG, crowd=1), Gate(0)
        turnstile._debts.add("greedy", 9.0, time.monotonic())
        told: list[bool] = []

        def greedy() -> None:
            with turnstile.turn("greedy", reading) as turn, turn.aside():
                told.append(reading.enter((9.0,), LONG))

        thread = begun(greedy)
        while not len(reading):
            time.sleep(0.001)
        with pytest.raises(ServiceUnavailable), turnstile.turn("stranger"):
            raise AssertionError
        with turnstile.turn("stranger", reading):
            pass
        thread.join(LONG)

        assert told == [False]
