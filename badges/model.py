"""The values of an Open Badges 3.0 credential, named and ordered as the specification has them.

Every class turns itself into JSON with `to_json`, leaves out what is absent (OB 3.0: null and empty arrays MUST
be omitted), and is read back from signed JSON with `read_credential`. Times are aware `datetime`s and are written
in UTC to the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from badges.times import stamp

CONTEXT_V2: Final = "https://www.w3.org/ns/credentials/v2"
CONTEXT_OB3: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


def _present(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, [], "")}


@dataclass(frozen=True)
class Image:
    """A picture by address, `https:` or `data:`."""

    id: str
    caption: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the Image object."""
        return _present({"id": self.id, "type": "Image", "caption": self.caption})


@dataclass(frozen=True)
class Profile:
    """Who issues: always an object of type `Profile`, its `id` a DID."""

    id: str
    name: str
    url: str | None = None
    email: str | None = None
    image: Image | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the Profile object."""
        image = self.image.to_json() if self.image else None
        return _present({"id": self.id, "type": ["Profile"], "name": self.name, "url": self.url, "email": self.email,
                         "image": image})  # fmt: skip


@dataclass(frozen=True)
class IdentityObject:
    """One way to recognise the recipient: in clear, or as a salted hash (OB 3.0, IdentityObject)."""

    identity_type: str
    identity_hash: str
    hashed: bool = False
    salt: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the IdentityObject; `hashed` is always told."""
        members = {"type": "IdentityObject", "hashed": self.hashed, "identityHash": self.identity_hash,
                   "identityType": self.identity_type, "salt": self.salt}  # fmt: skip
        return {name: value for name, value in members.items() if value is not None}


@dataclass(frozen=True)
class ResultDescription:
    """A result that an achievement can have; `Result.result_description` refers to its `id`."""

    id: str
    name: str
    result_type: str = "Result"

    def to_json(self) -> dict[str, Any]:
        """Return the ResultDescription object."""
        return {
            "id": self.id,
            "type": ["ResultDescription"],
            "name": self.name,
            "resultType": self.result_type,
        }


@dataclass(frozen=True)
class Result:
    """One result of one recipient; `value` is text, as the specification asks."""

    result_description: str
    value: str

    def to_json(self) -> dict[str, Any]:
        """Return the Result object."""
        return {"type": ["Result"], "resultDescription": self.result_description, "value": self.value}


@dataclass(frozen=True)
class Achievement:
    """What was achieved: the same for all who have it."""

    id: str
    name: str
    description: str
    criteria: str
    achievement_type: str
    image: Image | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    result_descriptions: tuple[ResultDescription, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the Achievement object; `criteria` is Markdown."""
        return _present({
            "id": self.id,
            "type": ["Achievement"],
            "achievementType": self.achievement_type,
            "name": self.name,
            "description": self.description,
            "criteria": {"narrative": self.criteria},
            "image": self.image.to_json() if self.image else None,
            "inLanguage": self.language,
            "resultDescription": [item.to_json() for item in self.result_descriptions],
            "tag": list(dict.fromkeys(self.tags)),
        })  # fmt: skip


@dataclass(frozen=True)
class AchievementSubject:
    """Who achieved it, when, in which role, and with what result."""

    id: str
    achievement: Achievement
    identifiers: tuple[IdentityObject, ...] = ()
    activity_start: datetime | None = None
    activity_end: datetime | None = None
    licence_number: str | None = None
    narrative: str | None = None
    results: tuple[Result, ...] = ()
    role: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the AchievementSubject object."""
        return _present({
            "id": self.id,
            "type": ["AchievementSubject"],
            "identifier": [item.to_json() for item in self.identifiers],
            "activityStartDate": stamp(self.activity_start) if self.activity_start else None,
            "activityEndDate": stamp(self.activity_end) if self.activity_end else None,
            "licenseNumber": self.licence_number,
            "narrative": self.narrative,
            "role": self.role,
            "result": [item.to_json() for item in self.results],
            "achievement": self.achievement.to_json(),
        })  # fmt: skip

    @property
    def name(self) -> str | None:
        """The recipient's name as it is signed, in clear."""
        for item in self.identifiers:
            if item.identity_type == "name" and not item.hashed:
                return item.identity_hash
        return None


@dataclass(frozen=True)
class Evidence:
    """What the claim rests on: an event (genre `Event`), a work, a page."""

    name: str | None = None
    genre: str | None = None
    description: str | None = None
    narrative: str | None = None
    id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the Evidence object."""
        return _present({"id": self.id, "type": ["Evidence"], "name": self.name, "genre": self.genre,
                         "description": self.description, "narrative": self.narrative})  # fmt: skip


@dataclass(frozen=True)
class StatusEntry:
    """One bit of one status list (Bitstring Status List 1.0, 2.1); `id` is required by the OB 3.0 schema."""

    list_url: str
    index: int
    purpose: str = "revocation"

    def to_json(self) -> dict[str, Any]:
        """Return the BitstringStatusListEntry."""
        return {"id": f"{self.list_url}#{self.index}", "type": "BitstringStatusListEntry",
                "statusPurpose": self.purpose, "statusListIndex": str(self.index),
                "statusListCredential": self.list_url}  # fmt: skip


@dataclass(frozen=True)
class OpenBadgeCredential:
    """An OpenBadgeCredential on the Verifiable Credentials Data Model 2.0, before it is signed."""

    id: str
    name: str
    issuer: Profile
    subject: AchievementSubject
    valid_from: datetime
    awarded: datetime
    status: StatusEntry
    evidence: tuple[Evidence, ...] = ()
    valid_until: datetime | None = None
    image: Image | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the unsigned credential, members in the specification's order."""
        return _present({
            "@context": [CONTEXT_V2, CONTEXT_OB3],
            "id": self.id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": self.name,
            "image": self.image.to_json() if self.image else None,
            "issuer": self.issuer.to_json(),
            "validFrom": stamp(self.valid_from),
            "validUntil": stamp(self.valid_until) if self.valid_until else None,
            "awardedDate": stamp(self.awarded),
            "credentialSubject": self.subject.to_json(),
            "evidence": [item.to_json() for item in self.evidence],
            "credentialStatus": self.status.to_json(),
        })  # fmt: skip
