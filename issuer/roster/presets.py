"""The exports that are recognised by their headers, and which of their columns says who attended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from issuer.roster.columns import SCAN, STATE, WAITING, guess, plain

_PERSON: Final = ("name", "given_name", "family_name", "email")


@dataclass(frozen=True)
class Preset:
    """One kind of export.

    `needs` are sets of headers, any of which tells the export. `fields` are looked for by their usual
    headers; `also` names the header of a field where this export has its own. `state_knows` tells that the
    state of a registration says who attended; `composed` that given and family name go before the name a
    person shows; `sections` that several tables follow one another.
    """

    name: str
    needs: tuple[frozenset[str], ...]
    fields: tuple[str, ...]
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    state_knows: bool = False
    composed: bool = False
    sections: bool = False

    def knows(self, headers: Sequence[str]) -> bool:
        """Tell whether these headers are those of this export."""
        found = {plain(header) for header in headers}
        return any(need <= found for need in self.needs)

    def columns(self, headers: Sequence[str]) -> dict[str, int]:
        """Return the index of the column of each field that is there."""
        chosen = guess(headers, self.fields)
        words = [plain(header) for header in headers]
        for name, wanted in self.also.items():
            for word in wanted:
                if word in words:
                    chosen[name] = words.index(word)
                    break
        return chosen


def _sets(*needs: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(need.split("|")) for need in needs)


LUMA: Final = Preset(
    "luma",
    _sets("api id|approval status", "guest api id|approval status", "guest id|approval status",
          "approval status|checked in at"),
    (*_PERSON, SCAN, STATE),
    {"id": ("guest id", "guest api id", "api id"), STATE: ("approval status",), SCAN: ("checked in at",)},
)  # fmt: skip

EVENTBRITE: Final = Preset(
    "eventbrite",
    _sets("order #|attendee #", "order no|attendee no", "order #|attendee status", "order id|attendee #",
          "order id|attendee id|attendee status", "order no|attendee status"),
    (*_PERSON, "order", STATE),
    {"id": ("attendee #", "attendee no", "attendee id"), "order": ("order #", "order no", "order id"),
     STATE: ("attendee status",)},
    state_knows=True,
)  # fmt: skip

MEETUP: Final = Preset(
    "meetup",
    _sets("name|rsvp|url of member profile", "name|user id|rsvped on", "name|member id|rsvp"),
    ("name", "email", "attended", STATE),
    {"id": ("user id", "member id"), STATE: ("rsvp",), "attended": ("attendance", "attended", "checked in")},
)

PRETIX: Final = Preset(
    "pretix",
    _sets("order code|attendee name|checked in", "order code|checked in|automatically checked in",
          "bestellnummer|eingecheckt", "codice ordine|check in effettuato"),
    (*_PERSON, "order"),
    {SCAN: ("checked in", "eingecheckt", "check in effettuato"), "ticket": ("secret",),
     "id": ("position id", "order position id")},
)  # fmt: skip

INDICO: Final = Preset(
    "indico",
    _sets("id|registration state", "registration date|registration state", "registration state|checked in"),
    (*_PERSON, "id"),
    {SCAN: ("checked in", "check in date"), STATE: ("registration state",)},
)

ZOOM: Final = Preset(
    "zoom",
    _sets("user name original name|time in session minutes", "user name|time in session minutes",
          "first name|last name|time in session minutes",
          "name original name|duration minutes", "name original name|total duration minutes"),
    (*_PERSON, "attended", "minutes", WAITING),
    {STATE: ("approval status",), "name": ("user name original name", "name original name", "user name")},
    composed=True, sections=True,
)  # fmt: skip

GENERIC: Final = Preset("generic", (), ())

PRESETS: Final = {preset.name: preset for preset in (LUMA, EVENTBRITE, MEETUP, PRETIX, INDICO, ZOOM, GENERIC)}
"""Every preset by its name, in the order they are tried; `generic` guesses and comes last."""

AUDIENCE: Final = frozenset({"attendee details", "other attended", "attendees", "participants"})
ASIDE: Final = frozenset({"host details", "panelist details", "alternative host details"})
TITLES: Final = AUDIENCE | ASIDE
"""Titles of the sections of a Zoom report; who hosts or speaks is no attendee."""
