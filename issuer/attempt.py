"""One attempt at a reservation: who is there already, who is new, and what each of the new will be promised."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from badges.times import read_stamp
from issuer.database import IN_ONE_QUESTION
from issuer.fault import Fault
from issuer.indices import take_indices
from issuer.journal import keep_fault, write_journal
from issuer.keyring import signing_key
from issuer.models import (
    INTENT,
    RESERVED,
    UNCHANGED,
    WAITING,
    Batch,
    BatchRow,
    Credential,
    CredentialVersion,
    IdentityKey,
)
from issuer.office import Office
from issuer.people import Crowd, Hasher, Person, known_people
from issuer.register import Registered
from issuer.renamed import renamed
from issuer.rows import RowFault, Setting, read_row
from issuer.tokens import new_token

if TYPE_CHECKING:
    from issuer.roster import Recipient


@dataclass(frozen=True)
class Reservation:
    """What one run is going to do. `reserved` counts the rows to be signed, those of a killed run among them.

    `faults` are rows that cannot be issued; `notes` say which changed facts were not taken over.
    """

    batch_id: str
    event_slug: str
    reserved: int
    unchanged: int
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]


class Attempt:
    """One attempt at a reservation, inside its transaction; done again from its start when another run was first."""

    def __init__(
        self, office: Office, session: Session, site: Registered, valid_until: datetime | None, now: datetime
    ) -> None:
        self.session, self.site, self.now, self.kek = session, site, now, office.kek
        self.hasher = Hasher(office.kek, site.organization.slug)
        self.key = signing_key(office.keyring(session), session, site.organization.id, now)
        self.setting = Setting(site.event.facts, site.achievement.facts, site.organization.sign_email)
        self.said = {
            "organization_id": site.organization.id,
            "snapshot_id": site.snapshot.id,
            "design_id": site.design.id,
            "signing_key_id": self.key,
            "awarded": read_stamp(site.event.facts["end"], "end"),
            "valid_until": valid_until,
        }
        self.faults: list[Fault] = []

    def reserve(self, recipients: Sequence[Recipient]) -> Reservation:
        """Store an intent for everybody new, and the batch with a row for each of `recipients`."""
        keys = [self.hasher.digests(recipient.identity) for recipient in recipients]
        digests = sorted({digest for each in keys for digest in each})
        crowd = Crowd(known_people(self.session, self.site.event.id, self.site.achievement.id, digests))
        rows: list[tuple[int, int | Person | None, Fault | None]] = []
        fresh: list[tuple[Recipient, dict[str, Any]]] = []
        again: dict[int, Recipient] = {}
        for recipient, own in zip(recipients, keys, strict=True):
            found = crowd.find(own)
            if isinstance(found, int):
                self._learn(found, own, crowd)
                again.setdefault(found, recipient)
            elif found is not None:
                crowd.learn(found, own)
            else:
                try:
                    fresh.append((recipient, read_row(recipient, self.setting)))
                    found = crowd.add(own)
                except RowFault as fault:
                    self.faults += fault.faults
                    rows.append((recipient.row, None, fault.faults[0]))
                    continue
            rows.append((recipient.row, found, None))
        others = renamed(self.session, again)
        self.faults += others.values()
        rows = [(line, found, fault or others.get(line)) for line, found, fault in rows]
        credentials = self._insert(fresh, crowd)
        unsigned = self._unsigned(again)
        return self._record(rows, credentials, unsigned)

    def _learn(self, credential_id: int, keys: dict[str, str], crowd: Crowd) -> None:
        """A person who is recognised by one key is recognised by the others from now on."""
        for digest in keys:
            if digest not in crowd.known:
                crowd.known[digest] = credential_id
                self.session.add(self._identity_key(credential_id, digest))

    def _insert(self, fresh: list[tuple[Recipient, dict[str, Any]]], crowd: Crowd) -> list[int]:
        """Store the new people, their keys and their intents; return their credentials' ids in order."""
        credentials = [
            self._credential(recipient, person) for (recipient, _), person in zip(fresh, crowd.fresh, strict=True)
        ]
        self.session.add_all(credentials)
        self.session.flush()
        taken = set(crowd.known)
        for credential, person in zip(credentials, crowd.fresh, strict=True):
            own = [digest for digest in person.keys if digest not in taken]
            taken.update(own)
            self.session.add_all(self._identity_key(credential.id, digest) for digest in own)
        places = take_indices(self.session, self.kek, self.site.organization.id, len(fresh), self.now)
        self.session.add_all(
            CredentialVersion(
                credential_id=credential.id,
                number=1,
                valid_from=self.now,
                row=row,
                status_list_id=list_id,
                status_index=index,
                **self.said,
            )
            for credential, (_, row), (list_id, index) in zip(credentials, fresh, places, strict=True)
        )
        return [credential.id for credential in credentials]

    def _credential(self, recipient: Recipient, person: Person) -> Credential:
        return Credential(
            organization_id=self.site.organization.id,
            token=new_token(),
            subject_id=f"urn:uuid:{uuid.uuid4()}",
            event_id=self.site.event.id,
            achievement_id=self.site.achievement.id,
            identity=next(iter(person.keys)),
            email=recipient.email,
            created_at=self.now,
        )

    def _identity_key(self, credential_id: int, digest: str) -> IdentityKey:
        return IdentityKey(
            organization_id=self.site.organization.id,
            credential_id=credential_id,
            event_id=self.site.event.id,
            achievement_id=self.site.achievement.id,
            digest=digest,
        )

    def _unsigned(self, again: dict[int, Recipient]) -> set[int]:
        """Return which credentials of earlier runs still wait for their signature.

        One that waits because of a fault was never signed, so its row may be read anew.
        """
        ids, waiting = list(again), set()
        for start in range(0, len(ids), IN_ONE_QUESTION):
            for version in self.session.scalars(
                select(CredentialVersion).where(
                    CredentialVersion.credential_id.in_(ids[start : start + IN_ONE_QUESTION]),
                    CredentialVersion.number == 1,
                    CredentialVersion.state == INTENT,
                )
            ):
                waiting.add(version.credential_id)
                if version.fault is not None:
                    self._read_anew(version, again[version.credential_id])
        return waiting

    def _read_anew(self, version: CredentialVersion, recipient: Recipient) -> None:
        try:
            version.row, version.fault = read_row(recipient, self.setting), None
        except RowFault as fault:
            self.faults += fault.faults
            return
        for name, value in self.said.items():
            setattr(version, name, value)

    def _record(
        self,
        rows: list[tuple[int, int | Person | None, Fault | None]],
        credentials: list[int],
        unsigned: set[int],
    ) -> Reservation:
        """Store the batch: each row of the list, and what is to become of it."""
        site, batch = self.site, self._batch()
        states: list[str] = []
        met: set[int] = set()
        for line, found, fault in rows:
            credential_id = credentials[found.place] if isinstance(found, Person) else found
            state = _state(credential_id, found, unsigned, met)
            states.append(state)
            self.session.add(
                BatchRow(
                    organization_id=site.organization.id,
                    batch_id=batch.id,
                    row=line,
                    state=state,
                    credential_id=credential_id,
                    fault=None if fault is None else keep_fault(fault),
                )
            )
        counts = {"reserved": states.count(RESERVED), "unchanged": states.count(UNCHANGED)}
        write_journal(self.session, site.organization.id, self.now, "batch.reserved", batch.public_id, **counts)
        return Reservation(batch.public_id, site.event.slug, **counts, faults=tuple(self.faults), notes=())

    def _batch(self) -> Batch:
        batch = Batch(
            organization_id=self.site.organization.id,
            public_id=new_token(),
            event_id=self.site.event.id,
            achievement_id=self.site.achievement.id,
            created_at=self.now,
        )
        self.session.add(batch)
        self.session.flush()
        return batch


def _state(credential_id: int | None, found: int | Person | None, unsigned: set[int], met: set[int]) -> str:
    """A row waits for its fault; the first row of what is not signed yet is reserved; the rest has it already."""
    if credential_id is None:
        return WAITING
    first = credential_id not in met
    met.add(credential_id)
    return RESERVED if first and (isinstance(found, Person) or credential_id in unsigned) else UNCHANGED
