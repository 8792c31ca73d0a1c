"""The keys of an issuer through time: one active for each purpose and algorithm, the retired ones kept for ever.

A retired key signs nothing more, and stays published: what it signed still stands (STANDARDS, section 8).
Key identifiers are made once, from the date, and never point to another key.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from keys.envelope import KeyEncryptionKey, Label
from keys.key import Algorithm, LocalSigner, PrivateKey, VerificationKey


class Purpose(StrEnum):
    """What a key signs; no key signs for two purposes."""

    CREDENTIAL = "credential"
    STATUS_LIST = "status-list"


class State(StrEnum):
    """Whether a key may sign; both kinds verify."""

    ACTIVE = "active"
    RETIRED = "retired"


class UnknownKid(LookupError):
    """No key of this controller has that identifier."""


class DuplicateKid(ValueError):
    """The controller has a key of that identifier, or another active one for the same use."""


@dataclass(frozen=True)
class KeyRecord:
    """One key of one controller; `kid` is the fragment of its verification method, `wrapped` its sealed half."""

    controller: str
    kid: str
    algorithm: Algorithm
    purpose: Purpose
    state: State
    spki: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)
    created: datetime
    retired: datetime | None = None

    @property
    def key_id(self) -> str:
        """The URL of the verification method."""
        return f"{self.controller}#{self.kid}"

    @property
    def label(self) -> Label:
        """What its sealed half is bound to."""
        return Label(self.controller, self.kid, self.algorithm, self.purpose, self.spki)

    def public(self) -> VerificationKey:
        """Return the public half."""
        return VerificationKey.from_spki(self.spki)


class KeyStore(Protocol):
    """Where records are kept."""

    def records(self, controller: str) -> Sequence[KeyRecord]:
        """Return every record of `controller`, oldest first."""

    def add(self, record: KeyRecord) -> None:
        """Keep a new record; DuplicateKid when its kid is taken, or another is active for the same use."""

    def retire(self, controller: str, kid: str, at: datetime) -> None:
        """Mark a record as retired; no change if it is; UnknownKid if there is none."""

    def replace(self, record: KeyRecord, at: datetime) -> None:
        """Retire the active record of the same use, if there is one, and keep `record`: both or neither."""


class MemoryKeyStore:
    """A store for as long as the process lives."""

    def __init__(self) -> None:
        self._records: list[KeyRecord] = []

    def records(self, controller: str) -> Sequence[KeyRecord]:
        """Return every record of `controller`, oldest first."""
        return tuple(record for record in self._records if record.controller == controller)

    def add(self, record: KeyRecord) -> None:
        """Keep a new record."""
        for other in self.records(record.controller):
            if other.kid == record.kid or (_same_use(other, record) and other.state is State.ACTIVE):
                raise DuplicateKid(record.kid)
        self._records.append(record)

    def retire(self, controller: str, kid: str, at: datetime) -> None:
        """Mark a record as retired."""
        for place, record in enumerate(self._records):
            if (record.controller, record.kid) == (controller, kid):
                if record.state is State.ACTIVE:
                    self._records[place] = replace(record, state=State.RETIRED, retired=at)
                return
        raise UnknownKid(kid)

    def replace(self, record: KeyRecord, at: datetime) -> None:
        """Retire the active record of the same use and keep `record`."""
        before = list(self._records)
        for other in self.records(record.controller):
            if _same_use(other, record) and other.state is State.ACTIVE:
                self.retire(other.controller, other.kid, at)
        try:
            self.add(record)
        except DuplicateKid:
            self._records = before
            raise


def _same_use(one: KeyRecord, other: KeyRecord) -> bool:
    return (one.algorithm, one.purpose) == (other.algorithm, other.purpose)


@dataclass(frozen=True)
class Keyring:
    """A store and the key that opens it: hands out signers, makes keys on first use, rotates them."""

    store: KeyStore
    kek: KeyEncryptionKey

    def signer(self, controller: str, purpose: Purpose, algorithm: Algorithm, now: datetime) -> LocalSigner:
        """Return the active signer for a use, made on first use."""
        record = self._active(controller, purpose, algorithm)
        if record is None:
            try:
                return self.signer_of(self.create(controller, purpose, algorithm, now))
            except DuplicateKid:  # Another process made it in the meantime.
                record = self._active(controller, purpose, algorithm)
                if record is None:
                    raise
        return self.signer_of(record)

    def signer_by_kid(self, controller: str, kid: str) -> LocalSigner:
        """Return the signer of one key, retired or not: what was promised under it can be signed again."""
        for record in self.store.records(controller):
            if record.kid == kid:
                return self.signer_of(record)
        raise UnknownKid(kid)

    def signer_of(self, record: KeyRecord) -> LocalSigner:
        """Open a record; WrongKeyEncryptionKey when it does not open, or holds another key than it says."""
        return LocalSigner(record.key_id, self.kek.open(record.wrapped, record.label))

    def create(self, controller: str, purpose: Purpose, algorithm: Algorithm, now: datetime) -> KeyRecord:
        """Make the first key for a use; DuplicateKid when there is an active one; WrongKeyEncryptionKey."""
        record = self._make(controller, purpose, algorithm, now)
        self.store.add(record)
        return record

    def rotate(self, controller: str, purpose: Purpose, algorithm: Algorithm, now: datetime) -> KeyRecord:
        """Make a new key for a use and retire the one before it, which still stands; WrongKeyEncryptionKey."""
        record = self._make(controller, purpose, algorithm, now)
        self.store.replace(record, now)
        return record

    def retire(self, controller: str, kid: str, now: datetime) -> None:
        """Let a key sign nothing more; the next use makes a new one."""
        self.store.retire(controller, kid, now)

    def _active(self, controller: str, purpose: Purpose, algorithm: Algorithm) -> KeyRecord | None:
        for record in reversed(self.store.records(controller)):
            if (record.purpose, record.algorithm, record.state) == (purpose, algorithm, State.ACTIVE):
                return record
        return None

    def _make(self, controller: str, purpose: Purpose, algorithm: Algorithm, now: datetime) -> KeyRecord:
        records = self.store.records(controller)
        if records:  # A wrong key-encryption key must stop here: what it seals, the right one will never open.
            self.signer_of(records[-1])
        key = PrivateKey.generate(algorithm)
        kid = _free_kid({record.kid for record in records}, now)
        draft = KeyRecord(controller, kid, algorithm, purpose, State.ACTIVE, key.public().spki(), b"", now)
        return replace(draft, wrapped=self.kek.seal(key, draft.label))


def _free_kid(taken: set[str], now: datetime) -> str:
    """Return `key-2026-11-a`, or the next letter or number that is free; a date, never the key itself."""
    month = f"key-{now:%Y-%m}-"
    for letter in string.ascii_lowercase:
        if month + letter not in taken:
            return month + letter
    number = 27
    while f"{month}{number}" in taken:
        number += 1
    return f"{month}{number}"
