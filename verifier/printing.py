"""A report for people at a terminal: the headline, who and what, then every check with its mark."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from babel.dates import format_date, format_datetime
from rich.console import Console
from rich.table import Table
from rich.text import Text

from badges.times import read_stamp
from templates import sentence
from verifier.reason import LABEL_MOST
from verifier.verdict import Outcome, Report, Result, plain
from verifier.web.facts import facts

_MARKS: Final = {Result.PASS: "✓", Result.FAIL: "✕", Result.ERROR: "?", Result.SKIPPED: "–"}
_STYLES: Final = {Result.PASS: "green", Result.FAIL: "red", Result.ERROR: "yellow", Result.SKIPPED: "dim"}
_OUTCOMES: Final = {
    Outcome.VALID: ("✓", "bold green"),
    Outcome.INVALID: ("✕", "bold red"),
    Outcome.INDETERMINATE: ("?", "bold yellow"),
}
_UNFAMILIAR: Final = ("•", "bold")
"""Of an issuer that nobody here knows: never green (SECURITY.md, B15)."""
_LOCALES: Final = {"en": "en_GB", "it": "it_IT"}


def print_report(report: Report, language: str, console: Console | None = None) -> None:
    """Print one report in `language`; without colours where nobody sees them."""
    console = console or Console(highlight=False, soft_wrap=False)
    unfamiliar = report.outcome is Outcome.VALID and report.issuer.trust != "known"
    mark, style = _UNFAMILIAR if unfamiliar else _OUTCOMES[report.outcome]
    headline = _unfamiliar(report, language) if unfamiliar else report.verdict.headline(language)
    console.print()
    console.print(Text(f"{mark} {sentence(f'verify.outcome.{report.outcome}', language)}  {headline}", style))
    console.print(Text(f"  {plain(report.source)}", "dim"))
    console.print()
    if report.credential is not None:
        console.print(_facts(report, language))
        console.print()
    console.print(_checks(report, language))


def _unfamiliar(report: Report, language: str) -> str:
    return sentence("page.headline.unfamiliar.hosted" if report.hosted else "page.headline.unfamiliar", language)


def _facts(report: Report, language: str) -> Table:
    said = facts(report.credential or {})
    issuer = plain(report.issuer.shown or report.issuer.id or "", LABEL_MOST)
    trust = sentence(f"verify.trust_{report.issuer.trust}", language)
    awarded = said.awarded or said.valid_from
    rows = (
        ("recipient", said.recipient),
        ("title", said.title),
        ("issuer", f"{issuer} ({trust})"),
        ("awarded", format_date(awarded, "long", _LOCALES[language]) if awarded else None),
    )
    table = Table.grid(padding=(0, 2))
    for name, value in rows:
        if value:
            told = Text(plain(value, 400), "bold" if name == "recipient" else "")
            table.add_row("", Text(sentence(f"verify.{name}", language), "dim"), told)
    return table


def _checks(report: Report, language: str) -> Table:
    table = Table.grid(padding=(0, 2))
    for check in report.checks:
        if check.code == "not_reached":
            continue
        told = Text(check.sentence(language, lambda text: moment(text, language)))
        if check.note:
            told.append(f"\n{plain(check.note, 400)}", "dim")
        quiet = "dim" if check.result is Result.SKIPPED else ""
        told.stylize(quiet)
        name = Text(sentence(f"verify.name.{check.name}", language), quiet)
        table.add_row("", Text(_MARKS[check.result], _STYLES[check.result]), name, told)
    if any(check.code == "not_reached" for check in report.checks):
        table.add_row("", Text(_MARKS[Result.SKIPPED], "dim"), "", Text(sentence("verify.rest", language), "dim"))
    return table


def moment(text: str, language: str) -> str:
    """Return a time of a check in words, in UTC."""
    when: datetime = read_stamp(text, "time")
    return f"{format_datetime(when, 'd MMMM y, HH:mm', locale=_LOCALES[language])} UTC"
