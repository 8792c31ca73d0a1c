"""Passkeys on pages: one is made on the page of the account, and signs in at the door."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, abort, jsonify, redirect, request
from flask import Response as Answer
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from issuer.accounts import passkeys, visits
from issuer.accounts.passkeys import NotSigned, Site
from issuer.room import forms
from issuer.room.forms import Filled, Form
from issuer.room.guard import PLACE, Guard, local, log
from issuer.room.tries import Tries

OWN: Final = f"{PLACE}/account/passkeys"


class Made(Form):
    """A new key: how one calls it, and what the device answered."""

    passkey_name = forms.name()
    answer = forms.token()


class Signed(Form):
    """What the device answered."""

    answer = forms.token()


class Passkeys:
    """The addresses that the script speaks with, and the forms that it fills in."""

    def __init__(self, guard: Guard, tries: Tries, *, federated: bool) -> None:
        self.guard, self.tries, self.database = guard, tries, guard.office.database
        self.site, self.federated = Site(guard.office.settings.base_url), federated

    def blueprint(self) -> Blueprint:
        """Return the addresses of passkeys."""
        pages = Blueprint("passkeys", __name__, url_prefix=PLACE)
        own = self.guard.signed_in
        for rule, name, view in (
            ("/passkey/options", "ask", self.ask),
            ("/passkey", "sign_in", self.sign_in),
            ("/account/passkeys/options", "offer", own(self.offer)),
            ("/account/passkeys", "register", own(self.register)),
            ("/account/passkeys/<passkey>/remove", "remove", own(self.remove)),
        ):
            pages.add_url_rule(rule, name, view, methods=["POST"])
        return pages

    def ask(self) -> Answer:
        """Say what a device shall sign."""
        self.tries.by_address()
        forms.read(Form())
        now = self.guard.clock()
        return jsonify(self.database.write(lambda session: passkeys.to_sign_in(session, self.site, now)))

    def sign_in(self) -> Response | tuple[str, int]:
        """Let in who holds the key that signed."""
        self.tries.by_address()
        values, _ = forms.read(Signed())
        now, browser = self.guard.clock(), request.user_agent.string

        def work(session: Session) -> tuple[str, str] | None:
            # What was found wrong is told outside: a challenge that was tried stays used up.
            try:
                user = passkeys.sign_in(session, self.site, values.get("answer", ""), now)
            except NotSigned:
                return None
            visits.forget_ended(session, now)
            return visits.begin(session, user.id, browser, now), user.email

        let_in, before = self.database.write(work), self.guard.visitor()
        if let_in is None:
            log.warning("sign_in_refused", kind="passkey")
            return forms.again("room/sign-in.html", Filled({}, {"passkey": "passkey"}), federated=self.federated)
        if before is not None:
            self.database.write(lambda session: visits.end(session, before.visit_id))
        self.guard.let_in(*let_in)
        return redirect(local(request.args.get("next", PLACE)))

    def offer(self) -> Answer:
        """Say what a device shall make a key for."""
        self.tries.by_address()
        forms.read(Form())
        now, who = self.guard.clock(), self.guard.who()
        return jsonify(self.database.write(lambda session: passkeys.to_register(session, self.site, who, now)))

    def register(self) -> Response:
        """Keep a new key."""
        values, filled = forms.read(Made())
        now, who = self.guard.clock(), self.guard.who()

        def work(session: Session) -> bool:
            try:
                passkeys.register(session, self.site, who, values["answer"], values["passkey_name"], now)
            except NotSigned:
                return False
            return True

        kept = bool(values) and not filled.faults and self.database.write(work)
        return redirect(f"{PLACE}/account?done={'passkey' if kept else 'passkey_refused'}")

    def remove(self, passkey: str) -> Response:
        """Forget a key."""
        who = self.guard.who()
        with self.database.reading() as session:
            if not any(passkeys.name_of(key) == passkey for key in passkeys.of(session, who.user_id)):
                abort(404)
        forms.read(Form())
        self.database.write(lambda session: passkeys.remove(session, who.user_id, passkey))
        return redirect(f"{PLACE}/account?done=passkey_gone")
