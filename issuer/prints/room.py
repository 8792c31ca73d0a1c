"""Room in the cabinet: past its bound what was used longest ago goes, until three quarters of the bound are left."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

HOUR: Final = 3_600
"""Seconds after which a draft that was never renamed belongs to a process that is gone."""
LEFT: Final = 0.75


class Kept(NamedTuple):
    """One file: when it was used, its length in bytes, where it is."""

    used: float
    length: int
    path: Path


def make_room(tails: Path, plates: Path, most: int, now: float) -> None:
    """Delete drafts of an hour ago, and the oldest files while there are more than `most` bytes.

    A plate goes when no tail is left that is as old: one that lost its plate is worth nothing.
    """
    kept: list[Kept] = []
    for file in (*_files(tails), *_files(plates)):
        if file.path.name.startswith("."):
            if file.used < now - HOUR:
                _delete(file.path)
        else:
            kept.append(file)
    total = sum(file.length for file in kept)
    if total <= most:
        return
    # Of the same age, tails before plates: their plate is as old as the youngest of them, or younger.
    for file in sorted(kept, key=lambda file: (file.used, file.path.parent == plates)):
        if total <= most * LEFT:
            return
        _delete(file.path)
        total -= file.length


def _files(folder: Path) -> Iterator[Kept]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path))
            continue
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        yield Kept(found.st_mtime, found.st_size, Path(entry.path))


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
