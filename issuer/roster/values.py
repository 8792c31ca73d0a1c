"""What stands in the cells beside a name: addresses, hours, languages, links, words to print."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from issuer.roster import letters
from issuer.roster.attendance import BLANK
from issuer.roster.names import Unfit, single_spaced

_SIMPLE: Final = re.compile(r"(?P<local>[A-Za-z0-9_+][A-Za-z0-9_+-]*(?:\.[A-Za-z0-9_+-]+)*)@(?P<domain>[A-Za-z0-9.-]+)")
_LOCAL: Final = 64
_ADDRESS: Final = 254
_HOURS: Final = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}))?(?:\s*(?:h|ore|ora|hours?))?\.?", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(\d{1,4}):([0-5]\d)(?::\d{2})?")
_LANGUAGES: Final = {
    "it": "it", "ita": "it", "italiano": "it", "italian": "it", "it-it": "it", "it_it": "it",
    "en": "en", "eng": "en", "english": "en", "inglese": "en", "en-gb": "en", "en-us": "en", "en_gb": "en",
    "en_us": "en",
}  # fmt: skip
_LONGEST: Final = 40
_LINK: Final = 2000


def email(text: str) -> str | None:
    """Return the address, its domain in lower case; None where there is none; raises Unfit.

    One address and nothing else: no list, no display name, no quoted or commanding local part.
    """
    bare = single_spaced(text)
    if bare in BLANK:
        return None
    simple = _SIMPLE.fullmatch(bare) if len(bare) <= _ADDRESS else None
    if simple and len(simple["local"]) <= _LOCAL:
        domain = _domain(simple["domain"])
        if domain:
            return f"{simple['local']}@{domain}"
    if len(bare) > _ADDRESS or bare.startswith("-") or len(bare.rpartition("@")[0].encode("utf-8", "replace")) > _LOCAL:
        raise Unfit("email_invalid", value=letters.shown(text))
    try:
        return validate_email(bare, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as fault:
        raise Unfit("email_invalid", value=letters.shown(text)) from fault


@lru_cache(maxsize=8192)
def _domain(domain: str) -> str | None:
    try:
        return validate_email(f"a@{domain}", check_deliverability=False, test_environment=True).domain
    except EmailNotValidError:
        return None


def hours(text: str) -> str:
    """Return hours with a decimal point and no idle zero, of `2,5`, `2.50`, `3 h` or `2:30`; raises Unfit."""
    bare = text.strip()
    clock = _CLOCK.fullmatch(bare) if len(bare) <= _LONGEST else None
    if clock:
        return _decimal(Decimal(clock[1]) + (Decimal(clock[2]) / 60).quantize(Decimal("0.01")))
    found = _HOURS.fullmatch(bare) if len(bare) <= _LONGEST else None
    if found is None:
        raise Unfit("hours_invalid", value=letters.shown(text))
    try:
        return _decimal(Decimal(f"{int(found[1])}.{found[2] or 0}"))
    except InvalidOperation as fault:
        raise Unfit("hours_invalid", value=letters.shown(text)) from fault


def _decimal(number: Decimal) -> str:
    return format(number.normalize(), "f")


def language(text: str) -> str:
    """Return `it` or `en`; raises Unfit for a language no certificate speaks."""
    found = _LANGUAGES.get(text.strip().casefold())
    if found is None:
        raise Unfit("language_unknown", value=letters.shown(text))
    return found


def evidence(text: str) -> str:
    """Return the address of a page, `https:` or `http:`; raises Unfit."""
    bare = text.strip()
    try:
        parts = urlsplit(bare)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        fits = False
    if not fits or len(bare) > _LINK or re.search(r"[\s<>\"]", bare) or letters.forbidden(bare):
        raise Unfit("evidence_invalid", value=letters.shown(text))
    return bare


def words(text: str) -> str:
    """Return a printed value of one line without stray spaces; raises Unfit for what cannot be printed."""
    return _printed(text, lines=False)


def paragraphs(text: str) -> str:
    """Return a printed value whose line breaks stay; raises Unfit for what cannot be printed."""
    return _printed(text, lines=True)


def _printed(text: str, *, lines: bool) -> str:
    found = letters.forbidden(text, lines=lines)
    if found is not None:
        code, name = letters.called(found)
        raise Unfit("value_character", character=code, called=name)
    if letters.heaped(text):
        raise Unfit("value_marks")
    return text.replace("\u00a0", " ").strip()
