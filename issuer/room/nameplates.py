"""Name badges and the poster for the door: chosen on one page, printed from the list of an evening."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import UnprocessableEntity

from issuer.accounts.roles import Act
from issuer.accounts.visits import Seat
from issuer.journal import write_journal
from issuer.nameplates.badge import Order, ordered
from issuer.nameplates.listed import Listed, listed
from issuer.nameplates.poster import community, poster_pdf
from issuer.nameplates.printing import MOST, Wanted, badges_pdf
from issuer.nameplates.sheets import SHEETS, Sheet
from issuer.room.guard import PLACE, Guard
from issuer.room.listing import Listing
from verifier.web.language import say

FIELDS: Final = frozenset({"sheet", "start", "order", "marks", "part", "lang"})


class Nameplates:
    """The page of badges, and what is printed from it."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.office, self.desk = guard, guard.office, Listing(guard)

    def blueprint(self) -> Blueprint:
        """Return the addresses of the page and of both prints."""
        pages = Blueprint("nameplates", __name__, url_prefix=f"{PLACE}/<slug>/prepare/<preparation>")
        issue = self.guard.seat(Act.ISSUE)
        pages.add_url_rule("/nameplates", "nameplates", issue(self.nameplates))
        pages.add_url_rule("/nameplates.pdf", "badges", issue(self.badges))
        pages.add_url_rule("/poster.pdf", "poster", issue(self.poster))
        return pages

    def nameplates(self, seat: Seat, preparation: str) -> str:
        """Show what badges can be printed on."""
        return self._page(seat, preparation, self._listed(seat, preparation))

    def badges(self, seat: Seat, preparation: str) -> Response | tuple[str, int]:
        """Return the badges as one file, or one of several where there are many; a label that is none is told."""
        found, sheet = self._listed(seat, preparation), _sheet()
        badges = ordered(found.badges, _order())
        start, part = _number("start", 1), _number("part", 1)
        if not 1 <= start <= sheet.places:
            fault = say("room.nameplates.start.fault", most=sheet.places)
            return self._page(seat, preparation, found, fault), HTTPStatus.UNPROCESSABLE_ENTITY
        here = badges[(part - 1) * MOST : part * MOST] if part else ()
        if not here:
            abort(404)
        wanted = Wanted(sheet, start if part == 1 else 1, marks=bool(request.args.get("marks")))
        name = f"{say('room.nameplates.file')}{f'-{part}' if len(badges) > MOST else ''}.pdf"
        answer = _file(badges_pdf(here, found.evening, wanted), name)
        self._written(seat, preparation, "badges.made", people=len(here), sheet=sheet.code)
        return answer

    def poster(self, seat: Seat, preparation: str) -> Response:
        """Return the poster; what stands behind its code is what is there today."""
        found = self._listed(seat, preparation)
        made = poster_pdf(found.evening, community(self.office.settings.base_url, seat.slug))
        self._written(seat, preparation, "poster.made")
        return _file(made, f"{say('room.nameplates.poster.file')}.pdf")

    def _listed(self, seat: Seat, preparation: str) -> Listed:
        self.desk.page(seat, preparation)  # Lists of which nothing is kept are read; what is not there is 404.
        with self.office.database.reading() as session:
            found = listed(session, seat.organization_id, preparation)
        if found is None:
            abort(404)
        return found

    def _page(self, seat: Seat, preparation: str, found: Listed, fault: str | None = None) -> str:
        many = len(found.badges)
        parts = [(first // MOST + 1, first + 1, min(first + MOST, many)) for first in range(0, many, MOST)]
        chosen = request.args.get("sheet")
        return render_template(
            "room/nameplates.html", seat=seat, preparation=preparation, many=many, parts=parts, fault=fault,
            sheets=tuple(SHEETS.values()), orders=tuple(Order), evening=found.evening,
            chosen=chosen if chosen in SHEETS else next(iter(SHEETS)),
            start=request.args.get("start", "1")[:3], order=request.args.get("order", Order.NAME),
        )  # fmt: skip

    def _written(self, seat: Seat, preparation: str, action: str, **facts: int | str) -> None:
        now = self.guard.clock()

        def work(session: Session) -> None:
            write_journal(session, seat.organization_id, now, action, preparation, **facts)

        self.office.database.write(work)


def _file(body: bytes, name: str) -> Response:
    answer = Response(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _sheet() -> Sheet:
    """Return the sheet that is asked for; 422 for one that nobody prints on, and for a field that is not known."""
    found = SHEETS.get(request.args.get("sheet", "l7163"))
    if found is None or not request.args.keys() <= FIELDS:
        raise UnprocessableEntity
    return found


def _order() -> Order:
    try:
        return Order(request.args.get("order", Order.NAME))
    except ValueError as fault:
        raise UnprocessableEntity from fault


def _number(name: str, default: int) -> int:
    """Return a number that was typed; 0, which none is, for what is no number."""
    text = request.args.get(name, "").strip() or str(default)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
