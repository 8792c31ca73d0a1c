"""An invitation, as whoever was given its link sees it: with an account, and without one."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from issuer.accounts import arrival, members, visits
from issuer.accounts.members import Invitation
from issuer.accounts.passwords import hashed, weakness
from issuer.accounts.visits import Visitor
from issuer.models.account import User
from issuer.room import forms
from issuer.room.forms import Filled, Form
from issuer.room.guard import PLACE, Guard
from issuer.room.tries import Tries
from verifier.web.language import spoken


class Joining(Form):
    """Who somebody is who has no account yet; the address is the invitation's."""

    name = forms.name()
    password = forms.password()


class Invitations:
    """The page behind the link of an invitation."""

    def __init__(self, guard: Guard, tries: Tries) -> None:
        self.guard, self.tries, self.database = guard, tries, guard.office.database

    def blueprint(self) -> Blueprint:
        """Return the address of an invitation."""
        pages = Blueprint("invitations", __name__, url_prefix=PLACE)
        pages.add_url_rule("/invitation/<token>", "invitation", self.invitation, methods=["GET", "POST"])
        return pages

    def invitation(self, token: str) -> Response | str | tuple[str, int]:
        """Show the invitation, as often as one likes; accepting it uses it up."""
        with self.database.reading() as session:
            offered = members.invitation(session, token, self.guard.clock())
        if offered is None:
            abort(404)
        visitor = self.guard.visitor()
        if request.method != "POST":
            return self._page(offered, visitor, Filled())
        self.tries.by_address()
        if visitor is not None:
            return self._accept(token, offered, visitor)
        if offered.known:
            return redirect(url_for("door.sign_in", next=f"{PLACE}/invitation/{token}"))
        values, filled = forms.read(Joining())
        if values and (code := weakness(values["password"], (values["name"], offered.email))):
            filled = Filled(filled.said, {"password": code})
        if filled.faults:
            return self._page(offered, None, filled), HTTPStatus.UNPROCESSABLE_ENTITY
        self.guard.let_in(self._joined(token, offered, values), offered.email)
        return redirect(f"{PLACE}/{offered.slug}")

    def _accept(self, token: str, offered: Invitation, visitor: Visitor) -> Response:
        forms.read(Form())
        now = self.guard.clock()

        def work(session: Session) -> Invitation | None:
            return members.accept(session, token, session.get_one(User, visitor.user_id), now)

        if visitor.email != offered.email or self.database.write(work) is None:
            abort(404)
        return redirect(f"{PLACE}/{offered.slug}")

    def _joined(self, token: str, offered: Invitation, values: Mapping[str, str]) -> str:
        """Return the token of somebody's first visit; 404 if the invitation was used up meanwhile."""
        now, browser = self.guard.clock(), request.user_agent.string
        newcomer = arrival.Newcomer(values["name"], offered.email, hashed(values["password"]), spoken())

        def work(session: Session) -> str | None:
            user = members.join(session, token, newcomer, now)
            return visits.begin(session, user.id, browser, now) if user else None

        visit = self.database.write(work)
        if visit is None:
            abort(404)
        return visit

    def _page(self, offered: Invitation, visitor: Visitor | None, filled: Filled) -> str:
        here = f"{PLACE}/sign-in"
        return render_template(
            "room/invitation.html", offered=offered, is_theirs=visitor is not None and visitor.email == offered.email,
            filled=filled, sign_in=here,
        )  # fmt: skip
