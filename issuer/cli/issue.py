"""`attestato issue`: from an event file and a list of people to signed credentials and their files."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import click

from issuer.atomic import write_pieces
from issuer.batch import Reservation, reserve
from issuer.cli.aside import a_second_pair_of_hands
from issuer.cli.codes import NOTHING_DONE, WRONG_USAGE, code_of
from issuer.cli.desk import Desk, pass_desk
from issuer.cli.files import InputFile
from issuer.cli.options import Reading, roster_options
from issuer.cli.progress import Bar
from issuer.cli.roster import print_json, print_json_with_list, print_lines
from issuer.cli.speech import note, say, tell, words
from issuer.cli.writing import FORMATS, Entries, Entry, write_files
from issuer.event import EventFile, read_event
from issuer.fault import Fault, Refused
from issuer.outcome import Signed
from issuer.printable import check_printable
from issuer.roster import Roster
from issuer.roster.report import fault_lines
from issuer.work.issuing import paused_job, sign_batch
from verifier.table import lines_of_table

DEFAULT_FORMATS: Final = ("json", "pdf")


class Formats(click.ParamType[tuple[str, ...]]):
    """Names of formats with commas between."""

    name = "formats"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Return the formats, each once."""
        if isinstance(value, tuple):
            return value
        named = tuple(dict.fromkeys(part.strip().lower() for part in str(value).split(",") if part.strip()))
        for name in named or ("",):
            if name not in FORMATS:
                self.fail(words("usage.formats", value=name, formats=", ".join(FORMATS)), param, ctx)
        return named


@dataclass(frozen=True)
class Outcome:
    """What a run has to show."""

    event: str
    signed: Signed
    faults: tuple[Fault, ...]
    entries: Entries

    def to_json(self, language: str) -> dict[str, Any]:
        """Return what `--json` promises, but for the credentials, which come last and may be many."""
        return {
            "event": self.event,
            "batch": self.signed.batch_id,
            "issued": self.signed.issued,
            "unchanged": self.signed.unchanged,
            "faults": [fault.to_json(language) for fault in self.faults],
        }


@click.command()
@click.argument("event", type=InputFile(), metavar="EVENT.toml")
@roster_options
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--formats", type=Formats(), default=DEFAULT_FORMATS, metavar=",".join(FORMATS))
@click.option("--mail", is_flag=True)
@click.option("--update", is_flag=True)
@click.option("--distinct-issuer", "distinct", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@pass_desk
def command(
    desk: Desk, /, event: Path, roster: Path, *, out: Path | None, formats: tuple[str, ...], mail: bool, update: bool,
    distinct: bool, as_json: bool, **options: Any,
) -> int:  # fmt: skip
    """Issue what is not issued yet, write the files, and tell what was done."""
    if mail:
        return _no_mail(desk)
    began = time.monotonic()
    file: EventFile | None = None
    source: Path | None = event
    try:
        file = _read_event(event)
        source = roster
        try:
            found = Reading(**options).read(roster, file.columns)
        except Refused as refused:
            named = _named_by_wording(refused, file)
            source = event if named else roster
            raise Refused(*named) if named else refused from refused
        source = None
        _refuse_nobody(found)
        reservation = reserve(desk.office, file, found.issuable, update=update, distinct=distinct, now=desk.now)
        outcome = _issue(desk, file, found, reservation, folder_of(file, out), formats)
    except Refused as refused:
        _refuse(desk, source, file, refused, as_json=as_json)
        return NOTHING_DONE
    if as_json:
        told = (entry.to_json() for entry in outcome.entries)
        print_json_with_list(outcome.to_json(desk.settings.language), "credentials", told)
    else:
        _tell(desk, outcome, roster, time.monotonic() - began)
    return code_of(done=len(outcome.entries), faults=len(outcome.faults))


def folder_of(event: EventFile, out: Path | None) -> Path:
    """Return where the files go: what was asked for, else a folder for each achievement of each event."""
    return out or Path("out") / event.issuer.slug / event.event.slug / event.achievement.slug


def _no_mail(desk: Desk) -> int:
    settings = desk.settings
    if settings.practice:
        note("issue.mail_practice", url=settings.base_url)
    else:
        note("issue.mail_later" if settings.smtp_url else "issue.mail_no_smtp")
    return WRONG_USAGE


def _read_event(path: Path) -> EventFile:
    event = read_event(path.read_bytes(), path.parent)
    check_printable(event)
    return event


def _named_by_wording(refused: Refused, event: EventFile) -> list[Fault]:
    """Return as faults of the event file what the wording names and the list does not have."""
    return [
        Fault(
            "wording_unknown_column",
            column="certificate.wording",
            values={"name": fault.values["value"], "columns": fault.values["columns"]},
        )
        for fault in refused.faults
        if fault.code == "column_unknown" and fault.values["value"] in event.columns
    ]


def _refuse_nobody(roster: Roster) -> None:
    if not roster.issuable and not roster.faults:
        note("issue.nobody", people=len(roster.recipients))
        raise Refused


def _issue(
    desk: Desk, event: EventFile, roster: Roster, reservation: Reservation, folder: Path, formats: tuple[str, ...]
) -> Outcome:
    tell(reservation.notes)
    with Bar(words("issue.signing")) as bar, a_second_pair_of_hands(desk, reservation):
        signed = sign_batch(desk.office, reservation.batch_id, now=desk.now, progress=bar, patient=True)
    if (job := paused_job(desk.office, reservation.batch_id)) is not None:
        note("issue.paused", job=job)
    with Bar(words("issue.writing")) as bar:
        written = write_files(desk.office, signed, folder, formats, progress=bar)
    lines = lines_of_table(Entry.HEADER, (entry.cells() for entry in written.entries))
    write_pieces(folder / "index.csv", lines)
    later = (*reservation.faults, *signed.faults, *written.faults)
    told = (*roster.faults, *(_in_list(fault, roster) for fault in later))
    faults = {(fault.row, fault.column, fault.code): fault for fault in told}
    by_row = tuple(sorted(faults.values(), key=lambda fault: fault.row or 0))
    return Outcome(event.event.slug, signed, by_row, written.entries)


def _in_list(fault: Fault, roster: Roster) -> Fault:
    """Return a fault of a field with the header that the field has in this list."""
    return replace(fault, column=roster.columns.get(fault.column or "", fault.column))


def _refuse(desk: Desk, source: Path | None, event: EventFile | None, refused: Refused, *, as_json: bool) -> None:
    language = desk.settings.language
    if as_json:
        told = [fault.to_json(language) for fault in refused.faults]
        slug = event.event.slug if event else None
        print_json({"event": slug, "batch": None, "issued": 0, "unchanged": 0, "faults": told, "credentials": []})
    elif source is None and refused.faults:
        note("issue.nothing")
        tell(refused.faults)
    elif source is not None:
        note("issue.refused", file=source.name)
        tell(refused.faults, source.name)


def _tell(desk: Desk, outcome: Outcome, roster: Path, seconds: float) -> None:
    if outcome.faults:
        note("issue.rows_refused", n=len(outcome.faults), file=roster.name)
        print_lines(fault_lines(outcome.faults, desk.settings.language), err=True)
    signed = outcome.signed
    say("issue.done", issued=signed.issued, unchanged=signed.unchanged, seconds=f"{seconds:.1f}")
    first = next((entry.files for entry in outcome.entries if entry.files), ())
    if first:
        say("issue.files", out=first[0].parent)
        say("issue.first", file=next((file for file in first if file.suffix == ".pdf"), first[0]))
    if desk.settings.practice:
        say("issue.practice", url=desk.settings.base_url)
