"""A list for an evening that was issued before: who is new, who has another name now, who has it already, who is gone.

Nothing that was issued changes by this. Who has it already gets nothing new; another name is a correction, which keeps
the address, and is made of those who are ticked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from issuer.database import IN_ONE_QUESTION
from issuer.models import (
    REVOKED,
    SIGNED,
    Achievement,
    Batch,
    Credential,
    CredentialVersion,
    Event,
    IdentityKey,
    Revocation,
)
from issuer.people import Hasher, known_people
from issuer.preparing.choices import Choices
from issuer.preparing.kept import Looked
from issuer.preparing.person import PAGE, Person, packed, unpacked
from issuer.roster.names import key

UNCHANGED: Final = "unchanged"
CHANGED: Final = "changed"
RECENT: Final = 10
"""Events of the past among which a list is looked for."""
TOLD_MOST: Final = 100
_TOGETHER: Final = 10
"""Pieces whose people are looked up at once."""


@dataclass(frozen=True)
class _Award:
    """What somebody was given: the address, and the name that stands on it now."""

    token: str
    name: str
    email: str | None


@dataclass
class _Found:
    """What the comparison has found so far."""

    awards: Mapping[int, _Award]
    by_email: Mapping[str, int]
    changed: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"new": 0, UNCHANGED: 0, CHANGED: 0})


def met_before(
    session: Session, hasher: Hasher, organization_id: int, people: Sequence[Person]
) -> dict[str, Any] | None:
    """Return the recent event at which most of these people were given something, in two questions; None if at none."""
    own = Batch.organization_id == organization_id
    latest = func.max(Batch.id).desc()
    pairs = session.execute(
        select(Batch.event_id, Batch.achievement_id)
        .where(own).group_by(Batch.event_id, Batch.achievement_id).order_by(latest).limit(RECENT)
    ).all()  # fmt: skip
    digests = [hasher.digest(one) for person in people for one in person.recipient.identity][:IN_ONE_QUESTION]
    if not pairs or not digests:
        return None
    one_of = or_(*(and_(IdentityKey.event_id == pair[0], IdentityKey.achievement_id == pair[1]) for pair in pairs))
    many = func.count(IdentityKey.credential_id.distinct())
    found = session.execute(
        select(Event.slug, Achievement.slug, Event.facts, many)
        .join(Event, Event.id == IdentityKey.event_id)
        .join(Achievement, Achievement.id == IdentityKey.achievement_id)
        .where(one_of, IdentityKey.digest.in_(digests))
        .group_by(Event.id, Achievement.id)
        .order_by(many.desc(), Event.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    return {"event": found[0], "achievement": found[1], "name": found[2].get("name", found[0]), "known": found[3],
            "of": len(people)}  # fmt: skip


def compared(session: Session, hasher: Hasher, organization_id: int, choices: Choices, looked: Looked) -> Looked:
    """Return what was read with everybody who has it already among those who get none, and with the counts told."""
    again = choices.again or {}
    pair = session.execute(
        select(Event.id, Achievement.id)
        .join(Achievement, Achievement.organization_id == Event.organization_id)
        .where(Event.organization_id == organization_id)
        .where(Event.slug == again.get("event"), Achievement.slug == again.get("achievement"))
    ).one_or_none()
    if pair is None:
        return looked
    event_id, achievement_id = int(pair[0]), int(pair[1])
    holders: dict[str, int] = {}
    for people in _several((*looked.yes, *looked.no)):
        holders |= _known(session, hasher, event_id, achievement_id, people)
    here = set(holders.values())
    awards = _awards(session, event_id, achievement_id)
    gone = {number: award for number, award in awards.items() if number not in here}
    found = _Found(awards, _by_email(gone))
    yes, no = _parted(looked, holders, found, choices.ticks)
    for each in found.changed:
        gone.pop(each["credential"], None)
    counts = found.counts | {"gone": len(gone)}
    names = sorted(award.name for award in gone.values())[:TOLD_MOST]
    told = {"counts": counts, "changed": found.changed[:TOLD_MOST], "gone": names, **again}
    return replace(looked, told=_recounted(looked.told, yes, no) | {"again": told}, yes=yes.packed, no=no.packed)


def _several(pieces: Sequence[tuple[str, bytes]]) -> Iterator[list[Person]]:
    for start in range(0, len(pieces), _TOGETHER):
        yield [person for _, body in pieces[start : start + _TOGETHER] for person in unpacked(body)]


def _known(
    session: Session, hasher: Hasher, event_id: int, achievement_id: int, people: Sequence[Person]
) -> dict[str, int]:
    """Return which of these people have a credential, by any of their keys, the strongest first."""
    digests = {person.key: [hasher.digest(one) for one in person.recipient.identity] for person in people}
    everything = [digest for several in digests.values() for digest in several]
    known = known_people(session, event_id, achievement_id, everything)
    return {
        name: next(known[digest] for digest in several if digest in known)
        for name, several in digests.items()
        if any(digest in known for digest in several)
    }


def _awards(session: Session, event_id: int, achievement_id: int) -> dict[int, _Award]:
    """Return who was given it and stands: the newest signed version of each, by the number of the credential."""
    revoked = Revocation.kind == REVOKED
    statement = (
        select(Credential.id, Credential.token, CredentialVersion.row["name"].as_string(), Credential.email)
        .join(CredentialVersion, CredentialVersion.credential_id == Credential.id)
        .where(Credential.event_id == event_id, Credential.achievement_id == achievement_id)
        .where(Credential.erased_at.is_(None), CredentialVersion.state == SIGNED)
        .where(~select(Revocation.id).where(Revocation.version_id == CredentialVersion.id, revoked).exists())
        .order_by(CredentialVersion.number)
    )
    return {line[0]: _Award(line[1], line[2] or "", line[3]) for line in session.execute(statement)}


def _by_email(awards: Mapping[int, _Award]) -> dict[str, int]:
    """Return whose address it is, of addresses that one person alone has."""
    found: dict[str, list[int]] = {}
    for number, award in awards.items():
        if award.email:
            found.setdefault(award.email.casefold(), []).append(number)
    return {email: numbers[0] for email, numbers in found.items() if len(numbers) == 1}


class Pieces(NamedTuple):
    """Packed people: how many, how many of them a tick moves, and how many get one and have no address."""

    packed: list[tuple[str, bytes]]
    size: int
    moved: int
    bare: int


def _parted(
    looked: Looked, holders: Mapping[str, int], found: _Found, ticks: Mapping[str, bool]
) -> tuple[Pieces, Pieces]:
    new, had = _Packer(ticks), _Packer(ticks)
    for people in _several(looked.yes):
        for person in people:
            seen = _judged(person, holders, found)
            (new if not seen.known else had).add(seen)
    for people in _several(looked.no):
        for person in people:
            had.add(replace(person, known=UNCHANGED) if person.key in holders else person)
    return new.pieces(), had.pieces()


def _judged(person: Person, holders: Mapping[str, int], found: _Found) -> Person:
    """Return somebody as the comparison sees them."""
    email = (person.recipient.email or "").casefold()
    number = holders.get(person.key) or found.by_email.get(email)
    award = found.awards.get(number) if number is not None else None
    if number is None or (award is None and person.key not in holders):
        found.counts["new"] += 1
        return person
    known = UNCHANGED if award is None or key(award.name) == key(person.recipient.name) else CHANGED
    found.counts[known] += 1
    if known == CHANGED and award is not None:
        found.changed.append({
            "credential": number, "token": award.token, "before": award.name, "after": person.recipient.name,
        })  # fmt: skip
    return replace(person, gets=False, known=known)


class _Packer:
    """Packs people piece by piece, so that a long list is never in memory as people; counts what ticks change."""

    def __init__(self, ticks: Mapping[str, bool]) -> None:
        self._ticks, self._done, self._waiting = ticks, list[tuple[str, bytes]](), list[Person]()
        self._count = self._moved = self._bare = 0

    def add(self, person: Person) -> None:
        self._waiting.append(person)
        self._count += 1
        gets = not person.known and self._ticks.get(person.key, person.gets)
        self._moved += gets != person.gets
        self._bare += gets and person.recipient.email is None
        if len(self._waiting) == PAGE:
            self._pack()

    def pieces(self) -> Pieces:
        """Return everything that was added."""
        self._pack()
        return Pieces(self._done, self._count, self._moved, self._bare)

    def _pack(self) -> None:
        self._done += packed(self._waiting)
        self._waiting = []


def _recounted(told: Mapping[str, Any], yes: Pieces, no: Pieces) -> dict[str, Any]:
    counts = {"yes": yes.size, "no": no.size, "out": yes.moved, "in": no.moved, "bare": yes.bare + no.bare}
    return {**told, "counts": told["counts"] | counts}
