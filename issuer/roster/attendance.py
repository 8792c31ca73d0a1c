"""Who attended: what the words, times and states of an export say, in English and Italian."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from issuer.roster.columns import SCAN, STATE, WAITING, plain

BLANK: Final = frozenset({"", "-", "--", "–", "—", "n/a", "N/A"})
"""What stands where nothing is known."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


YES: Final = _words(
    "yes|y|x|1|true|si|sì|s|vero|ok|present|presente|presenti|attended|checked in|check in|ja|v|p|"
    "ha partecipato|partecipato|✓|✔|☑|✅|✔️"
)
NO: Final = _words(
    "no|n|0|false|falso|absent|assente|assenti|not checked in|not attended|did not attend|no show|noshow|"
    "non presente|non ha partecipato|non pervenuto|nein|a|✗|✘|❌"
)
ATTENDED: Final = _words("checked in|attended|present|presente|ha partecipato|partecipato")
ABSENT: Final = _words(
    "not checked in|absent|assente|no show|noshow|did not attend|not attended|non presente|non ha partecipato"
)
WITHDRAWN: Final = _words(
    "cancelled|canceled|withdrawn|declined|rejected|refused|refunded|denied|deleted|transferred|not attending|no|"
    "not going|cancelled by attendee|cancelled by organizer|annullato|annullata|ritirato|ritirata|rifiutato|rifiutata|"
    "cancellato|cancellata|rimborsato|rimborsata|disdetto|disdetta|rinunciato|rinuncia|respinto|respinta|non partecipa"
)
PENDING: Final = _words(
    "approved|completed|complete|attending|registered|confirmed|paid|unpaid|pending|waitlist|waitlisted|invited|going|"
    "valid|active|accepted|session|yes|maybe|pending approval|pending payment|awaiting payment|waiting list|"
    "on waitlist|unapproved|sì|si|confermato|confermata|completato|completata|iscritto|iscritta|registrato|registrata|"
    "approvato|approvata|pagato|pagata|prenotato|prenotata|attivo|attiva|invitato|invitata|in attesa|"
    "in lista d attesa|lista d attesa|lista di attesa|da confermare|in attesa di pagamento|valido|valida"
)
"""Registrations that stand, or may yet: they say nothing of attendance."""

_TIME: Final = re.compile(r"\d{1,4}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,4}|\b\d{1,2}[:.]\d{2}\b")
_MINUTES: Final = re.compile(r"(\d{1,6})(?:[.,]\d{1,4})?(?:\s*(?:min\.?|minutes|minuti|'|′))?", re.IGNORECASE)
_CLOCK: Final = re.compile(
    r"(?:(\d{1,3})\s*[h:]\s*)(\d{1,2})(?:\s*(?:m|min|:\d{2})?)(?:\s*\d{1,2}\s*s)?", re.IGNORECASE
)
_LONGEST: Final = 40


class Unknown(ValueError):
    """A word whose meaning is not known: never a guess. Carries the field and the word."""

    def __init__(self, field: str, word: str) -> None:
        super().__init__(field, word)
        self.field = field
        self.word = word


@dataclass(frozen=True, slots=True)
class Presence:
    """What one record says: `attended` is None where it cannot know."""

    attended: bool | None
    withdrawn: bool
    minutes: int | None
    basis: str


def presence(cells: Mapping[str, str], *, state_knows: bool) -> Presence:
    """Return what the cells of one record say of attendance; Unknown for a word that is not understood.

    `cells` holds the columns the list has, by field. A withdrawn registration did not attend, whatever
    else is said of it. Then the surest witness: a check-in, a word, a state, minutes.
    """
    withdrawn, state = _state(cells.get(STATE), knows=state_knows)
    spent = minutes(cells["minutes"]) if "minutes" in cells else None
    if cells.get(WAITING) and word(cells[WAITING], WAITING):
        spent = None
    attended, basis = _witness(cells, state, spent)
    if withdrawn:
        return Presence(attended=False, withdrawn=True, minutes=spent, basis="declared")
    return Presence(attended, withdrawn=False, minutes=spent, basis=basis if attended else "declared")


def _witness(cells: Mapping[str, str], state: bool | None, spent: int | None) -> tuple[bool | None, str]:
    scanned = scan(cells[SCAN]) if SCAN in cells else None
    said = word(cells["attended"], "attended") if "attended" in cells else None
    if scanned and said is not False:
        return True, "scanned"
    if said is not None:
        return said, "minutes" if spent is not None else "declared"
    if scanned is not None:
        return scanned, "scanned"
    if state is not None:
        return state, "scanned" if plain(cells[STATE]) == "checked in" else "declared"
    if "minutes" in cells:
        return bool(spent), "minutes"
    return None, "declared"


def _state(text: str | None, *, knows: bool) -> tuple[bool, bool | None]:
    """Return whether the registration was withdrawn, and what its state says of attendance."""
    if text is None:
        return False, None
    meant = plain(text)
    if meant in WITHDRAWN:
        return True, False
    if meant in ATTENDED:
        return False, True
    if meant in ABSENT:
        return False, False
    if text.strip() in BLANK or meant in PENDING:
        return False, False if knows else None
    raise Unknown(STATE, text)


def is_state(text: str) -> bool:
    """Tell whether this is a word for the state of a registration."""
    meant = plain(text)
    return meant in WITHDRAWN or meant in PENDING or says_attendance(text)


def says_attendance(text: str) -> bool:
    """Tell whether this state says who was there."""
    return plain(text) in ATTENDED | ABSENT


def word(text: str, field: str) -> bool:
    """Return what a word for yes or no says; blank is no, a time of arrival is yes; Unknown for any other."""
    bare = text.strip()
    if bare in BLANK:
        return False
    meant = " ".join(bare.casefold().replace("-", " ").replace("_", " ").split()) or bare
    if meant in YES:
        return True
    if meant in NO or meant in WITHDRAWN:
        return False
    if field != WAITING and len(bare) <= _LONGEST and _TIME.search(bare):
        return True
    raise Unknown(field, text)


def scan(text: str) -> bool:
    """Return whether a check-in is told: a time, or a word for yes."""
    return word(text, SCAN)


def minutes(text: str) -> int | None:
    """Return whole minutes, of `61`, `61.5`, `61 min`, `1:01:00` or `1h 1m`; None for a blank; Unknown otherwise."""
    bare = text.strip()
    if bare in BLANK:
        return None
    if len(bare) <= _LONGEST:
        plainly = _MINUTES.fullmatch(bare)
        if plainly:
            return int(plainly[1])
        clock = _CLOCK.fullmatch(bare)
        if clock:
            return int(clock[1]) * 60 + int(clock[2])
    raise Unknown("minutes", text)
