"""The pictures and colours of one sheet: rosette, field, badge, code, and what the organization gave us."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import Any, Final

import segno

from issuer.art.badge import badge_svg
from issuer.art.colour import readable, spread, tint
from issuer.art.field import field
from issuer.art.rosette import rosette
from issuer.certificate.content import Certificate
from issuer.certificate.design import SIZES, Design
from issuer.certificate.diagonal import diagonal
from issuer.certificate.plates import OWN
from templates import sentence

MODERN_COLOURS: Final = ("#0f3d4c", "#e5a33b", "#df5a3c", "#5bb8b3", "#f3ead8")
"""The field of the modern design and what glows on it, for organizations without a colour."""

Assets = dict[str, tuple[str, bytes]]


def colours(of: Certificate, design: Design) -> Mapping[str, str]:
    """Return the colours of a sheet by their work; all that text is printed in is legible on the paper."""
    colour = of.layout.colour or design.colour
    accent = readable(colour, design.paper, 4.6)
    return {
        "colour": colour,
        "accent": accent,
        "rule": readable(colour, design.paper, 3.0),
        "pale": tint(accent, design.paper, 0.08),
        "wash": tint(accent, design.paper, 0.055),
        "quiet": readable("#5a5560", design.paper, 5.5),
    }


def pictures(of: Certificate, design: Design, assets: Assets) -> Mapping[str, Any]:
    """Put every picture of the sheet among `assets` and return the ids by which it names them."""
    layout, shades = of.layout, colours(of, design)

    def put(data: bytes, own: bool = False) -> str:
        name = f"{OWN if own else 'asset:picture/'}{sha256(data).hexdigest()[:32]}"
        assets[name] = (_media_type(data), data)
        return name

    seal = _rosette(of.seed, shades["rule"], 3.0)
    pale = _rosette(of.seed, shades["pale"], 2.0)
    ground = _field(of.seed, layout.colour)
    badge = layout.picture or (_badge(of, shades["colour"]) if layout.kind == "badge" else None)
    return {
        "code": put(_code(of.url)),
        "seal": put(seal, own=True),
        "watermark": put(pale, own=True) if layout.design == "classic" else None,
        "field": put(ground, own=True) if layout.design == "modern" else None,
        "badge": put(badge) if badge and (layout.kind == "badge" or layout.design == "minimal") else None,
        **across(of, design, sentence("certificate.practice", layout.language) if of.practice else "", put),
        "logo": put(layout.logo) if layout.logo else None,
        "signatures": [put(one.image) if one.image else None for one in layout.signatories],
    }


def across(of: Certificate, design: Design, word: str, put: Callable[[bytes, bool], str]) -> dict[str, str | None]:
    """Return the word that crosses a print which proves nothing, twice where it also crosses a field of colour."""
    if not word:
        return {"practice": None, "practice_on_field": None}
    size = SIZES[of.layout.paper]
    ground = (spread(of.layout.colour) if of.layout.colour else MODERN_COLOURS)[0]
    on_paper = diagonal(word, design.strong, size, tint(design.ink, design.paper, 0.07))
    on_field = diagonal(word, design.strong, size, tint("#ffffff", ground, 0.3))
    modern = of.layout.design == "modern"
    return {"practice": put(on_paper, True), "practice_on_field": put(on_field, True) if modern else None}


def _media_type(data: bytes) -> str:
    if data.startswith(b"\x89PNG"):
        return "image/png"
    return "image/jpeg" if data.startswith(b"\xff\xd8") else "image/svg+xml"


@lru_cache(maxsize=64)
def _rosette(seed: str, colour: str, weight: float) -> bytes:
    return rosette(seed, colour, weight=weight).encode()


@lru_cache(maxsize=64)
def _field(seed: str, colour: str | None) -> bytes:
    return field(seed, spread(colour) if colour else MODERN_COLOURS).encode()


def _badge(of: Certificate, colour: str) -> bytes:
    return badge_svg(of.achievement, of.issuer, colour, of.seed, of.facts[0])


@lru_cache(maxsize=64)
def _code(url: str) -> bytes:
    """Return the QR code of `url` as SVG: one path, error correction M, no quiet zone (the sheet keeps it)."""
    out = BytesIO()
    segno.make(url, error="m", micro=False, boost_error=False).save(
        out, kind="svg", border=0, dark="#1d1b20", xmldecl=False, svgns=True, omitsize=True, nl=False
    )
    return out.getvalue()
