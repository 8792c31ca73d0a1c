"""File names made of people's names: readable, safe on every disk, and never the same twice."""

from __future__ import annotations

import unicodedata
from typing import Final

MOST_BYTES: Final = 120
"""Of a name, in UTF-8: with the token and the ending it stays far below the 255 that disks allow."""

_KEPT: Final = frozenset(" '’.,()+-")
"""What names hold besides letters, marks and digits; no slash, colon, quotation mark, control or turning character."""


_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {kind + of for kind in ("com", "lpt") for of in "123456789¹²³"}
)
"""What Windows takes for a device, whatever comes after a full stop."""


def filename(name: str, token: str, extension: str) -> str:
    """Return `Ada Lovelace - TOKEN.pdf` without anything that a disk or a shell could take for something else.

    The token makes it unique. A name of which nothing is left is left out.
    """
    spelled = unicodedata.normalize("NFC", name)
    kept = "".join(one if one in _KEPT or unicodedata.category(one)[0] in "LMN" else " " for one in spelled)
    kept = " ".join(kept.split()).lstrip(".-+ '’,")
    kept = kept.encode("utf-8")[:MOST_BYTES].decode("utf-8", "ignore").rstrip(". ")
    head, stop, _ = kept.partition(".")
    if stop and head.rstrip().casefold() in _DEVICES:
        kept = f"_{kept}"
    return f"{kept} - {token}.{extension}" if kept else f"{token}.{extension}"
