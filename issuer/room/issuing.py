"""Issuing an evening: look at anybody's certificate, take three samples, and say go."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from issuer.accounts.roles import Act
from issuer.accounts.visits import Seat
from issuer.batch import Prepared, reserve
from issuer.fault import Fault, Refused
from issuer.models import Organization
from issuer.preparing import kept
from issuer.preparing.earlier import earlier
from issuer.preparing.event import event_file
from issuer.preparing.people import people_of
from issuer.preparing.person import BY_HAND, place_of
from issuer.preparing.store import load
from issuer.room.guard import PLACE, Guard
from issuer.room.staging import Evening, Staging, ask_for
from issuer.room.told import job_of
from issuer.work.ending import settle
from verifier.web.language import say, spoken

Answer = Response | str | tuple[str, int]
FAULTS_SHOWN: Final = 50


class Issuing:
    """The last page before certificates are issued."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.office, self.staging = guard, guard.office, Staging(guard)

    def blueprint(self) -> Blueprint:
        """Return the address of the page."""
        pages = Blueprint("issue", __name__, url_prefix=f"{PLACE}/<slug>/prepare/<preparation>")
        issue = self.guard.seat(Act.ISSUE)
        pages.add_url_rule("/issue", "issue", issue(self.issue))
        pages.add_url_rule("/issue", "go", issue(self.go), methods=["POST"])
        return pages

    def issue(self, seat: Seat, preparation: str) -> Answer:
        """Show what will be issued; before there is an event, the evening that this one is like."""
        evening = self.staging.stage(seat, preparation)
        if evening.batch:
            return redirect(url_for("issued.batch", slug=seat.slug, batch=evening.batch))
        if evening.is_another:
            return redirect(url_for("event.event", slug=seat.slug, preparation=preparation))
        if not evening.tables:
            return self._like(seat, evening)
        return self._page(seat, evening)

    def go(self, seat: Seat, preparation: str) -> Answer:
        """Reserve everybody's certificate, with the job that signs them; twice is once."""
        evening = self.staging.look(seat, preparation)
        ask_for("starts")
        if evening.batch:
            return redirect(url_for("issued.batch", slug=seat.slug, batch=evening.batch), HTTPStatus.SEE_OTHER)
        if not evening.tables:
            return redirect(url_for("event.event", slug=seat.slug, preparation=preparation), HTTPStatus.SEE_OTHER)
        try:
            starts_at = _moment(request.form.get("starts", "").strip(), evening)
            batch = self._reserve(seat, preparation, starts_at)
        except Refused as refused:
            fault = " ".join(fault.message(spoken()) for fault in refused.faults)
            return self._page(seat, self.staging.stage(seat, preparation), fault)
        return redirect(url_for("issued.batch", slug=seat.slug, batch=batch), HTTPStatus.SEE_OTHER)

    def _reserve(self, seat: Seat, public_id: str, starts_at: datetime | None) -> str:
        with self.office.database.reading() as session:
            preparation = load(session, seat.organization_id, public_id)
            if preparation is None:
                abort(404)
            people = people_of(preparation, kept.uploads(session, preparation))
            organization = session.get_one(Organization, seat.organization_id)
            event = event_file(organization, preparation.event, people)
            number = preparation.id
        if not people:
            raise Refused(Fault("evening_nobody"))
        prepared, now = Prepared(number, public_id, starts_at), self.guard.clock()
        reservation = reserve(self.office, event, people, prepared=prepared, now=now)
        if not reservation.reserved:
            self._settle(seat, reservation.batch_id, now)
        return reservation.batch_id

    def _settle(self, seat: Seat, batch: str, now: datetime) -> None:
        """End a batch at once in which nobody is left to sign for: no worker will take it up."""
        with self.office.database.reading() as session:
            job = job_of(session, seat.organization_id, batch)
        if job is not None:
            settle(self.office, job.id, now)

    def _like(self, seat: Seat, evening: Evening) -> Answer:
        with self.office.database.reading() as session:
            known = earlier(session, seat.organization_id)
        if not known:
            return redirect(url_for("event.event", slug=seat.slug, preparation=evening.public_id))
        chosen = next((one for one in known if one.batch == request.args.get("like")), known[0])
        return render_template("room/again.html", seat=seat, evening=evening, known=known, chosen=chosen)

    def _page(self, seat: Seat, evening: Evening, fault: str | None = None) -> Answer:
        crowd = evening.crowd
        if crowd is None:
            return redirect(url_for("event.event", slug=seat.slug, preparation=evening.public_id), HTTPStatus.SEE_OTHER)
        asked = request.args.get("place", "")
        place = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else None
        if place is None or place >= crowd.size:
            place = next(iter(crowd.picks.values()), 0)
        faults = [(line_of(one), one.message(spoken())) for one in crowd.faults[:FAULTS_SHOWN]]
        page = render_template(
            "room/issue.html", seat=seat, evening=evening, event=evening.event, crowd=crowd, place=place, fault=fault,
            person=self.staging.somebody(seat, evening.public_id, crowd, place), faults=faults,
            faulty={one.row for one in crowd.faults},
        )  # fmt: skip
        return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if fault else page


def line_of(fault: Fault) -> str:
    """Return where a row stands, for somebody with the lists in hand."""
    if fault.row is None:
        return ""
    number, line = place_of(fault.row)
    if number == BY_HAND:
        return say("room.issue.line.hand")
    return say("room.issue.line", row=line) if number == 1 else say("room.issue.line.of", row=line, number=number)


def _moment(text: str, evening: Evening) -> datetime | None:
    """Return when to begin, said by the clock of the event's zone; None is at once."""
    if not text:
        return None
    zone: Any = ZoneInfo(evening.tables["event"].get("timezone") or "UTC")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except ValueError as fault:
        raise Refused(Fault("evening_time")) from fault
