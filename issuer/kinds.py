"""The four kinds of certificate: what each is called, says, needs and looks like, unless told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

Words = Mapping[str, str]
"""One text in every language we speak, by language code."""

COMMON_FIELDS: Final = ("name", "event", "date", "place", "hours", "achievement", "issuer", "number", "basis")
"""Placeholders that every wording may use, whatever its kind."""


def _words(it: str, en: str) -> Words:
    return MappingProxyType({"it": it, "en": en})


@dataclass(frozen=True)
class Kind:
    """One kind; `fields` may stand in its wording, `required` must be filled in every row.

    `criteria_note` is signed after the organizer's criteria, `legal_note` is printed small unless switched off;
    both are None where the kind has none. `signatories` is how many people are expected to sign.
    """

    name: str
    title: Words
    wording: Words
    achievement_type: str
    design: str
    own_fields: tuple[str, ...]
    required: tuple[str, ...] = ()
    criteria_note: Words | None = None
    legal_note: Words | None = None
    signatories: int = 1

    @property
    def fields(self) -> tuple[str, ...]:
        """Every placeholder that a wording of this kind may use, kept columns aside."""
        return COMMON_FIELDS + tuple(field for field in self.own_fields if field not in COMMON_FIELDS)


ATTENDANCE: Final = Kind(
    name="attendance",
    title=_words("Attestato di partecipazione", "Certificate of Attendance"),
    wording=_words(
        "{{name}} ha partecipato a {{event}}, {{date}}[, {{place}}][, per {{hours}} ore].",
        "{{name}} attended {{event}}, {{date}}[, {{place}}][, for {{hours}} hours].",
    ),
    achievement_type="CertificateOfCompletion",
    design="modern",
    own_fields=("event", "date", "place", "hours", "basis"),
    criteria_note=_words(
        "Attesta la sola presenza: nulla è stato valutato.",
        "It certifies presence alone: nothing was assessed.",
    ),
)

MERIT: Final = Kind(
    name="merit",
    title=_words("Attestato di merito", "Certificate of Merit"),
    wording=_words(
        "A {{name}}, {{reason}}[, in qualità di {{role}}], {{event}}, {{date}}.",
        "To {{name}}, {{reason}}[, as {{role}}], {{event}}, {{date}}.",
    ),
    achievement_type="Award",
    design="classic",
    own_fields=("reason", "role", "rank", "evidence"),
    required=("reason",),
)

BADGE: Final = Kind(
    name="badge",
    title=_words("Badge", "Badge"),
    wording=_words("{{name}} ha ottenuto {{achievement}}.", "{{name}} earned {{achievement}}."),
    achievement_type="Badge",
    design="minimal",
    own_fields=("criteria", "tags", "evidence"),
)

DIPLOMA: Final = Kind(
    name="diploma",
    title=_words("Diploma", "Diploma"),
    wording=_words(
        "Si conferisce a {{name}} il diploma {{achievement}}, {{date}}[, {{hours}} ore][, esito {{grade}}].",
        "{{name}} is awarded the diploma {{achievement}}, {{date}}[, {{hours}} hours][, result {{grade}}].",
    ),
    achievement_type="Diploma",
    design="classic",
    own_fields=("from", "to", "hours", "grade", "number"),
    legal_note=_words(
        "Non costituisce titolo di studio con valore legale.",
        "This diploma is not a legally recognised academic qualification.",
    ),
    signatories=2,
)

KINDS: Final[Mapping[str, Kind]] = MappingProxyType({kind.name: kind for kind in (ATTENDANCE, MERIT, BADGE, DIPLOMA)})
