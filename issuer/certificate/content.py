"""What a certificate says: read from the signed bytes alone, set into the sentence of its kind."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from badges.model import OpenBadgeCredential
from badges.reading import read_credential
from issuer import wording
from issuer.certificate import dates
from issuer.certificate.layout import Layout
from issuer.kinds import KINDS
from issuer.wording import Run
from templates import sentence

MOST_CODE_POINTS: Final = 200
MOST_MARKS: Final = 8

_SEPARATORS: Final = " ,;:\N{NO-BREAK SPACE}"
_SINGULAR: Final = {"it": ("ore", "ora"), "en": ("hours", "hour")}
_COUNTED: Final = frozenset({"hours"})


class Unprintable(ValueError):
    """A name that is no name: too long, or buried under combining marks (SECURITY.md, F11)."""


@dataclass(frozen=True)
class Certificate:
    """The words of one sheet, with typographic apostrophes and spaces; `signed` is attached to it as it is.

    `lead` stands before the name and `body` after it; `reason` is empty unless the kind is merit. `facts` is the date,
    then place and hours where there are any.
    """

    signed: bytes
    layout: Layout
    url: str
    name: str
    title: str
    achievement: str
    lead: str
    reason: str
    body: tuple[Run, ...]
    issuer: str
    facts: tuple[str, ...]
    small_print: tuple[str, ...]
    created: datetime
    seed: str
    practice: bool

    @property
    def address(self) -> str:
        """The public address as it is printed to be typed: without its scheme."""
        return re.sub(r"^https?://", "", self.url)

    @property
    def text(self) -> str:
        """The body as one plain text."""
        return "".join(run.text for run in self.body)


def certificate(signed: bytes, layout: Layout, *, kept: Mapping[str, str], practice: bool) -> Certificate:
    """Return what is printed of `signed`, the JSON of a credential of ours.

    `kept` are the row's further columns that the wording names. Raises badges.problem.Malformed for a credential that
    is not ours, issuer.wording.InvalidWording for a faulty wording and Unprintable for a name that is none.
    """
    credential = read_credential(json.loads(signed))
    name = credential.subject.name or ""
    _check_name(name)
    language, kind = layout.language, KINDS[layout.kind]
    values = {**kept, **_values(credential, layout)}
    template = layout.wording or kind.wording[language]
    runs = [replace(run, text=display(run.text)) for run in _agreeing(wording.render(template, values), language)]
    lead, body = _around_name(runs)
    reason, body = _without_reason(body) if layout.kind == "merit" else ("", body)
    named = "achievement" in wording.fields(template)
    return Certificate(
        signed=signed,
        layout=layout,
        url=credential.id,
        name=display(name),
        title=display(kind.title[language] if named else credential.subject.achievement.name),
        achievement=display(credential.subject.achievement.name),
        lead=lead,
        reason=reason,
        body=body,
        issuer=display(credential.issuer.name),
        facts=tuple(display(fact) for fact in _facts(values, language)),
        small_print=_small_print(credential, layout, practice),
        created=credential.valid_from,
        seed=layout.seed or credential.subject.achievement.id,
        practice=practice,
    )


def display(text: str) -> str:
    """Return `text` as a printer sets it: a straight apostrophe beside a letter is curled, nothing else is touched."""
    return re.sub(r"(?<=[^\W\d_])'|'(?=[^\W\d_])", "\N{RIGHT SINGLE QUOTATION MARK}", text)


def _check_name(name: str) -> None:
    marks = 0
    for character in name:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > MOST_MARKS:
            raise Unprintable("More marks on one letter than any name has.")
    if not name.strip() or len(name) > MOST_CODE_POINTS:
        raise Unprintable("The name is empty or longer than any name is.")


def _values(credential: OpenBadgeCredential, layout: Layout) -> dict[str, str]:
    """Return the value of every placeholder of the grammar."""
    subject, language, zone = credential.subject, layout.language, layout.timezone
    results = {result.result_description.rpartition("#")[2]: result.value for result in subject.results}
    event = next((item for item in credential.evidence if item.genre == "Event"), None)
    start, end = subject.activity_start, subject.activity_end or credential.awarded
    values = {
        "name": subject.name,
        "event": event.name if event else None,
        "date": dates.span(start, end, language, zone),
        "from": dates.day(start or end, language, zone),
        "to": dates.day(end, language, zone),
        "place": event.description if event else None,
        "hours": dates.number(results.get("hours", ""), language),
        "basis": event.narrative if event else None,
        "reason": subject.narrative,
        "role": subject.role,
        "rank": results.get("rank"),
        "grade": results.get("grade"),
        "number": subject.licence_number,
        "evidence": next((item.id for item in credential.evidence if item.genre != "Event" and item.id), None),
        "achievement": subject.achievement.name,
        "criteria": subject.achievement.criteria,
        "tags": ", ".join(subject.achievement.tags),
        "issuer": credential.issuer.name,
    }
    return {field: (value or "").strip() for field, value in values.items()}


def _agreeing(runs: tuple[Run, ...], language: str) -> list[Run]:
    """Tie a number to the unit after it with a no-break space, and put the unit in the singular after 1."""
    plural, singular = _SINGULAR[language]
    agreed: list[Run] = []
    for run in runs:
        before = agreed[-1] if agreed else None
        if run.field is None and before is not None and before.field in _COUNTED and run.text[:1] == " ":
            text = re.sub(rf"^ {plural}\b", f" {singular}", run.text) if before.text == "1" else run.text
            run = replace(run, text=dates.NO_BREAK_SPACE + text[1:])
        agreed.append(run)
    return agreed


def _around_name(runs: list[Run]) -> tuple[str, tuple[Run, ...]]:
    at = next((index for index, run in enumerate(runs) if run.field == "name"), None)
    if at is None:
        return "", tuple(runs)
    lead = "".join(run.text for run in runs[:at]).strip(_SEPARATORS)
    return lead, _opened(runs[at + 1 :])


def _without_reason(body: tuple[Run, ...]) -> tuple[str, tuple[Run, ...]]:
    """Take the reason out of the sentence, if it opens it: it stands on lines of its own."""
    if not body or body[0].field != "reason":
        return "", body
    return body[0].text, _opened(list(body[1:]))


def _opened(runs: list[Run]) -> tuple[Run, ...]:
    """Return `runs` without the separators they begin with."""
    while runs and runs[0].field is None:
        text = runs[0].text.lstrip(_SEPARATORS)
        if text.strip("."):
            return (replace(runs[0], text=text), *runs[1:])
        runs = runs[1:]
    return tuple(runs)


def _facts(values: Mapping[str, str], language: str) -> tuple[str, ...]:
    hours = values["hours"]
    if hours:
        plural, singular = _SINGULAR[language]
        hours = f"{hours}{dates.NO_BREAK_SPACE}{singular if hours == '1' else plural}"
    return tuple(fact for fact in (values["date"], values["place"], hours) if fact)


def _small_print(credential: OpenBadgeCredential, layout: Layout, practice: bool) -> tuple[str, ...]:
    language, zone = layout.language, layout.timezone
    facts = [
        sentence("certificate.number", language, number=credential.subject.licence_number)
        if credential.subject.licence_number
        else "",
        sentence("certificate.signed", language),
        sentence("certificate.issued", language, date=dates.day(credential.valid_from, language, zone)),
        sentence("certificate.until", language, date=dates.day(credential.valid_until, language, zone))
        if credential.valid_until
        else "",
    ]
    note = KINDS[layout.kind].legal_note
    lines = (
        sentence("certificate.practice.note", language) if practice else "",
        " · ".join(fact for fact in facts if fact),
        note[language] if note and layout.legal_note else "",
    )
    return tuple(display(line) for line in lines if line)
