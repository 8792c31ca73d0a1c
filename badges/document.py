"""Bytes become a document: JSON, or a compact JWS whose payload is JSON; the bytes themselves are kept.

Clauses: RFC 7515 section 3.1 and 5.2 (compact serialization), VC-JOSE-COSE 1.0 section 3.1.1, OB 3.0 section 8.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from badges.problem import Malformed, OutOfRange, Unreadable
from badges.strict import MAX_BYTES, strict_json
from keys.encoding import read_base64url

MAX_HEADER: Final = 8_192
_COMPACT: Final = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_LOOKS_COMPACT: Final = re.compile(rb"e[wyo][A-Za-z0-9+/=_-]*\.[^\s{}\"]*")


@dataclass(frozen=True)
class Document:
    """A credential as it was received: exact `data`, and what it says.

    For a JWS, `credential` is its payload, and `header`, `signing_input` and `signature` are filled.
    """

    data: bytes = field(repr=False)
    form: Literal["json", "jws"]
    credential: dict[str, Any] = field(repr=False)
    header: dict[str, Any] | None = None
    signing_input: bytes = field(default=b"", repr=False)
    signature: bytes = field(default=b"", repr=False)


def parse(data: bytes) -> Document:
    """Read a credential: Unreadable when it is neither JSON nor a JWS, Malformed when it is no object."""
    text = data.strip(b" \t\r\n")
    if _COMPACT.fullmatch(text):
        return _parse_jws(data, text)
    if _LOOKS_COMPACT.fullmatch(text):
        raise Malformed("The token is not three segments of base64url.")
    credential = strict_json(text.removeprefix(b"\xef\xbb\xbf"))
    return Document(data, "json", _object(credential, "The document"))


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
    credential = _object(strict_json(payload), "The token's payload")
    return Document(data, "jws", credential, members, text.rpartition(b".")[0], signature)


def _object(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{what} is not a JSON object.")
    return value
