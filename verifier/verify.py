"""Does it stand? Every step beside its clause, in the order of the specification (OB 3.0, Verification).

Total: whatever is handed in, the answer is a Report. Nothing is passed that was not checked, and a step that
breaks for a reason of ours is never a step that passed.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from badges.problem import (
    BadgeError,
    IssuerUnresolvable,
    KeyFault,
    Problem,
    ProofExpired,
    SignatureInvalid,
    Unsigned,
    UnsupportedProof,
)
from verifier.case import Case, Step
from verifier.courses import READ, course_of
from verifier.deadline import within
from verifier.intake import format_of
from verifier.policy import Policy
from verifier.resolver import Bounded, Resolver
from verifier.verdict import CHECKS, Check, Report, Result, Verdict

_log = logging.getLogger(__name__)

_MARGIN: Final = timedelta(days=7)
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC) + _MARGIN
_LATEST: Final = datetime.max.replace(tzinfo=UTC) - _MARGIN
"""Moments around which there is still some time to be counted."""

_OF_THE_PROOF: Final = (Unsigned, UnsupportedProof, SignatureInvalid, ProofExpired)
_OF_THE_KEY: Final = (KeyFault, IssuerUnresolvable)

_OURS: Final = {
    "parse": Verdict.UNREADABLE, "shape": Verdict.MALFORMED, "schema": Verdict.MALFORMED,
    "key": Verdict.ISSUER_UNRESOLVABLE, "proof": Verdict.UNSUPPORTED_PROOF,
}  # fmt: skip
"""What is answered when a step breaks for a reason of ours; of the later steps, that the status is unknown."""


def verify(data: bytes, resolver: Resolver, policy: Policy, now: datetime, source: str = "") -> Report:
    """Return what can be said about `data`, at the moment `now`, with what `resolver` can retrieve; never raises."""
    moment = min(max(now, _EARLIEST), _LATEST)
    case = Case(data=data, resolver=Bounded(resolver), policy=policy, now=moment, source=source)
    checks: dict[str, Check] = {}
    problems: list[Problem] = []
    stands = False
    with within():
        if _take(READ, case, checks, problems):
            course = course_of(case)
            stands = all(_take(step, case, checks, problems) for step in course.gates)
            for step in course.looks if stands else ():
                _take(step, case, checks, problems)
    told = tuple(checks.get(name) or Check(name, Result.SKIPPED, "not_reached") for name in CHECKS)
    signed = case.document.data if case.document is not None else b""
    report = Report(source, case.format or _format(data), told, tuple(problems), signed=signed)
    if not stands:
        return report
    return replace(report, issuer=case.issuer, credential=case.credential, endorsements=case.endorsements)


def _take(step: Step, case: Case, checks: dict[str, Check], problems: list[Problem]) -> bool:
    """Take one step and note its checks; tell whether the next may follow."""
    try:
        for check in step.take(case):
            checks[check.name] = check
    except BadgeError as fault:
        name = _place(fault, step)
        result = Result.ERROR if Verdict(fault.verdict).outcome == "indeterminate" else Result.FAIL
        checks[name] = Check(
            name, result, fault.words or fault.verdict, note=fault.detail, verdict=Verdict(fault.verdict)
        )
        problems.append(fault.problem)
        return False
    except Exception as fault:  # noqa: BLE001  # Totality: whatever a stranger's bytes bring about is an answer.
        # The message may quote what was handed in, so only the kind of fault and its step are logged.
        _log.error("The step %s broke: %s.", step.name, type(fault).__name__)
        verdict = _OURS.get(step.name, Verdict.STATUS_UNKNOWN)
        checks[step.name] = Check(step.name, Result.ERROR, "internal", verdict=verdict)
        return False
    return all(check.verdict is None for name, check in checks.items() if name in step.names)


def _place(fault: BadgeError, step: Step) -> str:
    """Return the name of the check that a fault belongs to, wherever it came to light."""
    if step.name in _OURS:
        if isinstance(fault, _OF_THE_PROOF):
            return "proof"
        if isinstance(fault, _OF_THE_KEY):
            return "key"
    return step.name


def _format(data: bytes) -> str:
    try:
        return format_of(data)
    except Exception:  # noqa: BLE001  # The same promise as above.
        return "unknown"
