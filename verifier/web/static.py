"""Static files, at addresses that hold the hash of all of them: whoever has one may keep it for ever."""

from __future__ import annotations

import gzip
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
    ".json": "application/json",
    ".jsonld": "application/ld+json",
}
"""What is served at all, and as what; fonts for print stay at home."""
SQUEEZED: Final = frozenset({".css", ".js", ".svg", ".json", ".jsonld"})
"""What gains by being compressed on its way; all of it is public, so its length betrays nothing."""
SOURCES: Final = {"": ROOT, "contexts/": Path(str(files("badges.contexts")))}
"""Folders by the beginning of their addresses; with the pinned contexts a browser need not ask anybody else."""

blueprint = Blueprint("static_files", __name__)


@dataclass(frozen=True)
class Shelved:
    """One static file, held in memory."""

    body: bytes
    media_type: str


@cache
def shelved() -> dict[str, Shelved]:
    """Return every static file that is served, by its path."""
    return {
        beginning + path.relative_to(folder).as_posix(): Shelved(path.read_bytes(), TYPES[path.suffix])
        for beginning, folder in SOURCES.items()
        for path in sorted(folder.rglob("*"))
        if path.suffix in TYPES
    }


@cache
def squeezed(name: str) -> bytes | None:
    """Return the file `name` in gzip, the same octets each time; None where that gains nothing."""
    return gzip.compress(shelved()[name].body, mtime=0) if Path(name).suffix in SQUEEZED else None


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
    small = squeezed(name) if request.accept_encodings.quality("gzip") > 0 else None
    body = file.body if small is None else small
    response = Response(body, content_type=file.media_type)
    if small is not None:
        response.headers["Content-Encoding"] = "gzip"
    if Path(name).suffix in SQUEEZED:
        response.vary.add("Accept-Encoding")
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.cache_control.public = True
    response.cache_control.max_age = max_age
    response.cache_control.immutable = immutable
    response.make_conditional(request)
    return response
