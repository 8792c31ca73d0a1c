"""What the page of an award shows: everything about it from the signed bytes, the verdict from the verifier."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from markupsafe import Markup, escape

from badges.times import stamp
from issuer.archive import Award
from issuer.certificate import social
from issuer.web.counter import Counter
from issuer.web.drawings import WINE, ornament
from issuer.web.linkedin import add_to_profile
from issuer.web.notes import Notes
from issuer.web.verdicts import LONGEST
from templates import sentence
from verifier.web.facts import Facts, facts
from verifier.web.language import instant_in, say, span, spoken
from verifier.web.second import linked
from verifier.web.view import View, view

LASTING: Final = frozenset({"valid", "revoked"})
"""Verdicts that last until something changes that the store knows of, or the credential ends."""


@dataclass(frozen=True)
class Programs:
    """The addresses that a program needs, as they stand in the signed JSON."""

    issuer: str
    key: str
    status: str
    achievement: str


def award_page(counter: Counter, award: Award, notes: Notes | None) -> dict[str, Any]:
    """Return the values of `credential.html`, for which the verifier is asked; `notes` are for whoever keeps it."""
    signed = json.loads(award.signed)
    seen, told, zone = award_view(counter, award)
    second = linked(seen, zone, f"/c/{award.token}.json")
    if notes is not None:
        second["checked"] = notes.mark(stamp)
        notes.until = _until(seen, told)
    return {
        "award": award,
        "facts": told,
        "seen": seen,
        "second": second,
        "told_at": partial(_told_at, notes, seen.checked, zone),
        "zone": zone,
        "when": span(told.starts, told.ends or told.awarded, zone),
        "ornament": ornament(award.rosette_seed),
        "accent": award.layout.colour if award.layout.colour not in (None, WINE) else None,
        "linkedin": add_to_profile(told, award.url, told.number or award.token),
        "programs": _programs(signed),
        "version": award.versions,
    }


def _told_at(notes: Notes | None, checked: datetime, zone: str, code: str, **values: object) -> str:
    """Return a sentence about the moment of the check, or a mark in its place."""
    language = spoken()

    def said(now: datetime) -> str:
        return str(escape(sentence(code, language, moment=instant_in(language, now, zone), **values)))

    return Markup(said(checked) if notes is None else notes.mark(said))  # noqa: S704 (escaped above)


def _until(seen: View, told: Facts) -> datetime | None:
    """Return until when time alone changes nothing that is told; None for what may not be kept."""
    if seen.verdict not in LASTING:
        return None
    return min(filter(None, (seen.checked + LONGEST, told.valid_until)))


def award_view(counter: Counter, award: Award) -> tuple[View, Facts, str]:
    """Return what the verifier says now, what was signed, and the zone in which its times are told."""
    zone = award.layout.timezone
    return view(counter.verify(award), counter.clock(), zone), facts(json.loads(award.signed)), zone


def _programs(signed: dict[str, Any]) -> Programs:
    proofs = signed.get("proof", [])
    proof = proofs[0] if isinstance(proofs, list) and proofs else proofs or {}
    return Programs(
        issuer=signed["issuer"]["id"],
        key=proof.get("verificationMethod", ""),
        status=signed.get("credentialStatus", {}).get("statusListCredential", ""),
        achievement=signed["credentialSubject"]["achievement"]["id"],
    )


def title_of(signed: bytes) -> str:
    """Return what a saved file of an award is called: what was awarded, and to whom."""
    told = facts(json.loads(signed))
    return " ".join(part for part in (told.title, told.recipient) if part)


def social_words(counter: Counter, award: Award) -> social.Words:
    """Return the words of the picture that is shared, in the language of this page."""
    told = facts(json.loads(award.signed))
    return social.Words(
        name=(told.recipient or "").replace("'", "’"),
        title=told.title or "",
        event=told.event or "",
        line=" · ".join(
            part for part in (told.issuer_name, span(told.starts, told.ends, award.layout.timezone)) if part
        ),
        seal=say("page.c.stamp" if award.state == "revoked" else "page.social.word"),
        practice=say("page.practice.word") if counter.office.settings.practice else "",
    )
