"""Pictures of organizations at intake: read in a process that can be killed, written anew, fit for print."""

from __future__ import annotations

from typing import Final

from issuer.certificate.raster import LONGEST_SIDES, rewrite
from issuer.certificate.svg import rebuild
from issuer.fault import Fault, Refused
from verifier.child import ChildFailed, run

LIMIT: Final = 8 * 2**20
PURPOSES: Final = frozenset(LONGEST_SIDES)

_SECONDS: Final = 10.0
_MEMORY: Final = 768 * 2**20
_CODES: Final = {
    "TooLarge": "picture_too_large",
    "DecompressionBombError": "picture_too_large",
    "Unsafe": "picture_unsafe",
    "Empty": "picture_empty",
}


def reencode(data: bytes, purpose: str) -> bytes:
    """Return a picture as we keep it: PNG, JPEG or SVG, with nothing in it but the picture.

    `purpose` is `logo`, `signature`, `badge` or `background` and says how many pixels print needs at 300 dpi; smaller
    pictures stay as they are. What it is, its first bytes tell, not its name (SECURITY.md, D3 to D6, F8). Raises
    Refused.
    """
    if purpose not in PURPOSES:
        raise ValueError(purpose)
    if len(data) > LIMIT:
        raise Refused(Fault("picture_too_large"))
    function = rewrite if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) else rebuild
    try:
        return run(function, data, purpose, seconds=_SECONDS, memory=_MEMORY)
    except ChildFailed as failure:
        code = _CODES.get(failure.kind, "picture_unreadable")
        if failure.reason in {"memory", "timeout"}:
            code = "picture_too_large"
        raise Refused(Fault(code)) from failure
