"""What the issuer's pages are made with: the office, the clock, the verifier's desk and a shelf of pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from issuer import archive, faces, hosts, standing
from issuer.archive import Award
from issuer.certificate import overlay, social
from issuer.faces import Face
from issuer.keyring import SqlKeyStore, controllers
from issuer.office import Office, is_current
from issuer.prints.printing import head_of, print_award
from issuer.prints.record import Head
from issuer.public import PublicDocument, signed_document
from issuer.resolver import StoreResolver
from issuer.tokens import TOKEN
from issuer.web.hosted import Hosted, Purposes, Residents
from issuer.web.shelf import Shelf
from issuer.web.verdicts import Verdicts
from keys.envelope import WrongKeyEncryptionKey
from verifier.policy import Policy
from verifier.resolver import Resolver
from verifier.trust import Trust, introduce
from verifier.verdict import Issuer, Report
from verifier.verify import verify
from verifier.web.verify import Desk

PREVIEW_WIDTH = 1400
"""Pixels of the certificate's picture: sharp on a dense screen at the width it is shown."""


@dataclass(frozen=True)
class Counter:
    """Everything a page about an award asks for; `desk` is the verifier that strangers use, on our own store."""

    office: Office
    clock: Callable[[], datetime]
    desk: Desk
    shelf: Shelf
    verdicts: Verdicts = field(default_factory=Verdicts)

    def award(self, token: str) -> Award | None:
        """Return the award of `token`, None for what is no token or nobody's."""
        return archive.award(self.office, token) if TOKEN.fullmatch(token) else None

    def signed(self, token: str) -> PublicDocument | None:
        """Return the signed JSON under `token`, in one question; None for what is no token or nobody's."""
        found = standing.signed(self.office, token) if TOKEN.fullmatch(token) else None
        return None if found is None else signed_document(*found)

    def verify(self, award: Award) -> Report:
        """Return what the public verifier says of the signed bytes, now."""
        now, policy = self.clock(), self.desk.policy(None)

        def look(signed: bytes, resolver: Resolver) -> Report:
            return verify(signed, resolver, policy, now, award.url)

        return self.verdicts.tell(award.signed, self.desk.resolver, policy.known_issuers, now, look)

    def introduce(self, issuer: str, name: str | None) -> Issuer:
        """Return who `issuer` is to strangers now: known, and why, or somebody who calls themselves `name`."""
        return introduce(issuer, name, self.desk.policy(None).known_issuers)

    def file(self, award: Award, extension: str, algorithm: str) -> Face:
        """Return the award in one of its formats; raises UnknownFace. What takes long to draw is kept."""
        if extension != "png":
            return faces.face(self.office, award, extension, algorithm)
        body = self.shelf.get(
            lambda: faces.face(self.office, award, extension).body,
            b"baked 1",
            award.signed,
            award.layout.picture or b"",
        )
        return Face(faces.MEDIA_TYPES[extension], body)

    def print_head(self, award: Award) -> Head | None:
        """Return length and entity tag of the award's PDF without a look at the whole; None where it must be made."""
        return head_of(self.office, award)

    def preview(self, award: Award) -> bytes:
        """Return the printed certificate as a PNG."""

        def draw() -> bytes:
            made = print_award(self.office, award)
            return overlay.png(made.plate, made.tail, PREVIEW_WIDTH)

        return self.shelf.get(draw, b"preview 2", award.signed, repr(award.layout).encode())

    def social(self, award: Award, words: social.Words) -> bytes:
        """Return the picture that is shown where the page's link is shared, 1200 by 630 pixels."""

        def draw() -> bytes:
            return social.png(words, award.rosette_seed, award.layout.colour)

        return self.shelf.get(draw, b"social 1", repr((words, award.rosette_seed, award.layout.colour)).encode())


def own_desk(office: Office, desk: Desk) -> Desk:
    """Return `desk` with our own store as its only source, knowing the issuers here that somebody vouches for, too."""

    def policy(recipient: str | None) -> Policy:
        asked, residents = desk.policy(recipient), Residents(office)
        trust = Trust(Hosted(residents, desk.clock), asked.known_issuers)
        return replace(asked, known_issuers=trust, purposes=Purposes(residents))

    hosts.learn(office)  # As long as the database is there: strangers are judged by them when it is not.
    return replace(desk, resolver=StoreResolver(office, clock=desk.clock), policy=policy)


def why_not_ready(office: Office) -> str | None:
    """Return the code of what keeps `office` from issuing, or None; one key of each issuer is opened to see."""
    try:
        if not is_current(office.database):
            return "behind"
        store = SqlKeyStore(office.database)
        for did in controllers(office.database).values():
            for record in store.records(did)[-1:]:
                office.kek.open(record.wrapped, record.label)
    except SQLAlchemyError:
        return "database"
    except WrongKeyEncryptionKey:
        return "key"
    return None
