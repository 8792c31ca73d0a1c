"""One certificate as the HTML of one sheet, and the assets that the sheet names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound

from issuer.certificate.content import Certificate
from issuer.certificate.design import DESIGNS, SIZES, Design
from issuer.certificate.fit import MM, Paragraph, fit_name, is_whole, set_paragraph
from issuer.certificate.fonts import SANS, SERIF
from issuer.certificate.illustrations import Assets, colours, pictures
from issuer.certificate.measure import Face, width
from issuer.wording import Run
from templates import sentence

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


def sheet(of: Certificate, squeeze: Mapping[str, float]) -> Sheet:
    """Return the sheet of a certificate; `squeeze` shrinks the blocks that proved too high, 1 where not given."""
    layout, design = of.layout, DESIGNS[of.layout.design]
    assets: Assets = {}
    drawn = pictures(of, design, assets)
    ratio = {block: squeeze.get(block, 1.0) for block in ("head", "main", "sign", "small")}
    name = fit_name(of.name, design.name, design.name_size, design.column[layout.paper], design.scales)
    sizes = _sizes(of, design, name.size, ratio["main"])
    body, whole = _body(of.body, design, sizes["text"], layout.paper)
    words = {code: sentence(f"certificate.{code}", layout.language) for code in ("lead", "scan")}
    html = environment().get_template(f"{layout.design}/sheet.html").render(
        certificate=of,
        layout=layout,
        design=design,
        name=name,
        sizes=sizes,
        squeeze=ratio,
        words=words,
        alt=_alternatives(of),
        pictures=drawn,
        colours=colours(of, design),
        page=SIZES[layout.paper],
        whole=whole,
        body_measure=body.measure,
        reason_measure=_reason(of.reason, design, sizes["reason"], layout.paper).measure,
        address=_address(of.address),
        sign_ratio=_sign_ratio(of, design),
        main_most=_main_most(of),
    )  # fmt: skip
    return Sheet(html, MappingProxyType(assets))


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
        "badge": sentence("certificate.alt.badge", language, title=of.achievement),
        "signature": tuple(
            sentence("certificate.alt.signature", language, name=signatory.name) for signatory in of.layout.signatories
        ),
        "description": sentence(
            "certificate.description", language, title=of.title, issuer=of.issuer, address=of.address
        ),
    }


def _body(runs: tuple[Run, ...], design: Design, size: float, paper: str) -> tuple[Paragraph, frozenset[Run]]:
    """Return how the body is set, and the runs of it that are kept on one line."""
    most = design.measure[paper]
    paragraph = set_paragraph(runs, design.text, design.strong, size, most)
    whole = (run for run in runs if paragraph.whole and is_whole(run, design.strong, most * MM / size))
    return paragraph, frozenset(whole)


def _reason(reason: str, design: Design, size: float, paper: str) -> Paragraph:
    most = min(design.column[paper], design.measure[paper] * 1.2)
    return set_paragraph((Run(reason),), design.reason, design.reason, size, most)


def _address(address: str) -> tuple[str, ...]:
    """Return the address on one line, or broken before its last part, and where it must, to fit beside the foot."""
    if len(address) <= _MOST_LETTERS:
        return (address,)
    head, _, tail = address.rpartition("/")
    lines = [part[at : at + _MOST_LETTERS] for part in (head + "/", tail) for at in range(0, len(part), _MOST_LETTERS)]
    return tuple(lines)


def _sign_ratio(of: Certificate, design: Design) -> float:
    """Return how much the names of those who sign must shrink to stand on one line, at the least 0.8."""
    room = {1: 60.0, 2: 40.0, 3: 33.0}[max(len(of.layout.signatories), 1)]
    face = Face(design.strong.families, 600)
    widest = max((width(one.name, face) for one in of.layout.signatories), default=0.0)
    return min(1.0, max(0.8, room * 72 / 25.4 / (widest * design.signer_size + 0.01)))
