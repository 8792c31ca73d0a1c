"""A shelf of pictures that take long to make: kept by what they are made of, made again when somebody took them."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

MOST: Final = 5_000
"""Files on a shelf; past it the half that was used longest ago goes."""


class Shelf:
    """Files in one folder, which may be emptied at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._making = threading.Lock()

    def get(self, make: Callable[[], bytes], *ingredients: bytes) -> bytes:
        """Return what `make` gives for `ingredients`, from the shelf if it is there; one is made at a time."""
        digest = hashlib.sha256()
        for ingredient in ingredients:
            digest.update(hashlib.sha256(ingredient).digest())
        path = self._folder / digest.hexdigest()
        if (found := _read(path)) is not None:
            return found
        with self._making:
            return _read(path) or self._put(path, make())

    def _put(self, path: Path, body: bytes) -> bytes:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._tidy()
            handle, name = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(handle, "wb") as file:
                file.write(body)
            Path(name).replace(path)
        except OSError:
            # A full or read-only disk costs time, not the picture.
            return body
        return body

    def _tidy(self) -> None:
        files = list(self._folder.iterdir())
        if len(files) >= MOST:
            for old in sorted(files, key=lambda file: file.stat().st_mtime)[: MOST // 2]:
                old.unlink(missing_ok=True)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
