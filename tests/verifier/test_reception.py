"""Bodies that come slowly, on purpose or over a bad line, keep nobody else from being read."""

from __future__ import annotations

import io
import threading
import time
import weakref
from collections.abc import Callable
from typing import IO, Any, cast

import pytest
from flask import Request
from werkzeug.exceptions import (
    HTTPException,
    RequestEntityTooLarge,
    RequestTimeout,
    ServiceUnavailable,
    TooManyRequests,
)
from werkzeug.test import EnvironBuilder

from tests.verifier.published import World
from tests.verifier.test_web import JSON, client_of, desk
from verifier.hands import Hands
from verifier.room import PLACES, SMALL, make_room, stay
from verifier.web.reception import OF_ONE, Reception, _Reading

LONG = 20.0


class Slow(io.RawIOBase):
    """A body whose first octet has come; the rest comes, or its sender hangs up, when somebody says so."""

    def __init__(self) -> None:
        self.first, self.rest = threading.Event(), threading.Event()

    def read(self, size: int = -1) -> bytes:
        if not self.first.is_set():
            self.first.set()
            return b"x"
        return b"" if self.rest.wait(LONG) else b"?"


def request(body: Any, length: int | None = 2) -> Request:
    environ = EnvironBuilder(method="POST").get_environ()
    told = {} if length is None else {"CONTENT_LENGTH": str(length)}
    environ.pop("CONTENT_LENGTH", None)
    return Request({**environ, **told, "wsgi.input": body, "wsgi.input_terminated": True})


def begun(work: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def outcome_of(work: Callable[[], Any]) -> type[HTTPException] | None:
    try:
        work()
    except HTTPException as fault:
        return type(fault)
    return None


def test_a_body_is_at_hand_once_it_was_read() -> None:
    handed = request(io.BytesIO(b"ab"))

    Reception().read(handed, "a")

    assert handed.stream.read() == b"ab"


def test_one_that_comes_slowly_has_its_time() -> None:
    reception, body = Reception(places=1, grace=0.01), Slow()
    handed = request(body)
    threading.Timer(0.2, body.rest.set).start()

    reception.read(handed, "a")

    assert handed.stream.read() == b"x"


def test_it_leaves_when_another_needs_its_place() -> None:
    reception, body = Reception(places=1, grace=0.01), Slow()
    told: list[Any] = []
    slow = begun(lambda: told.append(outcome_of(lambda: reception.read(request(body), "slow"))))
    body.first.wait(LONG)
    handed = request(io.BytesIO(b"ab"))

    reception.read(handed, "quick")

    slow.join(LONG)
    assert (handed.stream.read(), told) == (b"ab", [ServiceUnavailable])
    body.rest.set()


def test_it_leaves_when_another_needs_what_its_sender_holds() -> None:
    body = Slow()

    with pytest.raises(ServiceUnavailable):
        Reception(grace=0.01).read(request(body), "a", is_needed=lambda: True)
    body.rest.set()


def test_it_has_not_all_the_time_of_the_world() -> None:
    body = Slow()

    with pytest.raises(RequestTimeout):
        Reception(seconds=0.05).read(request(body), "a")
    body.rest.set()


@pytest.mark.parametrize(("visitors", "fault"), [(1, TooManyRequests), (OF_ONE, ServiceUnavailable)])
def test_those_for_whom_nobody_waits_any_more_are_counted_until_they_hang_up(
    visitors: int, fault: type[HTTPException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verifier.web.reception.OF_ALL", OF_ONE)
    reception, body = Reception(seconds=0.0), Slow()

    told = [
        outcome_of(lambda who=f"{number % visitors}": reception.read(request(body), who))
        for number in range(OF_ONE + 1)
    ]

    assert told == [RequestTimeout] * OF_ONE + [fault]
    body.rest.set()
    ends = time.monotonic() + LONG
    while reception._under_way and time.monotonic() < ends:
        time.sleep(0.01)
    reception.read(request(io.BytesIO(b"ab")), "0")


def test_without_a_thread_left_it_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    reception = Reception()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", start)
        with pytest.raises(ServiceUnavailable):
            reception.read(request(io.BytesIO(b"ab")), "a")

    reception.read(request(io.BytesIO(b"ab")), "a")
    assert not reception._under_way


def test_what_has_come_of_a_body_is_let_go_though_its_sender_stays_on_the_line() -> None:
    body = Slow()
    reading = _Reading(cast("IO[bytes]", body), lambda: None)
    Hands().take(reading)
    assert body.first.wait(LONG)
    held = weakref.ref(cast("io.BytesIO", reading._body))

    reading.abandon()

    ends = time.monotonic() + LONG
    while held() is not None:
        assert time.monotonic() < ends
        time.sleep(0.001)
    assert not reading.has_ended(0)
    body.rest.set()
    assert reading.has_ended(LONG)


def test_what_comes_in_the_way_of_a_body_is_told() -> None:
    handed = request(io.BytesIO(b"abc"), length=None)
    handed.max_content_length = 2

    with pytest.raises(RequestEntityTooLarge):
        Reception().read(handed, "a")


@pytest.mark.parametrize("length", [SMALL + 1, None], ids=["long", "nobody knows how long"])
def test_what_is_large_needs_room(length: int | None, no_room: None) -> None:
    with stay(), pytest.raises(ServiceUnavailable):
        Reception().read(request(io.BytesIO(b"ab"), length), "a")
    with stay():
        Reception().read(request(io.BytesIO(b"ab")), "a")


def test_room_is_given_back_by_whoever_leaves() -> None:
    def large() -> None:
        with stay():
            make_room()
            make_room()
            raise ZeroDivisionError

    for _ in range(PLACES + 1):
        with pytest.raises(ZeroDivisionError):
            large()


def test_the_pages_read_bodies_so(world: World, no_room: None) -> None:
    client = client_of(desk(world))
    answers = [client.post("/verify", data={"text": "x" * size}, headers=JSON) for size in (9, SMALL)]
    answers += [client.post("/credentials/verify", data=b" " * (SMALL + 1))]

    assert [answer.status_code for answer in answers] == [200, 503, 503]
    assert answers[1].headers["Retry-After"] == "5"
