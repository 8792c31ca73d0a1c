"""One Open Badges 2.0 badge under inquiry: what was handed in, and what has been learnt from its issuer's site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from badges.ob2 import Assertion, BadgeClass, Profile
from keys.key import VerificationKey
from verifier.case import Case, failed
from verifier.trust import introduce
from verifier.verdict import Check, Verdict, plain

T = TypeVar("T")
REASON_MOST: Final = 200


@dataclass
class Inquiry:
    """`said` is the assertion that was handed in, in the words of 2.0; the others are what counts, once it is known.

    Of a hosted badge what counts is the copy of the issuer's site, of a signed one what was signed with one of `keys`.
    """

    said: Mapping[str, Any] = field(default_factory=dict, repr=False)
    found_assertion: Assertion | None = None
    found_badge: BadgeClass | None = None
    found_issuer: Profile | None = None
    keys: list[tuple[str, VerificationKey]] = field(default_factory=list)

    @property
    def assertion(self) -> Assertion:
        """The award."""
        return _known(self.found_assertion)

    @property
    def badge(self) -> BadgeClass:
        """What it was awarded for."""
        return _known(self.found_badge)

    @property
    def issuer(self) -> Profile:
        """Who awarded it."""
        return _known(self.found_issuer)

    def whole(self) -> dict[str, Any]:
        """Return the assertion with its badge class in place, and in that the issuer."""
        return {**self.assertion.json, "badge": {**self.badge.json, "issuer": dict(self.issuer.json)}}

    def tell(self, case: Case) -> None:
        """Let `case` tell what was found; only for the step that proves it."""
        case.told = self.whole()
        case.issuer = introduce(self.issuer.id, self.issuer.name, case.policy.known_issuers)


def taken_back(code: str, document: Mapping[str, Any], note: str) -> Check:
    """Return the check of an assertion that was revoked, in the words of `code`; with the reason that is given."""
    reason = document.get("revocationReason")
    if isinstance(reason, str) and reason.strip():
        return failed("status", Verdict.REVOKED, f"{code}_reason", note, reason=plain(reason.strip(), REASON_MOST))
    return failed("status", Verdict.REVOKED, code, note)


def _known(found: T | None) -> T:
    if found is None:
        raise LookupError("This has not been asked for yet.")
    return found
