"""Times as the Verifiable Credentials Data Model writes them: XML Schema `dateTimeStamp`, offset and all."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from badges.problem import Malformed

_STAMP = re.compile(
    r"(?P<local>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?P<fraction>\.\d{1,9})?(?P<zone>Z|[+-]\d{2}:\d{2})",
    re.ASCII,
)


def stamp(moment: datetime) -> str:
    """Return `moment` in UTC to the second, as `2026-10-15T18:30:00Z`; it must know its offset."""
    if moment.tzinfo is None:
        raise ValueError("A time without an offset cannot be signed.")
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def read_stamp(text: object, member: str) -> datetime:
    """Return the time that `text` says, in UTC; Malformed names `member` when it is no dateTimeStamp."""
    match = _STAMP.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise Malformed(f"{member} is not a date and time with an offset.")
    fraction = (match["fraction"] or "")[:7]
    try:
        return datetime.fromisoformat(match["local"] + fraction + match["zone"].replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise Malformed(f"{member} is not a date and time that exists.") from fault
