"""The command `verify`: files, addresses or standard input in; sentences, or exact JSON, and an exit code out."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import click

from badges.problem import Malformed
from badges.times import read_stamp
from templates import LANGUAGES
from verifier.caching import Caching
from verifier.deadline import within
from verifier.http import HttpResolver
from verifier.listed import FileList
from verifier.listing import BadList
from verifier.policy import Policy
from verifier.printing import print_report
from verifier.purpose import Purposes, nothing_known
from verifier.resolver import DirectoryResolver, FirstOf, Resolver, Unreachable
from verifier.terminal import has_all_letters, say_everything
from verifier.trust import Trust
from verifier.unread import SourceUnreachable
from verifier.verdict import Check, Outcome, Report, Result, Verdict, unread
from verifier.verify import verify

WRONG_USAGE: Final = 64
OUR_FAULT: Final = 70
EXIT_CODES: Final = {Outcome.VALID: 0, Outcome.INVALID: 1, Outcome.INDETERMINATE: 2}
SOURCE_MOST: Final = 10 * 1_048_576
"""Octets of what is handed in."""

Own = Callable[[], Resolver | None]
Known = Callable[[], Mapping[str, str]]


def exit_code(reports: Sequence[Report]) -> int:
    """Return 1 if any is invalid, else 2 if any cannot be told, else 0."""
    outcomes = {report.outcome for report in reports}
    for outcome in (Outcome.INVALID, Outcome.INDETERMINATE):
        if outcome in outcomes:
            return EXIT_CODES[outcome]
    return 0


class _Time(click.ParamType[datetime]):
    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return read_stamp(value, "TIME")
        except Malformed:
            self.fail("TIME is a date and time with an offset, such as 2026-10-15T18:30:00+02:00.", param, ctx)


def verify_command(
    own: Own = lambda: None,
    known: Known = dict,
    language: str = "en",
    purposes: Callable[[], Purposes] = lambda: nothing_known,
) -> click.Command:
    """Return the command. `own` gives what answers for our own addresses, `known` the issuers we know by name.

    `purposes` gives what is known of keys. All are asked when the command runs, so that a machine without a database
    can run it.
    """

    @click.pass_context
    def command(
        context: click.Context, /, sources: tuple[str, ...], as_json: bool, language: str, **given: Any
    ) -> None:
        """Tell whether each SOURCE stands: a file of any format, a URL, or - for standard input.

        Exit code 0: valid; 1: invalid; 2: it cannot be told. Of several: 1 if any is invalid, else 2, else 0.
        """
        trust = Trust(known(), *_read_lists(given["known"], language))
        policy = Policy(known_issuers=trust, recipient=given["recipient"], purposes=purposes())
        resolvers = _Resolvers(own(), given["documents"])
        now = given["now"] or datetime.now(UTC)
        reports = [_verify(source, resolvers, policy, now) for source in sources]
        _tell(reports, language, as_json=as_json)
        context.exit(exit_code(reports))

    return click.Command(
        "verify",
        callback=command,
        params=_parameters(language),
        help=command.__doc__,
        short_help="Tell whether credentials stand.",
    )


def _parameters(language: str) -> list[click.Parameter]:
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    return [
        click.Argument(["sources"], metavar="SOURCE...", nargs=-1, required=True),
        click.Option(["--json", "as_json"], is_flag=True, help="Print full reports as JSON, several as an array."),
        click.Option(["--now"], type=_Time(), metavar="TIME", help="Judge as of this moment, not the present one."),
        click.Option(
            ["--documents"],
            type=folder,
            metavar="DIR",
            help="Take every document from this folder, laid out as `publish` does, and nothing from the network.",
        ),
        click.Option(
            ["--known"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            multiple=True,
            help="Know the issuers of this list or registry; may be given several times.",
        ),
        click.Option(["--recipient"], metavar="EMAIL", help="Check also that the credential belongs to this address."),
        click.Option(["--language"], type=click.Choice(LANGUAGES), default=language, show_default=True),
    ]


def _read_lists(paths: Sequence[Path], language: str) -> list[FileList]:
    try:
        return [FileList(path) for path in paths]
    except BadList as fault:
        raise click.UsageError("\n".join(item.message(language) for item in fault.faults)) from fault


def _tell(reports: Sequence[Report], language: str, *, as_json: bool) -> None:
    if as_json:
        told = [report.to_json() for report in reports]
        said = told if len(told) > 1 else told[0]
        click.echo(json.dumps(said, ensure_ascii=not has_all_letters(), indent=2))
        return
    for report in reports:
        print_report(report, language)


class _Resolvers:
    """Who is asked: for the documents of an issuer, and for a SOURCE that is an address.

    A folder that was named is the whole world: what is not there is unreachable, from our own store too.
    """

    def __init__(self, own: Resolver | None, documents: Path | None) -> None:
        if documents is not None:
            self.documents: Resolver = DirectoryResolver(documents)
            self.sources: Resolver = self.documents
        else:
            at_hand = [own] if own is not None else []
            self.documents = FirstOf(*at_hand, Caching(HttpResolver(), time.time))
            self.sources = FirstOf(*at_hand, HttpResolver(most=SOURCE_MOST, beyond=True))


def _verify(source: str, resolvers: _Resolvers, policy: Policy, now: datetime) -> Report:
    if not source.startswith(("https://", "http://")):
        return verify(_read(source), resolvers.documents, policy, now, source)
    with within():
        try:
            data = resolvers.sources.fetch(source)
        except Unreachable as fault:
            return _nothing_retrieved(source, str(fault))
        return verify(data, resolvers.documents, policy, now, source)


def _nothing_retrieved(source: str, detail: str) -> Report:
    """Report an address that gave nothing: that says nothing about a credential, for or against it."""
    fault = SourceUnreachable(detail)
    why = Check("parse", Result.ERROR, fault.words, note=detail, verdict=Verdict(fault.verdict))
    return unread(source, why, fault.problem)


def _read(source: str) -> bytes:
    if source == "-":
        return _bounded(sys.stdin.buffer)
    try:
        with Path(source).open("rb") as file:
            return _bounded(file)
    except OSError as fault:
        raise click.UsageError(f"{source} cannot be read: {fault.strerror}.") from fault


def _bounded(file: BinaryIO) -> bytes:
    """Read up to one octet more than is allowed, which the verifier then refuses."""
    return file.read(SOURCE_MOST + 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `verify` by itself, without an issuer; return its exit code."""
    say_everything()
    try:
        result = verify_command().main(arguments, prog_name="attestato verify", standalone_mode=False)
    except click.ClickException as fault:
        fault.show()
        return WRONG_USAGE
    except click.exceptions.Abort:
        return WRONG_USAGE
    except Exception as fault:  # noqa: BLE001  # The last rim: what is left is a fault of ours.
        click.echo(f"{type(fault).__name__}: {fault}", err=True)
        return OUR_FAULT
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main())
