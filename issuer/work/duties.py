"""Duties: what comes round for all organizations at once, each done by one worker at a time, wherever it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from issuer.database import Database, lock
from issuer.discard import discard_what_was_left
from issuer.models import Duty
from issuer.office import Office
from issuer.preparing.store import forget_untouched
from issuer.statuslist import refresh
from issuer.sweep import plan_what_was_left
from issuer.vouching import ask_again, the_world
from issuer.work.clock import tick
from issuer.work.ending import settle_all
from issuer.work.lease import new_lease
from issuer.work.places import is_gone, own_name

AT_MOST: Final = timedelta(minutes=10)
"""How long a duty belongs to a worker that may be gone."""


@dataclass(frozen=True)
class Round:
    """A duty: done again `every` so often; what it does returns how much of it there was."""

    name: str
    every: timedelta
    do: Callable[[Office, datetime], int]


ROUNDS: Final = (
    Round("left", timedelta(hours=1), lambda office, _now: plan_what_was_left(office)),
    Round("ends", timedelta(seconds=10), settle_all),
    Round("reservations", timedelta(minutes=10), discard_what_was_left),
    Round("lists", timedelta(seconds=30), refresh),
    Round("preparations", timedelta(hours=1), lambda office, now: forget_untouched(office.database, now)),
    Round("domains", timedelta(seconds=30), lambda office, now: ask_again(office, now, the_world())),
)
"""Every duty; the first one makes jobs, which whoever works once does before the others."""


Held = list[tuple[str, str]]
"""Duties that this process has, or may have, each by its name and token."""


def make_rounds(
    office: Office,
    now: datetime,
    told: Callable[[str, int], None],
    *,
    at_once: bool = False,
    rounds: tuple[Round, ...] = ROUNDS,
    held: Held | None = None,
) -> None:
    """Do every duty that is due and that nobody else is at; `told` hears what was done. `at_once`: all are due.

    What stays in `held`, because the database was gone before it could be given back, is given back the next time.
    """
    held = [] if held is None else held
    while held:
        give_back(office.database, *held[0], done=False)
        del held[0]
    for each in rounds:
        held.append((each.name, new_lease()))
        if take(office.database, each.name, timedelta(0) if at_once else each.every, held[0][1]) is not None:
            _make(office, now, told, each, held[0][1])
        held.clear()


def _make(office: Office, now: datetime, told: Callable[[str, int], None], each: Round, token: str) -> None:
    try:
        found = each.do(office, now)
    except BaseException:
        give_back(office.database, each.name, token, done=False)
        raise
    give_back(office.database, each.name, token, done=True)
    if found:
        told(each.name, found)


def take(database: Database, name: str, every: timedelta, token: str | None = None) -> str | None:
    """Take a duty that is due, by `token` if there is one; None when it is not, or somebody else is at it."""
    token = token or new_lease()
    with database.reading() as session:
        known = session.get(Duty, name)
        if known is not None and not _is_due(known, every, tick(session)):
            return None

    def work(session: Session) -> str | None:
        now = tick(session)
        duty = session.scalar(lock(session, select(Duty).where(Duty.name == name)))
        if duty is None:
            duty = Duty(name=name)
            session.add(duty)
        elif not _is_due(duty, every, now):
            return None
        duty.lease, duty.worker, duty.until = token, own_name(), now + AT_MOST
        return token

    return database.write(work)


def give_back(database: Database, name: str, token: str, *, done: bool) -> None:
    """Let the next one have a duty; one that is done comes round again after its time."""

    def work(session: Session) -> None:
        values = {"lease": None, "worker": None, "until": None} | ({"done_at": tick(session)} if done else {})
        session.execute(update(Duty).where(Duty.name == name, Duty.lease == token).values(values))

    database.write(work)


def _is_due(duty: Duty, every: timedelta, now: datetime) -> bool:
    if (
        duty.lease is not None
        and not is_gone(duty.worker or "")
        and duty.until
        and now < duty.until <= now + 2 * AT_MOST
    ):
        return False
    return duty.done_at is None or not now - every < duty.done_at <= now + every
