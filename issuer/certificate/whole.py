"""A certificate as one whole PDF, printed by WeasyPrint alone: what every faster way must equal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from typing import Any, Final

from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration

from issuer.certificate.content import Certificate
from issuer.certificate.fetcher import Assets
from issuer.certificate.fonts import configuration, fresh_configuration
from issuer.certificate.plates import Plates
from issuer.certificate.sheet import Sheet, sheet, stylesheet

VARIANT: Final = "pdf/a-3a"
ATTACHMENT: Final = "credential.json"
DESCRIPTION: Final = "Open Badges 3.0 credential"
RELATIONSHIP: Final = "Source"
MEDIA_TYPE: Final = "application/vc"
ATTEMPTS: Final = 14

_PX_PER_MM: Final = 96 / 25.4


def whole(one: Certificate, plates: Plates) -> bytes:
    """Return the PDF of a certificate; fonts, style sheets and drawings are kept from one to the next."""
    return _written(one, laid_out(one, plates), plates)


def plain(one: Certificate) -> bytes:
    """Return the PDF of a certificate, with nothing shared with any other: the last resort, and the slowest."""
    fonts = fresh_configuration()
    style = CSS(string=stylesheet(one.layout.design), font_config=fonts, url_fetcher=Assets({}))
    return _written(one, _laid_out(one, None, fonts, style), None)


def laid_out(one: Certificate, plates: Plates) -> Document:
    """Return a certificate as WeasyPrint lays it out."""
    return _laid_out(one, plates, configuration(), css(one.layout.design))


@cache
def css(design: str) -> CSS:
    """Return the style sheet of a design, read once."""
    return CSS(string=stylesheet(design), font_config=configuration(), url_fetcher=Assets({}))


def identifier(one: Certificate) -> bytes:
    """Return the identifier of a certificate's file: of what was signed and how it looks, not of chance."""
    return sha256(one.signed + one.layout.design.encode()).digest()[:16]


def _written(one: Certificate, document: Document, plates: Plates | None) -> bytes:
    made = bytes(
        document.write_pdf(
            pdf_variant=VARIANT,
            pdf_identifier=identifier(one),
            pdf_tags=True,
            attachments=[_attachment(one)],
            finisher=mend,
            cache=plates,
        )
    )
    document.fonts.clear()  # Their files are copies, and a document is freed only when it is found in a circle.
    return made


def _attachment(one: Certificate) -> Attachment:
    return Attachment(
        string=one.signed,
        name=ATTACHMENT,
        description=DESCRIPTION,
        relationship=RELATIONSHIP,
        created=one.created,
        modified=one.created,
    )


def mend(document: Document, pdf: Any) -> None:  # noqa: ARG001 - as WeasyPrint calls it
    """Say what the attachment is, which WeasyPrint guesses from its name, and associate it once: it does so twice."""
    for item in pdf.objects:
        extra = getattr(item, "extra", None) or {}
        if extra.get("Type") == "/EmbeddedFile":
            extra["Subtype"] = "/" + MEDIA_TYPE.replace("/", "#2f")
    pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def _laid_out(one: Certificate, plates: Plates | None, fonts: FontConfiguration, style: CSS) -> Document:
    return fitted(lambda squeeze: sheet(one, squeeze), plates, fonts, style)


def fitted(
    made: Callable[[Mapping[str, float]], Sheet], plates: Plates | None, fonts: FontConfiguration, style: CSS
) -> Document:
    """Return the laid-out sheet; a block higher than its `data-most` millimetres is squeezed, and laid out again."""
    squeeze: Mapping[str, float] = {}
    for _ in range(ATTEMPTS):
        document = _document(made(squeeze), plates, fonts, style)
        over = too_high(document.pages[0]._page_box, len(document.pages))
        if over is None:
            return document
        squeeze = squeezed(squeeze, over)
    raise ValueError("The text does not fit the sheet at any size.")


def _document(made: Sheet, plates: Plates | None, fonts: FontConfiguration, style: CSS) -> Document:
    assets = Assets(made.assets)
    if plates is not None:
        plates.add(made.assets)
    html = HTML(string=made.html, base_url="asset:", url_fetcher=assets)
    document = html.render(font_config=fonts, stylesheets=[style], cache=plates)
    assets.check()
    return document


def too_high(page_box: Any, pages: int = 1) -> Mapping[str, float] | None:
    """Return the blocks that are higher than they may be, with by how much; None when all is well on one page."""
    over = dict(_over(page_box))
    return over if over or pages > 1 else None


def squeezed(squeeze: Mapping[str, float], over: Mapping[str, float]) -> Mapping[str, float]:
    """Return how far to shrink each block after some were too high; the main one where only the page was too short."""
    smaller = {block: squeeze.get(block, 1.0) * min(0.96, max(0.6, excess**-0.5)) for block, excess in over.items()}
    return {**squeeze, **(smaller or {"main": squeeze.get("main", 1.0) * 0.8})}


def _over(box: Any) -> Iterator[tuple[str, float]]:
    """Yield every block under `box` that is higher than it may be, with by how much."""
    element = getattr(box, "element", None)
    if element is not None and element.get("data-most"):
        most = float(element.get("data-most")) * _PX_PER_MM
        if box.height > most + 0.5:
            yield element.get("data-block"), box.height / most
    for child in getattr(box, "children", ()):
        yield from _over(getattr(child, "_box", child))
