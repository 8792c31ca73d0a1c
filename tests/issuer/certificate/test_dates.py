"""Dates and numbers as a person of that language writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from issuer.certificate.dates import day, number, span

ROME = "Europe/Rome"


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "language", "written"),
    [
        pytest.param(utc(2026, 10, 15, 16), utc(2026, 10, 15, 19), "it", "15 ottobre 2026", id="a day"),
        pytest.param(utc(2026, 10, 15, 16), utc(2026, 10, 15, 19), "en", "15 October 2026", id="a day in English"),
        pytest.param(utc(2026, 10, 15, 8), utc(2026, 10, 17, 16), "it", "15–17 ottobre 2026", id="a month"),
        pytest.param(utc(2026, 9, 30, 8), utc(2026, 10, 2, 16), "it", "30 settembre – 2 ottobre 2026", id="two months"),
        pytest.param(
            utc(2026, 12, 30, 8), utc(2027, 1, 2, 16), "en", "30 December 2026 – 2 January 2027", id="two years"
        ),
        pytest.param(utc(2026, 10, 15, 19), utc(2026, 10, 16, 0, 30), "it", "15 ottobre 2026", id="a night"),
        pytest.param(
            utc(2026, 10, 15, 22, 30), utc(2026, 10, 15, 23), "it", "16 ottobre 2026", id="in the event's zone"
        ),
        pytest.param(None, utc(2026, 10, 15, 19), "it", "15 ottobre 2026", id="no start"),
    ],
)
def test_days_are_told_as_short_as_they_can_be_and_do_not_break(start, end, language, written):
    assert span(start, end, language, ROME) == written.replace(" ", "\N{NO-BREAK SPACE}")


def test_a_day_is_that_of_the_zone():
    assert day(utc(2026, 12, 31, 23, 30), "it", ROME) == "1\N{NO-BREAK SPACE}gennaio\N{NO-BREAK SPACE}2027"


@pytest.mark.parametrize(
    ("text", "language", "written"),
    [("2.5", "it", "2,5"), ("2.5", "en", "2.5"), ("120", "it", "120"), ("1.0", "it", "1"), ("1200", "it", "1.200"),
     ("30 e lode", "it", "30 e lode"), ("", "it", ""), ("NaN", "en", "NaN")],
)  # fmt: skip
def test_numbers_have_the_comma_of_the_language(text, language, written):
    assert number(text, language) == written
