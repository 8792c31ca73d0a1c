"""Who has it already: persons recognised by any of their keys, of which only keyed hashes are kept.

Two rows of one list are compared by the strongest kind of key that both have, since the ids of one list can be
told apart. A row and what was issued from an earlier list are the same person if any key is the same.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.database import IN_ONE_QUESTION
from issuer.models import IdentityKey
from keys.envelope import KeyEncryptionKey


class Hasher:
    """Turns identity keys into digests that say nothing without the key-encryption key."""

    def __init__(self, kek: KeyEncryptionKey, organization: str) -> None:
        self._key = kek.derive("identity")
        self._organization = organization.encode("utf-8")

    def digest(self, key: str) -> str:
        """Return the keyed hash of one identity key, different for each organization."""
        return hmac.new(self._key, self._organization + b"\x00" + key.encode("utf-8"), sha256).hexdigest()

    def digests(self, keys: Iterable[str]) -> dict[str, str]:
        """Return digest to key, the strongest first."""
        return {self.digest(key): key for key in keys}


@dataclass
class Person:
    """Somebody new in this run: `keys` maps digests to keys, `place` counts the new ones."""

    place: int
    keys: dict[str, str]

    def is_also(self, keys: dict[str, str]) -> bool:
        """Tell whether `keys` are of the same person, by the strongest kind of key that both have."""
        for kind in dict.fromkeys(_kind(key) for key in keys.values()):
            mine = {digest for digest, key in self.keys.items() if _kind(key) == kind}
            if mine:
                return not mine.isdisjoint(keys)
        return False


@dataclass
class Crowd:
    """The people of one achievement at one event: `known` maps digests to credential ids."""

    known: dict[str, int]
    fresh: list[Person] = field(default_factory=list)
    _met: dict[str, list[Person]] = field(default_factory=dict)

    def find(self, keys: dict[str, str]) -> int | Person | None:
        """Return the credential of an earlier run, or the person met earlier in this one, or None."""
        for digest in keys:
            if digest in self.known:
                return self.known[digest]
        for digest in keys:
            for person in self._met.get(digest, ()):
                if person.is_also(keys):
                    return person
        return None

    def add(self, keys: dict[str, str]) -> Person:
        """Remember somebody new."""
        person = Person(len(self.fresh), {})
        self.fresh.append(person)
        self.learn(person, keys)
        return person

    def learn(self, person: Person, keys: dict[str, str]) -> None:
        """Know somebody by these keys, too; the strongest of the first time stays the first."""
        for digest, key in keys.items():
            if digest not in person.keys:
                person.keys[digest] = key
                self._met.setdefault(digest, []).append(person)


def known_people(session: Session, event_id: int, achievement_id: int, digests: Sequence[str]) -> dict[str, int]:
    """Return which of `digests` belong to a credential of this achievement at this event, and to which."""
    found: dict[str, int] = {}
    for start in range(0, len(digests), IN_ONE_QUESTION):
        rows = session.execute(
            select(IdentityKey.digest, IdentityKey.credential_id).where(
                IdentityKey.event_id == event_id,
                IdentityKey.achievement_id == achievement_id,
                IdentityKey.digest.in_(digests[start : start + IN_ONE_QUESTION]),
            )
        )
        found.update((digest, credential_id) for digest, credential_id in rows)
    return found


def _kind(key: str) -> str:
    return key.partition(":")[0]
