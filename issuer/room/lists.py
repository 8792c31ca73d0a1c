"""The page of a list: what it says, who gets a certificate, and everything about it that can be chosen otherwise.

Each deed is a form of its own and leads back to the page; what is chosen is kept at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.exceptions import UnprocessableEntity

from issuer.accounts.roles import Act
from issuer.accounts.visits import Seat
from issuer.models import Preparation, Upload
from issuer.preparing import page as pages
from issuer.preparing import store
from issuer.preparing.apart import OF_NAMES
from issuer.preparing.changing import on_all, on_one
from issuer.preparing.choices import ATTENDED, EVERYONE, Choices, ListChoices
from issuer.room.dropping import take_a_list
from issuer.room.evening import Evening
from issuer.room.guard import PLACE, Guard
from issuer.room.listed import columns_chosen
from issuer.room.listing import Answer, Listing
from verifier.web.language import say

MINUTES_MOST: Final = 100_000
FIND_MOST: Final = 200
_ALWAYS: Final = frozenset({"csrf_token", "page", "show"})


class Lists:
    """The pages on which a list is looked at."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.desk = guard, Listing(guard)

    def blueprint(self) -> Blueprint:
        """Return the addresses of a list."""
        found = Blueprint("list", __name__, url_prefix=f"{PLACE}/<slug>/prepare/<preparation>")
        found.before_request(lambda: take_a_list(self.guard, "list.merge"))
        found.add_url_rule("", "prepare", self.guard.seat(Act.ISSUE)(self.prepare))
        evening = Evening(self.desk)
        for name, view, fields in (
            ("filter", self.choose, "who minutes every kind"), ("columns", self.columns, "number again"),
            ("sheet", self.sheet, "number sheet"), ("repair", self.repair, "number line code"),
            ("tick", self.tick, "shown gets find"), ("find", self.find, "find"),
            ("add", evening.add, "name email role"), ("remove", evening.remove, "id"),
            ("merge", evening.merge, ""), ("unmerge", evening.unmerge, "number"),
            ("same", evening.same, "pair all"), ("apart", evening.apart, "pair"),
            ("again", evening.again, "off"), ("correct", evening.correct, "token"), ("throw", self.throw, ""),
        ):  # fmt: skip
            asked = _only(frozenset(fields.split()) | _ALWAYS, view)
            found.add_url_rule(f"/{name}", name, self.guard.seat(Act.ISSUE)(asked), methods=["POST"])
        return found

    def prepare(self, seat: Seat, preparation: str) -> Answer:
        """Show what the lists say, and a page of people."""
        return self.desk.show(seat, self.desk.page(seat, preparation))

    def choose(self, seat: Seat, preparation: str) -> Answer:
        """Choose who gets one: who attended or everyone, so many minutes, some kinds of tickets."""
        text, who = request.form.get("minutes", "").strip(), request.form.get("who", ATTENDED)
        minutes = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
        if (text and minutes is None) or (minutes or 0) > MINUTES_MOST:
            return self.desk.wrong(seat, preparation, say("room.lists.fault.minutes"))
        every, some = set(request.form.getlist("every")), request.form.getlist("kind")
        kinds = () if every <= set(some) else tuple(dict.fromkeys(some))

        def do(all_: Choices) -> Choices:
            wanted = EVERYONE if who == EVERYONE else ATTENDED
            return replace(all_, who=wanted, min_minutes=minutes or None, kinds=kinds)

        return self.desk.change(seat, preparation, on_all(do), "people")

    def columns(self, seat: Seat, preparation: str) -> Answer:
        """Let other columns mean what they are to mean, or guess again."""
        about = self.desk.about(seat, preparation)
        sent = {} if request.form.get("again") else request.form

        def do(one: ListChoices) -> ListChoices:
            return replace(one, columns=columns_chosen(about, one, sent))

        return self.desk.change(seat, preparation, on_one(about["number"], do), "columns")

    def sheet(self, seat: Seat, preparation: str) -> Answer:
        """Read another sheet of a workbook: its lines are other people."""
        about = self.desk.about(seat, preparation)
        name = request.form.get("sheet", "")
        if name not in about["sheets"]:
            raise UnprocessableEntity

        def do(kept: Preparation, lists: list[Upload]) -> None:
            on_one(about["number"], lambda _one: ListChoices(sheet=name))(kept, lists)
            on_all(lambda all_: all_.without_list(about["number"]))(kept, lists)

        return self.desk.change(seat, preparation, do, "columns")

    def repair(self, seat: Seat, preparation: str) -> Answer:
        """Undo a repair of one name or of all of them, or make it again."""
        about = self.desk.about(seat, preparation)
        code, line = request.form.get("code", ""), request.form.get("line", "")
        if code not in OF_NAMES or (line and not (line.isascii() and line.isdigit() and len(line) < 10)):
            raise UnprocessableEntity

        def do(one: ListChoices) -> ListChoices:
            return one.toggled(int(line), code) if line else one.toggled_everywhere(code)

        return self.desk.change(seat, preparation, on_one(about["number"], do), "repairs")

    def tick(self, seat: Seat, preparation: str) -> Answer:
        """Leave people out by hand, or take them in."""
        self.desk.page(seat, preparation)
        shown, ticked = request.form.getlist("shown"), request.form.getlist("gets")

        def work(session: Any) -> bool:
            found = store.load(session, seat.organization_id, preparation)
            if found is not None:
                pages.tick(session, found, shown, ticked, self.guard.clock())
            return found is not None

        if not self.desk.database.write(work):
            abort(404)
        if "find" in request.form:
            return self.find(seat, preparation)
        return self.desk.back(seat, preparation, "people")

    def find(self, seat: Seat, preparation: str) -> Answer:
        """Show who has some letters in their name or address; sent as a form, so that no name stands in an address."""
        page, text = self.desk.page(seat, preparation), _typed(request.form.get("find", ""))
        if not text:
            return self.desk.back(seat, preparation, "people")
        with self.desk.database.reading() as session:
            found = pages.search(session, page.preparation, page.choices, text)
        return self.desk.show(seat, page, found=found, searched=text)

    def throw(self, seat: Seat, preparation: str) -> Answer:
        """Throw the lists away, with everything that was chosen about them."""
        if not store.throw_away(self.desk.database, seat.organization_id, preparation, self.guard.clock()):
            abort(404)
        return redirect(url_for("home.organization", slug=seat.slug), HTTPStatus.SEE_OTHER)


def _typed(text: str) -> str:
    """Return what somebody typed to find a person: no database is asked for what no keyboard writes."""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:FIND_MOST]


def _only(fields: frozenset[str], view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Let a deed be asked for with its own fields alone (SECURITY.md, H3)."""

    @wraps(view)
    def strict(seat: Seat, preparation: str) -> Answer:
        own = {name for name in request.form if not name.startswith("column.")}
        if not own <= fields or not set(request.files) <= {"file"}:
            raise UnprocessableEntity
        return view(seat, preparation)

    return strict
