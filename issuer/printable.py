"""What an event says must be printable: letters that none of our fonts has are found before anything is promised."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.certificate.glyphs import missing
from issuer.event import EventFile
from issuer.fault import Fault, Refused


def check_printable(event: EventFile) -> None:
    """Raise Refused for every text of the event that holds letters which none of our fonts can print."""
    faults = [
        Fault("event_glyph", column=key, values={"key": key, "characters": " ".join(sorted(lacking))})
        for key, text in _texts(event)
        if (lacking := missing(text))
    ]
    if faults:
        raise Refused(*faults)


def _texts(event: EventFile) -> Iterator[tuple[str, str]]:
    yield "issuer.name", event.issuer.name
    yield "achievement.name", event.achievement.name
    yield "event.name", event.event.name
    yield "event.place", event.event.place or ""
    yield "certificate.wording", event.certificate.wording or ""
    for place, who in enumerate(event.certificate.signatories, 1):
        yield f"certificate.signatory.{place}.name", who.name
