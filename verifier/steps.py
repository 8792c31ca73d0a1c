"""The steps for a verifiable credential: Open Badges 3.0, in the order of its chapter on verification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from badges.problem import Malformed
from badges.schema import check_schema
from badges.times import read_stamp, stamp
from verifier.case import Case, Course, Step, failed, passed, skipped
from verifier.proofs import find_signatures, verify_signatures
from verifier.recipient import belongs_to
from verifier.shape import BADGE, check_shape, issuer_of
from verifier.status import ENTRIES_MOST, INVALIDATING, Asking, standings
from verifier.supersession import newer_version
from verifier.verdict import Check, Issuer, Verdict


def _shape(case: Case) -> Iterator[Check]:
    """VCDM 2.0, 4 and Data Integrity 1.0, 2.4: contexts, types, times, nothing that would be dropped."""
    if case.document is not None:
        check_shape(case.document, BADGE)
        yield passed("shape", "shape")


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
    yield passed("schema", "schema")


def _prove(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: the proof. Controlled Identifiers 1.0, 3.3, then Data Integrity 1.0, 4.4, or RFC 7515."""
    if case.document is None:
        return
    signatures = find_signatures(case.document, case.resolver, case.now)
    yield passed("key", "key", signatures[0].method)
    verify_signatures(case.document, signatures, case.policy, case.now)
    yield passed("proof", "proof", suite=", ".join(sorted({signature.name for signature in signatures})))
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
        yield passed("issuer", "issuer_known", identifier, name=case.policy.known_issuers[identifier])
    else:
        yield skipped("issuer", "issuer_unknown", identifier, name=case.issuer.name or identifier)


def _status(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: the status, as Bitstring Status List 1.0 has it."""
    if "credentialStatus" not in case.credential:
        yield skipped("status", "status_none")
        return
    found = standings(case.credential, _asking(case))
    names = {"revocation": Verdict.REVOKED, "suspension": Verdict.SUSPENDED}
    for purpose in INVALIDATING:
        for standing in found:
            if standing.purpose == purpose and standing.is_set:
                case.revoked = purpose == "revocation"
                yield failed("status", names[purpose], time=stamp(standing.as_of))
                return
    if found:
        yield passed("status", "status", time=stamp(min(standing.as_of for standing in found)))
    else:
        yield skipped("status", "status_none")


def _validity(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: the validity period (VCDM 2.0, 4.9)."""
    since = read_stamp(case.credential["validFrom"], "validFrom")
    until = case.credential.get("validUntil")
    if since > case.now + case.policy.skew:
        yield failed("validity", Verdict.NOT_YET_VALID, time=stamp(since))
    elif until is None:
        yield passed("validity", "validity_open", since=stamp(since))
    elif read_stamp(until, "validUntil") < case.now - case.policy.skew:
        yield failed("validity", Verdict.EXPIRED, time=stamp(read_stamp(until, "validUntil")))
    else:
        yield passed("validity", "validity", since=stamp(since), until=stamp(read_stamp(until, "validUntil")))


def _supersession(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: of two credentials of one issuer and id, the one with the newer `validFrom` counts."""
    search = newer_version(case.credential, case.resolver, case.policy, case.now, ask_outside=case.revoked)
    if search.newer is not None:
        yield failed("supersession", Verdict.SUPERSEDED, time=stamp(search.newer), id=case.credential["id"])
    elif search.looked:
        yield passed("supersession", "supersession")
    else:
        yield skipped("supersession", search.code)


def _recipient(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: the recipient, if whoever asks knows who it should be."""
    if case.policy.recipient is None:
        yield skipped("recipient", "recipient_not_asked")
        return
    match belongs_to(case.credential, case.policy.recipient):
        case True:
            yield passed("recipient", "recipient", recipient=case.policy.recipient)
        case False:
            yield failed("recipient", Verdict.RECIPIENT_MISMATCH, recipient=case.policy.recipient)
        case None:
            yield failed("recipient", Verdict.RECIPIENT_MISMATCH, "recipient_untold")


def _refresh(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: not followed yet, and said so."""
    yield skipped("refresh", "refresh_not_followed" if "refreshService" in case.credential else "refresh_none")


def _endorsement(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: not checked yet, and said so."""
    subject = case.credential["credentialSubject"]
    holders = (case.credential, case.credential["issuer"], subject.get("achievement"))
    endorsed = any(
        isinstance(holder, Mapping) and ("endorsement" in holder or "endorsementJwt" in holder) for holder in holders
    )
    yield skipped("endorsement", "endorsement_not_checked" if endorsed else "endorsement_none")


def _asking(case: Case) -> Asking:
    """Return this case, as one who asks for a status list."""
    return Asking(issuer_of(case.credential), case.resolver, case.policy, case.now)


COURSE: Final = Course(
    gates=(
        Step(("shape",), _shape),
        Step(("schema",), _schema),
        Step(("key", "proof"), _prove),
    ),
    looks=(
        Step(("issuer",), _issuer),
        Step(("refresh",), _refresh),
        Step(("status",), _status),
        Step(("validity",), _validity),
        Step(("supersession",), _supersession),
        Step(("recipient",), _recipient),
        Step(("endorsement",), _endorsement),
    ),
)
