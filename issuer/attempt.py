"""A reservation, part by part: who is there already, who is new, and what each of the new will be promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import null, select, update
from sqlalchemy.orm import Session

from issuer.ahead import Ahead
from issuer.claim import Claim, complete, go_on, look
from issuer.database import IN_ONE_QUESTION, looked_up
from issuer.fault import Fault
from issuer.indices import take_indices
from issuer.journal import read_fault
from issuer.ledger import Ledger
from issuer.models import (
    INTENT,
    RESERVED,
    UNCHANGED,
    WAITING,
    BatchRow,
    CredentialVersion,
)
from issuer.part import Fresh, Known, Line, New, Part, Somebody
from issuer.people import Crowd, known_people
from issuer.renamed import renamed
from issuer.rows import RowFault, read_row

if TYPE_CHECKING:
    from issuer.office import Office
    from issuer.roster import Recipient


class Attempt:
    """One run over the parts of a list. What it knows follows from the list and from what is stored, so that the run
    of somebody else can be gone on with."""

    def __init__(self, office: Office, claim: Claim, now: datetime) -> None:
        self.office, self.claim, self.now = office, claim, now
        self.crowd = Crowd()
        self.ledger = Ledger(claim, now)
        self.ahead = Ahead(claim.setting)
        self.met: set[int] = set()
        self.anew: dict[int, Mapping[str, Any]] = {}
        self.row_faults: list[Fault] = []
        self.name_faults: list[Fault] = []
        self.anew_faults: list[Fault] = []

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return the rows that cannot be issued, first those that cannot be read."""
        return (*self.row_faults, *self.name_faults, *self.anew_faults)

    def reserve(
        self, recipients: Sequence[Recipient], done: int, *, is_last: bool, after: Sequence[Recipient] = ()
    ) -> int:
        """Reserve the next of the list, after `done` others; the batch is whole with the last of them.

        `after` are those who come next. Raises Overtaken, and is of no more use, when another run did so first.
        """
        with self.office.database.reading() as session:
            part = self._decide(session, recipients)
        self._look_ahead(part, after)
        places = self._places(len(part.fresh), done)
        self.office.reached("after-block")

        def work(session: Session) -> Sequence[int]:
            go_on(session, self.claim, done, done + len(recipients))
            numbers = self.ledger.store(session, part, places)
            if is_last:
                self._complete(session)
            return numbers

        self.ledger.add(self.office.database.write(work))
        self.office.reached("after-part")
        return done + len(recipients)

    def replay(self, recipients: Sequence[Recipient]) -> None:
        """Learn what is stored of the beginning of the list, as if this run had stored it."""
        for start in range(0, len(recipients), IN_ONE_QUESTION):
            with self.office.database.reading() as session:
                self._replay(session, recipients[start : start + IN_ONE_QUESTION])

    def _decide(self, session: Session, recipients: Sequence[Recipient]) -> Part:
        """Return what becomes of each of `recipients`: nothing is stored yet."""
        part, claim = Part(), self.claim
        keys = [claim.hasher.digests(recipient.identity) for recipient in recipients]
        digests = sorted({digest for own in keys for digest in own})
        owners = known_people(session, claim.event_id, claim.achievement_id, digests)
        known = {digest: number for digest, number in owners.items() if self.ledger.place_of(number) is None}
        again: dict[int, Recipient] = {}
        for recipient, own in zip(recipients, keys, strict=True):
            found = next((known[digest] for digest in own if digest in known), None)
            if found is None:
                part.lines.append(self._meet(recipient, own, part))
                continue
            known |= dict.fromkeys(own.keys() - known.keys(), found)
            if found not in self.met:
                again.setdefault(found, recipient)
            part.lines.append(Line(recipient.row, Known(found), UNCHANGED, None))
        self._share_out(part, keys, owners, known)
        self._tell(session, part, again)
        return part

    def _look_ahead(self, part: Part, after: Sequence[Recipient]) -> None:
        """Let the rows of those who come next be read while a server stores this part, if most are as new as these.

        SQLite stores in this process: it would be held up, and with it everybody who waits to write.
        """
        if after and not self.office.database.is_sqlite and 2 * len(part.fresh) > len(part.lines):
            self.ahead.begin(after)

    def _meet(self, recipient: Recipient, own: Mapping[str, str], part: Part) -> Line:
        """Return the line of somebody whom no earlier list had."""
        place = self.crowd.find(recipient.identity)
        if place is not None:
            self.crowd.learn(place, recipient.identity)
            return Line(recipient.row, New(place), UNCHANGED, None)
        try:
            row = self.ahead.row(recipient)
        except RowFault as fault:
            self.row_faults += fault.faults
            return Line(recipient.row, None, WAITING, fault.faults[0])
        part.fresh.append(Fresh(recipient, row, next(iter(own))))
        return Line(recipient.row, New(self.crowd.add(recipient.identity)), RESERVED, None)

    def _share_out(
        self, part: Part, keys: Sequence[Mapping[str, str]], owners: Mapping[str, int], known: Mapping[str, int]
    ) -> None:
        """Give every key of these rows to one person: who is known comes first, then who comes first in the list."""
        for digest, key in ((digest, key) for own in keys for digest, key in own.items()):
            place = self.crowd.owner(key)
            if digest in known:
                whose: Somebody = Known(known[digest])
            elif place is not None:
                whose = New(place)
            else:
                continue
            had = owners.get(digest)
            if had is None or whose != self.ledger.whose(had):
                part.owners[digest] = whose
            if had is not None and digest in part.owners:
                part.moved.add(digest)

    def _tell(self, session: Session, part: Part, again: Mapping[int, Recipient]) -> None:
        """Reserve the first row of everybody whom an earlier run left unsigned; tell who has another name now."""
        unsigned, others = self._again(session, again)
        first = {recipient.row for number, recipient in again.items() if number in unsigned}
        for place, line in enumerate(part.lines):
            if line.row in first or line.row in others:
                state = RESERVED if line.row in first else line.state
                part.lines[place] = line._replace(state=state, fault=others.get(line.row))

    def _again(self, session: Session, again: Mapping[int, Recipient]) -> tuple[set[int], Mapping[int, Fault]]:
        """Return which credentials of earlier runs still wait for their signature, and which rows have another name.

        One that waits because of a fault was never signed, so its row may be read anew.
        """
        others = renamed(session, again)
        self.name_faults += others.values()
        self.met.update(again)
        unsigned = set()
        for version_id, number, fault in _unsigned(session, list(again)):
            unsigned.add(number)
            if fault is not None:
                try:
                    self.anew[version_id] = read_row(again[number], self.claim.setting)
                except RowFault as refused:
                    self.anew_faults += refused.faults
        return unsigned, others

    def _replay(self, session: Session, recipients: Sequence[Recipient]) -> None:
        stored = _stored(session, self.claim.batch_id, [recipient.row for recipient in recipients])
        again: dict[int, Recipient] = {}
        for recipient in recipients:
            number, is_ours, fault = stored[recipient.row]
            place = None if number is None else self.ledger.place_of(number)
            if number is None:
                self.row_faults += self._read_again(recipient, fault)
            elif place is not None:
                self.crowd.learn(place, recipient.identity)
            elif is_ours:
                self.crowd.add(recipient.identity)
                self.ledger.add([number])
            elif number not in self.met:
                again.setdefault(number, recipient)
        self._again(session, again)

    def _read_again(self, recipient: Recipient, kept: Mapping[str, Any] | None) -> Sequence[Fault]:
        """Return every fault of a row of which the batch keeps the first."""
        try:
            read_row(recipient, self.claim.setting)
        except RowFault as fault:
            return fault.faults
        return [read_fault(kept, recipient.row)] if kept else []

    def _places(self, count: int, done: int) -> list[tuple[int, int]]:
        """Take status indices in a short transaction of its own; what becomes of this run, they are nobody else's."""
        office, owner = self.office, self.claim.organization_id

        def work(session: Session) -> list[tuple[int, int]]:
            look(session, self.claim, done)
            return take_indices(session, office.kek, owner, count, self.now)

        return office.database.write(work) if count else []

    def _complete(self, session: Session) -> None:
        for version_id, row in self.anew.items():
            session.execute(
                update(CredentialVersion)
                .where(CredentialVersion.id == version_id, CredentialVersion.state == INTENT)
                .values(row=row, fault=null(), **self.claim.said)
            )
        complete(session, self.claim, self.now)


def _unsigned(session: Session, numbers: Sequence[int]) -> list[tuple[int, int, Mapping[str, Any] | None]]:
    version = CredentialVersion
    statement = select(version.id, version.credential_id, version.fault)
    statement = statement.where(version.number == 1, version.state == INTENT)
    return [(line[0], line[1], line[2]) for line in looked_up(session, statement, version.credential_id, numbers)]


def _stored(
    session: Session, batch_id: int, lines: Sequence[int]
) -> dict[int, tuple[int | None, bool, Mapping[str, Any] | None]]:
    """Return by line number: the credential, whether this batch made it, the fault."""
    statement = (
        select(BatchRow.row, BatchRow.credential_id, CredentialVersion.batch_id, BatchRow.fault)
        .outerjoin(
            CredentialVersion,
            (CredentialVersion.credential_id == BatchRow.credential_id) & (CredentialVersion.number == 1),
        )
        .where(BatchRow.batch_id == batch_id)
    )
    found = looked_up(session, statement, BatchRow.row, lines)
    return {line[0]: (line[1], line[2] == batch_id, line[3]) for line in found}
