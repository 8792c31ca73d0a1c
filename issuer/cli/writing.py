"""The files of a run: one award in each format that was asked for, under its token."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Final

from issuer.archive import Award, batch_awards
from issuer.atomic import write_whole
from issuer.faces import face
from issuer.fault import Fault
from issuer.office import Office
from issuer.outcome import Issued, Signed
from issuer.prints.printing import prints

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


@dataclass(frozen=True)
class Written:
    """What a run wrote, and which rows could not be printed: their credentials stand all the same."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


def write_files(
    office: Office,
    signed: Signed,
    folder: Path,
    formats: Sequence[str],
    *,
    progress: Callable[[int, int], None],
) -> Written:
    """Write what is not there yet, or is older than the award's version; PDFs in one batch."""
    awards = {award.token: award for award in batch_awards(office, signed.batch_id)}
    faults: dict[str, Fault] = {}
    wanted = [(awards[one.token], extension) for one in signed.credentials for extension in formats]
    missing = [
        (award, extension) for award, extension in wanted if not _is_current(_path(folder, award, extension), award)
    ]
    to_print = [award for award, extension in missing if extension == "pdf"]
    bodies = _bodies(office, [pair for pair in missing if pair[1] != "pdf"], to_print)
    for done, (award, extension, body) in enumerate(bodies, 1):
        if isinstance(body, Fault):
            faults[award.token] = body
        else:
            write_whole(_path(folder, award, extension), body)
        progress(len(wanted) - len(missing) + done, len(wanted))
    entries = []
    for one in signed.credentials:
        files = tuple(_path(folder, awards[one.token], extension) for extension in formats)
        entries.append(Entry(one, tuple(file for file in files if file.suffix != ".pdf" or one.token not in faults)))
    rows = [replace(faults[one.token], row=one.row) for one in signed.credentials if one.token in faults]
    return Written(tuple(entries), tuple(rows))


def _bodies(
    office: Office, others: Sequence[tuple[Award, str]], to_print: Sequence[Award]
) -> Iterator[tuple[Award, str, bytes | Fault]]:
    for award, extension in others:
        yield award, extension, face(office, award, extension).body
    for award, made in prints(office, to_print):
        yield award, "pdf", made if isinstance(made, Fault) else made.pdf()


def _path(folder: Path, award: Award, extension: str) -> Path:
    return folder / f"{award.token}.{extension}"


def _is_current(path: Path, award: Award) -> bool:
    """Tell whether a file was written after the award's version was made: files are there whole or not at all."""
    made = max((award.issued_at, *(correction.at for correction in award.corrections)))
    return path.exists() and path.stat().st_mtime >= made.timestamp()
