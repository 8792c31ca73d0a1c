"""One credential: what it says, corrected or revoked, and its files."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request, url_for
from marshmallow import fields
from werkzeug.wrappers import Response

from issuer.accounts.roles import Act, may
from issuer.accounts.visits import Seat
from issuer.correct import Changes, correct
from issuer.fault import Fault, Refused
from issuer.history import FIELDS, History, history_of
from issuer.overview import Line, named
from issuer.revoke import LONGEST_REASON, revoke
from issuer.room import forms
from issuer.room.forms import Form
from issuer.room.guard import PLACE, Guard
from issuer.rows import LONGEST
from verifier.web.language import spoken

WRONG = HTTPStatus.UNPROCESSABLE_ENTITY


class Correcting(Form):
    """Every field as it stands, the changed ones among them, and what is said in public."""

    name = email = role = hours = rank = reason = grade = number = note = fields.String()


class Revoking(Form):
    """Why."""

    reason = fields.String(required=True)


class OneCredential:
    """The page of a credential."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.office = guard, guard.office

    def blueprint(self) -> Blueprint:
        """Return the addresses of a credential."""
        pages = Blueprint("one", __name__, url_prefix=f"{PLACE}/<slug>/credentials/<credential>")
        look, issue = self.guard.seat(Act.LOOK), self.guard.seat(Act.ISSUE)
        pages.add_url_rule("", "credential", look(self.credential))
        pages.add_url_rule("/correct", "correct", issue(self.correct), methods=["POST"])
        pages.add_url_rule("/revoke", "revoke", issue(self.revoke), methods=["POST"])
        return pages

    def credential(self, seat: Seat, credential: str) -> str:
        """Show a credential and its history."""
        line, history = self._found(seat, credential)
        return self._page(seat, line, history)

    def correct(self, seat: Seat, credential: str) -> Response | tuple[str, int]:
        """Issue a new version with what was changed, under the same address."""
        line, history = self._found(seat, credential)
        values, _ = forms.read(Correcting())
        given = {
            name: values[name] for name in FIELDS if name in values and values[name] != history.values[name]
        }  # fmt: skip
        note, now = values.get("note", ""), self.guard.clock()
        return self._done(
            seat, line, "corrected", lambda: correct(self.office, credential, Changes(**given), note, now), values
        )

    def revoke(self, seat: Seat, credential: str) -> Response | tuple[str, int]:
        """Revoke it for good, with a reason that the public sees."""
        line, _ = self._found(seat, credential)
        values, _ = forms.read(Revoking())
        reason, now = values.get("reason", ""), self.guard.clock()
        return self._done(seat, line, "revoked", lambda: revoke(self.office, [credential], reason, now), {})

    def _done(
        self, seat: Seat, line: Line, what: str, deed: Callable[[], object], said: dict[str, str]
    ) -> Response | tuple[str, int]:
        """Do it and show the page, which says so; with what was typed when it is refused."""
        try:
            deed()
        except Refused as refused:
            line, history = self._found(seat, line.token)
            return self._page(seat, line, history, what, refused.faults, said), WRONG
        where = url_for("one.credential", slug=seat.slug, credential=line.token, done=what)
        return redirect(where, HTTPStatus.SEE_OTHER)

    def _found(self, seat: Seat, token: str) -> tuple[Line, History]:
        with self.office.database.reading() as session:
            lines = named(session, seat.organization_id, [token], self.guard.clock())
            history = history_of(session, seat.organization_id, token)
        if not lines or history is None:
            abort(404)
        return lines[0], history

    def _page(
        self,
        seat: Seat,
        line: Line,
        history: History,
        wrong: str = "",
        faults: tuple[Fault, ...] = (),
        said: dict[str, str] | None = None,
    ) -> str:
        done = request.args.get("done", "")
        return render_template(
            "room/credential.html",
            seat=seat,
            line=line,
            history=history,
            fields=FIELDS,
            said={**history.values, **(said or {})},
            wrong=wrong,
            faults=[fault.message(spoken()) for fault in faults],
            longest={"note": LONGEST, "reason": LONGEST_REASON},
            done=done if done in ("corrected", "revoked") else "",
            may_issue=may(seat.role, Act.ISSUE) and history.is_signed and history.revoked_at is None,
        )
