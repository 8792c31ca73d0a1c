"""The front of the room: one's organizations, and in each of them the events and a place to drop the next list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from issuer.accounts.roles import Act, may
from issuer.accounts.visits import Seat
from issuer.models import Credential, Event
from issuer.room.guard import PLACE, Guard
from issuer.roster.apart import look_at
from verifier.web.language import say, span, spoken

LATEST: Final = 20
"""Events that the front shows."""


@dataclass(frozen=True)
class Line:
    """An event in the table: when it was, in words, and how many awards it gave."""

    name: str
    when: str
    awards: int


class Home:
    """The pages that somebody sees first."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.database = guard, guard.office.database

    def blueprint(self) -> Blueprint:
        """Return the addresses of the front."""
        pages = Blueprint("home", __name__, url_prefix=PLACE)
        pages.add_url_rule("", "room", self.guard.signed_in(self.room))
        pages.add_url_rule("/<slug>", "organization", self.guard.seat(Act.LOOK)(self.organization))
        pages.add_url_rule("/<slug>/list", "list", self.guard.seat(Act.ISSUE)(self.read_list), methods=["POST"])
        return pages

    def room(self) -> Response | str:
        """Show one's organizations; who has but one goes straight in."""
        visitor = self.guard.visitor()
        seats = list(visitor.seats.values()) if visitor else []
        if len(seats) == 1:
            return redirect(url_for("home.organization", slug=seats[0].slug))
        return render_template("room/organizations.html", seats=seats)

    def organization(self, seat: Seat) -> str:
        """Show the latest events of an organization, and the place to drop a list."""
        return self._front(seat)

    def read_list(self, seat: Seat) -> str | tuple[str, int]:
        """Tell what a list says that was dropped; nothing is kept of it."""
        sent = request.files.get("file")
        data = sent.read() if sent else b""
        if not data:
            return self._front(seat, fault=say("room.drop.missing")), HTTPStatus.UNPROCESSABLE_ENTITY
        return render_template("room/list.html", seat=seat, told=look_at(data, spoken()))

    def _front(self, seat: Seat, fault: str | None = None) -> str:
        issue = may(seat.role, Act.ISSUE)
        return render_template(
            "room/organization.html", seat=seat, events=self._events(seat), may_issue=issue, fault=fault
        )

    def _events(self, seat: Seat) -> list[Line]:
        awarded = (
            select(func.count())
            .select_from(Credential)
            .where(Credential.event_id == Event.id, Credential.erased_at.is_(None))
            .scalar_subquery()
        )
        own = Event.organization_id == seat.organization_id
        with self.database.reading() as session:
            rows = session.execute(select(Event.facts, awarded).where(own).order_by(Event.id.desc()).limit(LATEST))
            return [_line(facts, awards) for facts, awards in rows]


def _line(facts: dict[str, Any], awards: int) -> Line:
    starts, ends = (datetime.fromisoformat(facts[name]) if facts.get(name) else None for name in ("start", "end"))
    return Line(facts.get("name", ""), span(starts, ends, facts.get("timezone") or "UTC") or "", awards)
