"""R9: a status list is published whole or not at all, only ever grows, and is seen by everybody within a minute."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import func, select

from issuer.batch import reserve
from issuer.intent import list_url
from issuer.models import Credential, CredentialVersion, StatusList
from issuer.office import Office
from issuer.resolver import StoreResolver
from issuer.revoke import revoke
from issuer.work.issuing import sign_batch
from tools.proofs.audit import Remembering
from tools.proofs.crew import TOO_LONG, wait_until
from tools.proofs.evening import NOW, event, people
from tools.proofs.ground import Ground, ground
from tools.proofs.kill import with_database
from tools.proofs.killing import warm_up
from tools.proofs.readers import BASE, READERS, Readers, reading
from tools.proofs.result import Result
from tools.proofs.size import Size
from tools.proofs.victims import UNHARMED, Reached, Stop, run
from verifier.policy import Policy
from verifier.verdict import Verdict
from verifier.verify import verify

SEEN_WITHIN: Final = 60.0
"""Seconds after which a revocation that was answered is seen by everybody."""
LONGEST_PAUSE: Final = 0.15
"""Seconds within which a process that revokes is killed."""


@dataclass(frozen=True)
class Award:
    """Somebody's credential: its token, its place in the list, its bytes."""

    token: str
    index: int
    signed: bytes


def published(size: Size, chance: random.Random) -> Result:
    """Revoke one after the other, by processes that are killed now and then, while others read the list."""
    warm_up()
    told: dict[str, str] = {}
    with ground() as made:
        faults = [f"SQLite: {fault}" for fault in _prove(made, size, chance, told, "SQLite")]
    other = with_database("published", lambda url: _on(url, size, chance, told))
    said = "; ".join(f"{name}: {what}" for name, what in told.items()) + "."
    return Result("published", said, [*faults, *other.faults], other.skipped if not faults else None)


def _on(url: str, size: Size, chance: random.Random, told: dict[str, str]) -> Result:
    with ground(url) as made:
        return Result(
            "published", "", [f"PostgreSQL: {fault}" for fault in _prove(made, size, chance, told, "PostgreSQL")]
        )


def _prove(made: Ground, size: Size, chance: random.Random, told: dict[str, str], name: str) -> Iterator[str]:
    awards, url = _issued(made, size.points + 1)
    with reading(made, url) as readers:
        wait_until(lambda: readers.count() > 0)
        kills, answered = _revoked(made, awards[:-1], size, chance)
        if wait_until(lambda: readers.count() >= 10 * size.rows, 10 * TOO_LONG) is None:
            yield f"only {readers.count()} were answered"
        told[name] = f"{readers.count()} answers while {len(answered)} were revoked and {kills} were killed at it"
    longest, editions = 0.0, dict[str, set[int]]()
    for number in range(READERS):
        seen = readers.seen(number)
        yield from _grows(readers, seen, editions)
        longest = max([longest, *_delays(seen, editions, answered)])
    if longest > SEEN_WITHIN:
        yield f"a revocation was seen {longest:.1f} s after it was answered"
    told[name] += f", {len(editions)} editions, each revocation seen within {longest:.1f} s"
    yield from _verify(made, readers, editions, awards)
    with made.reading() as session:
        version = session.scalar(select(func.max(StatusList.version))) or 0
    if version < size.points or kills < size.points // 4:
        yield f"only {version} were published and {kills} killed"


def _issued(made: Ground, rows: int) -> tuple[list[Award], str]:
    with made.opened() as office:
        sign_batch(office, reserve(office, event(), people(rows), now=NOW).batch_id, now=NOW)
        with office.database.reading() as session:
            version = CredentialVersion
            found = session.execute(
                select(Credential.token, version.status_index, version.signed).join(version).order_by(Credential.id)
            )
            awards = [Award(token, index, signed or b"") for token, index, signed in found]
            return awards, list_url(BASE, session.scalars(select(StatusList.number)).one())


def _revoked(made: Ground, awards: list[Award], size: Size, chance: random.Random) -> tuple[int, dict[int, float]]:
    """Revoke all, each until it was answered; return how many were killed, and when each index was answered."""
    kills, answered = 0, dict[int, float]()
    for number, award in enumerate(awards, 1):
        work = partial(_revoke, made, award.token)
        while 4 * kills < number and kills < size.points // 4:
            (death,) = run(work, [Stop(None, 0, chance.uniform(0, LONGEST_PAUSE))])
            kills += death.killed
        run(work, [UNHARMED])
        answered[award.index] = time.monotonic()
    return kills, answered


def _revoke(made: Ground, token: str, reached: Reached) -> None:
    office = made.open(reached)
    reached("opened")
    revoke(office, [token], "It was a mistake.", NOW)


def _grows(readers: Readers, seen: list[tuple[float, str]], editions: dict[str, set[int]]) -> Iterator[str]:
    before: set[int] = set()
    for _, name in seen:
        if name.startswith("status-"):
            yield f"a reader was answered with {name}"
            continue
        if name not in editions:
            editions[name] = readers.revoked(name)
        if not before <= editions[name]:
            yield "a reader was given an older edition after a newer one"
        before = editions[name]


def _delays(
    seen: list[tuple[float, str]], editions: dict[str, set[int]], answered: dict[int, float]
) -> Iterator[float]:
    """Yield for each index how long after the answer its bit was first seen; a minute and more if never."""
    first: dict[int, float] = {}
    for moment, name in seen:
        for index in editions.get(name, set()):
            first.setdefault(index, moment)
    for index, moment in answered.items():
        yield max(0.0, first.get(index, float("inf")) - moment)


def _verify(made: Ground, readers: Readers, editions: dict[str, set[int]], awards: list[Award]) -> Iterator[str]:
    """See that every edition verifies: with it, who was revoked is, and who never was is not."""
    with made.opened() as office:
        for name, bits in editions.items():
            last = next((award for award in reversed(awards) if award.index in bits), None)
            if _verdict(office, readers, name, awards[-1]) is not Verdict.VALID:
                yield f"with edition {name} a credential that stands is not valid"
            if last is not None and _verdict(office, readers, name, last) is not Verdict.REVOKED:
                yield f"with edition {name} a credential that was revoked is not invalid"


def _verdict(office: Office, readers: Readers, name: str, award: Award) -> Verdict:
    resolver = Remembering(StoreResolver(office, NOW), {readers.url: readers.edition(name)})
    return verify(award.signed, resolver, Policy(), NOW).verdict
