"""`/healthz`, `/readyz` and `/metrics`: counts and durations by kind of page, never by person or credential."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from typing import Final

from flask import Blueprint, Flask, Response, abort, g, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector  # type: ignore[no-untyped-call,unused-ignore]

from verifier.verdict import Report
from verifier.web.errors import problem
from verifier.web.language import say

TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
INSIDE: Final = tuple(
    map(ip_network, ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)
PAGE: Final = "attestato.page"
"""Where a request carries what kind of page answered it."""
FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


class Numbers:
    """What is counted; each app has its own registry, each kind of page one label."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answers = Counter(
            "attestato_http_answers", "Answers by kind of page and status.", ["page", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "attestato_http_seconds", "How long an answer took, by kind of page.", ["page"], registry=self.registry
        )
        self.verifications = Counter(
            "attestato_verifications", "Verifications by verdict.", ["verdict"], registry=self.registry
        )

    def verified(self, report: Report) -> None:
        """Count one verification."""
        self.verifications.labels(report.verdict.value).inc()

    def answered(self, page: str, status: int, seconds: float | None) -> None:
        """Count one answer of a kind of page, and how long it took, if that is known."""
        self.answers.labels(page, str(status)).inc()
        if seconds is not None:
            self.seconds.labels(page).observe(seconds)

    def text(self) -> bytes:
        """Return the numbers of this process, or of all workers where they share a folder for it."""
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            shared = CollectorRegistry()
            MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
            return generate_latest(shared)
        return generate_latest(self.registry)


def install(app: Flask, numbers: Numbers, why_not_ready: Callable[[], str | None]) -> None:
    """Add the three addresses to `app` and count every answer; `why_not_ready` returns the code of a reason."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        seconds = time.perf_counter() - g.began if "began" in g else None
        page = request.environ[PAGE] = request.endpoint or "none"
        numbers.answered(page, response.status_code, seconds)
        return response

    app.register_blueprint(_blueprint(numbers, why_not_ready))


def _blueprint(numbers: Numbers, why_not_ready: Callable[[], str | None]) -> Blueprint:
    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    def alive() -> Response:
        return _unkept(jsonify(status="alive"))

    @pages.get("/readyz")
    def ready() -> Response:
        reason = why_not_ready()
        if reason is None:
            return _unkept(jsonify(status="ready"))
        return _unkept(problem(503, "not_ready", reason=say(f"page.ready.{reason}")))

    @pages.get("/metrics")
    def metrics() -> Response:
        if not _from_inside():
            abort(404)
        return _unkept(Response(numbers.text(), content_type=TEXT))

    return pages


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _from_inside() -> bool:
    """Whether the caller sits on this machine or in its private network, and no proxy speaks for somebody else."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        caller = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return any(caller in network for network in INSIDE)
