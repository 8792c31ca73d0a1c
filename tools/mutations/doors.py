"""The two ways in which an input reaches the verifier: the function, and the address that everybody can post to."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tests.verifier.published import DID, NOW
from tools.mutations.originals import Issuer
from verifier.policy import Policy
from verifier.resolver import Resolver
from verifier.verify import verify
from verifier.web import health, site
from verifier.web.limits import Buckets
from verifier.web.turnstile import Turnstile
from verifier.web.verify import Desk, blueprint

KNOWN: Final = {DID: "Python Milano"}
GREEN: Final = 'class="verdict valid"'
UNFAMILIAR: Final = 'class="verdict unfamiliar"'


@dataclass(frozen=True)
class Answer:
    """What came back: the report's JSON where there is one, the status, seconds, and whether a page calls it valid."""

    status: int
    seconds: float
    report: dict[str, Any] | None = None
    page_is_valid: bool | None = None


class Doors:
    """A verifier that knows what `issuer` publishes and nothing else."""

    def __init__(self, issuer: Issuer, now: datetime = NOW) -> None:
        self.resolver: Resolver = issuer.resolver
        self.now = now
        app = site.new_app(base_url="https://verify.example", practice=False, default_language="en")
        app.register_blueprint(blueprint(self._desk()))
        self._client = app.test_client()

    def _desk(self) -> Desk:
        return Desk(
            resolver=self.resolver,
            sources=self.resolver,
            policy=lambda recipient: Policy(known_issuers=KNOWN, recipient=recipient),
            clock=lambda: self.now,
            buckets=Buckets(burst=10**9),
            turnstile=Turnstile(),
            count=health.Numbers().verified,
        )

    def ask(self, data: bytes) -> Answer:
        """Hand `data` to the function."""
        begun = time.monotonic()
        report = verify(data, self.resolver, Policy(known_issuers=KNOWN), self.now)
        seconds = time.monotonic() - begun
        return Answer(200, seconds, report.to_json())

    def post(self, data: bytes, *, pasted: bool = False, page: bool = False) -> Answer:
        """Post `data` as a file, or as a text that was pasted; ask for JSON, or for the page that people see."""
        form: dict[str, Any] = (
            {"text": data.decode("utf-8", "replace")} if pasted else {"file": (io.BytesIO(data), "x")}
        )
        begun = time.monotonic()
        answer = self._client.post(
            "/verify",
            data=form,
            content_type="multipart/form-data",
            headers={"Accept": "text/html" if page else "application/json"},
        )
        seconds = time.monotonic() - begun
        if page:
            text = answer.text
            return Answer(answer.status_code, seconds, page_is_valid=GREEN in text or UNFAMILIAR in text)
        told = answer.get_json(silent=True) if answer.status_code == 200 else None
        return Answer(answer.status_code, seconds, told)
