"""The steps of a verification: gates that must be passed in turn, then looks at what has proved genuine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from badges.document import Document
from badges.problem import Malformed
from badges.schema import check_schema
from badges.times import read_stamp, stamp
from verifier.intake import take_in
from verifier.policy import Policy
from verifier.proofs import find_signatures, verify_signatures
from verifier.recipient import belongs_to
from verifier.resolver import Resolver
from verifier.shape import BADGE, check_shape, issuer_of
from verifier.status import ENTRIES_MOST, INVALIDATING, Asking, standings
from verifier.supersession import newer_version
from verifier.verdict import Check, Issuer, Result, Verdict

PICTURES: Final = frozenset({"png", "svg", "pdf"})


@dataclass
class Case:
    """One verification under way: what was handed in, and what has been learnt so far."""

    data: bytes = field(repr=False)
    resolver: Resolver
    policy: Policy
    now: datetime
    format: str = ""
    document: Document | None = None
    issuer: Issuer = field(default_factory=Issuer)
    revoked: bool = False

    @property
    def credential(self) -> dict[str, Any]:
        """What the credential says; only to be told once all gates are passed."""
        if self.document is None:
            raise LookupError("Nothing has been read yet.")
        return self.document.credential

    @property
    def asking(self) -> Asking:
        """This case, as one who asks for a status list."""
        return Asking(issuer_of(self.credential), self.resolver, self.policy, self.now)


@dataclass(frozen=True)
class Step:
    """One step: `take` yields its checks, or raises what it found; `names` are the checks it decides."""

    names: tuple[str, ...]
    take: Callable[[Case], Iterator[Check]]

    @property
    def name(self) -> str:
        """The check to which a fault of this step belongs."""
        return self.names[-1]


def _passed(name: str, code: str, note: str = "", /, **values: str) -> Check:
    return Check(name, Result.PASS, code, values, note)


def _skipped(name: str, code: str, note: str = "", /, **values: str) -> Check:
    return Check(name, Result.SKIPPED, code, values, note)


def _failed(name: str, verdict: Verdict, code: str | None = None, note: str = "", **values: str) -> Check:
    return Check(name, Result.FAIL, code or verdict.value, values, note, verdict)


def _parse(case: Case) -> Iterator[Check]:
    """VCDM 2.0, 7.1, step 1: bytes become a document."""
    found = take_in(case.data)
    case.format, case.document = found.format, found.document
    yield _passed("parse", "read_from_picture" if found.format in PICTURES else "read", format=found.format.upper())


def _shape(case: Case) -> Iterator[Check]:
    """VCDM 2.0, 4 and Data Integrity 1.0, 2.4: contexts, types, times, nothing that would be dropped."""
    if case.document is not None:
        check_shape(case.document, BADGE)
        yield _passed("shape", "shape")


def _schema(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: the schema, of all but the proof, which is judged by itself; then whom it is about.

    The schema has room for one status; VCDM 2.0, 4.10 allows several, so each is judged in its turn.
    """
    credential = {name: value for name, value in case.credential.items() if name != "proof"}
    status = credential.get("credentialStatus")
    entries = status[:ENTRIES_MOST] if isinstance(status, list) else []
    for variant in [{**credential, "credentialStatus": entry} for entry in entries] or [credential]:
        faults = check_schema(variant)
        if faults:
            raise Malformed("; ".join(faults))
    subject = case.credential["credentialSubject"]
    if not isinstance(subject, Mapping) or not ("id" in subject or "identifier" in subject):
        raise Malformed("The credential does not say whom it is about.")
    yield _passed("schema", "schema")


def _prove(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: the proof. Controlled Identifiers 1.0, 3.3, then Data Integrity 1.0, 4.4, or RFC 7515."""
    if case.document is None:
        return
    signatures = find_signatures(case.document, case.resolver, case.now)
    yield _passed("key", "key", signatures[0].method)
    verify_signatures(case.document, signatures, case.policy, case.now)
    yield _passed("proof", "proof", suite=", ".join(sorted({signature.name for signature in signatures})))
    issuer = case.credential["issuer"]
    name = issuer.get("name") if isinstance(issuer, Mapping) else None
    known = issuer_of(case.credential) in case.policy.known_issuers
    case.issuer = Issuer(
        issuer_of(case.credential), name if isinstance(name, str) else None, "known" if known else "unknown"
    )


def _issuer(case: Case) -> Iterator[Check]:
    """Who it is, told apart from whether the signature holds: a name in a credential is a claim."""
    identifier = case.issuer.id or ""
    if identifier in case.policy.known_issuers:
        yield _passed("issuer", "issuer_known", identifier, name=case.policy.known_issuers[identifier])
    else:
        yield _skipped("issuer", "issuer_unknown", identifier, name=case.issuer.name or identifier)


def _status(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: the status, as Bitstring Status List 1.0 has it."""
    if "credentialStatus" not in case.credential:
        yield _skipped("status", "status_none")
        return
    found = standings(case.credential, case.asking)
    names = {"revocation": Verdict.REVOKED, "suspension": Verdict.SUSPENDED}
    for purpose in INVALIDATING:
        for standing in found:
            if standing.purpose == purpose and standing.is_set:
                case.revoked = purpose == "revocation"
                yield _failed("status", names[purpose], time=stamp(standing.as_of))
                return
    if found:
        yield _passed("status", "status", time=stamp(min(standing.as_of for standing in found)))
    else:
        yield _skipped("status", "status_none")


def _validity(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: the validity period (VCDM 2.0, 4.9)."""
    since = read_stamp(case.credential["validFrom"], "validFrom")
    until = case.credential.get("validUntil")
    if since > case.now + case.policy.skew:
        yield _failed("validity", Verdict.NOT_YET_VALID, time=stamp(since))
    elif until is None:
        yield _passed("validity", "validity_open", since=stamp(since))
    elif read_stamp(until, "validUntil") < case.now - case.policy.skew:
        yield _failed("validity", Verdict.EXPIRED, time=stamp(read_stamp(until, "validUntil")))
    else:
        yield _passed("validity", "validity", since=stamp(since), until=stamp(read_stamp(until, "validUntil")))


def _supersession(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: of two credentials of one issuer and id, the one with the newer `validFrom` counts."""
    search = newer_version(case.credential, case.resolver, case.policy, case.now, ask_outside=case.revoked)
    if search.newer is not None:
        yield _failed("supersession", Verdict.SUPERSEDED, time=stamp(search.newer), id=case.credential["id"])
    elif search.looked:
        yield _passed("supersession", "supersession")
    else:
        yield _skipped("supersession", search.code)


def _recipient(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: the recipient, if whoever asks knows who it should be."""
    if case.policy.recipient is None:
        yield _skipped("recipient", "recipient_not_asked")
        return
    match belongs_to(case.credential, case.policy.recipient):
        case True:
            yield _passed("recipient", "recipient", recipient=case.policy.recipient)
        case False:
            yield _failed("recipient", Verdict.RECIPIENT_MISMATCH, recipient=case.policy.recipient)
        case None:
            yield _failed("recipient", Verdict.RECIPIENT_MISMATCH, "recipient_untold")


def _refresh(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: not followed yet, and said so."""
    yield _skipped("refresh", "refresh_not_followed" if "refreshService" in case.credential else "refresh_none")


def _endorsement(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: not checked yet, and said so."""
    subject = case.credential["credentialSubject"]
    holders = (case.credential, case.credential["issuer"], subject.get("achievement"))
    endorsed = any(
        isinstance(holder, Mapping) and ("endorsement" in holder or "endorsementJwt" in holder) for holder in holders
    )
    yield _skipped("endorsement", "endorsement_not_checked" if endorsed else "endorsement_none")


GATES: Final = (
    Step(("parse",), _parse),
    Step(("shape",), _shape),
    Step(("schema",), _schema),
    Step(("key", "proof"), _prove),
)
"""Until all of these are passed nothing that the document says is told."""

LOOKS: Final = (
    Step(("issuer",), _issuer),
    Step(("refresh",), _refresh),
    Step(("status",), _status),
    Step(("validity",), _validity),
    Step(("supersession",), _supersession),
    Step(("recipient",), _recipient),
    Step(("endorsement",), _endorsement),
)
"""Each is taken, whatever the others found."""
