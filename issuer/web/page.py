"""What the page of an award shows: everything about it from the signed bytes, the verdict from the verifier."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from issuer.archive import Award
from issuer.certificate import social
from issuer.web.counter import Counter
from issuer.web.drawings import WINE, ornament
from issuer.web.linkedin import add_to_profile
from verifier.web.facts import Facts, facts
from verifier.web.language import say, span
from verifier.web.second import linked
from verifier.web.view import View, view


@dataclass(frozen=True)
class Programs:
    """The addresses that a program needs, as they stand in the signed JSON."""

    issuer: str
    key: str
    status: str
    achievement: str


def award_page(counter: Counter, award: Award) -> dict[str, Any]:
    """Return the values of `credential.html`; the verifier is asked anew each time."""
    signed = json.loads(award.signed)
    seen, told, zone = award_view(counter, award)
    return {
        "award": award,
        "facts": told,
        "seen": seen,
        "second": linked(seen, zone, f"/c/{award.token}.json"),
        "zone": zone,
        "when": span(told.starts, told.ends or told.awarded, zone),
        "ornament": ornament(award.rosette_seed),
        "accent": award.layout.colour if award.layout.colour not in (None, WINE) else None,
        "linkedin": add_to_profile(told, award.url, told.number or award.token),
        "programs": _programs(signed),
        "version": award.versions,
    }


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


def title_of(award: Award) -> str:
    """Return what a saved file is called: what was awarded, and to whom."""
    told = facts(json.loads(award.signed))
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
