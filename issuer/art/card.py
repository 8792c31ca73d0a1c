"""The card that shows elsewhere how an award stands: rosette, name, title, and the verdict of this very moment.

Texts are outlines, so that a page without our fonts shows it alike; what it says is also its title.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from issuer.art.colour import readable
from issuer.art.rosette import lines
from issuer.certificate.fonts import SANS
from issuer.certificate.measure import Face, width
from issuer.certificate.outline import EM, outlines

WIDTH: Final = 440
HEIGHT: Final = 120
_PAPER: Final = "#fffefb"
_INK: Final = "#1d1b20"
_QUIET: Final = "#5a5560"
_TONES: Final = {"valid": "#1f7a4d", "unfamiliar": "#5b6069", "indeterminate": "#8f6000", "invalid": "#b3261e"}
_MARKS: Final = {
    "valid": "M5 12.5l4.5 4.5L19 7.5",
    "unfamiliar": "M5 12.5l4.5 4.5L19 7.5",
    "indeterminate": "M8.5 9a3.5 3.5 0 1 1 5.6 2.8c-1.3 1-2.1 1.6-2.1 3.2M12 19v.01",
    "invalid": "M7 7l10 10M17 7L7 17",
}
_LEFT: Final = 120
_ROOM: Final = WIDTH - _LEFT - 20
_STRONG: Final = Face(f"Inter, {SANS}", 600, tracking=-0.012)
_PLAIN: Final = Face(f"Inter, {SANS}", 400)


@dataclass(frozen=True)
class Words:
    """What stands on the card; `tone` is the colour and shape of its verdict, `practice` empty unless it is one."""

    tone: str
    name: str
    title: str
    verdict: str
    moment: str
    practice: str = ""


def card_svg(words: Words, seed: str, colour: str) -> bytes:
    """Return the card as SVG, WIDTH by HEIGHT; long texts are set smaller, and at last cut."""
    tone = _TONES[words.tone]
    accent = readable(colour, _PAPER)
    said = escape(f"{words.verdict}. {words.name}. {words.title}. {words.moment}. {words.practice}")
    verdict = width(words.verdict, _STRONG) * 13
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' role="img"><title>{said}</title>'
        f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="10" fill="{_PAPER}" stroke="#d8d3ca"/>'
        f'<g transform="translate(60 60) scale(0.1)">{lines(seed, accent, 6)}</g>'
        f"{_set(words.title, _PLAIN, 13, 32, accent)}"
        f"{_set(words.name, _STRONG, 22, 62, _INK)}"
        f'<g transform="translate({_LEFT} 77)"><circle cx="10" cy="10" r="10" fill="{tone}"/>'
        f'<path transform="translate(4 4) scale(.5)" d="{_MARKS[words.tone]}" fill="none" stroke="{_PAPER}"'
        ' stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></g>'
        f"{_set(words.verdict, _STRONG, 13, 92, tone, left=_LEFT + 28)}"
        f"{_set(words.moment, _PLAIN, 11, 92, _QUIET, left=_LEFT + 36 + verdict)}"
        f"{_set(words.practice, _STRONG, 10, 110, _QUIET, left=_LEFT + 28)}"
        "</svg>"
    ).encode()


def _set(text: str, face: Face, size: float, baseline: float, colour: str, left: float = _LEFT) -> str:
    """Return a line that ends before the edge: it shrinks to two thirds, then loses its end."""
    room = _LEFT + _ROOM - left
    fitting = min(size, room / max(width(text, face), 0.01))
    if fitting < size * 2 / 3:
        fitting = size * 2 / 3
        while text and width(f"{text}…", face) * fitting > room:
            text = text[:-1]
        text = f"{text.rstrip()}…"
    scale = fitting / EM
    glyphs = "".join(
        f'<path transform="translate({left + glyph.x * scale:.1f} {baseline:g}) scale({scale:.4f})" d="{glyph.data}"/>'
        for glyph in outlines(text, face)
        if glyph.data
    )
    return f'<g fill="{colour}">{glyphs}</g>'
