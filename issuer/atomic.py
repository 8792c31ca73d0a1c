"""A file is written whole or not at all: whoever reads it sees the old bytes or the new ones."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, body: bytes) -> None:
    """Write a file so that whoever reads it sees the old bytes or the new ones, also after a loss of power."""
    if path.is_file() and path.read_bytes() == body:
        return
    write_pieces(path, (body,))


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file like `write_whole`, piece by piece as they come; if they break off, nothing was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
