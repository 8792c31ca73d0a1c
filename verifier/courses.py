"""Which course a document takes: bytes are read first, and what they say decides whose rules they are judged by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from verifier.case import Case, Course, Step, passed
from verifier.intake import take_in
from verifier.ob2 import course as ob2
from verifier.ob2.world import World, world_of
from verifier.steps import COURSE
from verifier.verdict import Check

PICTURES: Final = frozenset({"png", "svg", "pdf"})


def _parse(case: Case) -> Iterator[Check]:
    """VCDM 2.0, 7.1, step 1: bytes become a document."""
    found = take_in(case.data)
    case.format, case.document = found.format, found.document
    code = "read_from_picture" if found.format in PICTURES else "read"
    if found.document.wrapped == "presentation":
        code = "read_from_presentation"
    yield passed("parse", code, format=found.format.upper())


READ: Final = Step(("parse",), _parse)
"""The first step of every course."""


def course_of(case: Case) -> Course:
    """Return the steps that follow for the document that was read."""
    if case.document is None:
        raise LookupError("Nothing has been read yet.")
    match world_of(case.document.credential):
        case World.ASSERTION:
            return ob2.course(case.document.credential)
        case World.BOTH:
            return ob2.both_worlds()
        case World.CREDENTIAL:
            return COURSE
