"""A visitor of the public pages, who wants to know whether a credential stands, also on a bad day."""

from __future__ import annotations

import io
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import select

from issuer.models import SIGNED, CredentialVersion
from tools.proofs.evening import NOW
from tools.proofs.ground import Ground
from wsgi import create_app


@dataclass(frozen=True)
class Visitor:
    """Somebody with a credential, at the service of an installation."""

    client: FlaskClient
    credential: bytes

    @classmethod
    def of(cls, ground: Ground) -> Visitor:
        """Return a visitor with a credential that was signed there."""
        with ground.reading() as session:
            wanted = select(CredentialVersion.signed).where(CredentialVersion.state == SIGNED).limit(1)
            credential = session.scalars(wanted).one()
        return cls(create_app(ground.settings, clock=lambda: NOW).test_client(), credential or b"")

    def asks(self) -> tuple[int, str]:
        """Return status and outcome of a verification."""
        form = {"file": (io.BytesIO(self.credential), "credential.json")}
        answer = self.client.post("/verify", data=form, headers={"Accept": "application/json"})
        return answer.status_code, (answer.get_json() or {}).get("outcome", "none")

    def looks(self, path: str) -> int:
        """Return the status of a page."""
        return self.client.get(path).status_code
