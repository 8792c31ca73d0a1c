"""A small OpenID Connect provider on loopback: keys of its own, codes that count once, PKCE that is looked at."""

from __future__ import annotations

import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "attestato", "s3cr:t/ä"


@dataclass
class SmallProvider:
    """Answers for one person; `claims` are what it says of them, `twist` changes what it signs."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}))
    signs_with: RSAKey | None = None
    header: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    twist: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    now: float = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def consent(self, address: str) -> dict[str, str]:
        """Do what a person does at the provider's: say yes; return the query with which the browser goes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.url}

    def app(self) -> Flask:
        app = Flask("provider")
        app.add_url_rule("/.well-known/openid-configuration", "about", self._about)
        app.add_url_rule("/keys", "keys", lambda: jsonify({"keys": [self.key.as_dict(private=False)]}))
        app.add_url_rule("/token", "token", self._token, methods=["POST"])
        app.before_request(lambda: self.asked.append(request.path))
        return app

    def _about(self) -> Response:
        told = {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys", "response_types_supported": ["code"],
        }  # fmt: skip
        return jsonify(told | self.about)

    def _token(self) -> Response | tuple[str, int]:
        asked = self.codes.pop(request.form.get("code", ""), None)
        challenge = (
            urlsafe_b64encode(sha256(request.form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        )
        if asked is None or asked.get("code_challenge_method") != "S256" or asked.get("code_challenge") != challenge:
            return "invalid_grant", 400
        if asked["redirect_uri"] != request.form.get("redirect_uri") or not self._is_ours():
            return "invalid_client", 401
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": "248289761001", "nonce": asked["nonce"], "iat": int(self.now),
            "exp": int(self.now) + 300,
        }  # fmt: skip
        header = {"alg": "RS256", "kid": "one"} | self.header
        token = jwt.encode(header, self.twist(claims | self.claims), self.signs_with or self.key)
        return jsonify({"access_token": "x", "token_type": "Bearer", "id_token": token})

    def _is_ours(self) -> bool:
        kind, _, pair = request.headers.get("Authorization", "").partition(" ")
        return kind == "Basic" and b64decode(pair).decode() == "attestato:s3cr%3At%2F%C3%A4"


@contextmanager
def serving(provider: SmallProvider) -> Iterator[None]:
    """Let a provider answer on a port of this machine."""
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.url = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
