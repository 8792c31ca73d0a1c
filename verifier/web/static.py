"""Static files, at addresses that hold the hash of all of them: whoever has one may keep it for ever."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, request

ROOT: Final = Path(str(files("templates"))) / "static"
YEAR: Final = 31_536_000
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
"""What is served at all, and as what; fonts for print stay at home."""

blueprint = Blueprint("static_files", __name__)


@dataclass(frozen=True)
class Shelved:
    """One static file, held in memory."""

    body: bytes
    media_type: str


@cache
def shelved() -> dict[str, Shelved]:
    """Return every static file that is served, by its path below `templates/static`."""
    return {
        path.relative_to(ROOT).as_posix(): Shelved(path.read_bytes(), TYPES[path.suffix])
        for path in sorted(ROOT.rglob("*"))
        if path.suffix in TYPES
    }


@cache
def fingerprint() -> str:
    """Return twelve hexadecimal digits that change when any static file does.

    One hash for the whole tree lets a style sheet name its fonts by relative addresses.
    """
    digest = hashlib.sha256()
    for name, file in shelved().items():
        digest.update(name.encode() + hashlib.sha256(file.body).digest())
    return digest.hexdigest()[:12]


def static_url(name: str) -> str:
    """Return the address of the static file `name`, without a host."""
    return f"/static/{fingerprint()}/{name}"


@blueprint.get("/static/<tree>/<path:name>")
def static_file(tree: str, name: str) -> Response:
    """Serve one file; for ever under the present hash, for a minute under that of another release."""
    present = tree == fingerprint()
    return _file(name, YEAR if present else 60, immutable=present)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Serve the picture that browsers ask for unasked."""
    return _file("icon.png", 86_400)


def _file(name: str, max_age: int, *, immutable: bool = False) -> Response:
    file = shelved().get(name)
    if file is None:
        abort(404)
    response = Response(file.body, content_type=file.media_type)
    response.set_etag(hashlib.sha256(file.body).hexdigest()[:32])
    response.cache_control.public = True
    response.cache_control.max_age = max_age
    response.cache_control.immutable = immutable
    response.make_conditional(request)
    return response
