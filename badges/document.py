"""Bytes become a document: JSON, or a compact JWS whose payload is JSON; the bytes themselves are kept.

Two wrappers are opened: an EnvelopedVerifiableCredential, which is a token in JSON, and a presentation of exactly one
credential, as wallets export it. Of a presentation only the credential is read; who presents it is not looked at.
Clauses: RFC 7515 sections 3.1 and 5.2 (compact serialization), VC-JOSE-COSE 1.0 section 3.1.1, OB 3.0 section 8.2,
VCDM 2.0 sections 4.13 (Verifiable Presentations) and 4.13.1 (Enveloped Verifiable Credentials).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from badges.claims import credential_of
from badges.model import CONTEXT_V2
from badges.problem import Ambiguous, Malformed, OutOfRange, Unreadable, UnsupportedProof
from badges.strict import MAX_BYTES, compact, strict_json
from keys.encoding import read_base64url

MAX_HEADER: Final = 8_192
_COMPACT: Final = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_LOOKS_COMPACT: Final = re.compile(rb"e[wyo][A-Za-z0-9+/=_-]*\.[^\s{}\"]*")
_ENVELOPE: Final = "EnvelopedVerifiableCredential"
_PRESENTATION: Final = "VerifiablePresentation"
_TOKENS: Final = frozenset(
    {"application/vc+jwt", "application/vc+ld+json+jwt", "application/vc+ld+jwt", "application/jwt"}
)
"""Media types of an envelope that holds a compact JWS: that of VC-JOSE-COSE, what its drafts called it, and any."""


@dataclass(frozen=True)
class Document:
    """A credential as it was received: its exact `data`, and what it says.

    Of a JWS `claims` is the payload as it was signed, and `credential` is the credential in it (`badges.claims`);
    `header`, `signing_input` and `signature` are filled. `wrapped` tells what it was taken out of, if anything;
    of a credential in a presentation, `data` is its JSON written anew.
    """

    data: bytes = field(repr=False)
    form: Literal["json", "jws"]
    credential: dict[str, Any] = field(repr=False)
    header: dict[str, Any] | None = None
    signing_input: bytes = field(default=b"", repr=False)
    signature: bytes = field(default=b"", repr=False)
    claims: dict[str, Any] | None = field(default=None, repr=False)
    wrapped: Literal["", "envelope", "presentation"] = ""


def parse(data: bytes) -> Document:
    """Read a credential: Unreadable when it is neither JSON nor a JWS, Malformed when it is no object.

    Ambiguous for a presentation of several credentials, UnsupportedProof for an envelope of a kind nobody knows.
    """
    text = data.strip(b" \t\r\n")
    if _COMPACT.fullmatch(text):
        return _parse_jws(data, text)
    if _LOOKS_COMPACT.fullmatch(text):
        raise Malformed("The token is not three segments of base64url.")
    found = _object(strict_json(text.removeprefix(b"\xef\xbb\xbf")), "The document")
    if _is(found, _PRESENTATION):
        return _parse_presentation(found)
    if _is(found, _ENVELOPE):
        return _parse_envelope(found)
    return Document(data, "json", found)


def _is(members: Mapping[str, Any], kind: str) -> bool:
    types = members.get("type")
    return kind in (types if isinstance(types, list) else [types])


def _parse_presentation(members: Mapping[str, Any]) -> Document:
    """Open a presentation of one credential (VCDM 2.0, 4.13); in VCDM 1.1 a token may stand in it as a text."""
    if "credentialSubject" in members or _is(members, "VerifiableCredential"):
        raise Ambiguous("The document is a credential and a presentation at once.")
    held = members.get("verifiableCredential", [])
    several = held if isinstance(held, list) else [held]
    if not several:
        raise Malformed("The presentation holds no credential.")
    if len(several) > 1:
        raise Ambiguous(f"The presentation holds {len(several)} credentials.")
    if isinstance(several[0], str):
        return replace(_parse_token(several[0]), wrapped="presentation")
    credential = _object(several[0], "What the presentation holds")
    if _is(credential, _PRESENTATION):
        raise Malformed("The presentation holds another presentation.")
    if _is(credential, _ENVELOPE):
        return replace(_parse_envelope(credential), wrapped="presentation")
    return Document(compact(credential), "json", credential, wrapped="presentation")


def _parse_envelope(members: Mapping[str, Any]) -> Document:
    """Open an envelope, which says nothing but what it holds: its `id` is a `data:` URL of the secured credential."""
    contexts, kinds, url = (members.get(name) for name in ("@context", "type", "id"))
    if members.keys() != {"@context", "type", "id"} or kinds not in (_ENVELOPE, [_ENVELOPE]):
        raise Malformed("The envelope says more, or less, than what it holds.")
    if contexts not in (CONTEXT_V2, [CONTEXT_V2]):
        raise Malformed(f"The context of the envelope is not {CONTEXT_V2}.")
    kind, comma, text = url.partition(",") if isinstance(url, str) else ("", "", "")
    if not kind.startswith("data:") or not comma:
        raise Malformed("The envelope's id is not a data: URL.")
    if kind.removeprefix("data:").lower() not in _TOKENS:
        raise UnsupportedProof(f"An envelope of the kind {kind[5:45]!r} cannot be opened here.")
    return replace(_parse_token(text), wrapped="envelope")


def _parse_token(text: str) -> Document:
    data = text.encode("utf-8")
    if not _COMPACT.fullmatch(data):
        raise Malformed("What stands in the wrapper is not a compact token.")
    return _parse_jws(data, data)


def _parse_jws(data: bytes, text: bytes) -> Document:
    if len(text) > MAX_BYTES:
        raise OutOfRange(f"The token is longer than {MAX_BYTES:,} octets.")
    segments = text.decode("ascii").split(".")
    if len(segments[0]) > MAX_HEADER:
        raise OutOfRange("The token's header is too long.")
    try:
        header, payload, signature = (read_base64url(segment) for segment in segments)
    except ValueError as fault:
        raise Malformed("The token is not base64url in its one form.") from fault
    try:
        members = _object(strict_json(header, MAX_HEADER), "The token's header")
    except Unreadable as fault:
        raise Malformed("The token's header is not JSON.") from fault
    claims = _object(strict_json(payload), "The token's payload")
    credential = credential_of(members, claims)
    return Document(data, "jws", credential, members, text.rpartition(b".")[0], signature, claims)


def _object(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{what} is not a JSON object.")
    return value
