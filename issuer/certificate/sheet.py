"""One certificate as the HTML of one sheet, and the assets that the sheet names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound

from issuer.certificate.content import Certificate
from issuer.certificate.design import DESIGNS, SIZES, Design
from issuer.certificate.fit import MM, FittedName, fit_name, is_whole, set_paragraph
from issuer.certificate.fonts import SANS, SERIF
from issuer.certificate.illustrations import Assets, colours, pictures
from issuer.certificate.layout import Signatory
from issuer.certificate.measure import Face, width
from issuer.wording import Run
from templates import sentence

BLOCKS: Final = ("head", "main", "sign", "small")
"""The blocks that can be squeezed."""

_MOST_LETTERS: Final = 46
_MAIN_MOST: Final = {"classic": 92, "modern": 84, "minimal": 80}
"""Millimetres that the words between head and foot may take."""


class _Package(BaseLoader):
    """Templates as data of the `templates` package, wherever it is installed."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, None, None]:  # noqa: ARG002
        """Return the text of one template; it never changes while we run."""
        source = files("templates").joinpath("certificates", *template.split("/"))
        if not source.is_file():
            raise TemplateNotFound(template)
        return source.read_text(encoding="utf-8"), None, None


@dataclass(frozen=True)
class Sheet:
    """The HTML of one certificate, and the assets it names: media type and bytes by id."""

    html: str
    assets: Mapping[str, tuple[str, bytes]]


@cache
def environment() -> Environment:
    """Return the Jinja environment of the designs: every value is escaped, an unknown name is an error."""
    return Environment(autoescape=True, loader=_Package(), undefined=StrictUndefined, trim_blocks=True)


@cache
def stylesheet(design: str) -> str:
    """Return the CSS of `design`: what all designs share, then its own; `@serif` and `@sans` name what comes last."""
    folder = files("templates").joinpath("certificates")
    shared = folder.joinpath("shared.css").read_text(encoding="utf-8")
    own = folder.joinpath(design, "style.css").read_text(encoding="utf-8")
    return (shared + own).replace("@serif", _quoted(SERIF)).replace("@sans", _quoted(SANS))


def _quoted(families: str) -> str:
    names = [name.strip() for name in families.split(",")]
    return ", ".join(name if name in ("serif", "sans-serif") else f'"{name}"' for name in names)


@dataclass(frozen=True)
class Figures:
    """What measuring the words of a certificate gives: sizes in points, measures in millimetres, lines.

    `whole` tells of each run of the body whether it is kept on one line; `squeeze` is how far each block is shrunk.
    """

    name: FittedName
    sizes: Mapping[str, float]
    whole: tuple[bool, ...]
    body_measure: float
    reason_measure: float
    address: tuple[str, ...]
    sign_ratio: float
    squeeze: Mapping[str, float]


def figures(of: Certificate, squeeze: Mapping[str, float]) -> Figures:
    """Measure a certificate; `squeeze` shrinks the blocks that proved too high, 1 where not given."""
    layout, design = of.layout, DESIGNS[of.layout.design]
    ratio = {block: squeeze.get(block, 1.0) for block in BLOCKS}
    name = fit_name(of.name, design.name, design.name_size, design.column[layout.paper], design.scales)
    sizes = _sizes(layout.kind, design, name.size, ratio["main"])
    measure, whole = _body(of.body, design, sizes["text"], layout.paper)
    reason = _reason(of.reason, design, sizes["reason"], layout.paper)
    address, sign_ratio = _address(of.address), _sign_ratio(layout.signatories, design)
    return Figures(name, sizes, whole, measure, reason, address, sign_ratio, ratio)


def sheet(of: Certificate, squeeze: Mapping[str, float]) -> Sheet:
    """Return the sheet of a certificate; `squeeze` shrinks the blocks that proved too high, 1 where not given."""
    assets: Assets = {}
    drawn = pictures(of, DESIGNS[of.layout.design], assets)
    return Sheet(page(of, figures(of, squeeze), drawn), MappingProxyType(assets))


def page(of: Certificate, measured: Figures, drawn: Mapping[str, Any], address: str = "") -> str:
    """Return the HTML of a certificate that was measured; `drawn` names its pictures.

    `address` is what its descriptions call it by, its own where not given.
    """
    layout, design = of.layout, DESIGNS[of.layout.design]
    words = {code: sentence(f"certificate.{code}", layout.language) for code in ("lead", "scan")}
    whole = frozenset(run for run, is_kept in zip(of.body, measured.whole, strict=True) if is_kept)
    return environment().get_template(f"{layout.design}/sheet.html").render(
        certificate=of,
        layout=layout,
        design=design,
        name=measured.name,
        sizes=measured.sizes,
        squeeze=measured.squeeze,
        words=words,
        alt=_alternatives(of, address or of.address),
        pictures=drawn,
        colours=colours(of, design),
        page=SIZES[layout.paper],
        whole=whole,
        body_measure=measured.body_measure,
        reason_measure=measured.reason_measure,
        address=measured.address,
        sign_ratio=measured.sign_ratio,
        main_most=_main_most(of),
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _sizes(kind: str, design: Design, name_size: float, ratio: float) -> Mapping[str, float]:
    """Return the sizes of the words in points: the name the largest, whatever it took to fit it."""
    name = name_size * min(1.0, ratio / 0.75)
    return {
        "name": name,
        "title": min(design.title_size[kind] * ratio, name * 0.9),
        "reason": min(design.reason_size * ratio, name * 0.9),
        "text": min(design.text_size * ratio, name * 0.9),
    }


def _main_most(of: Certificate) -> int:
    """Return how high the words between head and foot may stand, in millimetres."""
    if of.layout.design == "classic" and of.layout.kind == "badge":
        return 52
    taken = 8 if of.layout.design == "classic" and of.layout.logo else 0
    return _MAIN_MOST[of.layout.design] - taken


def _alternatives(of: Certificate, address: str) -> Mapping[str, Any]:
    language = of.layout.language
    return {
        "code": sentence("certificate.alt.code", language, address=address),
        "logo": sentence("certificate.alt.logo", language, issuer=of.issuer),
        "badge": sentence("certificate.alt.badge", language, title=of.achievement),
        "signature": tuple(
            sentence("certificate.alt.signature", language, name=signatory.name) for signatory in of.layout.signatories
        ),
        "description": sentence("certificate.description", language, title=of.title, issuer=of.issuer, address=address),
    }


@lru_cache(maxsize=1024)
def _body(runs: tuple[Run, ...], design: Design, size: float, paper: str) -> tuple[float, tuple[bool, ...]]:
    """Return the measure of the body, and of each run whether it is kept on one line."""
    most = design.measure[paper]
    paragraph = set_paragraph(runs, design.text, design.strong, size, most)
    whole = (paragraph.whole and is_whole(run, design.strong, most * MM / size) for run in runs)
    return paragraph.measure, tuple(whole)


@lru_cache(maxsize=1024)
def _reason(reason: str, design: Design, size: float, paper: str) -> float:
    most = min(design.column[paper], design.measure[paper] * 1.2)
    return set_paragraph((Run(reason),), design.reason, design.reason, size, most).measure


def _address(address: str) -> tuple[str, ...]:
    """Return the address on one line, or broken before its last part, and where it must, to fit beside the foot."""
    if len(address) <= _MOST_LETTERS:
        return (address,)
    head, _, tail = address.rpartition("/")
    lines = [part[at : at + _MOST_LETTERS] for part in (head + "/", tail) for at in range(0, len(part), _MOST_LETTERS)]
    return tuple(lines)


@lru_cache(maxsize=64)
def _sign_ratio(signatories: tuple[Signatory, ...], design: Design) -> float:
    """Return how much the names of those who sign must shrink to stand on one line, at the least 0.8."""
    room = {1: 60.0, 2: 40.0, 3: 33.0}[max(len(signatories), 1)]
    face = Face(design.strong.families, 600)
    widest = max((width(one.name, face) for one in signatories), default=0.0)
    return min(1.0, max(0.8, room * 72 / 25.4 / (widest * design.signer_size + 0.01)))
