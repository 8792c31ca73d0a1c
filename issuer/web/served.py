"""Documents as they are served to everybody: any origin, an ETag, a lifetime, and 304 to whoever has them already."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final
from urllib.parse import quote

from flask import Response, request

MINUTE: Final = 60
"""Seconds that an outside cache may keep what a revocation or a correction can change."""
DAY: Final = 86_400
PDF: Final = "application/pdf"


def served(body: bytes, media_type: str, *, max_age: int, etag: str | None = None) -> Response:
    """Return `body` as a public document; 304 where the caller's copy is the same (RFC 9110, 13)."""
    response = Response(body, content_type=media_type)
    response.set_etag(etag or hashlib.sha256(body).hexdigest()[:32])
    response.cache_control.public = True
    response.cache_control.max_age = max_age
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag"
    # Readers of long files ask for parts of them (RFC 9110, 14).
    response.make_conditional(request, accept_ranges=media_type == PDF, complete_length=len(body))
    return response


def named(response: Response, name: str, extension: str, *, saved: bool) -> Response:
    """Give `response` a file name of our making (RFC 6266): in ASCII, and in the letters of the recipient."""
    plain = re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower())
    kept = re.sub(r"[^\w'’-]+", "-", unicodedata.normalize("NFC", name)).strip("-")[:120] or "attestato"
    kind = "attachment" if saved else "inline"
    response.headers["Content-Disposition"] = (
        f'{kind}; filename="{plain.strip("-")[:80] or "attestato"}.{extension}"; '
        f"filename*=UTF-8''{quote(f'{kept}.{extension}', safe='')}"
    )
    return response
