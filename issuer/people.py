"""Who has it already: persons recognised by any of their keys, of which only keyed hashes are kept.

Two rows of one list are compared by the strongest kind of key that both have, since the ids of one list can be
told apart. A row and what was issued from an earlier list are the same person if any key is the same.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.database import looked_up
from issuer.models import IdentityKey
from keys.envelope import KeyEncryptionKey


class Hasher:
    """Turns identity keys into digests that say nothing without the key-encryption key."""

    def __init__(self, kek: KeyEncryptionKey, organization: str) -> None:
        self._key = kek.derive("identity")
        self._before = organization.encode("utf-8") + b"\x00"

    def digest(self, key: str) -> str:
        """Return the keyed hash of one identity key, different for each organization."""
        return hmac.digest(self._key, self._before + key.encode("utf-8"), "sha256").hex()

    def digests(self, keys: Iterable[str]) -> dict[str, str]:
        """Return digest to key, the strongest first."""
        return {self.digest(key): key for key in keys}


class Crowd:
    """The new people of one list, numbered by their place; their keys are shared with the list, not copied."""

    def __init__(self) -> None:
        self._keys: list[Sequence[str]] = []
        self._met: dict[str, int | tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, keys: Sequence[str]) -> int | None:
        """Return the place of the person met earlier in the list, or None."""
        for key in keys:
            for place in self.places(key):
                if self._is_also(place, keys):
                    return place
        return None

    def add(self, keys: Sequence[str]) -> int:
        """Remember somebody new; return the place."""
        place = len(self._keys)
        self._keys.append(())
        self.learn(place, keys)
        return place

    def learn(self, place: int, keys: Sequence[str]) -> None:
        """Know somebody by these keys, too; the strongest of the first time stays the first."""
        had = self._keys[place]
        new = tuple(key for key in keys if key not in had)
        if not new:
            return
        self._keys[place] = (*had, *new) if had else keys
        for key in new:
            others = self.places(key)
            if place not in others:
                self._met[key] = (*others, place) if others else place

    def places(self, key: str) -> tuple[int, ...]:
        """Return who has a key, in the order in which that was learnt."""
        found = self._met.get(key, ())
        return (found,) if isinstance(found, int) else found

    def owner(self, key: str) -> int | None:
        """Return whose key it is from now on: of several who have it, that of the first in the list."""
        return min(self.places(key), default=None)

    def strongest(self, place: int) -> str:
        """Return the strongest key with which a person was met first."""
        return self._keys[place][0]

    def _is_also(self, place: int, keys: Sequence[str]) -> bool:
        """Tell whether `keys` are of the same person, by the strongest kind of key that both have."""
        for kind in dict.fromkeys(map(_kind, keys)):
            mine = {key for key in self._keys[place] if _kind(key) == kind}
            if mine:
                return not mine.isdisjoint(keys)
        return False


def known_people(session: Session, event_id: int, achievement_id: int, digests: Sequence[str]) -> dict[str, int]:
    """Return which of `digests` belong to a credential of this achievement at this event, and to which."""
    known = select(IdentityKey.digest, IdentityKey.credential_id).where(
        IdentityKey.event_id == event_id, IdentityKey.achievement_id == achievement_id
    )
    return {line.digest: line.credential_id for line in looked_up(session, known, IdentityKey.digest, digests)}


def _kind(key: str) -> str:
    return key.partition(":")[0]
