"""Which course a document takes: bytes are read first, and what they say decides whose rules they are judged by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from verifier.case import Case, Course, Step, passed
from verifier.intake import take_in
from verifier.steps import COURSE
from verifier.verdict import Check

PICTURES: Final = frozenset({"png", "svg", "pdf"})


def _parse(case: Case) -> Iterator[Check]:
    """VCDM 2.0, 7.1, step 1: bytes become a document."""
    found = take_in(case.data)
    case.format, case.document = found.format, found.document
    yield passed("parse", "read_from_picture" if found.format in PICTURES else "read", format=found.format.upper())


READ: Final = Step(("parse",), _parse)
"""The first step of every course."""


def course_of(case: Case) -> Course:
    """Return the steps that follow for the document that was read."""
    if case.document is None:
        raise LookupError("Nothing has been read yet.")
    return COURSE
