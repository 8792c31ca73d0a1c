"""SECURITY.md, C8: an older list, still signed and in force, hides nothing from one who has seen a newer one."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badges.status import BitString
from badges.times import stamp
from issuer.settings import Settings
from tests.verifier.published import BASE, DAY, NOW, STATUS, World, credential, put, sign, status_list, to_bytes
from verifier.policy import Policy
from verifier.resolver import MemoryResolver
from verifier.rollback import OCTETS_MOST, Edition, Forgetful, Known, Memory, Recollection, merge, value_of
from verifier.verify import verify
from verifier.web import verify as web
from verifier.web.verify import Desk
from wsgi import create_app

INDEX = 94_567
SIGNED = sign(credential())
OTHER = sign(put(credential(), "credentialStatus/statusListIndex", "7"))


@pytest.fixture
def seen(world: World) -> World:
    """The world, to one who remembers."""
    world.policy = Policy(memory=Recollection())
    return world


def at(since: datetime, *marked: int, purpose: str = "revocation") -> dict[str, Any]:
    return status_list(*marked, validFrom=stamp(since), put={"credentialSubject/statusPurpose": purpose})


def verdict_under(world: World, listed: dict[str, Any], data: Any = SIGNED) -> str:
    world.publish(STATUS, listed)
    return world.verdict(data)


def test_c8_an_older_list_is_refused_once_a_newer_one_was_seen(seen: World) -> None:
    older, newer = at(NOW - 2 * DAY), at(NOW - DAY, INDEX)

    assert verdict_under(seen, older) == "valid"
    assert verdict_under(seen, newer) == "revoked"
    seen.publish(STATUS, older)
    report = seen.verify(SIGNED)

    assert report.verdict == "status_unknown"
    assert report.check("status").code == "status_older"
    assert "older than one that was seen" in report.check("status").sentence("en")
    assert report.problems[0].type.endswith("#STATUS_VERIFICATION_ERROR")


def test_c8_whoever_remembers_nothing_is_fooled_which_is_why_one_remembers(world: World) -> None:
    assert verdict_under(world, at(NOW - DAY, INDEX)) == "revoked"
    assert verdict_under(world, at(NOW - 2 * DAY)) == "valid"


def test_c8_an_older_list_is_refused_for_every_credential_of_it(seen: World) -> None:
    assert verdict_under(seen, at(NOW - DAY, INDEX)) == "revoked"

    assert verdict_under(seen, at(NOW - 2 * DAY), OTHER) == "status_unknown"
    assert verdict_under(seen, at(NOW - DAY, INDEX), OTHER) == "valid"


def test_an_older_list_about_suspensions_is_refused_as_well(seen: World) -> None:
    data = sign(put(credential(), "credentialStatus/statusPurpose", "suspension"))

    assert verdict_under(seen, at(NOW - DAY, INDEX, purpose="suspension"), data) == "suspended"
    assert verdict_under(seen, at(NOW - 2 * DAY, purpose="suspension"), data) == "status_unknown"
    assert verdict_under(seen, at(NOW - DAY / 2, purpose="suspension"), data) == "valid"


@pytest.mark.parametrize("later", [timedelta(0), DAY / 2], ids=["under the same time", "under a newer time"])
def test_a_revocation_that_is_taken_back_is_not_believed(later: timedelta, seen: World) -> None:
    assert verdict_under(seen, at(NOW - DAY, INDEX)) == "revoked"

    seen.publish(STATUS, at(NOW - DAY + later))
    report = seen.verify(SIGNED)

    assert (report.verdict, report.check("status").code) == ("status_unknown", "status_taken_back")
    assert seen.verdict(OTHER) == "valid"  # Nothing else of the list is doubted.


def test_a_revocation_is_remembered_by_one_who_asked_about_another_credential(seen: World) -> None:
    assert verdict_under(seen, at(NOW - DAY, INDEX), OTHER) == "valid"

    assert verdict_under(seen, at(NOW - DAY)) == "status_unknown"


def test_new_revocations_under_an_old_time_are_believed(seen: World) -> None:
    assert verdict_under(seen, at(NOW - DAY)) == "valid"
    assert verdict_under(seen, at(NOW - DAY, INDEX)) == "revoked"
    assert verdict_under(seen, at(NOW - DAY, INDEX, 7), OTHER) == "revoked"


def test_a_list_that_nobody_vouches_for_is_not_remembered(seen: World) -> None:
    forged = {**at(NOW - DAY, INDEX), "validFrom": stamp(NOW - DAY / 2)}

    assert verdict_under(seen, forged) == "status_unknown"
    assert verdict_under(seen, at(NOW - DAY)) == "valid"


def test_one_list_says_nothing_about_another(seen: World) -> None:
    other = f"{BASE}/status/2"
    entry = {**credential()["credentialStatus"], "id": f"{other}#1", "statusListCredential": other}
    seen.publish(other, status_list(id=other, validFrom=stamp(NOW - 2 * DAY)))

    assert verdict_under(seen, at(NOW - DAY, INDEX)) == "revoked"
    assert seen.verdict(sign(credential(credentialStatus=entry))) == "valid"


class Stale(MemoryResolver):
    """Keeps an old answer until it is told to forget it, as a worker's cache does."""

    def __init__(self, world: World, kept: bytes) -> None:
        super().__init__(world.documents)
        self.kept: dict[str, bytes] = {STATUS: kept}

    def fetch(self, url: str) -> bytes:
        return self.kept.get(url) or super().fetch(url)

    def forget(self, url: str) -> None:
        self.kept.pop(url, None)


def test_what_a_cache_kept_is_asked_for_again_before_it_is_refused(seen: World) -> None:
    assert verdict_under(seen, at(NOW - DAY, INDEX)) == "revoked"
    resolver = Stale(seen, to_bytes(at(NOW - 2 * DAY)))

    report = verify(to_bytes(SIGNED), resolver, seen.policy, NOW)

    assert report.verdict == "revoked"
    assert resolver.kept == {}


def edition(*marked: int, since: datetime | None = NOW, url: str = STATUS, length: int = 131_072) -> Edition:
    bits = BitString(length)
    bits.set(marked)
    return Edition(url, since, bits.octets)


def nothing(known: Known) -> bool:
    return known == Known()


class MemoryContract:
    """What is asked of whoever remembers."""

    @pytest.fixture
    def memory(self) -> Memory:
        raise NotImplementedError

    def test_nothing_is_known_of_a_list_that_is_seen_first(self, memory: Memory) -> None:
        assert nothing(memory.note(edition(5), NOW))
        assert nothing(memory.note(edition(5, url=f"{STATUS}0"), NOW))

    def test_what_was_seen_is_known(self, memory: Memory) -> None:
        memory.note(edition(5), NOW)

        known = memory.note(edition(9), NOW)

        assert (known.since, value_of(known, 5, 1), value_of(known, 9, 1)) == (NOW, 1, 0)
        assert value_of(memory.note(edition(1), NOW), 9, 1) == 1

    def test_the_same_again_is_the_same(self, memory: Memory) -> None:
        memory.note(edition(5), NOW)

        assert memory.note(edition(5), NOW) == Known(NOW, edition(5).bits)

    def test_an_older_edition_is_not_kept(self, memory: Memory) -> None:
        memory.note(edition(5), NOW)
        memory.note(edition(6, since=NOW - DAY), NOW)

        known = memory.note(edition(5), NOW)

        assert (known.since, value_of(known, 6, 1)) == (NOW, 0)

    def test_a_list_without_a_time_keeps_its_bits(self, memory: Memory) -> None:
        memory.note(edition(5, since=None), NOW)

        known = memory.note(edition(since=None), NOW)

        assert (known.since, value_of(known, 5, 1)) == (None, 1)

    def test_times_are_kept_to_the_microsecond(self, memory: Memory) -> None:
        moment = NOW + timedelta(microseconds=1)
        memory.note(edition(since=moment), NOW)

        assert memory.note(edition(since=NOW), NOW).since == moment

    def test_of_a_list_whose_bits_may_be_cleared_only_the_time_is_kept(self, memory: Memory) -> None:
        memory.note(replace(edition(5), bits=None), NOW)

        assert memory.note(replace(edition(), bits=None), NOW) == Known(NOW, None)


class TestInMemory(MemoryContract):
    @pytest.fixture
    def memory(self) -> Memory:
        return Recollection()


class TestInAFile(MemoryContract):
    @pytest.fixture
    def memory(self, tmp_path: Path) -> Memory:
        return Recollection(tmp_path / "lists.sqlite3")


def test_the_forgetful_know_nothing() -> None:
    memory = Forgetful()
    memory.note(edition(5), NOW)

    assert nothing(memory.note(edition(5), NOW))


def test_several_workers_know_the_same(tmp_path: Path) -> None:
    one, other = (Recollection(tmp_path / "lists.sqlite3") for _ in range(2))
    one.note(edition(5), NOW)

    assert value_of(other.note(edition(6), NOW), 5, 1) == 1
    assert value_of(one.note(edition(7), NOW), 6, 1) == 1


def test_the_workers_of_the_service_know_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desks: list[Desk] = []
    make = web.blueprint
    monkeypatch.setattr(web, "blueprint", lambda desk: desks.append(desk) or make(desk))
    settings = Settings.read({"ATTESTATO_DATA": str(tmp_path), "ATTESTATO_ROLES": "verifier", "ATTESTATO_WORKERS": "2"})

    for _ in range(2):
        create_app(settings)
    one, other = (desk.policy(None).memory for desk in desks)
    one.note(edition(5), NOW)

    assert value_of(other.note(edition(6), NOW), 5, 1) == 1


def test_what_is_kept_is_bounded_and_the_oldest_goes_first() -> None:
    memory = Recollection(lists_most=3)
    for number in range(5):
        memory.note(edition(number, url=f"{STATUS}{number}"), NOW + number * DAY)

    kept = [not nothing(memory.note(edition(number, url=f"{STATUS}{number}"), NOW)) for number in (4, 3, 2)]

    assert kept == [True, True, True]
    assert nothing(memory.note(edition(0, url=f"{STATUS}0"), NOW))


def test_a_list_too_full_to_be_kept_is_known_by_its_time() -> None:
    memory = Recollection()
    noise = replace(edition(), bits=random.Random(1).randbytes(4 * OCTETS_MOST))
    memory.note(noise, NOW)

    assert memory.note(edition(since=NOW - DAY), NOW) == Known(NOW, None)


def test_threads_lose_nothing_of_each_other() -> None:
    memory = Recollection()
    threads = [threading.Thread(target=memory.note, args=(edition(number), NOW)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    known = memory.note(edition(16), NOW)

    assert [value_of(known, number, 1) for number in range(16)] == [1] * 16


EDITIONS = st.builds(
    lambda since, marked, length: edition(*marked, since=NOW + since * DAY if since else None, length=length),
    st.integers(0, 3),
    st.sets(st.integers(0, 63), max_size=5),
    st.sampled_from([64, 128]),
)


@given(st.lists(EDITIONS, max_size=6))
def test_what_is_known_only_grows(editions: list[Edition]) -> None:
    known, memory = Known(), Recollection()
    for seen in editions:
        assert memory.note(seen, NOW) == known
        grown = merge(known, seen)

        assert all(value_of(grown, place, 1) >= value_of(known, place, 1) for place in range(64))
        assert known.since is None or (grown.since is not None and grown.since >= known.since)
        known = grown
