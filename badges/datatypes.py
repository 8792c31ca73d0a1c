"""The primitive datatypes of Open Badges 2.0: URL, IRI, e-mail address, picture, identity hash, date and time.

Clauses: OB 2.0, Primitive datatypes; for pictures also OB 2.0, Image. Lengths are bounded, so that no test is slow.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

LINK_MOST: Final = 2_048
_REST: Final = r"[^\s\x00-\x20\x7f<>\"{}|\\^`]"
_URL: Final = re.compile(rf"https?://(?![/?#]){_REST}+", re.IGNORECASE)
_IRI: Final = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]{{0,40}}:{_REST}+")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
_PICTURE: Final = re.compile(
    r"data:image/(?:png|svg\+xml)(?:;[A-Za-z0-9=_.-]{1,40}){0,4},[A-Za-z0-9+/=%._~!$&'()*,:;@-]+"
)
_HASH: Final = re.compile(r"md5\$[0-9a-fA-F]{32}|sha256\$[0-9a-fA-F]{64}")
_MOMENT: Final = re.compile(
    r"(?P<minute>\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?P<second>:\d{2})?(?P<fraction>\.\d{1,9})?"
    r"(?:(?P<utc>Z)|(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})?)",
    re.ASCII,
)


def is_text(value: object) -> bool:
    """Tell whether `value` is a text that says something."""
    return isinstance(value, str) and bool(value.strip())


def is_url(value: object) -> bool:
    """Tell whether `value` is a full http(s) address."""
    return isinstance(value, str) and len(value) <= LINK_MOST and _URL.fullmatch(value) is not None


def is_iri(value: object) -> bool:
    """Tell whether `value` is a full IRI of any scheme, `urn:uuid:` for example; never a relative one."""
    return isinstance(value, str) and len(value) <= LINK_MOST and _IRI.fullmatch(value) is not None


def is_email(value: object) -> bool:
    """Tell whether `value` has the form of an e-mail address."""
    return isinstance(value, str) and _EMAIL.fullmatch(value) is not None


def is_picture(value: object) -> bool:
    """Tell whether `value` is the address of a picture, or a PNG or SVG as a data URI."""
    return is_url(value) or (isinstance(value, str) and _PICTURE.fullmatch(value) is not None)


def is_identity_hash(value: object) -> bool:
    """Tell whether `value` is `sha256$` or `md5$` and as many hexadecimal digits as that has."""
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def is_moment(value: object) -> bool:
    """Tell whether `value` is a date and time with a zone, and one that exists."""
    try:
        read_moment(value)
    except ValueError:
        return False
    return True


def read_moment(text: object) -> datetime:
    """Return the time that ISO 8601 `text` says, in UTC; ValueError without a zone or for none that exists."""
    match = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    if match is None or (match["fraction"] and not match["second"]):
        raise ValueError("This is not a date and time with a zone.")
    zone = "+00:00" if match["utc"] else f"{match['sign']}{match['hours']}:{match['minutes'] or '00'}"
    local = match["minute"] + (match["second"] or ":00") + (match["fraction"] or "")[:7]
    try:
        return datetime.fromisoformat(local + zone).astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise ValueError("This is not a date and time that exists.") from fault
