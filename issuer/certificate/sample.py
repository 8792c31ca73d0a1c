"""Samples: sheets that look like certificates and are none.

No token, no signature, nothing attached, no code to scan, a word across that cannot be cropped out. What the address
and the code would be is left blank, so that nobody ever takes one for an award.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from weasyprint import Document

from issuer.certificate.content import Certificate
from issuer.certificate.design import DESIGNS
from issuer.certificate.fonts import PRESS, configuration
from issuer.certificate.illustrations import Assets, across, pictures
from issuer.certificate.sheet import Sheet, figures, page
from issuer.certificate.whole import css, fitted
from templates import sentence

BLANK: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 33 33"><path fill="none" stroke="#5a5560" stroke-width=".4" '
    b'stroke-dasharray="1.2 1" d="M.5.5h32v32H.5z"/></svg>'
)
"""What stands in the place of the code."""
_CODE: Final = "asset:picture/blank"


def samples(certificates: Sequence[Certificate]) -> bytes:
    """Return one PDF with a sheet for each; they share their design. Raises what WeasyPrint raises."""
    with PRESS:
        documents = [_laid_out(one) for one in certificates]
        pages = [each for document in documents for each in document.pages]
        together = documents[0].copy(pages)
        together.metadata.title = sentence("certificate.sample", certificates[0].layout.language)
        together.metadata.description = sentence("certificate.sample.note", certificates[0].layout.language)
        made = bytes(together.write_pdf())
        documents[0].fonts.clear()  # Their files are copies, and a document is freed only when a circle is found.
    return made


def _laid_out(one: Certificate) -> Document:
    layout = one.layout
    word = sentence("certificate.sample", layout.language)
    bare = replace(
        one, url=word, practice=False, small_print=(sentence("certificate.sample.note", layout.language),), signed=b""
    )
    return fitted(lambda squeeze: _sheet(bare, word, squeeze), None, configuration(), css(layout.design))


def _sheet(bare: Certificate, word: str, squeeze: Mapping[str, float]) -> Sheet:
    assets: Assets = {}
    design = DESIGNS[bare.layout.design]
    drawn = dict(pictures(bare, design, assets))
    del assets[drawn["code"]]
    assets[_CODE] = ("image/svg+xml", BLANK)

    def put(data: bytes, _own: bool) -> str:
        name = f"asset:picture/across{len(assets)}"
        assets[name] = ("image/svg+xml", data)
        return name

    drawn |= {"code": _CODE, **across(bare, design, word, put)}
    html = page(bare, figures(bare, squeeze), drawn)
    scan = f'<p class="scan">{sentence("certificate.scan", bare.layout.language)}</p>'
    return Sheet(html.replace(f'<a href="{word}">', "<a>").replace(scan, ""), assets)
