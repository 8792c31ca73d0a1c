"""The keys of an organization: which there are, and a new one in the place of an old one, after a page that asks."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from issuer.accounts.roles import Act, may
from issuer.accounts.visits import Seat
from issuer.journal import write_journal
from issuer.models import Organization
from issuer.room import forms
from issuer.room.forms import Form
from issuer.room.guard import PLACE, Guard
from keys.store import KeyRecord, State
from verifier.web.language import day


@dataclass(frozen=True)
class Line:
    """A key as the page shows it: `active` may sign; `since` and `until` are days in words."""

    kid: str
    algorithm: str
    purpose: str
    active: bool
    since: str
    until: str | None
    thumbprint: str


class Keys:
    """The page of the keys, and the one that asks."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.office = guard, guard.office

    def blueprint(self) -> Blueprint:
        """Return the addresses of the pages."""
        pages = Blueprint("keys", __name__, url_prefix=f"{PLACE}/<slug>/keys")
        decide = self.guard.seat(Act.DECIDE)
        pages.add_url_rule("", "keys", self.guard.seat(Act.LOOK)(self.keys))
        pages.add_url_rule("/<kid>/rotate", "ask", decide(self.ask))
        pages.add_url_rule("/<kid>/rotate", "rotate", decide(self.rotate), methods=["POST"])
        return pages

    def keys(self, seat: Seat) -> str:
        """Show every key, those that sign first; no private half is ever shown."""
        with self.office.database.reading() as session:
            records = self._records(session, seat)
        lines = sorted(map(_line, reversed(records)), key=lambda line: not line.active)
        return render_template(
            "room/keys.html", seat=seat, keys=lines, decides=may(seat.role, Act.DECIDE), done="done" in request.args
        )

    def ask(self, seat: Seat, kid: str) -> str:
        """Say what it means to change a key, before it is done."""
        with self.office.database.reading() as session:
            return render_template("room/keys_rotate.html", seat=seat, key=_line(self._active(session, seat, kid)))

    def rotate(self, seat: Seat, kid: str) -> Response | tuple[str, int]:
        """Make a new key for the same use; what the old one signed still stands. Twice the same form does it once."""
        now, by = self.guard.clock(), self.guard.who().public_id
        with self.office.database.reading() as session:
            self._active(session, seat, kid)
        forms.read(Form())

        def work(session: Session) -> None:
            old = self._active(session, seat, kid)
            ring = self.office.keyring(session)
            made = ring.rotate(old.controller, old.purpose, old.algorithm, now)
            write_journal(session, seat.organization_id, now, "key.rotated", made.kid, by=by, before=kid)

        self.office.database.write(work)
        return redirect(url_for("keys.keys", slug=seat.slug, done="1"), 303)

    def _records(self, session: Session, seat: Seat) -> list[KeyRecord]:
        did = session.get_one(Organization, seat.organization_id).did
        return list(self.office.keyring(session).store.records(did))

    def _active(self, session: Session, seat: Seat, kid: str) -> KeyRecord:
        """Return a key that signs; a retired one, which nothing can replace, is as good as not there."""
        for record in self._records(session, seat):
            if record.kid == kid and record.state is State.ACTIVE:
                return record
        raise NotFound


def _line(record: KeyRecord) -> Line:
    return Line(
        kid=record.kid,
        algorithm=str(record.algorithm),
        purpose=record.purpose.name.lower(),
        active=record.state is State.ACTIVE,
        since=day(record.created),
        until=day(record.retired) if record.retired else None,
        thumbprint=record.public().thumbprint(),
    )
