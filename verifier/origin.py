"""Addresses of keys and issuers on the web: https, spelled in one way, and the origin that vouches for them.

What a check has understood must be what a connection would use (SECURITY.md, A5 and E4), so there is one grammar:
a lower-case host name, no user, no escapes, no dots that climb, before a `;` neither, which some servers cut off. An
origin is scheme, host and port (RFC 6454).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from verifier.did import InvalidDid, did_web_url

URL_MOST: Final = 1024
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TEXT: Final = r"[A-Za-z0-9._~!$&'()*+,;=:@-]"
_HTTPS: Final = re.compile(
    rf"(?P<base>(?P<origin>https://(?P<host>(?:{_LABEL}\.)*{_LABEL})(?::(?P<port>[1-9][0-9]{{0,4}}))?)"
    rf"(?P<path>(?:/{_TEXT}*)*)(?:\?(?:{_TEXT}|[/?])*)?)(?:#(?P<fragment>(?:{_TEXT}|[/?])+))?",
    re.ASCII,
)
_NUMERIC_LABEL: Final = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)", re.ASCII)


@dataclass(frozen=True)
class Address:
    """An https address: `base` is what is fetched, `path` is empty or begins with a slash."""

    base: str
    origin: str
    path: str
    fragment: str | None = None

    @property
    def is_whole_origin(self) -> bool:
        """Whether this names the origin itself, so that everything there is its own."""
        return self.base in (self.origin, f"{self.origin}/")


def read_address(url: object) -> Address | None:
    """Return the parts of an https address of a host name, or None for everything else."""
    match = _HTTPS.fullmatch(url) if isinstance(url, str) and len(url) <= URL_MOST else None
    if match is None or _NUMERIC_LABEL.fullmatch(match["host"].rpartition(".")[2]):
        return None
    if match["port"] is not None and (int(match["port"]) > 65_535 or match["port"] == "443"):
        return None
    if any(part.partition(";")[0] in (".", "..") for part in match["path"].split("/")):
        return None
    return Address(match["base"], match["origin"], match["path"], match["fragment"])


def home_of(issuer: str) -> str | None:
    """Return the origin where an issuer's documents lie; None for one that has no place on the web."""
    if issuer.startswith("did:web:"):
        try:
            issuer = did_web_url(issuer)
        except InvalidDid:
            return None
    address = read_address(issuer)
    return address.origin if address and address.fragment is None else None
