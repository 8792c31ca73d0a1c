"""The poster for the door: one code to scan, and what is behind it, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from issuer.art.colour import readable
from issuer.certificate.fit import MM
from issuer.certificate.fonts import SERIF
from issuer.certificate.illustrations import _code
from issuer.certificate.leaflet import leaflet
from issuer.certificate.measure import Face, width
from issuer.nameplates.badge import Evening
from issuer.nameplates.printing import environment, picture, stylesheet
from templates import LANGUAGES, sentence

FACE: Final = Face(f"Fraunces, {SERIF}", 600, tracking=-0.012)
WIDE: Final = 174.0
"""Millimetres between the margins."""
_LARGEST: Final = 44.0
_LEAST: Final = 26.0


@dataclass(frozen=True)
class Behind:
    """What stands behind the code: an `address`, and the `code` of the sentences that say what one finds there."""

    address: str
    code: str


def community(base_url: str, slug: str) -> Behind:
    """Return the public page of an organization: who it is, and the keys that its certificates are checked with."""
    return Behind(f"{base_url}/issuers/{slug}", "community")


def poster_pdf(evening: Evening, behind: Behind) -> bytes:
    """Return the poster as A4; the evening's language comes first."""
    languages = sorted(LANGUAGES, key=lambda language: language != evening.language)
    title = evening.event or evening.organization
    html = environment().get_template("poster.html").render(
        evening=evening,
        title=title,
        size=max(_LEAST, min(_LARGEST, WIDE * MM / (width(title, FACE) + 0.01))),
        accent=readable(evening.colour, "#ffffff", 4.6),
        address=behind.address.partition("://")[2],
        said=[
            (language, *(sentence(f"nameplates.poster.{behind.code}.{part}", language) for part in ("do", "what")))
            for language in languages
        ],
        alt=sentence("certificate.alt.code", evening.language, address=behind.address),
    )  # fmt: skip
    assets = {
        "asset:picture/logo": picture(evening),
        "asset:picture/code": ("image/svg+xml", _code(behind.address)),
    }
    return leaflet(html, stylesheet("poster.css"), assets)
