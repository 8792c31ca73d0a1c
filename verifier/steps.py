"""The steps for a verifiable credential: Open Badges 3.0, in the order of its chapter on verification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from badges.problem import Malformed
from badges.schema import BADGE as BADGE_SCHEMA
from badges.schema import check_schema, named_schemas
from badges.times import stamp
from verifier.case import Case, Course, Step, failed, passed, skipped
from verifier.demands import check_demands
from verifier.endorsement import check_form, look_at_endorsements
from verifier.period import period_of
from verifier.proofs import find_signatures, verify_signatures
from verifier.recipient import belongs_to
from verifier.refresh import look_for_refresh
from verifier.remarks import is_partial, remarks, sentence_code
from verifier.shape import BADGE, check_shape, issuer_of
from verifier.status.kinds import ENTRIES_MOST
from verifier.status.look import look_at_status
from verifier.supersession import look_for_newer
from verifier.trust import introduce, issuer_check
from verifier.verdict import Check, Verdict, plain


def _shape(case: Case) -> Iterator[Check]:
    """VCDM 2.0 or 1.1, 4, and Data Integrity 1.0, 2.4: contexts, types, times, nothing that would be dropped."""
    if case.document is not None:
        check_shape(case.document, BADGE)
        yield passed("shape", "shape")


def _schema(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: the schema, of all but the proof, which is judged by itself; then what only words demand.

    The schema has room for one status; VCDM 2.0, 4.10 allows several, so each is judged in its turn. A schema that
    the credential names itself is looked at when it is 1EdTech's; no other is fetched, and that is said.
    """
    credential = {name: value for name, value in case.credential.items() if name != "proof"}
    status = credential.get("credentialStatus")
    entries = status[:ENTRIES_MOST] if isinstance(status, list) else []
    held, others = named_schemas(credential)
    for name in {BADGE_SCHEMA, *held}:
        for variant in [{**credential, "credentialStatus": entry} for entry in entries] or [credential]:
            faults = check_schema(variant, name)
            if faults:
                raise Malformed("; ".join(faults))
    check_demands(case.credential)
    if others:
        yield passed("schema", "schema_own", f"Not fetched: {plain(others[0])}.")
    else:
        yield passed("schema", "schema")


def _prove(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: the proof. Controlled Identifiers 1.0, 3.3, then Data Integrity 1.0, 4.4, or RFC 7515."""
    if case.document is None:
        return
    signatures = find_signatures(case.document, case.resolver, case.now)
    yield passed("key", "key", signatures[0].method)
    verify_signatures(case.document, signatures, case.policy, case.now)
    case.partial = is_partial(signatures)
    names = ", ".join(sorted({signature.name for signature in signatures}))
    yield passed("proof", sentence_code(signatures), remarks(case.credential, signatures), suite=names)
    issuer = case.credential["issuer"]
    name = issuer.get("name") if isinstance(issuer, Mapping) else None
    case.issuer = introduce(issuer_of(case.credential), name, case.policy.known_issuers)


def _issuer(case: Case) -> Iterator[Check]:
    """Who it is, told apart from whether the signature holds: a name in a credential is a claim."""
    yield issuer_check(case.issuer)


def _validity(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: the validity period (VCDM 2.0, 4.9; VCDM 1.1, 4.5 and 4.6)."""
    since, until = period_of(case.credential)
    if since is None:
        raise Malformed("The credential does not say from when it is valid.")
    if since > case.now + case.policy.skew:
        yield failed("validity", Verdict.NOT_YET_VALID, time=stamp(since))
    elif until is None:
        yield passed("validity", "validity_undisclosed" if case.partial else "validity_open", since=stamp(since))
    elif until < case.now - case.policy.skew:
        yield failed("validity", Verdict.EXPIRED, time=stamp(until))
    else:
        yield passed("validity", "validity", since=stamp(since), until=stamp(until))


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
    return look_for_refresh(case, COURSE.gates)


def _supersession(case: Case) -> Iterator[Check]:
    return look_for_newer(case, COURSE.gates)


def _endorsement(case: Case) -> Iterator[Check]:
    return look_at_endorsements(case, ENDORSEMENT_STEPS)


COURSE: Final = Course(
    gates=(
        Step(("shape",), _shape),
        Step(("schema",), _schema),
        Step(("key", "proof"), _prove),
    ),
    looks=(
        Step(("issuer",), _issuer),
        Step(("status",), look_at_status),
        Step(("refresh",), _refresh),
        Step(("validity",), _validity),
        Step(("supersession",), _supersession),
        Step(("recipient",), _recipient),
        Step(("endorsement",), _endorsement),
    ),
)
"""The status is looked up before the refresh service is asked: whoever runs one cannot use up what the status needs."""

ENDORSEMENT_STEPS: Final = (
    Step(("shape",), check_form),
    Step(("key", "proof"), _prove),
    Step(("validity",), _validity),
    Step(("status",), look_at_status),
)
"""What an endorsement has to pass; it is a credential of its own."""
