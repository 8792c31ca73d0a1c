"""From an intent to the credential it means; nothing is looked up, so the same intent gives the same credential."""

from __future__ import annotations

from badges.identity import name_identity
from badges.model import (
    Achievement,
    AchievementSubject,
    Evidence,
    IdentityObject,
    Image,
    OpenBadgeCredential,
    Profile,
    Result,
    ResultDescription,
    StatusEntry,
)
from badges.times import read_stamp
from issuer.facts import RESULTS, Facts
from issuer.intent import Intent

EXTENSIONS = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
"""How the address of a picture ends, by its media type."""


def compose(intent: Intent) -> OpenBadgeCredential:
    """Return what the credential of `intent` says (OB 3.0, AchievementCredential)."""
    facts, row = intent.facts, intent.row
    event = facts["event"]
    url, named = intent.achievement_url, [name for name in RESULTS if row.get(name) is not None]
    subject = AchievementSubject(
        id=intent.subject_id,
        achievement=achievement(url, facts["achievement"], named),
        identifiers=_identifiers(intent),
        activity_start=read_stamp(event["start"], "start"),
        activity_end=read_stamp(event["end"], "end"),
        licence_number=row.get("number"),
        narrative=_narrative(intent),
        results=tuple(Result(f"{url}#{name}", row[name]) for name in named),
        role=row.get("role"),
    )
    return OpenBadgeCredential(
        id=intent.url,
        name=facts["achievement"]["name"],
        issuer=profile(intent.did, facts["issuer"], intent.issuer_url),
        subject=subject,
        valid_from=intent.valid_from,
        awarded=intent.awarded,
        status=StatusEntry(intent.list_url, intent.index),
        evidence=_evidence(intent),
        valid_until=intent.valid_until,
    )


def profile(did: str, facts: Facts, url: str) -> Profile:
    """Return who issues; the logo lies beside the profile, at `url`."""
    file = facts.get("logo_file")  # Facts kept before logos had an address of their own do not name one.
    logo = Image(f"{url}/{file}") if file else None
    return Profile(id=did, name=facts["name"], url=facts.get("url"), email=facts.get("email"), image=logo)


def achievement(url: str, facts: Facts, results: list[str]) -> Achievement:
    """Return what is achieved, with a description of each of `results`."""
    extension = EXTENSIONS[facts["image"]["media_type"]]
    return Achievement(
        id=url,
        name=facts["name"],
        description=facts["description"],
        criteria=facts["criteria"],
        achievement_type=facts["type"],
        image=Image(f"{url}.{extension}"),
        tags=tuple(facts["tags"]),
        language=facts["language"],
        result_descriptions=tuple(ResultDescription(f"{url}#{name}", facts["results"][name]) for name in results),
    )


def _identifiers(intent: Intent) -> tuple[IdentityObject, ...]:
    name = name_identity(intent.row["name"])
    email = intent.row.get("email")
    if email is None:
        return (name,)
    return name, IdentityObject("emailAddress", email["identityHash"], hashed=True, salt=email["salt"])


def _narrative(intent: Intent) -> str | None:
    """The reason of an award of merit; else what the row tells of its own."""
    reason: str | None = intent.row.get("reason")
    narrative: str | None = intent.row.get("narrative")
    return reason or narrative


def _evidence(intent: Intent) -> tuple[Evidence, ...]:
    event, row = intent.facts["event"], intent.row
    presence = Evidence(name=event["name"], genre="Event", description=event["place"], narrative=row["basis"])
    link = row.get("evidence")
    return (presence, Evidence(id=link)) if link else (presence,)
