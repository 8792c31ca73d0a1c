"""What all deeds on the page of a list have in common: they change a choice, and lead back to the page."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import ServiceUnavailable, UnprocessableEntity
from werkzeug.wrappers import Response

from issuer.accounts.visits import Seat
from issuer.fault import Refused
from issuer.journal import write_journal
from issuer.people import Hasher
from issuer.preparing import changing
from issuer.preparing import page as pages
from issuer.preparing.changing import Change, Compare
from issuer.preparing.choices import Choices
from issuer.preparing.difference import compared
from issuer.preparing.kept import Looked
from issuer.preparing.page import Page, Shown
from issuer.room.guard import Guard
from issuer.room.listed import seen
from verifier.web.language import spoken

Answer = Response | tuple[str, int] | str


class Listing:
    """The page of a list, and the way back to it."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.database = guard, guard.office.database

    def compare(self, seat: Seat) -> Compare:
        """Return what finds out who has it already, in this organization."""
        hasher = Hasher(self.guard.office.kek, seat.slug)

        def compare(session: Session, choices: Choices, looked: Looked) -> Looked:
            return compared(session, hasher, seat.organization_id, choices, looked)

        return compare

    def change(self, seat: Seat, preparation: str, do: Change, part: str) -> Answer:
        """Change what was chosen, and lead back to a part of the page; lists that cannot be read change nothing."""
        self.page(seat, preparation)
        try:
            known = changing.change(
                self.database, seat.organization_id, preparation, do, self.guard.clock(), self.compare(seat)
            )
        except Refused as refused:
            return self.wrong(seat, preparation, refused.faults[0].message(spoken()))
        if not known:
            abort(404)
        return self.back(seat, preparation, part)

    def page(self, seat: Seat, preparation: str) -> Page:
        """Return the page that is asked for; lists of which nothing is kept are read once more.

        What was issued is not chosen any more: who asks for it is led to the batch.
        """
        gets = request.values.get("show") != "no"
        asked = request.values.get("page", "1")
        number = max(0, int(asked) - 1) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
        for _ in range(2):
            with self.database.reading() as session:
                found = pages.page(session, seat.organization_id, preparation, gets=gets, number=number)
            if found is None:
                abort(404)
            if found.batch is not None:
                abort(redirect(url_for("issued.batch", slug=seat.slug, batch=found.batch), HTTPStatus.SEE_OTHER))
            if found.told:
                return found
            changing.refresh(self.database, seat.organization_id, preparation, self.guard.clock(), self.compare(seat))
        raise ServiceUnavailable

    def about(self, seat: Seat, preparation: str) -> Mapping[str, Any]:
        """Return what the list says that the form is about; 422 where there is none of this number."""
        number = request.form.get("number", "")
        for one in self.page(seat, preparation).told["lists"]:
            if str(one["number"]) == number:
                return one  # type: ignore[no-any-return]
        raise UnprocessableEntity

    def show(self, seat: Seat, page: Page, *, found: list[Shown] | None = None, **values: Any) -> str:
        """Return the page, with people who were searched in the place of its own."""
        return render_template("room/list.html", seat=seat, page=page, seen=seen(page, found), **values)

    def wrong(self, seat: Seat, preparation: str, fault: str, **values: Any) -> Answer:
        """Return the page with what is wrong with a form: nothing was changed."""
        page = self.show(seat, self.page(seat, preparation), fault=fault, **values)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY

    def written(self, seat: Seat, preparation: str, action: str) -> None:
        """Write down a deed."""
        now = self.guard.clock()
        self.database.write(lambda session: write_journal(session, seat.organization_id, now, action, preparation))

    def back(self, seat: Seat, preparation: str, part: str) -> Response:
        """Lead back to a part of the page."""
        place: dict[str, Any] = {name: request.form[name] for name in ("page", "show") if request.form.get(name)}
        here = url_for("list.prepare", slug=seat.slug, preparation=preparation, _anchor=part, **place)
        return redirect(here, HTTPStatus.SEE_OTHER)
