"""The front of the room: one's organizations, and in each of them the events and a place to drop the next list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from issuer.accounts.roles import Act, may
from issuer.accounts.visits import Seat
from issuer.fault import Refused
from issuer.models import RESERVED, Batch, Credential, Event
from issuer.preparing.again import note_before
from issuer.preparing.store import Who, begin, begun
from issuer.room.dropping import sent_list, take_a_list
from issuer.room.guard import PLACE, Guard
from verifier.web.language import say, span, spoken

LATEST: Final = 20
"""Events that the front shows."""
FAULTS_MOST: Final = 5
"""Reasons why a list cannot be read that are told at once."""


@dataclass(frozen=True)
class Line:
    """An event in the table: when it was, in words, how many awards it gave, and the last batch that did."""

    name: str
    when: str
    awards: int
    batch: str | None


class Home:
    """The pages that somebody sees first."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.database = guard, guard.office.database

    def blueprint(self) -> Blueprint:
        """Return the addresses of the front."""
        pages = Blueprint("home", __name__, url_prefix=PLACE)
        pages.before_request(lambda: take_a_list(self.guard, "home.list"))
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

    def read_list(self, seat: Seat) -> Response | tuple[str, int]:
        """Keep a list that was dropped, and go on to what it says; the same one twice leads to the same page."""
        dropped, visitor = sent_list(), self.guard.visitor()
        if dropped is None or visitor is None:
            return self._front(seat, fault=say("room.drop.missing")), HTTPStatus.UNPROCESSABLE_ENTITY
        who = Who(seat.organization_id, visitor.user_id)
        try:
            public_id = begin(self.database, who, dropped, self.guard.clock())
        except Refused as refused:
            told = " ".join(fault.message(spoken()) for fault in refused.faults[:FAULTS_MOST])
            return self._front(seat, fault=told), HTTPStatus.UNPROCESSABLE_ENTITY
        note_before(self.guard.office, who.organization_id, seat.slug, public_id)
        return redirect(url_for("list.prepare", slug=seat.slug, preparation=public_id), HTTPStatus.SEE_OTHER)

    def _front(self, seat: Seat, fault: str | None = None) -> str:
        issue = may(seat.role, Act.ISSUE)
        with self.database.reading() as session:
            lists = begun(session, seat.organization_id) if issue else []
        return render_template(
            "room/organization.html",
            seat=seat,
            events=self._events(seat),
            begun=lists,
            may_issue=issue,
            fault=fault,
        )

    def _events(self, seat: Seat) -> list[Line]:
        awarded = (
            select(func.count())
            .select_from(Credential)
            .where(Credential.event_id == Event.id, Credential.erased_at.is_(None))
            .scalar_subquery()
        )
        last = (
            select(Batch.public_id)
            .where(Batch.event_id == Event.id, Batch.state == RESERVED)
            .order_by(Batch.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        own = Event.organization_id == seat.organization_id
        found = select(Event.facts, awarded, last).where(own).order_by(Event.id.desc()).limit(LATEST)
        with self.database.reading() as session:
            return [_line(facts, awards, batch) for facts, awards, batch in session.execute(found)]


def _line(facts: dict[str, Any], awards: int, batch: str | None) -> Line:
    starts, ends = (datetime.fromisoformat(facts[name]) if facts.get(name) else None for name in ("start", "end"))
    return Line(facts.get("name", ""), span(starts, ends, facts.get("timezone") or "UTC") or "", awards, batch)
