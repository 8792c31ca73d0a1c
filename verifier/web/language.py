"""Which language a page speaks, and how it says dates, numbers and sentences in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Request, g, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from templates import LANGUAGES, sentence

LOCALES: Final = {"it": "it_IT", "en": "en_GB"}
NAMES: Final = {"it": "Italiano", "en": "English"}
NBSP: Final = "\u00a0"
SMALL_HOURS: Final = time(6)
HEADER_MOST: Final = 512
"""Octets of a header whose meaning is kept in memory; most readers send one of a few."""


def chosen(asked: Request, default: str, own: str | None = None) -> str:
    """Return the language of a page: `?lang=`, else `own` if the reader has it, else the reader's best.

    `own` is the language of what the page is about; a reader who knows it reads it in the original.
    """
    named = asked.args.get("lang", "")
    return named if named in LANGUAGES else wished(asked.headers.get("Accept-Language", ""), default, own)


def wished(header: str, default: str, own: str | None = None) -> str:
    """Return the language that an `Accept-Language` field asks for; `own` and `default` as in `chosen`."""
    return (_wished if len(header) <= HEADER_MOST else _wished.__wrapped__)(header, default, own)


@lru_cache(512)
def _wished(header: str, default: str, own: str | None) -> str:
    accepted = parse_accept_header(header, LanguageAccept)
    if own in LANGUAGES and (not accepted or _knows(accepted, str(own))):
        return str(own)
    best = max(LANGUAGES, key=lambda language: (_weight(accepted, language), language == default))
    return best if _weight(accepted, best) > 0 else (own if own in LANGUAGES else default) or default


def _weight(accepted: LanguageAccept, language: str) -> float:
    return max((weight for tag, weight in accepted if tag.split("-")[0].lower() == language), default=0.0)


def _knows(accepted: LanguageAccept, language: str) -> bool:
    return _weight(accepted, language) > 0


def speak(language: str) -> None:
    """Let the page of this request speak `language`."""
    g.language = language


def spoken(default: str = "it") -> str:
    """Return the language of this request's page; a reader's own wish when nobody has decided yet."""
    if "language" not in g:
        g.language = chosen(request, default)
    return str(g.language)


def say(code: str, /, **values: object) -> str:
    """Return the sentence of `code` in the language of this page."""
    return sentence(code, spoken(), **values)


@cache
def sayer(language: str) -> Callable[..., str]:
    """Return `say` for pages in `language`, which say a hundred sentences each."""

    def say_in(code: str, /, **values: object) -> str:
        return sentence(code, language, **values)

    return say_in


def _local(moment: datetime, zone: str | None) -> datetime:
    try:
        return moment.astimezone(ZoneInfo(zone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OverflowError):  # The last and the first day of all, elsewhere.
        return moment


def day(moment: datetime, zone: str | None = None) -> str:
    """Return the date as people write it, `15 ottobre 2026`, with spaces that do not break."""
    return _written(_local(moment, zone).date())


def instant(moment: datetime, zone: str | None = None) -> str:
    """Return date, time and zone in one: `20 novembre 2026, 10:42 UTC`."""
    return instant_in(spoken(), moment, zone)


def instant_in(language: str, moment: datetime, zone: str | None = None) -> str:
    """Return the same in `language`."""
    return _instant_in(language, moment.replace(second=0, microsecond=0), zone)


@lru_cache(512)
def _instant_in(language: str, moment: datetime, zone: str | None) -> str:
    local = _local(moment, zone)
    text = format_datetime(local, "d MMMM y, HH:mm", tzinfo=local.tzinfo, locale=LOCALES[language])
    return f"{text} {local.tzname() or ''}".strip().replace(" ", NBSP)


def told_at(moment: datetime, zone: str, code: str, /, **values: object) -> str:
    """Return the sentence of `code` with `moment` in it."""
    return say(code, moment=instant(moment, zone), **values)


def span(start: datetime | None, end: datetime | None, zone: str | None = None) -> str:
    """Return the days that an event took: `15 ottobre 2026`, `15–17 ottobre 2026`, or from one date to another.

    A night that ends before six in the morning belongs to the day it began, as on the certificate.
    """
    known = [_local(moment, zone) for moment in (start, end) if moment]
    if not known:
        return ""
    first, last = known[0].date(), known[-1].date()
    if last - first == timedelta(days=1) and known[-1].time() <= SMALL_HOURS:
        last = first
    if (first.year, first.month) == (last.year, last.month) and first < last:
        return f"{first.day}–{_written(last)}"
    if first == last:
        return _written(last)
    return f"{_written(first, 'd MMMM' if first.year == last.year else 'd MMMM y')} – {_written(last)}"


def number(text: str | None) -> str:
    """Return a signed number (`2.5`) as the language writes it (`2,5`); what is no number, as it is."""
    try:
        value = Decimal(text or "")
    except InvalidOperation:
        return text or ""
    if not value.is_finite() or not -15 < value.adjusted() < 15:
        return text or ""
    return str(format_decimal(value, format="#,##0.###", locale=LOCALES[spoken()]))


def _written(date_: date, pattern: str = "d MMMM y") -> str:
    return str(format_date(date_, pattern, locale=LOCALES[spoken()])).replace(" ", NBSP)
