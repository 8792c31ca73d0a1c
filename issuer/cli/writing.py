"""The files of a run: one award in each format that was asked for, under its token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from issuer.archive import Award, batch_awards
from issuer.faces import face
from issuer.issue import Issued, Signed
from issuer.office import Office
from issuer.publish import write_whole

FORMATS: Final = ("json", "jwt", "pdf", "png", "svg")


@dataclass(frozen=True)
class Entry:
    """One credential of a run and its files."""

    issued: Issued
    files: tuple[Path, ...]

    HEADER: ClassVar = ("row", "name", "email", "id", "url", "state", "files")

    def to_json(self) -> dict[str, Any]:
        """Return what `--json` promises of a credential; its id is its address."""
        one = self.issued
        return {
            "row": one.row,
            "name": one.name,
            "email": one.email,
            "id": one.url,
            "url": one.url,
            "state": one.state,
            "files": [str(file) for file in self.files],
        }

    def cells(self) -> list[object]:
        """Return the same as cells of a table."""
        values = self.to_json()
        return [" ".join(values[name]) if name == "files" else values[name] for name in self.HEADER]


def write_files(
    office: Office,
    signed: Signed,
    folder: Path,
    formats: Sequence[str],
    *,
    progress: Callable[[int, int], None],
) -> tuple[Entry, ...]:
    """Write what is not there yet, or is older than the award's version; return every credential with its files."""
    awards = {award.token: award for award in batch_awards(office, signed.batch_id)}
    entries = []
    for place, one in enumerate(signed.credentials, 1):
        files = tuple(_write(office, awards[one.token], folder, extension) for extension in formats)
        entries.append(Entry(one, files))
        progress(place, len(signed.credentials))
    return tuple(entries)


def _write(office: Office, award: Award, folder: Path, extension: str) -> Path:
    path = folder / f"{award.token}.{extension}"
    if not _is_current(path, award):
        write_whole(path, face(office, award, extension).body)
    return path


def _is_current(path: Path, award: Award) -> bool:
    """Tell whether a file was written after the award's version was made: files are there whole or not at all."""
    made = max((award.issued_at, *(correction.at for correction in award.corrections)))
    return path.exists() and path.stat().st_mtime >= made.timestamp()
