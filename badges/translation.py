"""Open Badges 2.0 said in the words of 3.0, for whoever shows awards: nothing of it is signed, and nothing is added.

Only words of the vocabulary of 2.0 are taken over. What a 2.0 assertion leaves open stays open: a recipient who is
told as a hash has no name here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from badges.datatypes import is_moment, read_moment
from badges.times import stamp
from badges.vocabulary import V2, contexts_of, types_of

Json = Mapping[str, Any]


def is_assertion(document: Json) -> bool:
    """Tell whether `document` is an assertion of Open Badges 2.0."""
    return V2 in contexts_of(document) and "Assertion" in types_of(document)


def in_words_of_3(assertion: Json) -> dict[str, Any]:
    """Return an assertion, with its badge class and issuer in place, as members of a 3.0 credential."""
    badge = _object(assertion.get("badge"))
    issuer = _object(badge.get("issuer"))
    told = {
        "id": assertion.get("id"),
        "issuer": {name: issuer.get(name) for name in ("id", "name", "url")},
        "awardedDate": _moment(assertion.get("issuedOn")),
        "validUntil": _moment(assertion.get("expires")),
        "evidence": list(_evidence(assertion.get("evidence"))),
        "credentialSubject": {
            **_recipient(_object(assertion.get("recipient"))),
            "narrative": assertion.get("narrative"),
            "achievement": {
                "id": badge.get("id"),
                "name": badge.get("name"),
                "description": badge.get("description"),
                "criteria": _criteria(badge.get("criteria")),
                "tag": badge.get("tags"),
                "inLanguage": badge.get("@language"),
            },
        },
    }
    return {name: value for name, value in told.items() if value is not None}


def _recipient(recipient: Json) -> dict[str, Any]:
    """Return the identity: in clear it is the only name that the award has."""
    identity = {
        "type": "IdentityObject",
        "identityType": {"email": "emailAddress"}.get(str(recipient.get("type")), "identifier"),
        "identityHash": recipient.get("identity"),
        "hashed": recipient.get("hashed"),
    }
    told = {"identifier": [identity]}
    return told if recipient.get("hashed") is not False else {**told, "name": recipient.get("identity")}


def _criteria(criteria: Any) -> Json:
    return criteria if isinstance(criteria, Mapping) else {"id": criteria}


def _evidence(evidence: Any) -> Iterator[Json]:
    for item in evidence if isinstance(evidence, list) else [evidence]:
        if isinstance(item, Mapping):
            narrative = item.get("narrative") or item.get("description")
            yield {"id": item.get("id"), "name": item.get("name"), "narrative": narrative}
        elif isinstance(item, str):
            yield {"id": item}


def _moment(value: Any) -> str | None:
    return stamp(read_moment(value)) if is_moment(value) else None


def _object(value: Any) -> Json:
    return value if isinstance(value, Mapping) else {}
