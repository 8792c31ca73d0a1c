"""Threads that are kept for the next piece of work: as many as there is work, and few that have none."""

from __future__ import annotations

import threading
import time

from verifier.hands import Hands

LONG = 20.0


def resting(hands: Hands, count: int) -> None:
    """Return once so many have nothing to do."""
    ends = time.monotonic() + LONG
    while len(hands._idle) != count:
        assert time.monotonic() < ends
        time.sleep(0.001)


def test_what_has_nothing_to_do_takes_the_next_piece_of_work() -> None:
    hands, did = Hands(), list[int]()

    for _ in range(3):
        hands.take(lambda: did.append(threading.get_ident()))
        resting(hands, 1)

    assert len(did) == 3
    assert len(set(did)) == 1


def test_nobody_waits_for_another_and_few_are_kept() -> None:
    hands, free = Hands(idle_most=1), threading.Event()
    begun, left = threading.Semaphore(0), threading.Semaphore(0)

    def work() -> None:
        begun.release()
        free.wait(LONG)
        left.release()

    before = threading.active_count()
    for _ in range(3):
        hands.take(work)
    assert all(begun.acquire(timeout=LONG) for _ in range(3))
    free.set()
    assert all(left.acquire(timeout=LONG) for _ in range(3))

    ends = time.monotonic() + LONG
    while threading.active_count() > before + 1 and time.monotonic() < ends:
        time.sleep(0.001)
    assert threading.active_count() <= before + 1
    resting(hands, 1)


def test_nothing_of_one_piece_of_work_is_held_while_the_next_is_waited_for() -> None:
    class Work:
        def __call__(self) -> None:
            pass

        def __del__(self) -> None:
            gone.set()

    gone, hands = threading.Event(), Hands()

    hands.take(Work())

    assert gone.wait(LONG)
