"""Where a public document lies in a folder: `HOST/PATH`, the one layout of `publish` and `verify --documents`."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from verifier.did import did_web_url

_ADDRESS: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]{1,253})(?::(?P<port>[0-9]{1,5}))?(?P<path>/[^?#]*)?(?:#.*)?",
    re.ASCII,
)
_DEFAULT_PORTS: Final = {"https": "443", "http": "80"}
_PART_MOST: Final = 255
INDEX: Final = "index.json"


class UnsafePath(ValueError):
    """An address that has no place in a folder of documents."""


def path_of(url: str) -> PurePosixPath:
    """Return the path of `url`, or of the document that a `did:web:` maps to; UnsafePath when it must have none.

    The host keeps its port as `%3A8000`; a path whose last part has no dot becomes `PATH/index.json`.
    """
    if url.startswith("did:"):
        url = did_web_url(url)
    match = _ADDRESS.fullmatch(url)
    if match is None:
        raise UnsafePath("The address is not one that a document can have.")
    parts = [_part(raw) for raw in (match["path"] or "/").removesuffix("/").split("/")[1:]]
    if not parts or "." not in parts[-1]:
        parts.append(INDEX)
    return PurePosixPath(_host(match), *parts)


def _host(match: re.Match[str]) -> str:
    host, port = match["host"].lower(), match["port"]
    if host.startswith(".") or ".." in host:
        raise UnsafePath("The host is not a name.")
    return host if port in (None, _DEFAULT_PORTS[match["scheme"]]) else f"{host}%3A{port}"


def _part(raw: str) -> str:
    part = unquote(raw, errors="strict") if raw.isascii() else ""
    unsafe = part in ("", ".", "..") or any(letter in "/\\" or not letter.isprintable() for letter in part)
    if unsafe or "%" in part or len(part.encode()) > _PART_MOST:
        raise UnsafePath("A part of the path cannot be the name of a file.")
    return part
