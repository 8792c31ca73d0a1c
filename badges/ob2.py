"""Open Badges 2.0: an assertion, its badge class, the issuer's profile, a key, a list of revoked assertions.

Each is read from JSON into a value, or refused with all its faults, each with its place. Clauses: OB 2.0, Open Badges
Vocabulary; what is required and how it must look is as 1EdTech's validator has it. What extensions add is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from badges.datatypes import is_email, is_identity_hash, is_iri, is_moment, is_picture, is_text, is_url, read_moment
from badges.problem import Malformed
from badges.rules import Rule, either, faults_of, fits, refuse, whole
from badges.vocabulary import check_context, types_of

Json = Mapping[str, Any]


def _recipient(value: Any, place: str) -> Iterator[str]:
    """OB 2.0, IdentityObject: a hash looks like one, and what looks like one is one."""
    faults = list(_RECIPIENT(value, place))
    yield from faults
    if not faults and value["hashed"] != is_identity_hash(value["identity"]):
        yield f"{place}/identity is a hash where none is said to be, or the other way round"
    if not faults and not value["hashed"] and value["type"] == "email" and not is_email(value["identity"]):
        yield f"{place}/identity is not an e-mail address"


def _verification(value: Any, place: str) -> Iterator[str]:
    """OB 2.0, VerificationObject: one way to verify, and one only."""
    yield from _VERIFICATION(value, place)
    if isinstance(value, Mapping) and is_hosted(value) == is_signed(value):
        yield f"{place}/type is not one of HostedBadge and SignedBadge"


def _criteria(value: Any, place: str) -> Iterator[str]:
    """OB 2.0, Criteria: an address, a narrative, or both."""
    yield from _CRITERIA(value, place)
    if isinstance(value, Mapping) and not (value.get("id") or value.get("narrative")):
        yield f"{place} has neither an address nor a narrative"


_text, _url, _iri = fits(is_text, "a text"), fits(is_url, "an http(s) address"), fits(is_iri, "a full identifier")
_string, _moment = fits(lambda value: isinstance(value, str), "a text"), fits(is_moment, "a date and time with a zone")
_true: Final = fits(lambda value: isinstance(value, bool), "true or false")
_linked: Final = either(_iri, id=Rule(_iri, required=True))
_author = Rule(_linked)
_image: Final = either(_url, id=Rule(_url, required=True), caption=Rule(_string), author=_author)
_picture = fits(is_picture, "the address of a picture, or a PNG or SVG as data")
_drawn: Final = either(_picture, id=Rule(_picture, required=True), caption=Rule(_string), author=_author)
_RECIPIENT: Final = whole(
    type=Rule(fits(lambda value: value in ("email", "url", "telephone", "id"), "a kind of identity"), required=True),
    identity=Rule(_text, required=True), hashed=Rule(_true, required=True), salt=Rule(_string),
)  # fmt: skip
_CRITERIA: Final = either(_iri, id=Rule(_iri), narrative=Rule(_string))
_VERIFICATION: Final = whole(type=Rule(_string, required=True, many=True), creator=Rule(_linked))
_EVIDENCE: Final = either(
    _iri, id=Rule(_iri),
    **{name: Rule(_string) for name in ("narrative", "name", "description", "genre", "audience")},
)  # fmt: skip
_ALIGNMENT: Final = either(
    _iri, targetName=Rule(_text, required=True), targetUrl=Rule(_url, required=True),
    **{name: Rule(_string) for name in ("targetDescription", "targetFramework", "targetCode")},
)  # fmt: skip
_version = Rule(fits(lambda value: isinstance(value, str | int | float), "a text or a number"))
_ANY: Final = {"@language": Rule(_string), "version": _version, "related": Rule(_linked, many=True)}

ASSERTION: Final = _ANY | {
    "id": Rule(_iri, required=True), "recipient": Rule(_recipient, required=True),
    "badge": Rule(_linked, required=True), "verification": Rule(_verification, required=True),
    "issuedOn": Rule(_moment, required=True),
    "expires": Rule(_moment), "image": Rule(_image), "narrative": Rule(_string), "evidence": Rule(_EVIDENCE, many=True),
    "revoked": Rule(_true), "revocationReason": Rule(_string), "uid": Rule(_string),
}  # fmt: skip
BADGE_CLASS: Final = _ANY | {
    "id": Rule(_iri, required=True), "issuer": Rule(_linked, required=True), "name": Rule(_text, required=True),
    "description": Rule(_text, required=True), "image": Rule(_drawn, required=True),
    "criteria": Rule(_criteria, required=True), "alignment": Rule(_ALIGNMENT, many=True),
    "tags": Rule(_string, many=True),
}  # fmt: skip
PROFILE: Final = _ANY | {
    "id": Rule(_iri, required=True), "name": Rule(_text, required=True), "url": Rule(_url, required=True),
    "email": Rule(fits(is_email, "an e-mail address"), required=True), "description": Rule(_string),
    "image": Rule(_drawn), "telephone": Rule(_string), "publicKey": Rule(_linked, many=True),
    "revocationList": Rule(_linked),
    "verification": Rule(whole(startsWith=Rule(_url, many=True), allowedOrigins=Rule(_text, many=True))),
}  # fmt: skip
KEY: Final = {
    "id": Rule(_iri, required=True), "owner": Rule(_linked, required=True), "publicKeyPem": Rule(_text, required=True),
}  # fmt: skip
REVOCATION_LIST: Final = {
    "issuer": Rule(_linked), "revokedAssertions": Rule(
        either(_iri, id=Rule(_iri), uid=Rule(_text), revocationReason=Rule(_string)), many=True,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Assertion:
    """One award. `badge` is the id of its class, which may stand in `json`; `creator` the id of the key, if it says."""

    id: str
    badge: str
    hosted: bool
    creator: str | None
    issued: datetime
    expires: datetime | None
    recipient: Json = field(repr=False)
    json: Json = field(repr=False)


@dataclass(frozen=True)
class BadgeClass:
    """What it was awarded for; `issuer` is the id of the profile."""

    id: str
    issuer: str
    name: str
    json: Json = field(repr=False)


@dataclass(frozen=True)
class Profile:
    """Who awarded it: its keys by id, its list of revoked assertions, and where its assertions may lie.

    `starts` and `origins` are `startsWith` and `allowedOrigins` as the profile says them; empty for what it does not.
    """

    id: str
    name: str
    keys: tuple[str, ...]
    revocations: str | None
    starts: tuple[str, ...]
    origins: tuple[str, ...]
    json: Json = field(repr=False)


def read_assertion(document: Json) -> Assertion:
    """Return the assertion that `document` is; Malformed, or UnsupportedContext, when it is none of 2.0."""
    _check(document, ("Assertion",), ASSERTION, "")
    issued, expires = read_moment(document["issuedOn"]), _moment_of(document.get("expires"))
    if expires is not None and expires < issued:
        raise Malformed("expires is before issuedOn.")
    verification = document["verification"]
    creator = verification.get("creator")
    return Assertion(
        document["id"], id_of(document["badge"]), is_hosted(verification),
        id_of(creator) if creator else None, issued, expires, document["recipient"], document,
    )  # fmt: skip


def read_badge(document: Json) -> BadgeClass:
    """Return the badge class that `document` is, or raise as `read_assertion`."""
    _check(document, ("BadgeClass",), BADGE_CLASS, "badge/")
    return BadgeClass(document["id"], id_of(document["issuer"]), document["name"], document)


def read_profile(document: Json, *, email: bool = True) -> Profile:
    """Return the issuer that `document` is, or raise as `read_assertion`; before 2.0 none had to have an `email`."""
    rules = PROFILE if email else {**PROFILE, "email": Rule(PROFILE["email"].check)}
    _check(document, ("Issuer", "Profile"), rules, "issuer/")
    scope = document.get("verification") or {}
    revocations = document.get("revocationList")
    return Profile(
        document["id"], document["name"], tuple(map(id_of, every(document.get("publicKey")))),
        id_of(revocations) if revocations else None, tuple(every(scope.get("startsWith"))),
        tuple(every(scope.get("allowedOrigins"))), document,
    )  # fmt: skip


def check_key(document: Json) -> None:
    """Raise Malformed unless `document` is a CryptographicKey; neither type nor context need to be said there."""
    refuse(faults_of(document, KEY, "key/"))


def check_revocation_list(document: Json) -> None:
    """Raise Malformed unless `document` is a RevocationList, as `read_assertion` does."""
    _check(document, ("RevocationList",), REVOCATION_LIST, "revocationList/")
    if document.get("revokedAssertions") is None:
        raise Malformed("revocationList/revokedAssertions is missing.")


def is_hosted(verification: Json) -> bool:
    """Tell whether a VerificationObject says that what counts is what its issuer's site says."""
    return any(kind in every(verification.get("type")) for kind in ("HostedBadge", "hosted"))


def is_signed(verification: Json) -> bool:
    """Tell whether a VerificationObject says that the assertion is signed."""
    return any(kind in every(verification.get("type")) for kind in ("SignedBadge", "signed"))


def id_of(value: Any) -> str:
    """Return the id of a linked thing, whether it stands there itself or not."""
    return str(value["id"] if isinstance(value, Mapping) else value)


def every(value: Any) -> list[Any]:
    """Return the values of a member that may stand in a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _moment_of(value: Any) -> datetime | None:
    return None if value is None or value == [] else read_moment(value)


def _check(document: Json, types: tuple[str, ...], rules: Mapping[str, Rule], place: str) -> None:
    check_context(document)
    if not any(name in types_of(document) for name in types):
        raise Malformed(f"{place}type is not {' or '.join(types)}.")
    refuse(faults_of(document, rules, place))
