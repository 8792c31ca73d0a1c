"""The fields a list may have, and the headers, English and Italian, under which people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

FIELDS: Final = (
    "name", "given_name", "family_name", "email", "attended", "minutes", "hours", "role", "rank", "reason",
    "grade", "number", "language", "ticket", "order", "id", "evidence", "narrative",
)  # fmt: skip
"""Known fields, as INTERFACE.md, Columns, lists them; underscores for spaces."""

SCAN: Final = "checked_in"
"""A time of check-in, or a word for it."""

STATE: Final = "state"
"""What became of the registration."""

WAITING: Final = "waiting"
"""Whether a session was spent in a waiting room."""

NAMES: Final = ("name", "given_name", "family_name")

_NOT_A_WORD: Final = re.compile(r"[^\w#]+|_+")

WORDS: Final[Mapping[str, str]] = {
    "name": (
        "name|full name|nome e cognome|cognome e nome|nome completo|nome cognome|cognome nome|nominativo|"
        "attendee name|participant name|name of participant|guest name|student name|attendee|participant|"
        "partecipante|studente|nome partecipante|nome del partecipante|nome dello studente|nome e cognome partecipante|"
        "name original name|user name original name|user name|display name|your name|il tuo nome|teilnehmername|"
        "name des teilnehmers|partecipanti|participants|attendees|iscritti|iscritto|iscritta|studenti|students|nomi|"
        "names|nome"
    ),
    "given_name": (
        "first name|given name|firstname|forename|nome|nome di battesimo|attendee first name|"
        "attendee name given name|vorname|nome del partecipante nome"
    ),
    "family_name": (
        "last name|family name|lastname|surname|cognome|attendee last name|attendee surname|"
        "attendee name family name|nachname|nome del partecipante cognome"
    ),
    "email": (
        "email|e mail|email address|e mail address|indirizzo e mail|indirizzo email|posta elettronica|"
        "indirizzo di posta elettronica|mail|indirizzo mail|user email|attendee email|attendee e mail|"
        "email partecipante|e mail partecipante|contact email|your email|la tua email|e mail adresse"
    ),
    "attended": (
        "attended|attendance|present|presente|presenza|ha partecipato|partecipato|was present|showed up|"
        "presenza confermata|presenza effettiva"
    ),
    SCAN: (
        "checked in at|check in date|check in time|check in|checkin|checked in|checkin time|checkin date|"
        "data check in|ora check in|data e ora check in|orario check in|ingresso|ora ingresso|orario ingresso|"
        "ora di ingresso|orario di ingresso|entrata|eingecheckt|check in effettuato"
    ),
    STATE: (
        "attendee status|registration state|registration status|approval status|status|stato|stato iscrizione|"
        "stato registrazione|stato dell iscrizione|stato della registrazione|rsvp"
    ),
    "minutes": (
        "minutes|minuti|time in session minutes|total duration minutes|duration minutes|minutes attended|"
        "attendance minutes|durata minuti|durata in minuti|minuti di presenza|minuti presenza|minuti in sessione"
    ),
    "hours": (
        "hours|ore|ore di presenza|ore presenza|ore frequentate|ore totali|numero ore|n ore|monte ore|durata ore|"
        "durata in ore|ore di formazione|hours attended|duration hours|contact hours"
    ),
    "role": "role|ruolo|in qualità di|in qualita di",
    "rank": "rank|posizione in classifica|classifica|piazzamento|posto in classifica",
    "reason": "reason|motivo|motivazione|merito",
    "grade": "grade|voto|esito|result|risultato|valutazione|score|punteggio|mark",
    "number": (
        "number|numero|certificate number|certificate no|numero attestato|n attestato|numero certificato|"
        "numero diploma|numero di registro|protocollo"
    ),
    "language": "language|lingua",
    "ticket": (
        "ticket|ticket id|ticket code|ticket number|ticket no|ticket #|barcode|barcode #|codice biglietto|"
        "numero biglietto|id biglietto|secret|biglietto"
    ),
    "order": (
        "order|order code|order #|order no|order id|order number|ordine|codice ordine|numero ordine|"
        "codice dell ordine|bestellnummer"
    ),
    "id": (
        "id|attendee #|attendee no|attendee id|participant id|registration id|registrant id|guest id|guest api id|"
        "api id|user id|id partecipante|id iscrizione|codice partecipante|codice iscrizione|matricola"
    ),
    "evidence": "evidence|evidence url|evidenza|prova",
    "narrative": "narrative|testo",
    WAITING: "in waiting room",
}  # fmt: skip
"""For each field the headers that mean it, the surest first, as `plain` writes them."""

TYPE_LIKE: Final = frozenset({"ticket", "biglietto"})
"""Headers that say which ticket, or which kind of ticket: only the values can tell."""

_KINDS: Final = (
    "attendee", "participant", "partecipante", "studente", "iscritto", "iscritta", "user name", "display name",
)  # fmt: skip
"""Headers of a name only where no column holds a surname."""

_SYNONYMS: Final = {field: tuple(words.split("|")) for field, words in WORDS.items()}
_MEANT: Final = frozenset(word for words in _SYNONYMS.values() for word in words)


@lru_cache(maxsize=4096)
def plain(header: str) -> str:
    """Return a header as it is compared: lower case, words and `#` only, one space between."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    return _NOT_A_WORD.sub(" ", folded).strip()


def known(cells: Iterable[str]) -> int:
    """Return how many of these cells would be headers of a known field."""
    return sum(plain(cell) in _MEANT for cell in cells if len(cell) < 100)


def guess(headers: Sequence[str], fields: Iterable[str] = WORDS) -> dict[str, int]:
    """Return for each field the index of the column that most surely means it; no column means two fields."""
    first: dict[str, int] = {}
    for index, header in enumerate(headers):
        first.setdefault(plain(header), index)
    chosen: dict[str, int] = {}
    for field in fields:
        for word in _SYNONYMS[field]:
            if word in first and first[word] not in chosen.values():
                chosen[field] = first[word]
                break
    return _parted(chosen, first)


def _parted(chosen: dict[str, int], first: Mapping[str, int]) -> dict[str, int]:
    """Beside a surname, «name» or «nome» is the given name, and «studente» may be a yes or no."""
    if {"given_name", "family_name"} <= chosen.keys() and any(
        first.get(word, -1) == chosen.get("name", -2) for word in _KINDS
    ):
        del chosen["name"]
    if "family_name" in chosen and "given_name" not in chosen:
        for word in ("name", "nome"):
            if first.get(word, -1) == chosen.get("name", -2):
                chosen["given_name"] = chosen.pop("name")
                break
    return chosen
