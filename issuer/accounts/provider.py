"""An OpenID Connect provider: where it sends people, and what it says of those who come back.

Clauses: OpenID Connect Core 1.0, sections 3.1.2 (authorization) and 3.1.3 (token, and its validation in 3.1.3.7);
Discovery 1.0, section 4; RFC 7636 (PKCE, S256 alone); RFC 9207 (which provider answers). It is asked through the one
way out of this house: public addresses over https, bounded in time and size.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from verifier.resolver import Unreachable

SCOPE: Final = "openid email profile"
ALGORITHMS: Final = ("RS256", "ES256", "PS256", "EdDSA", "Ed25519")
"""Signatures that are believed: by keys of which the provider publishes one half, and never by a shared secret."""
LEEWAY: Final = 60
"""Seconds by which clocks may differ."""
LETTERS: Final = 48


class Away(Exception):
    """The provider does not answer, or says what no provider says."""


class NotVouched(Exception):
    """What came back is not an answer to what was asked, or the provider vouches for nothing."""


class Outbound(Protocol):
    """The way out; both raise Unreachable."""

    def fetch(self, url: str) -> bytes:
        """Return the body of a 200 answer."""

    def send(self, url: str, form: bytes, headers: Mapping[str, str]) -> bytes:
        """Post a form and return the body of a 200 answer."""


@dataclass(frozen=True)
class Asked:
    """What is remembered in the browser while its user is at the provider's."""

    state: str
    nonce: str
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Person:
    """Whom the provider vouches for; `email` only if it says that the address is verified."""

    subject: str
    email: str | None
    name: str


@dataclass(frozen=True)
class Provider:
    """A provider as the settings name it; `back` is where it sends people back to."""

    issuer: str
    client_id: str
    secret: str | None = field(repr=False)
    back: str
    out: Outbound = field(repr=False)

    def ask(self) -> tuple[Asked, str]:
        """Return what to remember, and the address at which the provider asks its user; raises Away."""
        asked = Asked(generate_token(LETTERS), generate_token(LETTERS), generate_token(LETTERS))
        told = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "scope": SCOPE,
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": create_s256_code_challenge(asked.verifier),
            "code_challenge_method": "S256",
        }
        return asked, str(add_params_to_uri(self._about()["authorization_endpoint"], list(told.items())))

    def receive(self, asked: Asked, answer: Mapping[str, str], now: datetime) -> Person:
        """Return whom the provider vouches for; raises Away and NotVouched."""
        if not hmac.compare_digest(answer.get("state", "").encode(), asked.state.encode()):
            raise NotVouched
        if answer.get("iss", self.issuer) != self.issuer or "error" in answer or not answer.get("code"):
            raise NotVouched
        about = self._about()
        told = self._token(about, answer["code"], asked.verifier)
        claims = self._claims(about, told, asked.nonce, now)
        email = claims.get("email") if claims.get("email_verified") is True else None
        name = claims.get("name")
        return Person(
            str(claims["sub"]), email if isinstance(email, str) else None, name if isinstance(name, str) else ""
        )

    def _about(self) -> dict[str, Any]:
        """Return what the provider says of itself; it must speak for the very issuer that the settings name."""
        about = _json(self._fetched(str(get_well_known_url(self.issuer, external=True))))
        places = [about.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if about.get("issuer") != self.issuer or not all(isinstance(place, str) for place in places):
            raise Away
        scheme = "http://localhost" if self.issuer.startswith("http://") else "https://"
        if not all(str(place).startswith(scheme) for place in places):
            raise Away
        return about

    def _token(self, about: Mapping[str, Any], code: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "client_id": self.client_id,
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        ways = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if self.secret and "client_secret_basic" in ways:
            pair = f"{quote(self.client_id, safe='')}:{quote(self.secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode('ascii')}"
        elif self.secret:
            form["client_secret"] = self.secret
        try:
            return _json(self.out.send(about["token_endpoint"], urlencode(form).encode("ascii"), headers))
        except Unreachable as fault:
            raise Away from fault

    def _claims(self, about: Mapping[str, Any], told: Mapping[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
        """Return the claims of the ID token, each of section 3.1.3.7 looked at."""
        keys = _json(self._fetched(about["jwks_uri"]))
        wanted = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
        }
        try:
            token = jwt.decode(str(told["id_token"]), KeySet.import_key_set(keys), list(ALGORITHMS))  # type: ignore[arg-type]
            known = {"nonce": nonce, "client_id": self.client_id, "access_token": told.get("access_token")}
            claims = CodeIDToken(token.claims, token.header, wanted, known)
            claims.validate(int(now.timestamp()), LEEWAY)
        except (JoseError, KeyError, ValueError, TypeError, AttributeError) as fault:
            raise NotVouched from fault
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise NotVouched
        return dict(claims)

    def _fetched(self, url: str) -> bytes:
        try:
            return self.out.fetch(url)
        except Unreachable as fault:
            raise Away from fault


def _json(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise Away from fault
    if not isinstance(told, dict):
        raise Away
    return told
