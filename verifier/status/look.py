"""The look at the status of one credential: revoked, suspended, neither, or not to be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from badges.problem import StatusUndisclosed
from badges.times import stamp
from verifier.case import Case, skipped
from verifier.shape import issuer_of
from verifier.status.kinds import standings
from verifier.status.standing import INVALIDATING, Asking, Standing
from verifier.verdict import Check, Result, Verdict

_VERDICTS: Final = {"revocation": Verdict.REVOKED, "suspension": Verdict.SUSPENDED}


def look_at_status(case: Case) -> Iterator[Check]:
    """OB 3.0, Verification: the status. Of several entries each is judged, and the gravest is told.

    What is known to be revoked is told even where another entry cannot be looked up.
    """
    if "credentialStatus" not in case.credential:
        yield _none(case)
        return
    found = standings(case.credential, _asking(case))
    case.refresh_told = any(item.purpose == "refresh" and item.is_set for item in found.standings)
    note = " ".join(item.note for item in found.standings if item.note)
    for purpose in INVALIDATING:
        told = [item for item in found.standings if item.purpose == purpose and item.is_set]
        if told:
            case.revoked = purpose == "revocation"
            yield _dated(Result.FAIL, _VERDICTS[purpose].value, told, note, _VERDICTS[purpose])
            return
    if found.unknown is not None:
        raise found.unknown
    judged = [item for item in found.standings if item.purpose in INVALIDATING]
    yield _dated(Result.PASS, "status", judged, note) if judged else _none(case, note)


def _none(case: Case, note: str = "") -> Check:
    """Return that there is nothing to look up, if the credential says so: a part of it does not."""
    if case.partial:
        raise StatusUndisclosed("The holder shows a part of the credential, and no status that could be looked up.")
    return skipped("status", "status_none", note)


def _dated(result: Result, code: str, told: Sequence[Standing], note: str, verdict: Verdict | None = None) -> Check:
    """Return the check with the time up to which all of this was known, if every list says its own."""
    times: list[datetime] = [item.as_of for item in told if item.as_of is not None]
    if len(times) < len(told):
        return Check("status", result, f"{code}_undated", {}, note, verdict)
    return Check("status", result, code, {"time": stamp(min(times))}, note, verdict)


def _asking(case: Case) -> Asking:
    return Asking(case.credential["id"], issuer_of(case.credential), case.resolver, case.policy, case.now)
