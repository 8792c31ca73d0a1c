"""The name under which a file was handed in, made fit to be shown: it says what it was, and names no place."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from issuer.roster.letters import forbidden

MOST: Final = 80
_PLACE: Final = re.compile(r"[/\\]")


def shown_name(given: str | None) -> str:
    """Return the last part of a name without what cannot be seen, shortened in its middle (SECURITY.md, D11)."""
    last = _PLACE.split(given or "")[-1]
    bare = "".join(sign for sign in unicodedata.normalize("NFC", last) if sign.isprintable() and not forbidden(sign))
    bare = " ".join(bare.split()).strip(". ")
    return bare if len(bare) <= MOST else f"{bare[: MOST - 12]}…{bare[-11:]}"
