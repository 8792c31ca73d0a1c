"""Many files, one after the other, each judged by itself; and what was found as rows for a table.

Somebody who checks two hundred certificates must not make others wait: every file takes a turn of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from badges.times import stamp
from verifier.bundle import Named
from verifier.table import table
from verifier.verdict import Check, Report, Result, Verdict, plain, unread
from verifier.web.facts import facts

HEADER: Final = (
    "source", "verdict", "outcome", "recipient", "title", "issuer", "issuer_id", "trust", "awarded", "valid_until",
    "id", "format", "checked_at", "detail",
)  # fmt: skip
"""The columns of the report; what a credential says stands in them only once its proof has passed."""


def check_each(
    files: Iterable[Named], check: Callable[[bytes, str], Report], in_time: Callable[[], bool]
) -> Iterator[Report]:
    """Yield the report on each file, under its name; once the time is over, that it was not reached."""
    for name, data in files:
        source = plain(name)
        yield check(data, source) if in_time() else not_reached(source)


def not_reached(source: str) -> Report:
    """Return the report on a file for which there was no time left."""
    return unread(source, Check("parse", Result.ERROR, "batch_time_over", verdict=Verdict.TOO_COMPLEX))


def as_csv(reports: Sequence[Report], now: datetime) -> bytes:
    """Return the reports as a table, a line each; details are English, as in the JSON."""
    return table(HEADER, (_row(report, now) for report in reports))


def _row(report: Report, now: datetime) -> list[object]:
    said = facts(report.credential) if report.credential is not None else None
    awarded = (said.awarded or said.valid_from) if said else None
    return [
        report.source,
        report.verdict.value,
        report.outcome.value,
        said.recipient if said else None,
        said.title if said else None,
        report.issuer.shown,
        report.issuer.id,
        report.issuer.trust if said else None,
        stamp(awarded) if awarded else None,
        stamp(said.valid_until) if said and said.valid_until else None,
        said.id if said else None,
        report.format,
        stamp(now),
        " ".join(check.to_json()["detail"] for check in report.checks if check.verdict is not None),
    ]
