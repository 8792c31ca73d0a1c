"""Which course a document takes: bytes are read first, and what they say decides whose rules they are judged by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from verifier.carriers import CARRIED, CHANGED, CODE
from verifier.case import Case, Course, Step, passed
from verifier.following import FOLLOWED, read_all
from verifier.intake import FACES
from verifier.intake import READ as BY_ITSELF
from verifier.links import as_link
from verifier.ob2 import course as ob2
from verifier.ob2.world import World, world_of
from verifier.steps import COURSE
from verifier.verdict import Check

_HOW: Final = {
    BY_ITSELF: "read", CARRIED: "read_from_picture", CHANGED: "read_from_changed", CODE: "read_from_code",
    FOLLOWED: "read_from_link", FACES: "read_from_faces",
}  # fmt: skip


def _parse(case: Case) -> Iterator[Check]:
    """VCDM 2.0, 7.1, step 1: bytes become a document, wherever the links in them lead."""
    found = read_all(case.data, case.resolver.fetch, as_link(case.source))
    case.format, case.document = found.format, found.document
    code = _HOW[found.how]
    if code == "read" and found.document.wrapped == "presentation":
        code = "read_from_presentation"
    address = found.addresses[-1] if found.addresses else ""
    note = " → ".join(found.addresses) if len(found.addresses) > (found.how == FOLLOWED) else ""
    yield passed("parse", code, note, format=found.format.upper(), address=address)


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
