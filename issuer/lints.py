"""What must hold before anything is signed, each lint named for the clause it enforces.

A lint is given the credential as JSON, and the intent it must correspond to; it yields what it finds. Nothing is
signed that one of them finds fault with: `ToBeSigned` can only be made by linting, and be spent only once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from badges.model import CONTEXT_OB3, CONTEXT_V2
from badges.problem import BadgeError
from badges.schema import check_schema
from badges.strict import MAX_BYTES, strict_json
from badges.times import stamp
from issuer.compose import compose
from issuer.intent import Intent

Json = Mapping[str, Any]
Lint = Callable[[Json, Intent], Iterator[str]]


class LintFault(Exception):
    """A credential that must not be signed; `found` pairs the lint's name with what it found."""

    def __init__(self, found: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{name}: {detail}" for name, detail in found))
        self.found = found


class AlreadySpent(Exception):
    """A ToBeSigned that was signed before."""


class ToBeSigned:
    """A credential that passed every lint: to make one is to lint it, to sign it is to spend it."""

    __slots__ = ("_data", "intent")

    def __init__(self, credential: Json, intent: Intent) -> None:
        lint(credential, intent)
        self._data: bytes | None = json.dumps(credential, ensure_ascii=False).encode("utf-8")
        self.intent = intent

    def spend(self) -> dict[str, Any]:
        """Return the credential exactly as it was linted; AlreadySpent the second time."""
        if self._data is None:
            raise AlreadySpent(self.intent.token)
        data, self._data = self._data, None
        linted: dict[str, Any] = json.loads(data)
        return linted


def lint(credential: Json, intent: Intent) -> None:
    """Raise LintFault with everything that any lint finds."""
    found = []
    for check in LINTS:
        try:
            found += [(check.__name__, detail) for detail in check(credential, intent)]
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as fault:
            found.append((check.__name__, f"cannot be read: {type(fault).__name__}"))
    if found:
        raise LintFault(tuple(found))


def vcdm_4_3_contexts(credential: Json, _intent: Intent) -> Iterator[str]:
    """VCDM 2.0, 4.3 and OB 3.0: exactly the two contexts, in their order, and none anywhere else."""
    if credential["@context"] != [CONTEXT_V2, CONTEXT_OB3]:
        yield "@context is not the two of an Open Badge"
    if any("@context" in item for item in _objects(credential) if item is not credential):
        yield "@context stands inside the document"


def vcdm_4_9_validity(credential: Json, _intent: Intent) -> Iterator[str]:
    """VCDM 2.0, 4.9: the end of validity is after its beginning."""
    if "validUntil" in credential and credential["validUntil"] <= credential["validFrom"]:
        yield "validUntil is not after validFrom"


def ob3_schema(credential: Json, _intent: Intent) -> Iterator[str]:
    """OB 3.0, appendix on JSON Schema: 1EdTech's schema of an AchievementCredential."""
    yield from check_schema(credential)


def ob3_members(credential: Json, _intent: Intent) -> Iterator[str]:
    """Data Integrity 1.0, 4.8: every member is one that the contexts define where it stands.

    The list is narrower than the contexts: it is what we issue. Canonicalization refuses the rest once more.
    """
    for item in _objects(credential):
        kind = item.get("type", "Criteria")
        for name in item.keys() - MEMBERS.get(kind[-1] if isinstance(kind, list) else kind, frozenset()):
            yield f"{name!r} is not a member of {kind}"


def ob3_subject(credential: Json, _intent: Intent) -> Iterator[str]:
    """OB 3.0, AchievementSubject and Achievement: one subject who is named, criteria that say something."""
    subject = credential["credentialSubject"]
    kinds = [item["identityType"] for item in subject["identifier"]]
    if "name" not in kinds or len(set(kinds)) != len(kinds):
        yield "the recipient's name is missing, or an identityType is there twice"
    if not subject["achievement"]["criteria"].get("narrative", "").strip():
        yield "the criteria are empty"
    described = {item["id"] for item in subject["achievement"].get("resultDescription", ())}
    if any(item["resultDescription"] not in described for item in subject.get("result", ())):
        yield "a result has no description"


def rdfc_control_characters(credential: Json, _intent: Intent) -> Iterator[str]:
    """RDFC-1.0 in the wild: implementations write control characters differently, so that none may be signed."""
    if any(CONTROL.search(text) for text in _texts(credential)):
        yield "a text holds a control character"


def json_numbers(credential: Json, _intent: Intent) -> Iterator[str]:
    """RFC 8785 and JSON-LD 1.1: numbers lose digits on their way, and we sign none."""
    numbers = (int, float)
    if any(isinstance(value, numbers) and not isinstance(value, bool) for value in _values(credential)):
        yield "a number is not written as text"


def rfc3986_addresses(credential: Json, intent: Intent) -> Iterator[str]:
    """RFC 3986: every identifier is absolute and clean; all but evidence and the issuer's own page are ours."""
    for item in _objects(credential):
        for name in ("id", "url", "statusListCredential", "resultDescription"):
            text = item.get(name)
            if isinstance(text, str) and not is_address(text):
                yield f"{name} is not an absolute address"
    achievement, status = credential["credentialSubject"]["achievement"], credential["credentialStatus"]
    ours = (credential["id"], achievement["id"], status["statusListCredential"])
    if any(not text.startswith(f"{intent.base_url}/") for text in ours):
        yield "an address is not under the base URL"


def bsl_2_1_status(credential: Json, _intent: Intent) -> Iterator[str]:
    """Bitstring Status List 1.0, 2.1: one revocation entry whose id is not the list's."""
    status = credential["credentialStatus"]
    if status["statusPurpose"] != "revocation" or status["id"] == status["statusListCredential"]:
        yield "credentialStatus is not one entry for revocation"


def limits_size(credential: Json, _intent: Intent) -> Iterator[str]:
    """Our own verifier's limits: what it would not read is not issued."""
    try:
        strict_json(json.dumps(credential, ensure_ascii=False).encode("utf-8"), SIZE_MOST)
    except (BadgeError, UnicodeEncodeError) as fault:
        yield str(fault)


def correspondence(credential: Json, intent: Intent) -> Iterator[str]:
    """Boulder's correspondence: what is signed says what was intended, each value compared on its own."""
    subject, status = credential["credentialSubject"], credential["credentialStatus"]
    name = next((item["identityHash"] for item in subject["identifier"] if item["identityType"] == "name"), None)
    until = stamp(intent.valid_until) if intent.valid_until else None
    for what, said, meant in (
        ("id", credential["id"], f"{intent.base_url}/c/{intent.token}"),
        ("issuer", credential["issuer"]["id"], intent.did),
        ("subject", subject["id"], intent.subject_id),
        ("name", name, intent.row["name"]),
        ("achievement", subject["achievement"]["id"], f"{intent.base_url}/achievements/{intent.achievement_id}"),
        ("status list", status["statusListCredential"], f"{intent.base_url}/status/{intent.list_number}"),
        ("status index", status["statusListIndex"], str(intent.index)),
        ("validFrom", credential["validFrom"], stamp(intent.valid_from)),
        ("validUntil", credential.get("validUntil"), until),
        ("awardedDate", credential["awardedDate"], stamp(intent.awarded)),
    ):
        if said != meant:
            yield f"{what} is not what was reserved"
    if credential != compose(intent).to_json():
        yield "the credential is not the one that the intent means"


LINTS: Final[tuple[Lint, ...]] = (
    vcdm_4_3_contexts, vcdm_4_9_validity, ob3_schema, ob3_members, ob3_subject, rdfc_control_characters,
    json_numbers, rfc3986_addresses, bsl_2_1_status, limits_size, correspondence,
)  # fmt: skip

MEMBERS: Final[Mapping[str, frozenset[str]]] = {
    "OpenBadgeCredential": frozenset({
        "@context", "id", "type", "name", "image", "issuer", "validFrom", "validUntil", "awardedDate",
        "credentialSubject", "evidence", "credentialStatus"}),
    "Profile": frozenset({"id", "type", "name", "url", "email", "image"}),
    "AchievementSubject": frozenset({
        "id", "type", "identifier", "activityStartDate", "activityEndDate", "licenseNumber", "narrative", "role",
        "result", "achievement"}),
    "IdentityObject": frozenset({"type", "hashed", "identityHash", "identityType", "salt"}),
    "Achievement": frozenset({
        "id", "type", "achievementType", "name", "description", "criteria", "image", "inLanguage",
        "resultDescription", "tag"}),
    "Criteria": frozenset({"narrative"}),
    "Image": frozenset({"id", "type", "caption"}),
    "Result": frozenset({"type", "resultDescription", "value"}),
    "ResultDescription": frozenset({"id", "type", "name", "resultType"}),
    "Evidence": frozenset({"id", "type", "name", "genre", "description", "narrative"}),
    "BitstringStatusListEntry": frozenset({
        "id", "type", "statusPurpose", "statusListIndex", "statusListCredential"}),
}  # fmt: skip

CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
SIZE_MOST: Final = MAX_BYTES - 4_096
"""Octets of a credential without its proof, written with a space behind each comma and colon."""
_SCHEMES: Final = frozenset({"https", "http", "did", "urn"})
_UUID: Final = re.compile(r"urn:uuid:[0-9a-f-]+")
_NO_ADDRESS: Final = re.compile(r"[\x00-\x20<>\"{}|^`\\]")


def _values(value: object) -> Iterator[object]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        yield item
        if isinstance(item, Mapping):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _objects(credential: Json) -> Iterator[Json]:
    return (item for item in _values(credential) if isinstance(item, Mapping))


def _texts(credential: Json) -> Iterator[str]:
    return (item for item in _values(credential) if isinstance(item, str))


def is_address(text: str) -> bool:
    """Tell whether a text is an absolute address of a scheme that we sign, without what no address may hold."""
    if _UUID.fullmatch(text):
        return True
    return urlsplit(text).scheme in _SCHEMES and _NO_ADDRESS.search(text) is None
