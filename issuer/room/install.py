"""The room, put into an app: its guard, its pages, and what every page of it knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response

from issuer.office import Office
from issuer.room.door import PATIENCE, Door
from issuer.room.guard import Guard
from issuer.room.home import Home
from verifier.web.limits import BURST, Buckets


def install(app: Flask, office: Office, clock: Callable[[], datetime], tries: Path | None) -> None:
    """Add the room to `app`; `tries` is the file in which several processes count who tries passwords."""
    app.extensions["attestato.office"] = office
    guard = Guard(app, office, clock)
    for page in (Door(guard, Buckets(tries, interval=PATIENCE, burst=BURST)).blueprint(), Home(guard).blueprint()):
        page.before_request(guard.check_form)
        page.after_request(_private)
        page.context_processor(lambda: _known(guard))
        app.register_blueprint(page)


def _known(guard: Guard) -> dict[str, Any]:
    return {"visitor": guard.visitor()}


def _private(response: Response) -> Response:
    """Keep pages of the room out of every cache, and let a form tell where it comes from."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
