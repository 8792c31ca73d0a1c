"""Name badges as PDF: printed by WeasyPrint with the faces of the certificates, and nothing loaded from anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound

from issuer.art.colour import readable
from issuer.art.rosette import rosette
from issuer.certificate.fit import MM, reads_from_the_right
from issuer.certificate.fonts import SANS
from issuer.certificate.leaflet import leaflet
from issuer.certificate.measure import Face, width
from issuer.certificate.picture import rasterise
from issuer.nameplates import colours
from issuer.nameplates.badge import Badge, Evening
from issuer.nameplates.names import Name, fitted
from issuer.nameplates.sheets import AROUND, Sheet
from issuer.pictures import picture_format
from templates import sentence

MOST: Final = 1_000
"""Badges of one file."""
ROLE: Final = Face(f"Inter, {SANS}", 600, tracking=0.04)
_PIXELS: Final = 480
_ROLE_SHARE: Final = 0.5
"""The size of a role, of the height of its band."""


@dataclass(frozen=True)
class Wanted:
    """How badges are to be printed: from the label `start`, counted from 1, and with rules to cut along."""

    sheet: Sheet
    start: int = 1
    marks: bool = False


@dataclass(frozen=True)
class Plate:
    """One badge where it lies on its page, in millimetres; `above` is what stays white above its name; `size` is the
    role's, in points."""

    x: float
    y: float
    name: Name
    above: float
    role: str
    colour: str
    size: float

    @property
    def rtl(self) -> bool:
        """Whether the role is read from the right."""
        return reads_from_the_right(self.role)


class _Package(BaseLoader):
    """Templates as data of the `templates` package, wherever it is installed."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, None, None]:  # noqa: ARG002
        """Return the text of one template; it never changes while we run."""
        source = files("templates").joinpath("nameplates", template)
        if not source.is_file():
            raise TemplateNotFound(template)
        return source.read_text(encoding="utf-8"), None, None


@cache
def environment() -> Environment:
    """Return the Jinja environment of the prints: every value is escaped, an unknown name is an error."""
    return Environment(autoescape=True, loader=_Package(), undefined=StrictUndefined, trim_blocks=True)


def badges_pdf(badges: Sequence[Badge], evening: Evening, wanted: Wanted) -> bytes:
    """Return the badges as one PDF, at most MOST of them; raises ValueError for none, or for more."""
    if not 0 < len(badges) <= MOST or not 1 <= wanted.start <= wanted.sheet.places:
        raise ValueError("Badges are printed a file at a time, from a label that the sheet has.")
    role = any(one.role for one in badges)
    html = environment().get_template("sheet.html").render(
        sheet=wanted.sheet,
        pages=_pages(badges, evening.colour, wanted, role),
        marks=tuple(wanted.sheet.marks()) if wanted.marks or wanted.sheet.cut else (),
        evening=evening,
        head=_head(evening, wanted.sheet),
        title=sentence("nameplates.title", evening.language, event=evening.event or evening.organization),
        band=wanted.sheet.band(role),
        bare=wanted.sheet.band(False),
    )  # fmt: skip
    return leaflet(html, stylesheet("sheet.css"), {"asset:picture/logo": picture(evening)})


@lru_cache(maxsize=32)
def picture(evening: Evening) -> tuple[str, bytes]:
    """Return the logo, or the rosette, as pixels: a drawing would be drawn anew on every badge."""
    if evening.logo is None:
        drawn = rosette(evening.seed, readable(evening.colour, "#ffffff", 3.0), weight=7.0).encode()
        return "image/png", rasterise(drawn, _PIXELS)
    match picture_format(evening.logo):
        case "png":
            return "image/png", evening.logo
        case "jpeg":
            return "image/jpeg", evening.logo
        case _:
            return "image/png", rasterise(evening.logo, _PIXELS)


@cache
def stylesheet(name: str) -> str:
    """Return a style sheet of the prints; `@sans` names what comes after our own faces."""
    names = (name.strip() for name in SANS.split(","))
    families = ", ".join(name if name == "sans-serif" else f'"{name}"' for name in names)
    return files("templates").joinpath("nameplates", name).read_text(encoding="utf-8").replace("@sans", families)


def _pages(badges: Sequence[Badge], colour: str, wanted: Wanted, role: bool) -> list[list[Plate]]:
    sheet, shades = wanted.sheet, colours.of_roles((one.role for one in badges), colour)
    (wide, high), bare = sheet.name(role), colours.band(colour)
    pages: list[list[Plate]] = []
    for number, one in enumerate(badges, wanted.start - 1):
        page, place = divmod(number, sheet.places)
        while len(pages) <= page:
            pages.append([])
        name, size = fitted(one.name, wide, high, sheet.largest), _role_size(one.role, sheet)
        above = sheet.head + AROUND + max(high - name.height / MM, 0) / 2
        shade = shades.get(one.role, bare)
        pages[page] += (Plate(x, y, name, above, one.role, shade, size) for x, y in sheet.at(place))
    return pages


@lru_cache(maxsize=1024)
def _role_size(role: str, sheet: Sheet) -> float:
    largest, room = sheet.band(role=True) * _ROLE_SHARE * MM, (sheet.width - 2 * sheet.pad - 6) * MM
    return min(largest, room / (width(role, ROLE) + 0.01)) if role else largest


def _head(evening: Evening, sheet: Sheet) -> Mapping[str, Any]:
    """Return the line at the logo, and its size in points: the event, or where it has no name yet, who invites."""
    text = evening.event or evening.organization
    wide = sheet.width - 2 * sheet.pad - (0 if sheet.tall else sheet.logo * 1.4)
    largest = 15.0 if sheet.tall else sheet.logo * 0.5 * MM
    return {"text": text, "size": min(largest, wide * MM / (width(text, Face(f"Inter, {SANS}", 500)) + 0.01))}
