"""A list that comes with a form: as large as a list may be, from a member; no other request is."""

from __future__ import annotations

from typing import Final

from flask import request

from issuer.preparing.store import Dropped
from issuer.room.guard import Guard
from issuer.roster import limits

FORM_OCTETS: Final = 2**16
"""What a form needs beside its file."""


def take_a_list(guard: Guard, endpoint: str) -> None:
    """Let the requests of `endpoint` be as large as a list may be, if a member sends them (SECURITY.md, 1)."""
    if request.endpoint == endpoint and request.method == "POST" and guard.visitor() is not None:
        request.max_content_length = limits.FILE_BYTES + FORM_OCTETS


def sent_list() -> Dropped | None:
    """Return the list that was sent with a form, or None."""
    sent = request.files.get("file")
    body = sent.read() if sent else b""
    return Dropped(body, sent.filename or "") if sent and body else None
