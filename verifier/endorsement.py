"""Do others stand behind it? Every endorsement is a credential of its own, and is verified as one, once.

OB 3.0, Verification (endorsements), and EndorsementCredential. A proof over RDF does not tell which of two
endorsements of one thing said what, so the proof of the credential around them vouches for none of their words;
what an endorsement says counts only under its own.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from badges.document import Document, parse
from badges.problem import BadgeError, Malformed
from badges.schema import check_schema
from verifier.case import Case, Step, passed, skipped
from verifier.deadline import left
from verifier.origin import home_of, read_address
from verifier.resolver import Spent, is_spent
from verifier.shape import ENDORSEMENT, check_shape, issuer_of
from verifier.verdict import Check, Endorsement, Outcome, Result, Verdict, plain
from verifier.version import prove

FOLLOWED_MOST: Final = 4
"""Endorsements of one credential that are verified; each may need documents of its own."""
_EMBEDDED: Final = "endorsement"
_SIGNED: Final = "endorsementJwt"
_CLASS: Final = "EndorsementCredential"


@dataclass(frozen=True)
class Claim:
    """An endorsement as it was found: its place, what it stands in, and itself, an object or a token."""

    place: str
    holder: object
    value: Any = field(repr=False)
    token: bool = False


@dataclass(frozen=True)
class Fault:
    """Why one of them does not count: it is broken, or it cannot be told."""

    result: Result
    note: str


def look_at_endorsements(case: Case, steps: Sequence[Step]) -> Iterator[Check]:
    """Note the verified ones in the case; pass only when all were verified. None of it touches the credential."""
    claims = list(claims_in(case.credential)) if _may_be_endorsed(case) else []
    if not claims:
        yield skipped("endorsement", "endorsement_none")
        return
    judged = [_judge(claim, case, steps) for claim in claims[:FOLLOWED_MOST]]
    case.endorsements = tuple(item for item in judged if isinstance(item, Endorsement))
    faults = [item for item in judged if isinstance(item, Fault)]
    if len(claims) > FOLLOWED_MOST:
        more = len(claims) - FOLLOWED_MOST
        faults.append(Fault(Result.ERROR, f"{more} more were not followed; {FOLLOWED_MOST} are the most."))
    yield _told(case.endorsements, faults)


def _may_be_endorsed(case: Case) -> bool:
    """Tell whether there can be an endorsement: not in JSON in which the word stands nowhere, in whatever letters."""
    document = case.document
    if document is None or document.form != "json" or b"\\u" in document.data:
        return True
    return _EMBEDDED.encode() in document.data


def claims_in(credential: Mapping[str, Any]) -> Iterator[Claim]:
    """Yield every endorsement of the credential or of anything in it, but none of an endorsement itself.

    OB 3.0 has places for them in the credential, in achievements and in profiles; the context allows any object.
    """
    waiting: deque[tuple[tuple[str, ...], Any]] = deque([((), credential)])
    while waiting:
        place, value = waiting.popleft()
        if isinstance(value, list):
            waiting.extend((place, item) for item in value)
        elif isinstance(value, Mapping):
            for name in (_EMBEDDED, _SIGNED):
                for item in _all(value.get(name)):
                    yield Claim("/".join((*place, name)), value.get("id"), item, name == _SIGNED)
            left_out = ("@context", "proof", _EMBEDDED, _SIGNED)
            for name, inner in value.items():
                if name not in left_out and not isinstance(inner, str):
                    waiting.append(((*place, name), inner))


def check_form(case: Case) -> Iterator[Check]:
    """OB 3.0, EndorsementCredential: the shape of a credential, and the schema, of all but the proof."""
    if case.document is None:
        return
    check_shape(case.document, ENDORSEMENT)
    faults = check_schema({name: value for name, value in case.credential.items() if name != "proof"}, _CLASS)
    if faults:
        raise Malformed("; ".join(faults))
    yield passed("shape", "shape")


def _judge(claim: Claim, around: Case, steps: Sequence[Step]) -> Endorsement | Fault:
    """Return the endorsement, verified with its issuer's key, in force, and of the very thing it stands in."""
    if left(1.0) <= 0:
        return Fault(Result.ERROR, f"{plain(claim.place)}: no time was left.")
    try:
        document = _document(claim)
        case = Case(document.data, around.resolver, around.policy, around.now, document=document)
        prove(case, steps)
        subject = case.credential["credentialSubject"]
        if not isinstance(claim.holder, str) or subject["id"] != claim.holder:
            raise Malformed("It is of something else than it stands in.")
    except BadgeError as fault:
        unsure = Verdict(fault.verdict).outcome is Outcome.INDETERMINATE
        detail = f"{fault.detail} {Spent()}" if is_spent(fault) and str(Spent()) not in fault.detail else fault.detail
        return Fault(Result.ERROR if unsure else Result.FAIL, f"{plain(claim.place)}: {detail}")
    comment = subject.get("endorsementComment")
    said = comment if isinstance(comment, str) else None
    return Endorsement(claim.holder, case.issuer, said, _about(claim.holder, around.credential))


def _about(holder: str, credential: Mapping[str, Any]) -> str:
    """Return what of this award an endorsement is about; `other` where anybody could have named the same thing.

    Whoever signed is bound to the issuer's id by the key. The ids of a credential and of an achievement are bound to
    nobody: they count where they lie at the origin of the issuer's own documents.
    """
    issuer = issuer_of(credential)
    if holder == issuer:
        return "issuer"
    address = read_address(holder)
    if address is not None and address.origin == home_of(issuer):
        achievement = credential["credentialSubject"]["achievement"]
        return {credential["id"]: "credential", achievement["id"]: "achievement"}.get(holder, "other")
    return "other"


def _document(claim: Claim) -> Document:
    if claim.token:
        document = parse(claim.value.encode()) if isinstance(claim.value, str) else None
        if document is None or document.form != "jws":
            raise Malformed("It is not a token.")
        return document
    if not isinstance(claim.value, Mapping):
        raise Malformed("It is not a credential.")
    return Document(json.dumps(claim.value).encode(), "json", dict(claim.value))


def _aside(item: Endorsement) -> str:
    return f" (of {plain(item.of, 90)})" if item.about == "other" else ""


def _told(verified: Sequence[Endorsement], faults: Sequence[Fault]) -> Check:
    if not faults:
        ids = [plain(item.issuer.id or "", 90) + _aside(item) for item in verified]
        names = [plain(item.issuer.shown or item.issuer.id or "", 45) for item in verified]
        told = {"n": str(len(verified)), "names": ", ".join(dict.fromkeys(names))}
        return passed("endorsement", "endorsement", ", ".join(dict.fromkeys(ids)), **told)
    broken = any(fault.result is Result.FAIL for fault in faults)
    code = "endorsement_broken" if broken else "endorsement_unclear"
    note = " ".join(fault.note for fault in faults)
    result = Result.FAIL if broken else Result.ERROR
    return Check("endorsement", result, code, {"n": str(len(verified))}, note)


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
