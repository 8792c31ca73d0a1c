"""`/verify` for people and programs: a file, a text or a link in; one verdict and its checks out."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request

from verifier.deadline import TOTAL_SECONDS, within
from verifier.policy import Policy
from verifier.resolver import Resolver, Unreachable
from verifier.verdict import Report
from verifier.verify import verify
from verifier.web import vcalm
from verifier.web.accept import wants_json
from verifier.web.errors import answer
from verifier.web.headers import PERMISSIONS
from verifier.web.language import told_at
from verifier.web.limits import Buckets, network
from verifier.web.presented import NothingGiven, Presented, presented
from verifier.web.reception import Reception
from verifier.web.second import content_security_policy, embedded
from verifier.web.turnstile import Turnstile
from verifier.web.view import view


@dataclass(frozen=True)
class Desk:
    """What a verification needs from the house: where documents come from, who is known, what time it is.

    `sources` hands over what somebody names by its address to be verified: a file, which may be long.
    """

    resolver: Resolver
    sources: Resolver
    policy: Callable[[str | None], Policy]
    clock: Callable[[], datetime]
    buckets: Buckets
    turnstile: Turnstile
    count: Callable[[Report], None]
    reception: Reception = field(default_factory=Reception)

    @contextmanager
    def visit(self) -> Iterator[None]:
        """Hold a turn of whoever sent this request, with its body at hand; then everything has to end in time.

        What was waited for the turn counts, what was waited for the body does not: that is its sender's affair.
        """
        who, came = network(request.remote_addr), time.monotonic()
        with self.turnstile.turn(who, self.reception.gate) as turn:
            # Whoever reads a body is in the crowd, and keeps nobody from working.
            with turn.aside():
                began = time.monotonic()
                self.reception.read(request, who)
                came += time.monotonic() - began
            with within(TOTAL_SECONDS - (time.monotonic() - came)):
                yield

    def check(self, data: bytes, source: str = "", recipient: str | None = None, who: str = "") -> Report:
        """Verify `data` in a turn of its own, of the visitor `who`."""
        with self.turnstile.turn(who):
            return self.judge(data, source, recipient)

    def judge(self, data: bytes, source: str = "", recipient: str | None = None) -> Report:
        """Verify `data` now; with `recipient`, whether it was given to that e-mail address too."""
        report = verify(data, self.resolver, self.policy(recipient), self.clock(), source)
        self.count(report)
        return report

    def admit(self, cost: int = 1) -> None:
        """Let this request pass, which takes `cost` from its caller's bucket, or raise 429."""
        self.buckets.check(request.remote_addr, time.time(), cost)


def blueprint(desk: Desk) -> Blueprint:
    """Return the pages of a verifier that asks `desk`."""
    pages = Blueprint("verify", __name__)

    @pages.get("/verify")
    def form() -> Response:
        html = render_template("verify.html", given=request.args.get("url", "")[:2048], fault=None)
        return _with_camera(make_response(html))

    @pages.post("/verify")
    def check() -> Response:
        desk.admit()
        try:
            with desk.visit():
                handed = presented(request)
                recipient = request.form.get("recipient", "").strip()[:320] or None
                report = desk.judge(handed.read(desk.sources), handed.source, recipient)
        except NothingGiven:
            return _refused(400, "nothing")
        except Unreachable:
            return _refused(422, "unreachable")
        return _answer(desk, handed, report)

    @pages.post("/credentials/verify", provide_automatic_options=False)
    def exchange() -> Response:
        desk.admit()
        with desk.visit():
            return vcalm.answer(request.get_data(), desk.judge)

    @pages.route("/credentials/verify", methods=["OPTIONS"])
    def preflight() -> Response:
        return vcalm.preflight()

    return pages


def _answer(desk: Desk, handed: Presented, report: Report) -> Response:
    if wants_json(request.headers.get("Accept")):
        response = jsonify(report.to_json())
        response.headers["Cache-Control"] = "no-store"
        return response
    seen = view(report, desk.clock())
    second = embedded(report, seen, _base_url())
    link = f"{_base_url()}/verify?{urlencode({'url': handed.url})}" if handed.url else None
    digest = hashlib.sha256(handed.data).hexdigest() if handed.data else None
    told = partial(told_at, seen.checked, "UTC")
    values = {"seen": seen, "handed": handed, "second": second, "link": link, "digest": digest, "told_at": told}
    page = render_template("report.html", **values)
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = content_security_policy(second)
    return response


def _refused(status: int, code: str) -> Response:
    if wants_json(request.headers.get("Accept")):
        return answer(status, code)
    given = request.form.get("url", "") or request.form.get("text", "")
    html = render_template("verify.html", given=given[:2048], fault=code)
    return _with_camera(make_response(html, status))


def _with_camera(response: Response) -> Response:
    """Let this page alone use the camera: it reads QR codes."""
    response.headers["Permissions-Policy"] = PERMISSIONS.replace("camera=()", "camera=(self)")
    return response


def _base_url() -> str:
    return str(current_app.config["BASE_URL"])
