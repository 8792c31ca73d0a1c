"""Signing in at an OpenID Connect provider: the way there, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, abort, redirect, request, session
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from issuer.accounts import federation, visits
from issuer.accounts.provider import Asked, Away, NotVouched, Person, Provider
from issuer.room import forms
from issuer.room.forms import Filled
from issuer.room.guard import PLACE, Guard, local, log
from issuer.room.tries import Tries
from issuer.settings import Settings
from verifier.http import HttpResolver
from verifier.web.language import spoken

BACK: Final = f"{PLACE}/provider/back"
HOLDS: Final = timedelta(minutes=15)
"""How long somebody may take at the provider's."""
_ASKED: Final = "asked"
"""Where it lies in the signed cookie what the provider was asked."""


@dataclass(frozen=True)
class WayOut:
    """The one way out of this house, to a provider; `loopback` lets it be on this machine."""

    loopback: bool

    def fetch(self, url: str) -> bytes:
        """Return the body of a 200 answer."""
        return HttpResolver(loopback=self.loopback).fetch(url)

    def send(self, url: str, form: bytes, headers: Mapping[str, str]) -> bytes:
        """Post a form and return the body of a 200 answer; no redirect is followed."""
        return HttpResolver(loopback=self.loopback, post=(form, headers)).fetch(url)


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider that the settings name, if they name one."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    file = settings.oidc_client_secret_file
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        file.read_text("utf-8").strip() if file else None,
        f"{settings.base_url}{BACK}",
        WayOut(settings.fetch_loopback),
    )


class Federation:
    """The way to the provider and back; without a provider both are nowhere."""

    def __init__(self, guard: Guard, tries: Tries, provider: Provider | None) -> None:
        self.guard, self.tries, self.provider = guard, tries, provider

    def blueprint(self) -> Blueprint:
        """Return the two addresses."""
        pages = Blueprint("federation", __name__, url_prefix=PLACE)
        pages.add_url_rule("/provider", "leave", self.leave)
        pages.add_url_rule("/provider/back", "back", self.back)
        return pages

    def leave(self) -> Response | tuple[str, int]:
        """Lead to the provider, and remember in this browser what it was asked."""
        provider = self.provider or abort(404)
        self.tries.by_address()
        try:
            asked, address = provider.ask()
        except Away:
            return self._refused("provider_away")
        until = (self.guard.clock() + HOLDS).timestamp()
        session[_ASKED] = {**asdict(asked), "until": until, "next": local(request.args.get("next", PLACE))}
        return redirect(address)

    def back(self) -> Response | tuple[str, int]:
        """Let in whom the provider vouches for, and who is known here; each answer counts once."""
        provider = self.provider or abort(404)
        self.tries.by_address()
        kept: dict[str, Any] = session.pop(_ASKED, None) or {}
        now = self.guard.clock()
        if now.timestamp() > float(kept.get("until", 0)):
            return self._refused("provider")
        try:
            asked = Asked(kept["state"], kept["nonce"], kept["verifier"])
            person = provider.receive(asked, request.args, now)
        except Away:
            return self._refused("provider_away")
        except NotVouched:
            return self._refused("provider")
        arrived = self._arrived(provider, person)
        if arrived is None:
            return self._refused("provider")
        self.guard.let_in(*arrived)
        return redirect(local(str(kept.get("next"))))

    def _arrived(self, provider: Provider, person: Person) -> tuple[str, str] | None:
        """Return the token of a new visit and the address it is for; the visit that was here ends."""
        now, language, browser, before = self.guard.clock(), spoken(), request.user_agent.string, self.guard.visitor()

        def work(session: Session) -> tuple[str, str] | None:
            user = federation.arrive(session, provider.issuer, person, language, now)
            if user is None:
                return None
            if before is not None:
                visits.end(session, before.visit_id)
            visits.forget_ended(session, now)
            return visits.begin(session, user.id, browser, now), user.email

        return self.guard.office.database.write(work)

    @staticmethod
    def _refused(code: str) -> tuple[str, int]:
        log.warning("sign_in_refused", kind=code)
        return forms.again("room/sign-in.html", Filled({}, {"passkey": code}), federated=True)
