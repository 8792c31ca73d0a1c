"""A list read apart, in a child process that can be killed: what comes back are plain values, told in a language.

Strangers' workbooks are not opened in the process that holds the keys (DESIGN.md, section 3).
"""

from __future__ import annotations

from typing import Any, Final

from issuer.fault import Fault, Refused
from issuer.roster.model import Recipient
from issuer.roster.read import read
from templates import sentence
from verifier.child import ChildFailed, run

SECONDS: Final = 15.0
MEMORY: Final = 1024 * 2**20
FIRST: Final = 20
"""People that are shown at once."""
FAULTS_MOST: Final = 200


def look_at(data: bytes, language: str) -> dict[str, Any]:
    """Return what a list says, in sentences of `language`; a list that cannot be read has `what` and faults alone."""
    try:
        return run(_told, data, language, seconds=SECONDS, memory=MEMORY, later=True)
    except ChildFailed as failed:
        code = "list_too_slow" if failed.reason == "timeout" else "list_unreadable"
        return _refused((Fault(code),), language)


def _told(data: bytes, language: str) -> dict[str, Any]:
    try:
        roster = read(data)
    except Refused as refused:
        return _refused(refused.faults, language)
    issuable = roster.issuable
    attended = sum(person.attended is True for person in roster.recipients)
    known = any(person.attended is not None for person in roster.recipients)
    code = "room.list.attended" if known else "room.list.everybody"
    return {
        "what": sentence(f"roster.preset.{roster.preset}", language),
        "people": sentence(code, language, n=len(roster.recipients), attended=attended),
        "issuable": len(issuable),
        "first": [_person(person, language) for person in issuable[:FIRST]],
        "more": max(0, len(issuable) - FIRST),
        "faults": [fault.to_json(language) for fault in roster.faults[:FAULTS_MOST]],
    }


def _person(person: Recipient, language: str) -> dict[str, Any]:
    notes = dict.fromkeys(sentence(f"repair.{one.code}", language) for one in person.repairs)
    return {"row": person.row, "name": person.name, "email": person.email, "note": " ".join(notes)}


def _refused(faults: tuple[Fault, ...], language: str) -> dict[str, Any]:
    return {
        "what": sentence("room.list.refused", language),
        "people": "",
        "issuable": 0,
        "first": [],
        "more": 0,
        "faults": [fault.to_json(language) for fault in faults],
    }
