"""Dates and numbers as people read them on paper, in the language of the certificate and the zone of the event."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

NO_BREAK_SPACE: Final = "\N{NO-BREAK SPACE}"

_LOCALES: Final = {"it": "it_IT", "en": "en_GB"}
_SMALL_HOURS: Final = time(6)


def day(moment: datetime, language: str, zone: str) -> str:
    """Return the day of `moment` in `zone`, as in "15 ottobre 2026", unbreakable."""
    return _written(moment.astimezone(ZoneInfo(zone)).date(), language)


def span(start: datetime | None, end: datetime, language: str, zone: str) -> str:
    """Return the days from `start` to `end`, as short as they can be told: "15–17 ottobre 2026".

    A night that ends before six in the morning belongs to the day it began.
    """
    last_moment = end.astimezone(ZoneInfo(zone))
    last = last_moment.date()
    first = start.astimezone(ZoneInfo(zone)).date() if start is not None else last
    if first < last and last_moment.time() <= _SMALL_HOURS and last - first == timedelta(days=1):
        last = first
    if first >= last:
        return _written(last, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_written(last, language)}"
    same_year = first.year == last.year
    opening = _written(first, language, "d MMMM" if same_year else "d MMMM y")
    return f"{opening}{NO_BREAK_SPACE}–{NO_BREAK_SPACE}{_written(last, language)}"


@lru_cache(maxsize=256)
def number(text: str, language: str) -> str:
    """Return a signed number ("2.5") as the language writes it ("2,5"); what is no number, as it is."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite():
        return text
    return format_decimal(value, format="#,##0.###", locale=_LOCALES[language])


@lru_cache(maxsize=1024)
def _written(of: date, language: str, pattern: str = "d MMMM y") -> str:
    return format_date(of, pattern, locale=_LOCALES[language]).replace(" ", NO_BREAK_SPACE)
