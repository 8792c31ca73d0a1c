"""The guard at the door: who is it, have they a seat here, and may they do this?

What is in an organization where a visitor has no seat is not there at all: 404, whatever the address (SECURITY.md, H1).
A visitor who has one, and may not do a thing, is told so: 403, and it is written down (H2).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote

import structlog
from flask import Flask, abort, g, redirect, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from issuer.accounts import visits
from issuer.accounts.roles import Act, may
from issuer.accounts.visits import Seat, Visitor
from issuer.journal import acting
from issuer.office import Office
from issuer.room import tries
from templates import LANGUAGES
from verifier.web.language import speak

PLACE: Final = "/room"
VISIT: Final = "visit"
"""Where the token of the visit lies in the signed cookie."""
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS: Final = frozenset({"same-origin", "none"})

log = structlog.get_logger(__name__)
View = TypeVar("View", bound=Callable[..., Any])


class Guard:
    """Knows the visitor of a request; `clock` tells the time."""

    def __init__(self, app: Flask, office: Office, clock: Callable[[], datetime]) -> None:
        self.office, self.clock = office, clock
        https = office.settings.base_url.startswith("https://")
        app.secret_key = office.kek.derive("cookies of the room, 1")
        app.config.update(
            SESSION_COOKIE_NAME="__Host-attestato" if https else "attestato",
            SESSION_COOKIE_SECURE=https,
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Lax",
            PERMANENT_SESSION_LIFETIME=visits.LASTS,
            SESSION_REFRESH_EACH_REQUEST=False,  # Else public documents, which caches keep, would carry it.
            WTF_CSRF_CHECK_DEFAULT=False,
            WTF_CSRF_TIME_LIMIT=None,  # The token ends with the visit.
            WTF_CSRF_SSL_STRICT=False,  # Browsers tell the origin, which `check_form` looks at.
        )
        self._forms = CSRFProtect(app)

    def check_form(self) -> None:
        """Refuse what changes something and does not come from a page of ours: 403 (SECURITY.md, H4)."""
        if request.method in SAFE:
            return
        base_url = self.office.settings.base_url
        try:
            if request.headers.get("Sec-Fetch-Site", "same-origin") not in _OURS:
                raise CSRFError
            if request.headers.get("Origin", base_url) != base_url:
                raise CSRFError
            self._forms.protect()
        except CSRFError as fault:
            log.warning("foreign_form", endpoint=request.endpoint)
            raise Forbidden from fault

    def visitor(self) -> Visitor | None:
        """Return who is signed in, if anybody; asked of the database once in a request."""
        if "visitor" not in g:
            token = session.get(VISIT, "")
            g.visitor = visits.find(self.office.database, str(token), self.clock()) if token else None
            if g.visitor is not None and request.args.get("lang") not in LANGUAGES:
                speak(g.visitor.language)
        return cast("Visitor | None", g.visitor)

    def let_in(self, token: str, email: str | None = None) -> None:
        """Give the browser a new cookie: nothing of before counts any more (SECURITY.md, H6)."""
        session.clear()
        session[VISIT] = token
        session.permanent = True
        if email is not None:
            tries.recognize(email)
        g.pop("visitor", None)

    def who(self) -> Visitor:
        """Return who is signed in; for views that nobody else is let into."""
        visitor = self.visitor()
        if visitor is None:
            raise Forbidden
        return visitor

    def let_out(self) -> None:
        """Take the cookie back, but for whom this browser knows."""
        known = tries.recognized()
        session.clear()
        tries.keep(known)
        g.pop("visitor", None)

    def signed_in(self, view: View) -> View:
        """Let nobody see `view` but who is signed in; others are shown the door, and come back here.

        What guards a view can be read from it: `act` is None here, and what `seat` asks for there.
        """

        @wraps(view)
        def guarded(*values: Any, **named: Any) -> Any:
            return view(*values, **named) if self.visitor() else _to_the_door()

        guarded.__dict__["act"] = None
        return cast("View", guarded)

    def seat(self, act: Act) -> Callable[[View], View]:
        """Let nobody use a view of `/room/SLUG/…` but members who may do `act`; it is given their seat."""

        def guard(view: View) -> View:
            @wraps(view)
            def guarded(slug: str, **named: Any) -> Any:
                visitor = self.visitor()
                if visitor is None:
                    return _to_the_door()
                with acting(visitor.public_id):
                    return view(self._seat(visitor, slug, act), **named)

            guarded.__dict__["act"] = act
            return cast("View", guarded)

        return guard

    def _seat(self, visitor: Visitor, slug: str, act: Act) -> Seat:
        seat = visitor.seats.get(slug)
        if seat is None:
            abort(404)
        if not may(seat.role, act):
            log.warning("not_allowed", kind=act.name, code=seat.role.value, endpoint=request.endpoint)
            raise Forbidden
        return seat


def local(address: str) -> str:
    """Return an address of the room, else its front: nobody is sent anywhere else (SECURITY.md, H7)."""
    plain = address.isascii() and address.isprintable() and "\\" not in address and "//" not in address
    return address if plain and (address == PLACE or address.startswith(f"{PLACE}/")) else PLACE


def _to_the_door() -> Response:
    here = request.full_path.rstrip("?") if request.method in SAFE else PLACE
    wanted = "" if here.rstrip("/") == PLACE else f"?next={quote(here, safe='/')}"
    return redirect(f"{PLACE}/sign-in{wanted}")
