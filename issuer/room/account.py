"""One's own account: name and language, the password, and the browsers in which one is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from issuer.accounts import changes, passkeys, visits
from issuer.accounts.browsers import Browser, browser_of
from issuer.accounts.links import handle
from issuer.accounts.passwords import hashed, matches, weakness
from issuer.accounts.visits import Visitor
from issuer.models.account import User
from issuer.room import forms
from issuer.room.forms import Filled, Form
from issuer.room.guard import PLACE, Guard
from issuer.room.tries import Tries
from templates import LANGUAGES
from verifier.web.language import instant

PAGE: Final = f"{PLACE}/account"
DONE: Final = frozenset({"saved", "password", "ended", "passkey", "passkey_gone", "passkey_refused"})


class Introduction(Form):
    """Who one is."""

    name = forms.name()
    language = forms.one_of(*LANGUAGES)


class Change(Form):
    """Another password; who has none yet has nothing to tell before."""

    password = forms.password()
    new_password = forms.password()


@dataclass(frozen=True)
class Line:
    """A browser in which one is signed in."""

    named: str
    browser: Browser
    seen: str
    is_here: bool


@dataclass(frozen=True)
class KeyLine:
    """A passkey, and when it was used last, if ever."""

    named: str
    name: str
    made: str
    used: str | None


class Account:
    """The page of one's account."""

    def __init__(self, guard: Guard, tries: Tries) -> None:
        self.guard, self.tries, self.database = guard, tries, guard.office.database

    def blueprint(self) -> Blueprint:
        """Return the addresses of the account."""
        pages = Blueprint("account", __name__, url_prefix=PAGE)
        own = self.guard.signed_in
        pages.add_url_rule("", "account", own(self.account), methods=["GET", "POST"])
        pages.add_url_rule("/password", "password", own(self.password), methods=["POST"])
        pages.add_url_rule("/visits/<visit>/end", "end", own(self.end), methods=["POST"])
        return pages

    def account(self) -> Response | str | tuple[str, int]:
        """Show the account, and change name and language."""
        who = self.guard.who()
        if request.method != "POST":
            return self._page(who)
        values, filled = forms.read(Introduction())
        if not values:
            return forms.again("room/account.html", filled, **self._known(who))
        self.database.write(lambda session: changes.introduce(session, who.user_id, values["name"], values["language"]))
        return redirect(f"{PAGE}?done=saved")

    def password(self) -> Response | tuple[str, int]:
        """Change the password, which ends every other visit."""
        who = self.guard.who()
        self.tries.by_address()
        with self.database.reading() as session:
            before = session.scalar(select(User.password).where(User.id == who.user_id))
        values, filled = forms.read(Change(exclude=() if before else ("password",)))
        fault = self._fault(who, before, values) if values else None
        if filled.faults or fault:
            faults = fault or dict(filled.faults)
            return forms.again("room/account.html", Filled({}, faults), **self._known(who))
        kept = hashed(values["new_password"])
        if not self.database.write(lambda session: changes.replace_password(session, who, before, kept)):
            return forms.again("room/account.html", Filled({}, {"password": "sign_in"}), **self._known(who))
        return redirect(f"{PAGE}?done=password")

    def _fault(self, who: Visitor, before: str | None, values: dict[str, str]) -> dict[str, str] | None:
        if before is not None:
            self.tries.for_account(who.email)
            if not matches(before, values["password"]):
                return {"password": "password_other"}
        code = weakness(values["new_password"], (who.name, who.email))
        return {"new_password": code} if code else None

    def end(self, visit: str) -> Response:
        """Sign out in another browser."""
        who = self.guard.who()
        with self.database.reading() as session:
            if not any(handle(one.digest) == visit for one in visits.of(session, who.user_id, self.guard.clock())):
                abort(404)
        forms.read(Form())
        if not self.database.write(lambda session: visits.end_named(session, who.user_id, visit)):
            abort(404)
        return redirect(f"{PAGE}?done=ended")

    def _page(self, who: Visitor) -> str:
        done = request.args.get("done", "")
        said = {"name": who.name, "language": who.language}
        return render_template(
            "room/account.html", filled=Filled(said), done=done if done in DONE else "", **self._known(who)
        )

    def _known(self, who: Visitor) -> dict[str, object]:
        """Return what the page shows beside its forms."""
        now = self.guard.clock()

        with self.database.reading() as session:
            found, keys = visits.of(session, who.user_id, now), passkeys.of(session, who.user_id)
        lines = [
            Line(handle(one.digest), browser_of(one.browser), instant(one.seen_at), one.id == who.visit_id)
            for one in found
        ]
        held = [
            KeyLine(
                passkeys.name_of(key), key.name, instant(key.created_at), instant(key.used_at) if key.used_at else None
            )
            for key in keys
        ]
        return {"visits": lines, "passkeys": held, "has_password": who.has_password}
