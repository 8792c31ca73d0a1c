"""What the verifier answers: one verdict, the checks it rests on, and nothing claimed before the proof has passed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from badges.problem import Problem
from templates import sentence
from verifier.reason import Reason


class Outcome(StrEnum):
    """What a visitor may conclude."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"


class Verdict(StrEnum):
    """The headline; of several that apply, the one that stands first here is told."""

    UNREADABLE = "unreadable"
    AMBIGUOUS = "ambiguous"
    MALFORMED = "malformed"
    UNSUPPORTED_CONTEXT = "unsupported_context"
    TOO_COMPLEX = "too_complex"
    UNSIGNED = "unsigned"
    UNSUPPORTED_PROOF = "unsupported_proof"
    ISSUER_UNRESOLVABLE = "issuer_unresolvable"
    KEY_NOT_CONTROLLED_BY_ISSUER = "key_not_controlled_by_issuer"
    UNKNOWN_KEY = "unknown_key"
    KEY_NOT_AUTHORISED = "key_not_authorised"
    KEY_REVOKED = "key_revoked"
    SIGNATURE_INVALID = "signature_invalid"
    PROOF_EXPIRED = "proof_expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    RECIPIENT_MISMATCH = "recipient_mismatch"
    STATUS_UNKNOWN = "status_unknown"
    VALID = "valid"

    @property
    def outcome(self) -> Outcome:
        """What may be concluded; whoever could not look says so."""
        if self is Verdict.VALID:
            return Outcome.VALID
        return Outcome.INDETERMINATE if self in _INDETERMINATE else Outcome.INVALID

    @property
    def rank(self) -> int:
        """Its place in the order of precedence; the smaller is told first."""
        return _RANK[self]

    def headline(self, language: str) -> str:
        """Return the verdict in the words of the person who asked."""
        return sentence(f"verdict.{self}", language)


_RANK: Final = {verdict: rank for rank, verdict in enumerate(Verdict)}
_INDETERMINATE: Final = frozenset({
    Verdict.UNSUPPORTED_CONTEXT, Verdict.UNSUPPORTED_PROOF, Verdict.TOO_COMPLEX,
    Verdict.ISSUER_UNRESOLVABLE, Verdict.STATUS_UNKNOWN,
})  # fmt: skip


class Result(StrEnum):
    """How one check ended; `skipped` is said, never left out."""

    PASS = "pass"  # noqa: S105  # No password: the word INTERFACE promises.
    FAIL = "fail"
    ERROR = "error"
    SKIPPED = "skipped"


CHECKS: Final = (
    "parse", "shape", "schema", "key", "proof", "issuer",
    "status", "validity", "supersession", "recipient", "refresh", "endorsement",
)  # fmt: skip
"""Every check, in the order of the steps; a report has each of them once."""

MOMENTS: Final = frozenset({"time", "since", "until"})
"""Values of checks that are times, as `badges.times.stamp` writes them."""

INFORMATIVE: Final = frozenset({"refresh", "endorsement"})
"""Checks of what others say about a credential: told in full, and no ground to refuse the credential itself."""

_MANDATORY: Final = frozenset({"parse", "shape", "schema", "key", "proof", "status", "validity"})
_NOT_APPLICABLE: Final = frozenset({"status_none"})
"""Codes with which a mandatory check may be skipped: the credential says itself that there is nothing to look up."""


@dataclass(frozen=True)
class Check:
    """One check: its result, a code with values that becomes a sentence at the rim, a technical note in English.

    A check that failed or could not be made names the verdict that follows from it; those of `INFORMATIVE` may
    fail and leave the credential standing.
    """

    name: str
    result: Result
    code: str
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    note: str = ""
    verdict: Verdict | None = None

    def __post_init__(self) -> None:
        if self.name not in CHECKS:
            raise ValueError(f"There is no check {self.name!r}.")
        went_well = self.result in (Result.PASS, Result.SKIPPED)
        if went_well and self.verdict is not None:
            raise ValueError("A check that went well leads to no verdict.")
        if not went_well and self.verdict is None and self.name not in INFORMATIVE:
            raise ValueError("A check that did not pass leads to a verdict.")

    def sentence(self, language: str, moment: Callable[[str], str] = str) -> str:
        """Return what was found, in words a recruiter uses; `moment` says a time of the values to people."""
        values = {name: moment(text) if name in MOMENTS else plain(text) for name, text in self.values.items()}
        return sentence(f"check.{self.code}", language, **values)

    def to_json(self) -> dict[str, str]:
        """Return the members that `--json` promises; `detail` is English."""
        detail = " ".join(part for part in (self.sentence("en"), plain(self.note, 400)) if part)
        return {"name": self.name, "result": self.result.value, "detail": detail}


@dataclass(frozen=True)
class Issuer:
    """Who signed. `name` is the issuer's own claim; `trust` is what this installation knows, and `listed` why."""

    id: str | None = None
    name: str | None = None
    trust: str = "unknown"
    listed: tuple[Reason, ...] = ()

    @property
    def shown(self) -> str | None:
        """The name to show: the one under which it is known here, else the one that it claims."""
        return self.listed[0].label if self.listed else self.name

    def to_json(self) -> dict[str, Any]:
        """Return the members that `--json` promises."""
        listed = [reason.to_json() for reason in self.listed]
        return {"id": self.id, "name": self.name, "trust": self.trust, "listed": listed}


@dataclass(frozen=True)
class Endorsement:
    """An endorsement that was verified as a credential of its own: of what, by whom, and what they say of it.

    `comment` and the issuer's name are the claims of a stranger, whose signature alone was checked. `about` is
    `issuer`, `credential` or `achievement` of this very award; else `other`: it may have been said of somebody else's.
    """

    of: str
    issuer: Issuer
    comment: str | None = None
    about: str = "other"

    def to_json(self) -> dict[str, Any]:
        """Return the members that `--json` promises."""
        return {"of": self.of, "issuer": self.issuer.to_json(), "comment": self.comment,
                "about": self.about, "result": Result.PASS.value}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """The answer to one document. `issuer` and `credential` stay empty until the proof has passed.

    `signed` is the document itself, octet for octet as it was read, for whoever wants to check it again.
    """

    source: str
    format: str
    checks: tuple[Check, ...]
    problems: tuple[Problem, ...] = ()
    issuer: Issuer = Issuer()
    credential: Mapping[str, Any] | None = field(default=None, repr=False)
    signed: bytes = field(default=b"", repr=False)
    endorsements: tuple[Endorsement, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The one that comes first; valid only if every mandatory check ran and passed."""
        found = [check.verdict for check in self.checks if check.verdict is not None]
        if found:
            return min(found, key=lambda verdict: verdict.rank)
        passed = {check.name for check in self.checks if check.result is Result.PASS or check.code in _NOT_APPLICABLE}
        return Verdict.VALID if passed >= _MANDATORY else Verdict.UNSUPPORTED_PROOF

    @property
    def outcome(self) -> Outcome:
        """What may be concluded."""
        return self.verdict.outcome

    @property
    def hosted(self) -> bool:
        """Whether this is about a badge without a signature, which its issuer's site vouches for: its checks say so."""
        return any(check.code.startswith("hosted_") for check in self.checks)

    def check(self, name: str) -> Check:
        """Return the check of that name."""
        return next(check for check in self.checks if check.name == name)

    def to_json(self) -> dict[str, Any]:
        """Return exactly what `attestato verify --json` promises."""
        return {
            "source": self.source,
            "format": self.format,
            "verdict": self.verdict.value,
            "outcome": self.outcome.value,
            "checks": [check.to_json() for check in self.checks],
            "problemDetails": [problem.to_json() for problem in self.problems],
            "issuer": self.issuer.to_json(),
            "credential": dict(self.credential) if self.credential is not None else None,
            "endorsements": [endorsement.to_json() for endorsement in self.endorsements],
        }


def unread(source: str, why: Check, *problems: Problem) -> Report:
    """Return the report on something that was never read; `why` is its check `parse`."""
    others = (Check(name, Result.SKIPPED, "not_reached") for name in CHECKS[1:])
    return Report(source, "unknown", (why, *others), problems)


_UNPRINTABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""What is seen by nobody, or turns what follows it: controls, marks of direction, tags, halves of characters."""


def plain(text: str, most: int = 200) -> str:
    """Return a stranger's text on one line, bounded, with nothing that steers a terminal or turns the line."""
    text = _UNPRINTABLE.sub("\ufffd", text)
    return text if len(text) <= most else text[: most - 1] + "…"
