"""From the signed JSON of one of our own credentials back to its values.

Everything that is printed or shown about an award comes through here, so that it can say only what was signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
from badges.problem import Malformed
from badges.status import read_index
from badges.times import read_stamp

Json = Mapping[str, Any]


def read_credential(credential: Json) -> OpenBadgeCredential:
    """Return the values of a credential of our own shape; Malformed when a member that we always write is missing."""
    try:
        status = credential["credentialStatus"]
        until = credential.get("validUntil")
        return OpenBadgeCredential(
            id=credential["id"],
            name=credential["name"],
            issuer=_profile(credential["issuer"]),
            subject=_subject(credential["credentialSubject"]),
            valid_from=read_stamp(credential["validFrom"], "validFrom"),
            awarded=read_stamp(credential["awardedDate"], "awardedDate"),
            status=StatusEntry(
                status["statusListCredential"], read_index(status["statusListIndex"]), status["statusPurpose"]
            ),
            evidence=tuple(_evidence(item) for item in credential.get("evidence", ())),
            valid_until=read_stamp(until, "validUntil") if until is not None else None,
            image=_image(credential.get("image")),
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise Malformed(f"The credential is not of the shape that we issue: {fault}.") from fault


def _image(image: Json | None) -> Image | None:
    return Image(image["id"], image.get("caption")) if image else None


def _profile(profile: Json) -> Profile:
    return Profile(
        profile["id"], profile["name"], profile.get("url"), profile.get("email"), _image(profile.get("image"))
    )


def _subject(subject: Json) -> AchievementSubject:
    start, end = subject.get("activityStartDate"), subject.get("activityEndDate")
    return AchievementSubject(
        id=subject["id"],
        achievement=_achievement(subject["achievement"]),
        identifiers=tuple(
            IdentityObject(item["identityType"], item["identityHash"], item["hashed"], item.get("salt"))
            for item in subject.get("identifier", ())
        ),
        activity_start=read_stamp(start, "activityStartDate") if start is not None else None,
        activity_end=read_stamp(end, "activityEndDate") if end is not None else None,
        licence_number=subject.get("licenseNumber"),
        narrative=subject.get("narrative"),
        results=tuple(Result(item["resultDescription"], item["value"]) for item in subject.get("result", ())),
        role=subject.get("role"),
    )


def _achievement(achievement: Json) -> Achievement:
    return Achievement(
        id=achievement["id"],
        name=achievement["name"],
        description=achievement["description"],
        criteria=achievement["criteria"]["narrative"],
        achievement_type=achievement["achievementType"],
        image=_image(achievement.get("image")),
        tags=tuple(achievement.get("tag", ())),
        language=achievement.get("inLanguage"),
        result_descriptions=tuple(
            ResultDescription(item["id"], item["name"], item["resultType"])
            for item in achievement.get("resultDescription", ())
        ),
    )


def _evidence(item: Json) -> Evidence:
    return Evidence(item.get("name"), item.get("genre"), item.get("description"), item.get("narrative"), item.get("id"))
