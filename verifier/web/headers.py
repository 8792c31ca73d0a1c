"""What every answer of ours carries: nothing from elsewhere, nothing inline, no frame, no trace."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SANDBOXED: Final = "sandbox; default-src 'none'"
"""For pictures and files made of what others gave: they run nothing and load nothing (SECURITY.md, D5)."""
PRINTED: Final = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""For PDF: browsers refuse to open their own viewer in a sandbox."""
FRAMED: Final = "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors *"
"""For what is made to stand in a frame on anybody's page."""
PERMISSIONS: Final = "camera=(), geolocation=(), microphone=(), payment=()"
POLICIES: Final = {"text/html": CONTENT_SECURITY_POLICY, "application/pdf": PRINTED}


def install(app: Flask, *, https: bool) -> None:
    """Give every answer of `app` its security headers; HSTS only where the base URL is https."""

    @app.after_request
    def secure(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICIES.get(str(response.mimetype), SANDBOXED))
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "no-referrer")
        if "frame-ancestors *" not in headers["Content-Security-Policy"]:
            headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        public = headers.get("Access-Control-Allow-Origin") == "*"
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if public else "same-origin")
        if https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if response.mimetype == "text/html" or response.status_code >= HTTPStatus.BAD_REQUEST:
            headers.setdefault("Cache-Control", "no-cache")
            if request.endpoint:
                response.vary.update(("Accept", "Accept-Language"))
        return response
