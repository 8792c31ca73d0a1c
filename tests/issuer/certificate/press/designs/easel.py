"""A design as an order for the press and as plain HTML for WeasyPrint, for one person."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from html import escape
from typing import Any, Final

from weasyprint import CSS, HTML, Attachment, Document

from issuer.certificate.fetcher import Assets
from issuer.certificate.fonts import PRESS, configuration, fresh_configuration
from issuer.certificate.illustrations import _code
from issuer.certificate.press.order import ASCII, LATIN, Attached, Family, Order, Skeleton
from issuer.certificate.press.qr.family import family_of
from issuer.certificate.press.qr.symbols import symbols
from issuer.certificate.press.token import ADDRESS, Fields
from tests.issuer.certificate.press.designs.gallery import DESIGNS, STYLE
from tests.issuer.certificate.press.designs.people import NAMES

FIELDS: Final = ("name", "id", "date", "url", "created")
HOLE: Final = "asset:hole/code"
AT: Final = datetime(2026, 10, 16, 8, tzinfo=UTC)
NOW: Final = "2026-10-16T08:00:00Z"
ATTACHED: Final = Attached("credential.json", "Open Badges 3.0 credential", "Source", "application/octet-stream")


def person(called: str) -> dict[str, str]:
    """Return what is printed of somebody: their name, and facts that differ from person to person."""
    token = sha256(called.encode()).hexdigest()[:26]
    day = f"{1 + list(NAMES).index(called) % 28} March 2026"
    return {"name": NAMES[called], "id": token.upper(), "date": day, "url": f"https://badges.example.org/c/{token}"}


def markup(design: str, values: Mapping[str, str]) -> str:
    """Return the page of `design` with these values, which are markup already."""
    made, body = DESIGNS[design], DESIGNS[design].body
    for name, value in values.items():
        body = body.replace("{" + name + "}", value)
    head = f'<meta charset="utf-8"><title>Cert {values["name"]}</title><meta name="author" content="ECO Academy">'
    stamps = "".join(f'<meta name="dcterms.{name}" content="{values["created"]}">' for name in ("created", "modified"))
    return f"<!doctype html><html {made.root}><head>{head}{stamps}</head><body>{body}</body></html>"


def style(design: str, fonts: Any) -> CSS:
    """Return the style sheet of `design`."""
    return CSS(string=STYLE + DESIGNS[design].style, font_config=fonts, url_fetcher=Assets({}))


def is_tagged(design: str) -> bool:
    """Tell whether the design is printed as a tagged PDF/A-3 with an attachment: half of them are."""
    return list(DESIGNS).index(design) % 2 == 0


@cache
def _fonts() -> Any:
    return fresh_configuration()


def _page(design: str, values: Mapping[str, str], fonts: Any) -> Document:
    """Return the page as plain WeasyPrint lays it out, with nothing of the press."""
    picture = b64encode(_code(values["url"])).decode()
    safe = {name: escape(value) for name, value in values.items()}
    html = markup(design, {**safe, "link": safe["url"], "code": f"data:image/svg+xml;base64,{picture}", "created": NOW})
    page = HTML(string=html, base_url="asset:", url_fetcher=Assets({}))
    return page.render(font_config=fonts, stylesheets=[style(design, fonts)])


def reference(design: str, values: Mapping[str, str]) -> bytes:
    """Return the page as plain WeasyPrint prints it."""
    options: dict[str, Any] = {}
    if is_tagged(design):
        attachment = Attachment(
            string=values["id"].encode(), name=ATTACHED.name, description=ATTACHED.description,
            relationship=ATTACHED.relationship, created=AT, modified=AT,
        )  # fmt: skip
        options = {"pdf_variant": "pdf/a-3a", "pdf_tags": True, "attachments": [attachment]}
    with PRESS:
        return _page(design, values, _fonts()).write_pdf(**options)


@cache
def family(design: str) -> Family:
    """Return what all pages of `design` share."""
    tagged = is_tagged(design)
    return Family(
        name=f"test {design}",
        stylesheets=(style(design, configuration()),),
        font_config=configuration(),
        fetcher=Assets,
        cache={},
        variant="pdf/a-3a" if tagged else None,
        tags=tagged,
        attached=ATTACHED if tagged else None,
        letters={"name": LATIN, **dict.fromkeys(("id", "date", "url"), ASCII)},
        codes=lambda url: symbols(family_of(url)).operators(url),
    )


def _skeleton(design: str, values: Mapping[str, str]) -> Skeleton:
    fields = Fields(FIELDS)
    tokens = {name: fields.token(name) for name in FIELDS}
    html = markup(design, {**tokens, "link": ADDRESS, "code": HOLE, "created": NOW})
    return Skeleton(html, fields, {HOLE: ("image/svg+xml", _code(values["url"]))}, HOLE, "url")


def order(design: str, values: Mapping[str, str]) -> Order:
    """Return the page as an order."""
    return Order(
        family=family(design),
        key=design,
        skeleton=partial(_skeleton, design, values),
        values={**values, "created": NOW},
        identifier=sha256(values["id"].encode()).digest()[:16],
        whole=lambda shared: reference(design, values),
        reference=lambda: _page(design, values, configuration()),
        design=design,
        drawing=partial(_code, values["url"]),
        pictured=values["url"],
        attachment=values["id"].encode() if is_tagged(design) else None,
        created=AT,
    )
