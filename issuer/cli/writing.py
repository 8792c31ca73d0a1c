"""The files of a run: one award in each format that was asked for, under its token."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from pathlib import Path
from typing import Any, ClassVar, Final

from issuer.archive import Award, awards_under
from issuer.atomic import write_whole
from issuer.faces import face
from issuer.fault import Fault
from issuer.office import Office
from issuer.outcome import Issued, Signed
from issuer.prints.printing import prints

FORMATS: Final = ("json", "jwt", "pdf", "png", "svg")
TOGETHER: Final = 512
"""Awards that are held at once: as many as the press takes twice."""


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


class Entries:
    """The credentials of a run with their files, in the order of the list; made anew each time they are gone through.

    `lacking` are the files that could not be made.
    """

    def __init__(
        self, issued: Sequence[Issued], folder: Path, formats: Sequence[str], lacking: Container[Path]
    ) -> None:
        self._issued, self._folder, self._formats, self._lacking = issued, folder, formats, lacking

    def __len__(self) -> int:
        return len(self._issued)

    def __iter__(self) -> Iterator[Entry]:
        for one in self._issued:
            files = (_path(self._folder, one.token, extension) for extension in self._formats)
            yield Entry(one, tuple(file for file in files if file not in self._lacking))


@dataclass(frozen=True)
class Written:
    """What a run wrote, and which rows could not be printed: their credentials stand all the same."""

    entries: Entries
    faults: tuple[Fault, ...]


def write_files(
    office: Office,
    signed: Signed,
    folder: Path,
    formats: Sequence[str],
    *,
    progress: Callable[[int, int], None],
) -> Written:
    """Write what is not there yet, or is older than the award's version.

    Awards are taken by the chunk: memory does not grow with their number.
    """
    lacking: set[Path] = set()
    faults: list[Fault] = []
    seen, total = 0, len(signed.credentials) * len(formats)
    rows = iter(signed.credentials)
    while chunk := list(islice(rows, TOGETHER)):
        refused: dict[str, Fault] = {}
        for done, (path, body) in enumerate(_missing(office, chunk, folder, formats), seen + 1):
            if isinstance(body, bytes):
                write_whole(path, body)
            else:
                lacking.add(path)
                refused |= {path.stem: body} if body else {}
            progress(done, total)
        faults += (replace(refused[one.token], row=one.row) for one in chunk if one.token in refused)
        seen += len(chunk) * len(formats)
        progress(seen, total)
    return Written(Entries(signed.credentials, folder, formats, lacking), tuple(faults))


def _missing(
    office: Office, chunk: Sequence[Issued], folder: Path, formats: Sequence[str]
) -> Iterator[tuple[Path, bytes | Fault | None]]:
    """Yield the files that are to be written; a fault for one that cannot be, None for one whose award is gone."""
    tokens = list(dict.fromkeys(one.token for one in chunk))
    awards = awards_under(office, tokens)
    to_print = []
    for token, extension in product(tokens, formats):
        path, award = _path(folder, token, extension), awards.get(token)
        if award is None:
            yield path, None
        elif not _is_current(path, award):
            if extension == "pdf":
                to_print.append(award)
            else:
                yield path, face(office, award, extension).body
    for award, made in prints(office, to_print):
        yield _path(folder, award.token, "pdf"), made if isinstance(made, Fault) else made.pdf()


def _path(folder: Path, token: str, extension: str) -> Path:
    return folder / f"{token}.{extension}"


def _is_current(path: Path, award: Award) -> bool:
    """Tell whether a file was written after the award's version was made: files are there whole or not at all."""
    made = max((award.issued_at, *(correction.at for correction in award.corrections)))
    return path.exists() and path.stat().st_mtime >= made.timestamp()
