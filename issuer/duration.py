"""How long an award is valid: an ISO 8601 duration in years, months, weeks and days, added as a calendar adds."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

_DURATION: Final = re.compile(r"P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?", re.ASCII)

LONGEST_YEARS: Final = 100
"""What is meant to be valid for longer is meant to be valid without an end."""


class InvalidDuration(ValueError):
    """A text that is no duration, or one of no length, or one longer than a life."""


@dataclass(frozen=True)
class Duration:
    """Whole months, then whole days."""

    months: int
    days: int

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `P2Y`, `P18M`, `P1Y6M`, `P4W`, `P30D`; raises InvalidDuration. Hours are too fine for a certificate."""
        match = _DURATION.fullmatch(text)
        if match is None:
            raise InvalidDuration(text)
        years, months, weeks, days = (int(part or 0) for part in match.groups())
        found = cls(12 * years + months, 7 * weeks + days)
        if not 0 < found.months * 30 + found.days <= LONGEST_YEARS * 366:
            raise InvalidDuration(text)
        return found

    def after(self, moment: datetime, zone: tzinfo | None = None) -> datetime:
        """Return the moment in UTC that is this long after `moment`, at the same time of day in `zone`.

        A day that the month does not have becomes its last: two years after 29 February end on 28 February.
        """
        local = moment.astimezone(zone) if zone else moment
        year, month = divmod(local.year * 12 + local.month - 1 + self.months, 12)
        day = min(local.day, monthrange(year, month + 1)[1])
        shifted = local.replace(year=year, month=month + 1, day=day, fold=0) + timedelta(days=self.days)
        return shifted.astimezone(UTC)
