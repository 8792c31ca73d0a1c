"""The door: moving in through the first link, signing in, a new password through a link, and out again."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from flask import Blueprint, abort, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from issuer.accounts import arrival, changes, links, visits
from issuer.accounts.links import Purpose
from issuer.accounts.passwords import hashed, weakness
from issuer.fault import Refused
from issuer.founding import found
from issuer.models import Organization, User
from issuer.room import forms
from issuer.room.forms import Filled, Form
from issuer.room.guard import PLACE, Guard, local
from issuer.room.tries import Tries
from verifier.web.language import spoken

log = structlog.get_logger(__name__)


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


class SigningOut(Form):
    """Here, or everywhere."""

    everywhere = forms.mark()


class NewPassword(Form):
    """A password, through a link."""

    password = forms.password()


class Door:
    """The pages that somebody sees who is not signed in; `ways` are those of signing in beside the password."""

    def __init__(self, guard: Guard, tries: Tries, *, federated: bool = False) -> None:
        self.guard, self.tries, self.federated = guard, tries, federated
        self.office = guard.office

    def blueprint(self) -> Blueprint:
        """Return the addresses of the door."""
        pages = Blueprint("door", __name__, url_prefix=PLACE)
        pages.add_url_rule("/first/<token>", "first", self.first, methods=["GET", "POST"])
        pages.add_url_rule("/sign-in", "sign_in", self.sign_in, methods=["GET", "POST"])
        pages.add_url_rule("/sign-out", "sign_out", self.sign_out, methods=["POST"])
        pages.add_url_rule("/forgotten", "forgotten", self.forgotten)
        pages.add_url_rule("/password/<token>", "password", self.password, methods=["GET", "POST"])
        return pages

    def first(self, token: str) -> Response | str | tuple[str, int]:
        """Make the first owner; the link is looked at as often as one likes, and used up once."""
        with self.office.database.reading() as session:
            if links.look(session, Purpose.FIRST, token, self.guard.clock()) is None:
                abort(404)
            alone = session.scalar(select(Organization.id).limit(1)) is None
        if request.method != "POST":
            return render_template("room/first.html", filled=Filled(), community=alone)
        self.tries.by_address()
        values, filled = forms.read(MovingIn(exclude=() if alone else ("community",)))
        if values and (code := weakness(values["password"], (values["name"], values["email"]))):
            filled = Filled(filled.said, {"password": code})
        if not filled.faults:
            try:
                self.guard.let_in(self._moved_in(token, values), values["email"])
            except Refused as refused:
                filled = Filled(filled.said, {"community": refused.faults[0].code})
            else:
                return redirect(PLACE)
        return forms.again("room/first.html", filled, community=alone)

    def _moved_in(self, token: str, values: Mapping[str, str]) -> str:
        """Return the token of the first visit; 404 if somebody else was first, Refused for the community's name."""
        now, language, browser = self.guard.clock(), spoken(), request.user_agent.string
        # Hashed before the transaction: everybody else who writes would wait for it.
        newcomer = arrival.Newcomer(values["name"], values["email"], hashed(values["password"]), language)
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
        before = self.guard.visitor()
        if request.method != "POST":
            return redirect(wanted) if before else self._sign_in_page(Filled())
        self.tries.by_address()
        values, filled = forms.read(SigningIn())
        visit = None
        if values:
            self.tries.for_account(values["email"])
            now, browser = self.guard.clock(), request.user_agent.string
            visit = arrival.sign_in(self.office.database, values["email"], values["password"], browser, now)
        if not visit:
            log.warning("sign_in_refused", kind="password")
            page = self._sign_in_page(Filled(filled.said, {"email": "sign_in"}))
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
        if before is not None:
            self.office.database.write(lambda session: visits.end(session, before.visit_id))
        self.guard.let_in(visit, values["email"])
        return redirect(wanted)

    def _sign_in_page(self, filled: Filled) -> str:
        return render_template("room/sign-in.html", filled=filled, federated=self.federated)

    def sign_out(self) -> Response:
        """End this visit, or all of this user."""
        values, _ = forms.read(SigningOut())
        visitor = self.guard.visitor()
        if visitor is not None:
            if values.get("everywhere"):
                self.office.database.write(lambda session: visits.end_all(session, visitor.user_id))
            else:
                self.office.database.write(lambda session: visits.end(session, visitor.visit_id))
        self.guard.let_out()
        return redirect(f"{PLACE}/sign-in")

    def forgotten(self) -> str:
        """Tell who can help: as long as no mail is sent, nobody is asked for an address here."""
        return render_template("room/forgotten.html")

    def password(self, token: str) -> Response | str | tuple[str, int]:
        """Choose a new password through a link, which is looked at as often as one likes, and used up once."""
        with self.office.database.reading() as session:
            link = links.look(session, Purpose.PASSWORD, token, self.guard.clock())
            user = session.get(User, link.user_id) if link else None
        if user is None:
            abort(404)
        if request.method != "POST":
            return render_template("room/password.html", filled=Filled(), email=user.email)
        self.tries.by_address()
        values, filled = forms.read(NewPassword())
        if values and (code := weakness(values["password"], (user.name, user.email))):
            filled = Filled(filled.said, {"password": code})
        if filled.faults:
            return forms.again("room/password.html", filled, email=user.email)
        self.guard.let_in(self._renewed(token, hashed(values["password"])), user.email)
        return redirect(PLACE)

    def _renewed(self, token: str, kept: str) -> str:
        now, browser = self.guard.clock(), request.user_agent.string

        def work(session: Session) -> str | None:
            user_id = changes.renew_password(session, token, kept, now)
            return visits.begin(session, user_id, browser, now) if user_id is not None else None

        visit = self.office.database.write(work)
        if visit is None:
            abort(404)
        return visit
