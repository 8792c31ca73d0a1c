"""Pictures that an event file names: read from its own folder and nowhere else, known by their first bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from issuer.fault import Fault, Refused

LIMIT: Final = 10 * 1024 * 1024
SVG_LIMIT: Final = 2 * 1024 * 1024


def read_picture(folder: Path | None, name: str) -> bytes:
    """Return the bytes of the picture `name` beside the event file; raises Refused with what is wrong."""
    values = {"file": name}
    path = None if folder is None else (folder / name)
    if path is None or folder is None or not path.resolve().is_relative_to(folder.resolve()):
        raise Refused(Fault("picture_outside", values=values))
    try:
        if path.stat().st_size > LIMIT:
            raise Refused(Fault("picture_large", values=values | {"limit": LIMIT // 1024**2}))
        data = path.read_bytes()
    except (OSError, ValueError) as fault:
        raise Refused(Fault("picture_missing", values=values)) from fault
    match picture_format(data):
        case None:
            raise Refused(Fault("picture_format", values=values))
        case "svg" if len(data) > SVG_LIMIT:
            raise Refused(Fault("picture_large", values=values | {"limit": SVG_LIMIT // 1024**2}))
    return data


def picture_format(data: bytes) -> str | None:
    """Return `png`, `jpeg` or `svg` by the first bytes, whatever the name says; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"<?xml", b"<svg", b"<!--", b"<!DOCTYPE svg")) and b"<svg" in start:
        return "svg"
    return None
