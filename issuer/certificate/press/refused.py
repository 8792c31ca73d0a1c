"""Why a certificate cannot be printed the fast way. It then goes to a slower tier; nothing is wrong with it."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A fast tier does not vouch for this one; `reason` is one of a few short phrases, so that they can be counted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OtherForm(Refused):
    """What varies does not stand as it did when the plate was compiled: another plate of the same sheet may fit."""


class Unfit(Refused):
    """The sheet itself is one that the fast tiers do not print, whoever is on it."""


class Differs(Exception):
    """A fast print is not what WeasyPrint prints."""


class TooLong(Refused):
    """The text takes more than the page has; `verdict` is what the order itself says of the first."""

    def __init__(self, verdict: Any) -> None:
        super().__init__("more than a page")
        self.verdict = verdict
