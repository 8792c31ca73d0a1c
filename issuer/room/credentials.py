"""All credentials of an organization: looked through, taken away as a table, and many of them revoked at once.

Names stand in no address: what is searched is sent as a form.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from http import HTTPStatus
from io import StringIO
from typing import Any, Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from marshmallow import fields, validate
from werkzeug.wrappers import Response as AnyResponse

from issuer.accounts.roles import Act, may
from issuer.accounts.visits import Seat
from issuer.fault import Refused
from issuer.overview import PAGE, REVOKED, STATES, WAITING, Line, Wanted, all_of, events_of, named, page_of
from issuer.revoke import LONGEST_REASON, revoke
from issuer.room import forms
from issuer.room.forms import Form
from issuer.room.guard import PLACE, Guard
from issuer.tokens import TOKEN
from verifier.table import harmless
from verifier.web.language import say, spoken

ASKED_MOST: Final = 100
"""Credentials that are revoked without being asked once more."""
HEADER: Final = ("name", "email", "event", "award", "state", "issued", "url")
WRONG: Final = HTTPStatus.UNPROCESSABLE_ENTITY


def words(most: int = forms.NAME_MOST) -> fields.String:
    """Return a field that may be missing."""
    return fields.String(load_default="", validate=validate.Length(max=most, error="field_missing"))


class Finding(Form):
    """What is looked for."""

    text = words()
    state = fields.String(load_default="", validate=validate.OneOf(("", *STATES), error="field_missing"))
    event = words()
    after = words()


class Revoking(Form):
    """Which, why, and whether one is sure."""

    one = words()
    reason = fields.String(load_default="")
    step = fields.String(load_default="", validate=validate.OneOf(("", "do"), error="field_missing"))
    sure = fields.String(load_default="", validate=validate.OneOf(("", "1"), error="field_missing"))


class Credentials:
    """The table of everything that was issued."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.office = guard, guard.office

    def blueprint(self) -> Blueprint:
        """Return the addresses of the table."""
        pages = Blueprint("credentials", __name__, url_prefix=f"{PLACE}/<slug>/credentials")
        look, issue = self.guard.seat(Act.LOOK), self.guard.seat(Act.ISSUE)
        pages.add_url_rule("", "credentials", look(self.credentials), methods=["GET", "POST"])
        pages.add_url_rule("/table", "table", look(self.table), methods=["POST"])
        pages.add_url_rule("/revoke", "revoke", issue(self.revoke), methods=["POST"])
        return pages

    def credentials(self, seat: Seat) -> str | AnyResponse:
        """Show a page of the table; a form without words leads to an address that can be kept."""
        if request.method == "POST":
            wanted = _sent()
            if wanted.text:
                return self._page(seat, wanted)
            kept = {name: getattr(wanted, name) or None for name in ("state", "event", "after")}
            return redirect(url_for("credentials.credentials", slug=seat.slug, **kept), HTTPStatus.SEE_OTHER)
        said = {name: request.args.get(name, "")[: forms.NAME_MOST] for name in ("state", "event", "after")}
        if said["state"] not in ("", *STATES):
            said["state"] = ""
        return self._page(seat, Wanted(**said))

    def table(self, seat: Seat) -> Response:
        """Return what is found as CSV; no cell of it is a formula (SECURITY.md, G7)."""
        lines = all_of(self.office.database, seat.organization_id, _sent(), self.guard.clock())
        answer = Response(_csv(lines), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="{seat.slug}.csv"'
        return answer

    def revoke(self, seat: Seat) -> str | tuple[str, int] | AnyResponse:
        """Ask for the reason, once more where they are many, and revoke what was ticked."""
        now, tokens = self.guard.clock(), list(dict.fromkeys(request.form.getlist("one")))[: PAGE + 1]
        values, filled = forms.read(Revoking())
        lines = self._ticked(seat, tokens)
        open_ones = [line for line in lines if line.state not in (REVOKED, WAITING)]
        shown: dict[str, Any] = {"lines": open_ones, "many": len(open_ones) > ASKED_MOST, "said": filled.said}
        if not open_ones or not values:
            code = say("room.after.revoke.none")
            return self._ask(seat, fault=code, **shown), WRONG
        if values["step"] != "do":
            return self._ask(seat, **shown)
        if shown["many"] and not values["sure"]:
            return self._ask(seat, fault=say("room.after.revoke.sure"), **shown), WRONG
        try:
            done = revoke(self.office, [line.token for line in open_ones], values["reason"], now)
        except Refused as refused:
            return self._ask(seat, fault=refused.faults[0].message(spoken()), **shown), WRONG
        where = url_for("credentials.credentials", slug=seat.slug, done=sum(not one.already for one in done))
        return redirect(where, HTTPStatus.SEE_OTHER)

    def _ticked(self, seat: Seat, tokens: list[str]) -> list[Line]:
        """Return what was ticked; 404 when one of these is not there, or not this organization's."""
        if len(tokens) > PAGE or not all(TOKEN.fullmatch(token) for token in tokens):
            abort(404)
        with self.office.database.reading() as session:
            lines = named(session, seat.organization_id, tokens, self.guard.clock())
        if len(lines) != len(tokens):
            abort(404)
        return lines

    def _ask(self, seat: Seat, **shown: Any) -> str:
        return render_template("room/credentials_revoke.html", seat=seat, longest=LONGEST_REASON, **shown)

    def _page(self, seat: Seat, wanted: Wanted) -> str:
        with self.office.database.reading() as session:
            events = events_of(session, seat.organization_id)
            lines = page_of(session, seat.organization_id, wanted, self.guard.clock())
        done = request.args.get("done", "")
        return render_template(
            "room/credentials.html",
            seat=seat,
            wanted=wanted,
            states=STATES,
            events=events,
            lines=lines[:PAGE],
            after=lines[PAGE - 1].token if len(lines) > PAGE else None,
            may_issue=may(seat.role, Act.ISSUE),
            done=int(done) if done.isascii() and done.isdigit() and len(done) < 5 else None,
        )


def _sent() -> Wanted:
    values, _ = forms.read(Finding())
    if not values:
        abort(WRONG)
    return Wanted(**values)


def _csv(lines: Iterator[Line]) -> Iterator[bytes]:
    yield _row(HEADER)
    for one in lines:
        issued = one.issued_at.date().isoformat()
        yield _row((one.name, one.email, one.event, one.award, one.state, issued, one.url))


def _row(cells: tuple[object, ...]) -> bytes:
    line = StringIO(newline="")
    csv.writer(line).writerow([harmless(cell) for cell in cells])
    return line.getvalue().encode("utf-8")
