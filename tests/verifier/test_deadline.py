"""Everything that one visitor asked for ends in time, whatever others do with theirs."""

from __future__ import annotations

import time

import pytest

from tests.verifier.published import World, credential, sign, to_bytes
from verifier.deadline import TOTAL_SECONDS, left, within
from verifier.hosts import BURST, HOSTS_MOST, LITTLE, RETURN, HostLimit, on_behalf_of
from verifier.http import HttpResolver
from verifier.resolver import Unreachable
from verifier.verify import verify


def test_without_a_block_a_wait_may_take_what_it_takes() -> None:
    assert left(60.0) == 60.0


def test_inside_of_a_block_a_wait_takes_what_is_left() -> None:
    with within(5.0):
        assert left(2.0) == 2.0
        assert left(60.0) <= 5.0
    assert left(60.0) == 60.0


def test_a_block_inside_of_another_is_never_longer() -> None:
    with within(0.0), within(5.0):
        assert left(60.0) == 0.0


def test_a_verification_gives_everything_it_asks_for_one_clock(world: World) -> None:
    waits: list[float] = []

    class Watching:
        def fetch(self, url: str) -> bytes:
            waits.append(left(60.0))
            time.sleep(0.01)
            return world.documents[url]

    assert verify(to_bytes(sign(credential())), Watching(), world.policy, world.now).verdict == "valid"

    assert len(waits) >= 2
    assert TOTAL_SECONDS >= waits[0] > waits[-1]


def test_a_verification_whose_time_is_over_cannot_tell(world: World) -> None:
    resolver = HttpResolver(lookup=lambda host, port: ["93.184.215.14"])

    with within(0.0):
        report = verify(to_bytes(sign(credential())), resolver, world.policy, world.now)

    assert report.verdict == "issuer_unresolvable"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where connections would have gone."""
    went: list[str] = []

    def connect(address: tuple[str, int], timeout: float) -> None:
        went.append(address[0])
        raise OSError("Nothing answers.")

    monkeypatch.setattr("verifier.http.socket.create_connection", connect)
    return went


def test_e7_five_hundred_who_point_at_one_host_cause_a_few_requests(asked: list[str]) -> None:
    addresses = {"victim.example": "93.184.215.14", "other.example": "8.8.8.8"}
    resolver = HttpResolver(hosts=HostLimit(per_minute=1, burst=20), lookup=lambda host, port: [addresses[host]])

    for number in range(500):
        with pytest.raises(Unreachable):
            resolver.fetch(f"https://victim.example/{number}")
    with pytest.raises(Unreachable):
        resolver.fetch("https://other.example/")

    assert asked == ["93.184.215.14"] * 20 + ["8.8.8.8"]


def test_e7_a_bucket_fills_again_with_time() -> None:
    limit = HostLimit(per_minute=60, burst=2)

    taken = [limit.take("a.example", now) for now in (0.0, 0.0, 0.0, 0.5, 1.0, 1.0, 9.0, 9.0, 9.0)]

    assert taken == [True, True, False, False, True, False, True, True, False]


def test_e7_one_visitor_alone_does_not_empty_the_bucket_of_a_host() -> None:
    limit = HostLimit()

    with on_behalf_of("greedy"):
        had = [limit.take("a.example", 0.0) for _ in range(100)].count(True)
    with on_behalf_of("modest"):
        left_over = [limit.take("a.example", 0.0) for _ in range(LITTLE)].count(True)

    assert (had, left_over) == (BURST // 2, LITTLE)


def test_e7_nobodys_share_is_counted_for_one_who_asks_alone() -> None:
    limit = HostLimit()

    assert [limit.take("a.example", 0.0) for _ in range(100)].count(True) == BURST


def test_e7_a_share_comes_back_with_time() -> None:
    limit = HostLimit(per_minute=0.1)

    with on_behalf_of("greedy"):
        had = [[limit.take("a.example", now) for _ in range(100)].count(True) for now in (0.0, 2 * RETURN, 4 * RETURN)]

    assert had == [BURST // 2, 1, 2]


def test_e7_the_buckets_of_many_hosts_take_no_more_room_than_those_of_some() -> None:
    limit = HostLimit()

    for number in range(HOSTS_MOST + 100):
        limit.take(f"{number}.example", 0.0)

    assert len(limit._full_at) == HOSTS_MOST
