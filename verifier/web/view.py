"""A report as a page shows it: one headline, who and what, then every check as a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from badges.problem import Malformed
from badges.times import read_stamp
from verifier.carriers import PICTURES
from verifier.reason import LABEL_MOST
from verifier.verdict import Check, Endorsement, Outcome, Report, Result, Verdict, plain
from verifier.web.facts import Facts, facts
from verifier.web.language import instant, say, spoken
from verifier.web.markdown import safe_link
from verifier.web.wording import worded

ASKED: Final = (
    "proof", "issuer", "status", "validity", "supersession", "recipient",
    "refresh", "endorsement", "key", "schema", "shape", "parse",
)  # fmt: skip
"""Checks in the order in which people wonder about them."""
WEIGHTS: Final = {Result.FAIL: 0, Result.ERROR: 1, Result.PASS: 2, Result.SKIPPED: 3}
ADVISED: Final = frozenset({
    "unreadable", "ambiguous", "unsupported_context", "too_complex", "unsupported_proof", "issuer_unresolvable",
    "status_unknown", "signature_invalid", "recipient_mismatch",
})  # fmt: skip
"""Verdicts after which a visitor can do something; above all those that can only say that nobody knows."""


@dataclass(frozen=True)
class Line:
    """One check: its result and the word for it, its sentence, what it means, and a technical note in English."""

    name: str
    result: str
    word: str
    sentence: str
    meaning: str
    note: str


@dataclass(frozen=True)
class Voice:
    """Somebody who vouches for what was awarded, in a statement that was verified: a name, and what they say."""

    name: str
    known: bool
    comment: str


@dataclass(frozen=True)
class View:
    """What a page shows of a report; `tone` is its colour and shape.

    `unfamiliar` is a valid credential of an issuer that nobody here knows: never green (SECURITY.md, B15).
    `facts` is None until the proof has passed: nothing a document claims is shown before. `advice` is what the
    visitor can do, where there is something; `status` is clear, revoked, suspended, none, or empty where nobody
    could look. `hosted` is a badge that is not signed, of which what its issuer's site says is what counts.
    """

    tone: str
    word: str
    headline: str
    explanation: str
    advice: str
    issuer_known: bool
    issuer_name: str | None
    facts: Facts | None
    successor: str | None
    lines: tuple[Line, ...]
    passed: int
    picture: bool
    format: str
    verdict: str
    status: str
    problems: tuple[str, ...]
    checked: datetime
    voices: tuple[Voice, ...]
    hosted: bool


def view(report: Report, now: datetime, zone: str = "UTC") -> View:
    """Return `report` in the language of this page, as it was found at `now`; `zone` is where its times are told."""
    known = report.issuer.trust == "known"
    tone = "unfamiliar" if report.outcome is Outcome.VALID and not known else report.outcome.value
    verdict, hosted = report.verdict.value, report.hosted
    return View(
        tone=tone,
        word=worded(f"page.word.{tone}", hosted),
        headline=worded(f"page.headline.{tone if tone == 'unfamiliar' else verdict}", hosted),
        explanation=worded(f"page.explained.{tone if report.outcome is Outcome.VALID else verdict}", hosted),
        advice=say(f"page.advice.{verdict}") if verdict in ADVISED else "",
        issuer_known=known,
        issuer_name=plain(report.issuer.shown, LABEL_MOST) if report.issuer.shown else None,
        facts=facts(report.credential) if report.credential is not None else None,
        successor=_successor(report),
        lines=tuple(_line(check, zone, hosted) for check in _ordered(report.checks)),
        passed=sum(check.result is Result.PASS for check in report.checks),
        picture=report.format in PICTURES,
        format=report.format,
        verdict=verdict,
        status=_status(report.check("status")),
        problems=tuple(plain(f"{item.title} {item.detail}", 400) for item in report.problems),
        checked=now,
        voices=tuple(_voice(item) for item in report.endorsements if _vouches(item, report.issuer.id)),
        hosted=hosted,
    )


def _successor(report: Report) -> str | None:
    """Where the newer version was found: at the credential's own address, or at its refresh service."""
    if report.verdict is not Verdict.SUPERSEDED:
        return None
    return safe_link(report.check("supersession").values.get("id"))


def _vouches(endorsement: Endorsement, issuer: str | None) -> bool:
    """Whether somebody else says it of this award: not of a thing that it only names, and not of oneself."""
    return endorsement.about != "other" and endorsement.issuer.id != issuer


def _voice(endorsement: Endorsement) -> Voice:
    issuer = endorsement.issuer
    return Voice(
        plain(issuer.shown or issuer.id or "", LABEL_MOST),
        issuer.trust == "known",
        plain(endorsement.comment or "", 1_000),
    )


def _status(check: Check) -> str:
    """What was found about the status, in the word that a browser which looks by itself would use."""
    if check.result is Result.PASS:
        return "clear"
    if check.verdict in (Verdict.REVOKED, Verdict.SUSPENDED):
        return check.verdict.value
    return "none" if check.code == "status_none" else ""


def _ordered(checks: tuple[Check, ...]) -> list[Check]:
    """What went wrong first, what was not done last; between them what people ask first: is it signed, and by whom."""
    return sorted(checks, key=lambda check: (WEIGHTS[check.result], ASKED.index(check.name)))


def _line(check: Check, zone: str, hosted: bool) -> Line:
    result = check.result.value
    return Line(
        name=check.name,
        result=result,
        word=say(f"page.result.{result}"),
        sentence=_sentence(check, zone),
        meaning=worded(f"page.meaning.{check.name}", hosted),
        note=plain(check.note, 400),
    )


def _sentence(check: Check, zone: str) -> str:
    """The verifier's sentence, its times written as people write them."""
    values = {name: instant(moment, zone) if (moment := _moment(text)) else text for name, text in check.values.items()}
    return replace(check, values=values).sentence(spoken())


def _moment(text: str) -> datetime | None:
    try:
        return read_stamp(text, "time")
    except Malformed:
        return None
