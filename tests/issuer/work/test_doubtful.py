"""A database that goes while somebody waits to hear of a commit: what may have been taken is given back at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from issuer.database import Database
from issuer.models import DONE, RUNNING, Chunk
from issuer.office import Office
from issuer.work.duties import Held, Round, make_rounds, take
from issuer.work.hand import Hand
from issuer.work.lease import Scope
from tests.conftest import NOW

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Doubtful(Database):
    """A database whose writes, counted from 1, are done and not heard of if their number is in `unheard`."""

    unheard: frozenset[int] = frozenset()
    writes: list[int] = field(default_factory=list)

    def write(self, work: Any) -> Any:
        answer = super().write(work)
        self.writes.append(1)
        if len(self.writes) in self.unheard:
            raise OperationalError("COMMIT", {}, Exception("gone"))
        return answer


def doubtful(office: Office, *unheard: int) -> Office:
    return replace(office, database=Doubtful(office.database.engine, frozenset(unheard)))


def states(office: Office) -> list[str]:
    with office.database.reading() as session:
        return list(session.scalars(select(Chunk.state)))


def test_a_chunk_that_may_have_been_taken_is_taken_up_by_the_next_step(office: Office, plan_toys) -> None:
    plan_toys([[1, 2]])
    hand = Hand(doubtful(office, 1), Scope(), lambda: NOW)

    with pytest.raises(OperationalError):
        hand.step()
    taken = states(office)
    hand.step()

    assert (taken, states(office)) == ([RUNNING], [DONE])


@pytest.mark.parametrize("unheard", [1, 2], ids=["taken", "given back"])
def test_a_duty_that_may_be_had_does_not_wait_for_its_lease(office: Office, unheard: int) -> None:
    bad, held, done = doubtful(office, unheard), Held(), list[str]()
    rounds = (Round("x", HOUR, lambda *_: 1),)

    with pytest.raises(OperationalError):
        make_rounds(bad, NOW, lambda name, _: done.append(name), rounds=rounds, held=held)
    make_rounds(bad, NOW, lambda name, _: done.append(name), rounds=rounds, held=held, at_once=True)

    assert done == ["x"]


def test_without_what_is_held_it_would_wait(office: Office) -> None:
    with pytest.raises(OperationalError):
        make_rounds(doubtful(office, 1), NOW, lambda *_: None, rounds=(Round("x", HOUR, lambda *_: 1),))

    assert take(office.database, "x", timedelta(0)) is None
