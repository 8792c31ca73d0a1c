"""What was fetched is used again for as long as the document itself allows, and not a second longer."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badges.times import stamp
from keys.encoding import base64url
from verifier.caching import MOST_SECONDS, USUAL_SECONDS, Answer, Caching, lifetime_of
from verifier.resolver import Unreachable

NOW = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
SECONDS = NOW.timestamp()


class Site:
    """Answers that are counted as they are asked for."""

    def __init__(self, **answers: Answer) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def retrieve(self, url: str) -> Answer:
        self.asked.append(url)
        try:
            return self.answers[url]
        except KeyError:
            raise Unreachable from None


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = SECONDS

    def __call__(self) -> float:
        return self.now


def a_list(ttl: Any = None, minutes: float | None = None, member: str = "validUntil") -> bytes:
    subject = {"type": "BitstringStatusList"} | ({} if ttl is None else {"ttl": ttl})
    until = {} if minutes is None else {member: stamp(NOW + timedelta(minutes=minutes))}
    return json.dumps({"credentialSubject": subject, **until}).encode()


def as_token(payload: bytes) -> bytes:
    return f"{base64url(b'{}')}.{base64url(payload)}.x\n".encode()


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        pytest.param(Answer(b"{}"), USUAL_SECONDS, id="nobody says anything"),
        pytest.param(Answer(b"{}", 300.0), 300, id="the server says five minutes"),
        pytest.param(Answer(b"{}", 86_400.0), MOST_SECONDS, id="the server says a day"),
        pytest.param(Answer(b"{}", 0.0), 0, id="the server says never"),
        pytest.param(Answer(b"{}", -5.0), 0, id="the server's answer is too old already"),
        pytest.param(Answer(a_list(ttl=120_000)), 120, id="the list says two minutes, in milliseconds"),
        pytest.param(Answer(a_list(ttl=120_000), 30.0), 30, id="the server says less than the list"),
        pytest.param(Answer(a_list(ttl=10**15)), MOST_SECONDS, id="the list says for ever"),
        pytest.param(Answer(a_list(ttl=10**400)), MOST_SECONDS, id="the list says more than a number can hold"),
        pytest.param(Answer(a_list(ttl=600_000, minutes=2)), 120, id="the list ends before its ttl"),
        pytest.param(Answer(a_list(minutes=2, member="expirationDate")), 120, id="the list of the older model ends"),
        pytest.param(Answer(a_list(minutes=-2), 300.0), 0, id="the list has ended"),
        pytest.param(Answer(as_token(a_list(ttl=30_000))), 30, id="the list is a token, and says so in it"),
        pytest.param(
            Answer(as_token(b'{"vc":%s}' % a_list(ttl=30_000))), 30, id="the list is a token of the older model"
        ),
        pytest.param(Answer(as_token(b"[]")), USUAL_SECONDS, id="a token that says nothing"),
        pytest.param(Answer(b"eyJ.e30=.x"), USUAL_SECONDS, id="a token that is none"),
        pytest.param(Answer(a_list(ttl="soon")), USUAL_SECONDS, id="a ttl that is no number says nothing"),
        pytest.param(Answer(a_list(ttl=True)), USUAL_SECONDS, id="nor does a ttl that is true"),
        pytest.param(Answer(b'{"validUntil": "tomorrow"}'), USUAL_SECONDS, id="nor an end that is no time"),
        pytest.param(Answer(b"[" * 100_000), USUAL_SECONDS, id="nor what is no JSON"),
        pytest.param(Answer(b"{" + b'"a":{' * 100_000), USUAL_SECONDS, id="nor what is nested too deep"),
    ],
)
def test_the_shortest_lifetime_that_anybody_allows_counts(answer: Answer, seconds: float) -> None:
    assert lifetime_of(answer, SECONDS) == seconds


JSON = st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps).map(str.encode)


@given(st.binary(max_size=200) | JSON)
def test_every_answer_has_a_lifetime(data: bytes) -> None:
    assert 0 <= lifetime_of(Answer(data), SECONDS) <= MOST_SECONDS


def test_a_document_is_asked_for_again_once_its_time_is_over() -> None:
    site, clock = Site(a=Answer(b"1", 100.0)), Clock()
    caching = Caching(site, clock)

    for later, asked in ((0, 1), (99, 1), (100, 2), (199, 2), (200, 3)):
        clock.now = SECONDS + later
        assert caching.fetch("a#fragment") == b"1"
        assert len(site.asked) == asked


def test_a_clock_that_was_set_back_makes_nothing_fresh() -> None:
    site, clock = Site(a=Answer(b"1", 100.0)), Clock()
    caching = Caching(site, clock)

    caching.fetch("a")
    clock.now = SECONDS - 3600
    caching.fetch("a")

    assert len(site.asked) == 2


def test_what_may_not_be_kept_is_not_and_a_failure_is_asked_again() -> None:
    site = Site(a=Answer(b"1", 0.0))
    caching = Caching(site, Clock())

    for _ in range(2):
        assert caching.fetch("a") == b"1"
        with pytest.raises(Unreachable):
            caching.fetch("missing")

    assert site.asked == ["a", "missing", "a", "missing"]


def test_the_cache_holds_so_many_octets_and_the_oldest_document_goes_first() -> None:
    site = Site(**{name: Answer(bytes(10_000)) for name in "abcd"})
    caching = Caching(site, Clock(), octets_most=35_000)

    for name in "abcdbcda":
        caching.fetch(name)

    assert site.asked == ["a", "b", "c", "d", "a"]
    assert caching._octets <= 35_000


def test_two_who_ask_for_the_same_at_once_cause_one_request() -> None:
    inside, go_on = threading.Event(), threading.Event()

    class Slow(Site):
        def retrieve(self, url: str) -> Answer:
            inside.set()
            go_on.wait(10)
            return super().retrieve(url)

    site = Slow(a=Answer(b"1", 100.0))
    caching = Caching(site, Clock())
    visitors = [threading.Thread(target=caching.fetch, args=("a",)) for _ in range(5)]
    for visitor in visitors:
        visitor.start()
    inside.wait(10)
    go_on.set()
    for visitor in visitors:
        visitor.join(10)

    assert site.asked == ["a"]
    assert caching._asking == {}
