"""Is it formed as the specifications ask, so that what is read is what was signed?

A signature of Data Integrity covers the meaning of a document, not its letters. So every letter that could give
the same meaning another look is refused here: contexts other than the pinned ones, contexts inside, keywords,
full addresses in place of terms, null, empty lists and lists in lists, a second object that speaks for the credential,
or for anything else (`verifier.once`).
Clauses: VCDM 2.0 sections 4 and 7.1, VCDM 1.1 section 4, Data Integrity 1.0 section 2.4 and its Context Validation,
OB 3.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from badges.contexts import sources
from badges.datamodel import DATES, V1, V2, data_model_of
from badges.document import Document
from badges.jsonld import canonize
from badges.problem import DataLoss, Malformed, UnsupportedContext
from badges.proof import jwt
from badges.times import read_stamp
from verifier.once import check_said_once
from verifier.period import period_of
from verifier.verdict import plain

Json = Mapping[str, Any]
Member = tuple[tuple[str, ...], Any]
"""The place of a member, the names that lead to it, and its value."""

_OPEN_BADGES: Final = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)?\.json", re.ASCII)
"""Contexts of Open Badges 3.0; of those only the ones that are held here are accepted."""
_EXTENSIONS: Final = frozenset({
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    "https://w3id.org/security/data-integrity/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://w3id.org/security/suites/jws-2020/v1",
    "https://w3id.org/vc/status-list/2021/v1",
    "https://www.w3.org/ns/credentials/status/v1",
})  # fmt: skip
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")
_ENDORSING: Final = frozenset({"id", "type", "endorsementComment"})
_TAGS: Final = frozenset({"@value", "@language", "@direction"})
"""A text that says its language (VCDM 2.0, 11.1); the schema of Open Badges wants a plain one."""


@dataclass(frozen=True)
class Kind:
    """A kind of credential: the types of which it must have one, and whether it speaks the words of Open Badges."""

    name: str
    types: frozenset[str]
    open_badges: bool


BADGE: Final = Kind("badge", frozenset({"AchievementCredential", "OpenBadgeCredential"}), open_badges=True)
ENDORSEMENT: Final = Kind("endorsement", frozenset({"EndorsementCredential"}), open_badges=True)
STATUS_LIST: Final = Kind(
    "status list", frozenset({"BitstringStatusListCredential", "StatusList2021Credential"}), open_badges=False
)


def check_shape(document: Document, kind: Kind) -> None:
    """Raise Malformed, DataLoss, UnsupportedContext or TooComplex unless `document` is a well-formed `kind`.

    Of a token its header and claims are checked as well; those raise what `badges.proof.jwt` says.
    """
    credential = document.credential
    check_contexts(credential, kind)
    _check_types(credential, kind)
    members = list(_walk(credential))
    _check_members(members)
    _check_identifiers(credential, members)
    _check_dates(credential)
    _check_status(credential)
    if document.form == "jws":
        jwt.check_header(document)
        jwt.check_claims(document)
    else:
        check_said_once(credential, _endorses)
    canonize(_said(document))


def issuer_of(credential: Json) -> str:
    """Return the id of the issuer; Malformed when there is none."""
    issuer = credential.get("issuer")
    found = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    if not isinstance(found, str):
        raise Malformed("The credential names no issuer.")
    return found


def check_contexts(credential: Json, kind: Kind) -> None:
    """Raise unless `@context` is one of the allowed lists, in the allowed order."""
    contexts = credential.get("@context")
    if not isinstance(contexts, list) or not contexts:
        raise Malformed("@context is not a list.")
    for context in contexts:
        if not isinstance(context, str):
            raise Malformed("A context is written into the document; only published ones can be trusted.")
    first, rest = contexts[0], list(contexts[1:])
    if data_model_of(credential) is None:
        raise UnsupportedContext(f"The first context is {plain(first)}, neither {V2.context} nor {V1.context}.")
    if kind.open_badges:
        _check_open_badges(rest.pop(0) if rest else None)
    for context in rest:
        if context not in _EXTENSIONS or context not in sources():
            raise UnsupportedContext(f"The context {plain(context)} is not among those held here.")
    if len(set(contexts)) != len(contexts):
        raise Malformed("A context is named twice.")


def _check_open_badges(context: str | None) -> None:
    if context is None:
        raise Malformed("The context of Open Badges 3.0 is missing.")
    if context not in sources() or not _OPEN_BADGES.fullmatch(context):
        raise UnsupportedContext(f"The context {plain(context)} is not one of Open Badges 3.0 that is held here.")


def _check_types(credential: Json, kind: Kind) -> None:
    types = credential.get("type")
    names = types if isinstance(types, list) else [types]
    if "VerifiableCredential" not in names or kind.types.isdisjoint(name for name in names if isinstance(name, str)):
        raise Malformed(f"The type is not that of a {kind.name}.")


def _check_members(members: Iterable[Member]) -> None:
    for place, value in members:
        name = place[-1]
        if not value and (value is None or value == [] or (value == {} and name != "proof")):
            raise Malformed(f"{'/'.join(place)[:120]} is empty; what is absent must be left out.")
        if isinstance(value, list) and any(item is None or isinstance(item, list) for item in value):
            raise Malformed(f"{'/'.join(place)[:120]} lists nothing, or a list; JSON-LD would see no difference.")
        if name.isidentifier() and not name[0].isupper():
            continue
        if name == "@context" and len(place) > 1 and not _may_have_context(place, value):
            raise Malformed(f"{'/'.join(place)[:120]}: a context stands inside the document.")
        if name in _TAGS:
            raise DataLoss(f"{'/'.join(place[:-1])[:120]} says its language, where only a plain text is signed.")
        if (name.startswith("@") and name != "@context") or ":" in name:
            raise DataLoss(f"{name[:80]!r} is not a term of the credential's vocabulary.")
        if name[:1].isupper():  # Some classes share their address with a member: `Image` would be signed as `image`.
            raise DataLoss(f"{'/'.join(place)[:120]} is named like a class, where only a member can be.")


def _walk(members: Json) -> Iterator[Member]:
    """Yield every member of every object with its place; what stands under `proof` only in as far as it is signed."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), members)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, Mapping):
            for name, inner in value.items():
                if place or name != "proof":
                    found = ((*place, name), inner)
                    yield found
                    if not isinstance(inner, str):
                        waiting.append(found)
        elif isinstance(value, list):
            waiting.extend((place, inner) for inner in value)


def _may_have_context(place: tuple[str, ...], value: object) -> bool:
    """Tell whether this is the context of an endorsement, a credential of its own, and one that it may have."""
    if place[-2] not in ("endorsement", "proof") or "endorsement" not in place:
        return False
    try:
        check_contexts({"@context": value}, ENDORSEMENT)
    except (Malformed, UnsupportedContext):
        return False
    return True


def _check_identifiers(credential: Json, members: Iterable[Member]) -> None:
    own = credential.get("id")
    for member, found in (("id", own), ("issuer", issuer_of(credential))):
        if not isinstance(found, str) or not _ABSOLUTE.fullmatch(found):
            raise DataLoss(f"{member} is not an absolute address.")
    for place, value in members:
        if isinstance(value, str):
            continue
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, Mapping) and inner.get("id") == own and not _endorses(place, inner):
                raise Malformed(f"{'/'.join(place)[:120]} speaks for the credential from inside it.")


def _endorses(place: tuple[str, ...], members: Json) -> bool:
    """Tell whether this is an endorsement's subject, which names the credential and says nothing else for it."""
    return place[-2:] == ("endorsement", "credentialSubject") and members.keys() <= _ENDORSING


def _check_dates(credential: Json) -> None:
    """Raise for a time that is none, and for dates of another data model, which would be said and not be looked at."""
    model = data_model_of(credential) or V2
    for member in DATES - {model.since, model.until}:
        if member in credential:
            raise Malformed(f"{member} is not a date of VCDM {model.version}, in which the credential is written.")
    for member in ("awardedDate", model.since, model.until):
        if member in credential:
            read_stamp(credential[member], member)
    since, until = period_of(credential)
    if since is not None and until is not None and until < since:
        raise Malformed(f"{model.until} lies before {model.since}.")


def _check_status(credential: Json) -> None:
    """Raise Malformed for a status without an id, which VCDM 1.1 requires (4.9)."""
    status = credential.get("credentialStatus", [])
    for entry in status if isinstance(status, list) else [status]:
        if data_model_of(credential) is V1 and not (isinstance(entry, Mapping) and isinstance(entry.get("id"), str)):
            raise Malformed("credentialStatus has no id, which VCDM 1.1 requires.")


def _said(document: Document) -> dict[str, Any]:
    return {name: value for name, value in document.credential.items() if name != "proof"}
