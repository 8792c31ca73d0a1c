"""From certificates to PDF: tagged PDF/A-3 with the signed credential inside. One function prints a batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, Final

from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.urls import FatalURLFetchingError

from issuer.certificate.content import Certificate
from issuer.certificate.fetcher import Assets
from issuer.certificate.fonts import PRESS, configuration
from issuer.certificate.plates import Plates
from issuer.certificate.sheet import Sheet, sheet, stylesheet
from issuer.fault import Fault

VARIANT: Final = "pdf/a-3a"
ATTACHMENT: Final = "credential.json"
MEDIA_TYPE: Final = "application/vc"

_ATTEMPTS: Final = 14
_PX_PER_MM: Final = 96 / 25.4


class RenderFailed(Exception):
    """A certificate that could not be printed; `fault` says why. The others of its batch are not touched."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Rendered:
    """One certificate with its PDF, or with the fault that kept it from being printed."""

    certificate: Certificate
    pdf: bytes | None
    fault: Fault | None = None


def render(certificates: Iterable[Certificate]) -> Iterator[bytes]:
    """Yield the PDF of each certificate, in order; raises RenderFailed at the first that cannot be printed."""
    for rendered in render_batch(certificates):
        if rendered.pdf is None:
            raise RenderFailed(rendered.fault or Fault("render_failed"))
        yield rendered.pdf


def render_batch(certificates: Iterable[Certificate]) -> Iterator[Rendered]:
    """Yield every certificate with its PDF or its fault: one that fails does not touch the others.

    Fonts, style sheets and the drawings that the sheets share are kept from one to the next. The same certificate
    gives the same bytes.
    """
    plates = Plates()
    for one in certificates:
        try:
            with PRESS:
                pdf = _print(one, plates)
        # Whatever it is, it is this certificate's fault and no other's; WeasyPrint's own is no Exception (F5).
        except (Exception, FatalURLFetchingError) as error:  # noqa: BLE001
            detail = f"{type(error).__name__}: {error}"[:300]
            yield Rendered(one, None, Fault("render_failed", values={"detail": detail}))
        else:
            yield Rendered(one, pdf)


def _print(one: Certificate, plates: Plates) -> bytes:
    document = _laid_out(one, plates)
    identifier = sha256(one.signed + one.layout.design.encode()).digest()[:16]
    return bytes(
        document.write_pdf(
            pdf_variant=VARIANT,
            pdf_identifier=identifier,
            pdf_tags=True,
            attachments=[_attachment(one)],
            finisher=_mend,
            cache=plates,
        )
    )


def _attachment(one: Certificate) -> Attachment:
    return Attachment(
        string=one.signed,
        name=ATTACHMENT,
        description="Open Badges 3.0 credential",
        relationship="Source",
        created=one.created,
        modified=one.created,
    )


def _mend(document: Document, pdf: Any) -> None:  # noqa: ARG001 - as WeasyPrint calls it
    """Say what the attachment is, which WeasyPrint guesses from its name, and associate it once: it does so twice."""
    for item in pdf.objects:
        extra = getattr(item, "extra", None) or {}
        if extra.get("Type") == "/EmbeddedFile":
            extra["Subtype"] = "/" + MEDIA_TYPE.replace("/", "#2f")
    pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def _laid_out(one: Certificate, plates: Plates) -> Document:
    """Return the laid-out sheet; a block higher than its `data-most` millimetres is squeezed, and laid out again."""
    squeeze: dict[str, float] = {}
    for _ in range(_ATTEMPTS):
        document = _document(sheet(one, squeeze), one.layout.design, plates)
        over = dict(_too_high(document.pages[0]._page_box))
        if not over and len(document.pages) == 1:
            return document
        for block, excess in over.items():
            squeeze[block] = squeeze.get(block, 1.0) * min(0.96, max(0.6, excess**-0.5))
        if not over:
            squeeze["main"] = squeeze.get("main", 1.0) * 0.8
    raise ValueError("The text does not fit the sheet at any size.")


def _document(made: Sheet, design: str, plates: Plates) -> Document:
    assets = Assets(made.assets)
    plates.add(made.assets)
    html = HTML(string=made.html, base_url="asset:", url_fetcher=assets)
    document = html.render(font_config=configuration(), stylesheets=[_css(design)], cache=plates)
    assets.check()
    return document


@cache
def _css(design: str) -> CSS:
    return CSS(string=stylesheet(design), font_config=configuration(), url_fetcher=Assets({}))


def _too_high(box: Any) -> Iterator[tuple[str, float]]:
    """Yield every block under `box` that is higher than it may be, with by how much."""
    element = getattr(box, "element", None)
    if element is not None and element.get("data-most"):
        most = float(element.get("data-most")) * _PX_PER_MM
        if box.height > most + 0.5:
            yield element.get("data-block"), box.height / most
    for child in getattr(box, "children", ()):
        yield from _too_high(getattr(child, "_box", child))
