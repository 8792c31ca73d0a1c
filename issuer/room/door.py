"""The door: moving in through the first link, signing in, and out again, here or everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from issuer.accounts import arrival, links, visits
from issuer.accounts.links import Purpose
from issuer.accounts.passwords import weakness
from issuer.fault import Refused
from issuer.founding import found
from issuer.models import Organization
from issuer.room import forms
from issuer.room.forms import Filled, Form
from issuer.room.guard import PLACE, Guard, local
from verifier.web.language import spoken
from verifier.web.limits import Buckets

PATIENCE: Final = 6.0
"""Seconds that a caller's next try costs, once the first ten are used up (SECURITY.md, 1)."""


class MovingIn(Form):
    """The first owner, and the community where none is here yet."""

    name = forms.name()
    email = forms.email()
    password = forms.password()
    community = forms.name()


class SigningIn(Form):
    """E-mail and password; anything may be tried."""

    email = forms.name()
    password = forms.password()


class Door:
    """The pages that somebody sees who is not signed in."""

    def __init__(self, guard: Guard, tries: Buckets) -> None:
        self.guard, self.tries = guard, tries
        self.office = guard.office

    def blueprint(self) -> Blueprint:
        """Return the addresses of the door."""
        pages = Blueprint("door", __name__, url_prefix=PLACE)
        pages.add_url_rule("/first/<token>", "first", self.first, methods=["GET", "POST"])
        pages.add_url_rule("/sign-in", "sign_in", self.sign_in, methods=["GET", "POST"])
        pages.add_url_rule("/sign-out", "sign_out", self.sign_out, methods=["POST"])
        return pages

    def first(self, token: str) -> Response | str | tuple[str, int]:
        """Make the first owner; the link is looked at as often as one likes, and used up once."""
        with self.office.database.reading() as session:
            if links.look(session, Purpose.FIRST, token, self.guard.clock()) is None:
                abort(404)
            alone = session.scalar(select(Organization.id).limit(1)) is None
        if request.method != "POST":
            return render_template("room/first.html", filled=Filled(), community=alone)
        self._try()
        values, filled = forms.read(MovingIn(exclude=() if alone else ("community",)))
        if values and (code := weakness(values["password"], (values["name"], values["email"]))):
            filled = Filled(filled.said, {"password": code})
        if not filled.faults:
            try:
                self.guard.let_in(self._moved_in(token, values))
            except Refused as refused:
                filled = Filled(filled.said, {"community": refused.faults[0].code})
            else:
                return redirect(PLACE)
        return self._again("room/first.html", filled, community=alone)

    def _moved_in(self, token: str, values: Mapping[str, str]) -> str:
        """Return the token of the first visit; 404 if somebody else was first, Refused for the community's name."""
        now, language, browser = self.guard.clock(), spoken(), request.user_agent.string
        newcomer = arrival.Newcomer(values["name"], values["email"], values["password"], language)
        base_url = self.office.settings.base_url

        def work(session: Session) -> str | None:
            user = arrival.move_in(session, token, newcomer, now)
            if user is None:
                return None
            if "community" in values:
                found(session, base_url, values["community"], user, language, now)
            return visits.begin(session, user.id, browser, now)

        visit = self.office.database.write(work)
        if visit is None:
            abort(404)
        return visit

    def sign_in(self) -> Response | str | tuple[str, int]:
        """Sign in, and go on to where one wanted to go."""
        wanted = local(request.args.get("next", PLACE))
        if request.method != "POST":
            return redirect(wanted) if self.guard.visitor() else render_template("room/sign-in.html", filled=Filled())
        self._try()
        values, filled = forms.read(SigningIn())
        now, browser = self.guard.clock(), request.user_agent.string
        visit = values and arrival.sign_in(self.office.database, values["email"], values["password"], browser, now)
        if not visit:
            return self._again("room/sign-in.html", Filled(filled.said, {"email": "sign_in"}))
        self.guard.let_in(visit)
        return redirect(wanted)

    def sign_out(self) -> Response:
        """End this visit, or all of this user."""
        visitor = self.guard.visitor()
        if visitor is not None:
            if request.form.get("everywhere"):
                self.office.database.write(lambda session: visits.end_all(session, visitor.user_id))
            else:
                self.office.database.write(lambda session: visits.end(session, visitor.visit_id))
        self.guard.let_out()
        return redirect(f"{PLACE}/sign-in")

    def _try(self) -> None:
        self.tries.check(request.remote_addr, self.guard.clock().timestamp())

    @staticmethod
    def _again(page: str, filled: Filled, **values: object) -> tuple[str, int]:
        return render_template(page, filled=filled, **values), HTTPStatus.UNPROCESSABLE_ENTITY
