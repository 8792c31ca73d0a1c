"""The room, put into an app: its guard, its pages, and what every page of it knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Flask, Response
from werkzeug.exceptions import Forbidden, ServiceUnavailable

from issuer.accounts.passwords import Crowded
from issuer.accounts.provider import Provider
from issuer.office import Office
from issuer.room.account import Account
from issuer.room.audit import Audit
from issuer.room.batches import Batches
from issuer.room.credential import OneCredential
from issuer.room.credentials import Credentials
from issuer.room.domain import Domain
from issuer.room.door import Door
from issuer.room.events import Events
from issuer.room.federation import Federation, provider_of
from issuer.room.guard import Guard
from issuer.room.home import Home
from issuer.room.invitations import Invitations
from issuer.room.issuing import Issuing
from issuer.room.keys import Keys
from issuer.room.lists import Lists
from issuer.room.members import Members
from issuer.room.nameplates import Nameplates
from issuer.room.organizations import Organizations
from issuer.room.passkeys import Passkeys
from issuer.room.profile import Profile
from issuer.room.samples import Samples
from issuer.room.tries import Tries
from verifier.web import errors

COME_AGAIN: Final = 5
"""Seconds after which somebody is told to come again, when too many passwords are being looked at."""


def install(app: Flask, office: Office, clock: Callable[[], datetime], tries: Path | None) -> None:
    """Add the room to `app`; `tries` is the file in which several processes count who tries passwords."""
    app.extensions["attestato.office"] = office
    guard = Guard(app, office, clock)
    count, provider = Tries(tries, clock), provider_of(office.settings)
    app.register_error_handler(Crowded, _come_again)
    for page in _pages(guard, count, provider):
        page.before_request(guard.check_form)
        page.register_error_handler(Forbidden, _not_yours)
        page.after_request(_private)
        page.context_processor(lambda: _known(guard))
        app.register_blueprint(page)


def _pages(guard: Guard, count: Tries, provider: Provider | None) -> tuple[Blueprint, ...]:
    """Return every page class of the room, as its addresses."""
    return (
        Door(guard, count, federated=provider is not None).blueprint(),
        Home(guard).blueprint(),
        Lists(guard).blueprint(),
        Events(guard).blueprint(),
        Issuing(guard).blueprint(),
        Samples(guard).blueprint(),
        Nameplates(guard).blueprint(),
        Batches(guard).blueprint(),
        Credentials(guard).blueprint(),
        OneCredential(guard).blueprint(),
        Audit(guard).blueprint(),
        Account(guard, count).blueprint(),
        Members(guard).blueprint(),
        Invitations(guard, count).blueprint(),
        Organizations(guard).blueprint(),
        Profile(guard).blueprint(),
        Keys(guard).blueprint(),
        Domain(guard).blueprint(),
        Passkeys(guard, count, federated=provider is not None).blueprint(),
        Federation(guard, count, provider).blueprint(),
    )


def _known(guard: Guard) -> dict[str, Any]:
    return {"visitor": guard.visitor()}


def _private(response: Response) -> Response:
    """Keep pages of the room out of every cache, and let a form tell where it comes from."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _not_yours(_fault: Forbidden) -> Response:
    """Say that somebody may not do this, which is another thing than that it is not there."""
    return errors.page(Forbidden.code, "403")


def _come_again(_fault: Crowded) -> Response:
    response = errors.page(ServiceUnavailable.code, "503")
    response.headers["Retry-After"] = str(COME_AGAIN)
    return response
