"""Duties come round, each with one worker at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from issuer.models import Duty
from issuer.office import Office
from issuer.work.duties import Round, give_back, make_rounds, take
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def test_a_duty_is_done_by_one_at_a_time_and_comes_round(office: Office) -> None:
    first, second = take(office.database, "x", HOUR), take(office.database, "x", HOUR)
    assert first is not None
    give_back(office.database, "x", first, done=True)

    assert second is None
    assert take(office.database, "x", HOUR) is None
    assert take(office.database, "x", timedelta(0)) is not None


def test_a_duty_whose_worker_is_gone_is_taken_up_at_once(office: Office) -> None:
    token = take(office.database, "x", HOUR)
    with office.database.writing() as session:
        session.execute(update(Duty).values(worker=Duty.worker + "9"))

    again = take(office.database, "x", HOUR)

    assert again not in (None, token)


def test_a_duty_that_failed_is_due_again_at_once(office: Office) -> None:
    done: list[str] = []

    def fall(_office: Office, _now: object) -> int:
        raise ValueError

    rounds = (Round("x", HOUR, fall),)
    with pytest.raises(ValueError):  # noqa: PT011
        make_rounds(office, NOW, lambda name, _count: done.append(name), rounds=rounds)
    make_rounds(office, NOW, lambda name, _count: done.append(name), rounds=(Round("x", HOUR, lambda *_: 1),))
    make_rounds(office, NOW, lambda name, _count: done.append(name), rounds=(Round("x", HOUR, lambda *_: 1),))

    assert done == ["x"]
