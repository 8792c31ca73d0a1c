"""A verdict is told again only while nothing it rests on has changed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from issuer.web.verdicts import LONGEST, Verdicts
from tests.verifier.published import DID, NOW, STATUS, World, credential, in_order, sign, status_list, to_bytes
from verifier.policy import Policy
from verifier.resolver import MemoryResolver, Resolver
from verifier.verdict import Report
from verifier.verify import verify

SIGNED = to_bytes(sign(credential()))


class Asked:
    """Verdicts over a world, with a count of how often the verifier had to be asked."""

    def __init__(self) -> None:
        self.world: World = in_order()
        self.verdicts = Verdicts()
        self.times = 0

    def verdict(self, now: datetime = NOW) -> str:
        def look(signed: bytes, resolver: Resolver) -> Report:
            self.times += 1
            return verify(signed, resolver, self.world.policy, now)

        known = self.world.policy.known_issuers
        return self.verdicts.tell(SIGNED, MemoryResolver(self.world.documents), known, now, look).verdict.value


@pytest.fixture
def asked() -> Asked:
    """A valid credential that was looked at once."""
    made = Asked()
    assert made.verdict() == "valid"
    return made


def test_the_same_is_told_again(asked: Asked) -> None:
    assert asked.verdict(NOW + timedelta(minutes=1)) == "valid"
    assert asked.times == 1


def test_a_revocation_is_told_at_once(asked: Asked) -> None:
    asked.world.publish(STATUS, status_list(94_567))

    assert asked.verdict() == "revoked"


def test_a_list_that_vanished_is_noticed_at_once(asked: Asked) -> None:
    del asked.world.documents[STATUS]

    assert asked.verdict() == "status_unknown"


def test_a_key_that_vanished_is_noticed_at_once(asked: Asked) -> None:
    asked.world.publish(DID, {"id": DID, "verificationMethod": [], "assertionMethod": []})

    assert asked.verdict() != "valid"


@pytest.mark.parametrize("later", [LONGEST, timedelta(days=-1), timedelta(days=699, hours=23)])
def test_time_makes_it_look_again(asked: Asked, later: timedelta) -> None:
    asked.verdict(NOW + later)

    assert asked.times == 2


def test_what_is_not_valid_is_never_remembered(asked: Asked) -> None:
    asked.world.publish(STATUS, status_list(94_567))
    asked.verdict()
    asked.world.publish(STATUS, status_list())

    assert asked.verdict() == "valid"
    assert asked.times == 3


@pytest.mark.parametrize(("known", "times"), [({DID: "Python Milano"}, 2), ({}, 1), ({f"{DID}x": "Another"}, 1)])
def test_an_issuer_that_is_known_in_another_way_is_looked_at_again(
    asked: Asked, known: dict[str, str], times: int
) -> None:
    asked.world.policy = Policy(known_issuers=known)

    assert asked.verdict() == "valid"
    assert asked.times == times
