"""What one row contributes to its credential: read from the roster's recipient, checked, then frozen in the intent."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from badges.identity import email_identity
from issuer.certificate.glyphs import missing
from issuer.facts import Facts
from issuer.fault import Fault
from issuer.kinds import KINDS
from templates import sentence

if TYPE_CHECKING:
    from issuer.roster import Recipient

SALT_OCTETS: Final = 16
MOST_HOURS: Final = 10_000
LONGEST: Final = 2_000
"""Characters of one value of a row; what is longer is an essay, and belongs behind a link."""
TEXTS: Final = ("role", "rank", "reason", "grade", "number", "narrative", "language")
PRINTED: Final = ("name", "role", "rank", "reason", "grade", "number")

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


class RowFault(Exception):
    """A row that cannot be issued as it is; carries every fault found in it."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults


@dataclass(frozen=True)
class Setting:
    """What a row is read against: the facts of event and achievement, and whether the e-mail's hash is signed."""

    event: Facts
    achievement: Facts
    sign_email: bool = True


def read_row(recipient: Recipient, setting: Setting) -> dict[str, Any]:
    """Return what the intent keeps of `recipient`; raises RowFault."""
    texts = {name: recipient.values.get(name, "").strip() for name in TEXTS}
    if setting.achievement["kind"] != "merit":
        texts["reason"] = ""  # Elsewhere such a column says why somebody registered, which is nobody's business.
    row: dict[str, Any] = {
        "name": recipient.name,
        **{name: text or None for name, text in texts.items()},
        "hours": None,
        "evidence": recipient.values.get("evidence", "").strip() or None,
        "basis": basis(recipient, setting.event["language"]),
        "email": _email(recipient.email) if setting.sign_email and recipient.email else None,
        "kept": dict(recipient.kept),
    }
    faults = [] if recipient.identity else [_fault("award_identity", recipient.row, "name")]
    faults += check_row(row, setting.achievement["kind"], recipient.row)
    try:
        row["hours"] = hours_of(recipient, setting.event["hours"])
    except ValueError:
        faults.append(_fault("award_hours", recipient.row, "hours", value=recipient.values["hours"][:40]))
    if faults:
        raise RowFault(*faults)
    return row


def check_row(row: Mapping[str, Any], kind: str, line: int | None) -> list[Fault]:
    """Return every fault of a row's values for a kind of award."""
    faults = [_fault("award_required", line, name, field=name) for name in KINDS[kind].required if not row.get(name)]
    texts = {name: row[name] for name in ("name", "evidence", *TEXTS) if row.get(name)} | dict(row["kept"])
    for name, text in texts.items():
        if len(text) > LONGEST:
            faults.append(_fault("award_too_long", line, name, limit=LONGEST))
        if _CONTROL.search(text):
            faults.append(_fault("award_control", line, name, field=name))
    if row.get("evidence") and not is_web_address(row["evidence"]):
        faults.append(_fault("award_evidence", line, "evidence", value=row["evidence"][:80]))
    faults += _glyph_faults(row, line)
    return faults


def hours_of(recipient: Recipient, of_event: str | None) -> str | None:
    """Return the hours as they are signed: the row's own, else its minutes, else the event's; ValueError."""
    if own := recipient.values.get("hours", "").strip():
        return format_hours(own)
    if recipient.minutes:
        return format_hours(str(Decimal(recipient.minutes) / 60))
    return format_hours(of_event) if of_event else None


def format_hours(text: str) -> str:
    """Return a number of hours to the hundredth at most, with a point and no zeros at its end; ValueError."""
    try:
        hours = Decimal(text.replace(",", ".")).quantize(Decimal("0.01"))
    except InvalidOperation as fault:
        raise ValueError(text) from fault
    if not 0 < hours < MOST_HOURS:
        raise ValueError(text)
    return f"{hours:f}".rstrip("0").rstrip(".")


def basis(recipient: Recipient, language: str) -> str:
    """Return how presence is known, as the sentence that is signed."""
    if recipient.basis == "minutes" and recipient.minutes is not None:
        return sentence("issuing.basis.minutes", language, n=recipient.minutes)
    return sentence("issuing.basis.scanned" if recipient.basis == "scanned" else "issuing.basis.declared", language)


def is_web_address(text: str) -> bool:
    """Tell whether `text` is one http(s) address that JSON-LD can hold as an identifier."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    clean = re.search(r"[\s<>\"{}|^`\\]|[^\x21-\x7e]", text) is None
    return clean and parts.scheme in ("https", "http") and bool(parts.hostname) and not parts.username


def _email(address: str) -> dict[str, str]:
    identity = email_identity(address, secrets.token_hex(SALT_OCTETS))
    return {"identityHash": identity.identity_hash, "salt": identity.salt or ""}


def _glyph_faults(row: Mapping[str, Any], line: int | None) -> list[Fault]:
    faults = []
    for name, text in ({name: row.get(name) or "" for name in PRINTED} | dict(row["kept"])).items():
        lacking = missing(text)
        if lacking:
            faults.append(_fault("award_glyph", line, name, characters=" ".join(sorted(lacking)), field=name))
    return faults


def _fault(code: str, line: int | None, column: str, **values: object) -> Fault:
    return Fault(code, row=line, column=column, values=values)
