"""Two faces of one award: a picture that carries it as Open Badges 3.0, and as 2.0 for readers that know no other.

Such a picture is judged by its 3.0 face, which is signed and must itself name the other: as related badge class, for
the same recipient, of the same day; and the other says nothing else of its class, its issuer or its end. Where any of
it is missing, they are two credentials, and nobody chooses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from badges.datatypes import is_moment, read_moment
from badges.document import Document
from badges.ob1 import upgraded
from badges.problem import BadgeError
from badges.vocabulary import check_context, misspelt_within
from verifier.ob2.world import World, world_of

Json = Mapping[str, Any]


def main_face(documents: Sequence[Document]) -> Document | None:
    """Return the 3.0 face of `documents` when they are both faces of one award, else None."""
    if len(documents) != 2:
        return None
    first, second = sorted(documents, key=lambda document: world_of(document.credential).value, reverse=True)
    worlds = world_of(first.credential), world_of(second.credential)
    if worlds != (World.CREDENTIAL, World.ASSERTION):
        return None
    return first if is_same_award(first.credential, second.credential) else None


def is_same_award(credential: Json, assertion: Json) -> bool:
    """Tell whether `credential` says of itself that `assertion` is the same award in the words of 2.0."""
    subject = credential.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, Mapping) else None
    if not isinstance(subject, Mapping) or not isinstance(achievement, Mapping) or not _is_plain(assertion):
        return False
    return (
        _names(achievement, assertion.get("badge"))
        and _agrees(assertion.get("badge"), achievement, credential.get("issuer"))
        and any(_is_same(item, assertion.get("recipient")) for item in _objects(subject.get("identifier")))
        and _moment(assertion.get("issuedOn")) in _dates(credential, "awardedDate", "validFrom", "issuanceDate")
        and _ends_alike(assertion.get("expires"), credential)
    )


def _is_plain(assertion: Json) -> bool:
    """Tell whether `assertion` has one meaning to whoever reads its names, and to whoever reads it as JSON-LD."""
    try:
        said = upgraded(assertion, "Assertion")
        check_context(said)
    except BadgeError:
        return False
    return not any(misspelt_within(said))


def _names(achievement: Json, badge: Any) -> bool:
    """Tell whether an achievement is related to `badge`."""
    identifier = badge.get("id") if isinstance(badge, Mapping) else badge
    related = [item.get("id") for item in _objects(achievement.get("related"))]
    return isinstance(identifier, str) and identifier in related


def _agrees(badge: Any, achievement: Json, issuer: Any) -> bool:
    """Tell whether a class that stands in its assertion names what was awarded, and by whom, as `achievement` does."""
    if not isinstance(badge, Mapping):
        return True
    held = badge.get("issuer")
    pairs = [(badge, achievement, name) for name in ("name", "description")]
    if isinstance(held, Mapping):
        pairs.append((held, issuer if isinstance(issuer, Mapping) else {}, "name"))
    return all(older.get(name, newer.get(name)) == newer.get(name) for older, newer, name in pairs)


def _ends_alike(expires: Any, credential: Json) -> bool:
    return expires is None or _moment(expires) in _dates(credential, "validUntil", "expirationDate")


def _is_same(identifier: Json, recipient: Any) -> bool:
    if not isinstance(recipient, Mapping) or recipient.get("type") != "email":
        return False
    if identifier.get("identityType") != "emailAddress" or identifier.get("hashed") is not recipient.get("hashed"):
        return False
    ours, theirs = identifier.get("identityHash"), recipient.get("identity")
    same = isinstance(ours, str) and isinstance(theirs, str) and ours.lower() == theirs.lower()
    return same and (identifier.get("salt") or "") == (recipient.get("salt") or "")


def _dates(credential: Json, *names: str) -> set[Any]:
    return {_moment(credential.get(name)) for name in names} - {None}


def _moment(value: Any) -> Any:
    return read_moment(value) if is_moment(value) else None


def _objects(value: Any) -> Iterator[Json]:
    yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, Mapping))
