"""The composition root: reads the settings, opens what they name, and puts the pages together."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from flask import Flask, redirect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from issuer.lists import lists_of
from issuer.settings import Settings
from verifier.caching import Caching
from verifier.child import ZYGOTE
from verifier.hosts import PER_MINUTE, HostLimit
from verifier.http import HttpResolver
from verifier.policy import Policy
from verifier.resolver import FirstOf
from verifier.rollback import Recollection
from verifier.trust import Trust
from verifier.web import batch, health, logs, openapi, site, verify
from verifier.web.limits import Buckets
from verifier.web.turnstile import Turnstile
from verifier.web.verify import Desk

Clock = Callable[[], datetime]

WARM: Final = "attestato.warm"
"""Where an app keeps what is to be done before it lets anybody in."""
WARM_SECONDS: Final = 10.0
"""How long a process waits for its warm one, without which each file that is opened costs an interpreter."""
LARGEST_SOURCE: Final = 10 * 2**20
"""Octets of a file that somebody wants verified at an address; other documents are smaller."""


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Flask:
    """Return the service that `settings` describe; without them, those of the environment.

    With the role `issuer` it opens an office and has every page; as a verifier alone it opens no database.
    """
    settings, clock = settings or Settings.read(), clock or _now
    logs.configure_logs()
    app = site.new_app(base_url=settings.base_url, practice=settings.practice, default_language=settings.language)
    numbers = health.Numbers()
    hosts = HostLimit(PER_MINUTE / settings.workers)
    loopback = settings.fetch_loopback
    known = lists_of(settings)
    memory = Recollection(_shared(settings, "lists.sqlite3"))
    desk = Desk(
        resolver=Caching(HttpResolver(loopback=loopback, hosts=hosts), time.time),
        sources=HttpResolver(loopback=loopback, hosts=hosts, most=LARGEST_SOURCE, beyond=True),
        policy=lambda recipient: Policy(known_issuers=known, recipient=recipient, memory=memory),
        clock=clock,
        buckets=Buckets(_shared(settings, "callers.sqlite3")),
        turnstile=Turnstile(),
        count=numbers.verified,
    )
    if "issuer" in settings.roles:
        desk, why_not_ready, *warm = _open_issuer(app, settings, desk, known, numbers)
    else:
        why_not_ready, warm = _nothing_missing, []
        app.add_url_rule("/", "front", _to_verify)
    app.extensions[WARM] = (partial(ZYGOTE.warm, WARM_SECONDS), *warm)
    app.register_blueprint(verify.blueprint(desk))
    app.register_blueprint(batch.blueprint(desk))
    app.register_blueprint(openapi.blueprint(settings.base_url))
    health.install(app, numbers, why_not_ready)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    return app


def serving() -> Flask:
    """Return the service for one process of `attestato serve`: warm, before anybody is let in.

    What it holds from here on it holds for good, so the collector of garbage need not go through it again and again.
    """
    app = create_app()
    for warm in app.extensions[WARM]:
        warm()
    gc.collect()
    gc.freeze()
    return app


def _open_issuer(
    app: Flask, settings: Settings, desk: Desk, known: Trust, numbers: health.Numbers
) -> tuple[Desk, Callable[[], str | None], Callable[[], None]]:
    """Add the issuer's pages to `app`; return a desk that asks our own store first, what readiness asks, what warms."""
    # Imported here, so that a verifier alone needs neither the database's nor the printer's libraries.
    from issuer.office import open_office
    from issuer.room.install import install as install_room
    from issuer.web import documents, embed, front, outages, privacy
    from issuer.web.counter import Counter, own_desk, why_not_ready
    from issuer.web.credential import blueprint as credentials
    from issuer.web.found import Finder
    from issuer.web.ready import Ready
    from issuer.web.shelf import Shelf
    from issuer.web.warm import warm

    office = open_office(settings)
    at_home = own_desk(office, desk)
    counter = Counter(office, desk.clock, at_home, Shelf(settings.data / "shelf"))
    outages.install(app)
    app.register_blueprint(front.blueprint)
    app.register_blueprint(credentials(counter))
    app.register_blueprint(embed.blueprint(counter))
    app.register_blueprint(documents.blueprint(counter))
    app.register_blueprint(privacy.blueprint(counter))
    install_room(app, office, desk.clock, _shared(settings, "tries.sqlite3"))
    finder = Finder(office, desk.clock, known)
    app.wsgi_app = Ready(app.wsgi_app, finder, settings.language, numbers.answered)  # type: ignore[method-assign]
    abroad = replace(
        at_home,
        resolver=FirstOf(at_home.resolver, desk.resolver),
        sources=FirstOf(at_home.resolver, desk.sources),
    )
    return abroad, lambda: why_not_ready(office), lambda: warm(counter)


def _shared(settings: Settings, name: str) -> Path | None:
    """One worker keeps in its memory what it has seen; several share a file."""
    if settings.workers == 1:
        return None
    settings.data.mkdir(parents=True, exist_ok=True)
    return settings.data / name


def _to_verify() -> Response:
    return redirect("/verify")


def _nothing_missing() -> str | None:
    return None


def _now() -> datetime:
    return datetime.now(UTC)
