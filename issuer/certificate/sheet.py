"""One certificate as the HTML of one sheet, and the assets that the sheet names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from types import MappingProxyType
from typing import Any, Final

import segno
from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound

from issuer.art.badge import badge_svg
from issuer.art.colour import readable, spread, tint
from issuer.art.field import field
from issuer.art.rosette import rosette
from issuer.certificate.content import Certificate
from issuer.certificate.design import DESIGNS, SIZES, Design
from issuer.certificate.diagonal import diagonal
from issuer.certificate.fit import MM, balanced, fit_name, is_whole
from issuer.certificate.fonts import SANS, SERIF
from issuer.certificate.measure import Face, width
from issuer.certificate.plates import OWN
from issuer.wording import Run
from templates import sentence

MODERN_COLOURS: Final = ("#0f3d4c", "#e5a33b", "#df5a3c", "#5bb8b3", "#f3ead8")
"""The field of the modern design and what glows on it, for organizations without a colour."""

_MAIN_MOST: Final = {"classic": 92, "modern": 84, "minimal": 80}
"""Millimetres that the words between head and foot may take."""

Assets = dict[str, tuple[str, bytes]]


class _Package(BaseLoader):
    """Templates as data of the `templates` package, wherever it is installed."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, None, None]:
        source = files("templates").joinpath("certificates", *template.split("/"))
        if not source.is_file():
            raise TemplateNotFound(template)
        return source.read_text(encoding="utf-8"), None, None


@dataclass(frozen=True)
class Sheet:
    """The HTML of one certificate with the assets it names; `plates` are those that the whole batch shares."""

    html: str
    assets: Mapping[str, tuple[str, bytes]]


@cache
def environment() -> Environment:
    """Return the Jinja environment of the designs: every value is escaped, an unknown name is an error."""
    return Environment(autoescape=True, loader=_Package(), undefined=StrictUndefined, trim_blocks=True)


@cache
def stylesheet(design: str) -> str:
    """Return the CSS of `design`: what all designs share, then its own."""
    folder = files("templates").joinpath("certificates")
    shared = folder.joinpath("shared.css").read_text(encoding="utf-8")
    return shared + folder.joinpath(design, "style.css").read_text(encoding="utf-8")


def sheet(of: Certificate, squeeze: Mapping[str, float]) -> Sheet:
    """Return the sheet of a certificate; `squeeze` shrinks the blocks that proved too high, 1 where not given."""
    layout, design = of.layout, DESIGNS[of.layout.design]
    assets: Assets = {}
    pictures = _pictures(of, design, assets)
    ratio = {block: squeeze.get(block, 1.0) for block in ("head", "main", "sign", "small", "code")}
    name = fit_name(of.name, design.name, design.name_size, design.column[layout.paper], design.scales)
    sizes = _sizes(of, design, name.size, ratio["main"])
    words = {
        code: sentence(f"certificate.{code}", layout.language) for code in ("lead", "scan")
    }
    html = environment().get_template(f"{layout.design}/sheet.html").render(
        certificate=of,
        layout=layout,
        design=design,
        name=name,
        sizes=sizes,
        squeeze=ratio,
        words=words,
        alt=_alternatives(of),
        pictures=pictures,
        colours=_colours(of, design),
        stacks={"serif": SERIF, "sans": SANS},
        page=SIZES[layout.paper],
        whole=_whole(of.body, design, sizes["text"], layout.paper),
        body_measure=_measure(of.body, design, sizes["text"], layout.paper),
        reason_measure=_reason_measure(of.reason, design, sizes["reason"], layout.paper),
        address=_address(of.address),
        sign_ratio=_sign_ratio(of, design),
        main_most=_main_most(of),
    )  # fmt: skip
    return Sheet(html, MappingProxyType(assets))


def _colours(of: Certificate, design: Design) -> Mapping[str, str]:
    colour = of.layout.colour or design.colour
    accent = readable(colour, design.paper, 4.6)
    return {
        "colour": colour,
        "accent": accent,
        "rule": readable(colour, design.paper, 3.0),
        "pale": tint(accent, design.paper, 0.09),
        "wash": tint(accent, design.paper, 0.055),
        "quiet": readable("#5a5560", design.paper, 5.5),
    }


def _sizes(of: Certificate, design: Design, name_size: float, ratio: float) -> Mapping[str, float]:
    """Return the sizes of the words in points: the name the largest, whatever it took to fit it."""
    name = name_size * min(1.0, ratio / 0.75)
    return {
        "name": name,
        "title": min(design.title_size[of.layout.kind] * ratio, name * 0.9),
        "reason": min(design.reason_size * ratio, name * 0.9),
        "text": min(design.text_size * ratio, name * 0.9),
    }


def _main_most(of: Certificate) -> int:
    """Return how high the words between head and foot may stand, in millimetres."""
    if of.layout.design == "classic" and of.layout.kind == "badge":
        return 52
    taken = 8 if of.layout.design == "classic" and of.layout.logo else 0
    return _MAIN_MOST[of.layout.design] - taken


def _alternatives(of: Certificate) -> Mapping[str, Any]:
    language = of.layout.language
    return {
        "code": sentence("certificate.alt.code", language, address=of.address),
        "logo": sentence("certificate.alt.logo", language, issuer=of.issuer),
        "seal": sentence("certificate.alt.seal", language),
        "badge": sentence("certificate.alt.badge", language, title=of.title),
        "signature": tuple(
            sentence("certificate.alt.signature", language, name=signatory.name) for signatory in of.layout.signatories
        ),
        "description": sentence(
            "certificate.description", language, title=of.title, issuer=of.issuer, address=of.address
        ),
    }


def _pictures(of: Certificate, design: Design, assets: Assets) -> Mapping[str, Any]:
    """Put every picture of the sheet among `assets` and return the ids by which it names them."""
    layout, colours = of.layout, _colours(of, design)

    def put(data: bytes, own: bool = False) -> str:
        name = f"{OWN if own else 'asset:picture/'}{sha256(data).hexdigest()[:32]}"
        assets[name] = (_media_type(data), data)
        return name

    seal = _rosette(of.seed, colours["rule"], 3.0)
    pale = _rosette(of.seed, colours["pale"], 2.0)
    ground = _field(of.seed, layout.colour)
    badge = layout.picture or (_badge(of, colours["colour"]) if layout.kind == "badge" else None)
    return {
        "code": put(_code(of.url)),
        "seal": put(seal, own=True),
        "watermark": put(pale, own=True) if layout.design == "classic" else None,
        "field": put(ground, own=True) if layout.design == "modern" else None,
        "badge": put(badge) if badge and (layout.kind == "badge" or layout.design == "minimal") else None,
        **_practice(of, design, put),
        "logo": put(layout.logo) if layout.logo else None,
        "signatures": [put(one.image) if one.image else None for one in layout.signatories],
    }


def _practice(of: Certificate, design: Design, put: Callable[[bytes, bool], str]) -> dict[str, str | None]:
    """Return the word that crosses a practice print, twice where it also crosses a field of colour."""
    if not of.practice:
        return {"practice": None, "practice_on_field": None}
    word, size = sentence("certificate.practice", of.layout.language), SIZES[of.layout.paper]
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
    achievement = next((run.text for run in of.body if run.field == "achievement"), of.title)
    return badge_svg(achievement, of.issuer, colour, of.seed, of.facts[0])


def _code(url: str) -> bytes:
    """Return the QR code of `url` as SVG: one path, error correction M, no quiet zone (the sheet keeps it)."""
    out = BytesIO()
    segno.make(url, error="m", micro=False, boost_error=False).save(
        out, kind="svg", border=0, dark="#1d1b20", xmldecl=False, svgns=True, omitsize=True, nl=False
    )
    return out.getvalue()


def _measure(runs: tuple[Run, ...], design: Design, size: float, paper: str) -> float:
    return balanced(runs, design.text, design.strong, size, design.measure[paper])


def _whole(runs: tuple[Run, ...], design: Design, size: float, paper: str) -> frozenset[Run]:
    """Return the strong runs that are kept on one line."""
    limit = design.measure[paper] * MM / size
    return frozenset(run for run in runs if is_whole(run, design.strong, limit))


def _reason_measure(reason: str, design: Design, size: float, paper: str) -> float:
    most = min(design.column[paper], design.measure[paper] * 1.2)
    return balanced((Run(reason),), design.reason, design.reason, size, most)


def _address(address: str) -> tuple[str, ...]:
    """Return the address on one line, or broken before its last part where the host is long."""
    if len(address) <= 46:
        return (address,)
    head, _, tail = address.rpartition("/")
    return (head + "/", tail)


def _sign_ratio(of: Certificate, design: Design) -> float:
    """Return how much the names of those who sign must shrink to stand on one line, at the least 0.8."""
    room = {1: 60.0, 2: 40.0, 3: 33.0}[max(len(of.layout.signatories), 1)]
    face = Face(design.strong.families, 600)
    widest = max((width(one.name, face) for one in of.layout.signatories), default=0.0)
    return min(1.0, max(0.8, room * 72 / 25.4 / (widest * design.signer_size + 0.01)))
