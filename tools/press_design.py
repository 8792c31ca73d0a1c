"""Two designs to measure with, a rich one and a plain one, and people of many scripts to print on them."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from html import escape
from typing import Any, Final

from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration

from issuer.certificate.fetcher import Assets
from issuer.certificate.fonts import FACES, face_file
from issuer.certificate.illustrations import _code
from issuer.certificate.press.codes import operators
from issuer.certificate.press.order import ASCII, LATIN, Attached, Family, Order, Skeleton
from issuer.certificate.press.token import ADDRESS, Fields
from issuer.certificate.whole import mend
from tools.press_pictures import pictures

FIELDS: Final = Fields(("name", "id", "date", "url", "created"))
AT: Final = datetime(2026, 3, 1, tzinfo=UTC)
HOLE: Final = "asset:hole/code"
ATTACHED: Final = Attached("credential.json", "Open Badges 3.0 credential", "Source", "application/vc")
USED: Final = ("Fraunces-SemiBold", "EBGaramond-Regular", "EBGaramond-SemiBold", "Inter-Regular")
"""The four fonts, from those that ship with us."""

STYLE: Final = """
@page { size: 297mm 210mm; margin: 0 }
body { margin: 0; font: 13pt/1.4 "EB Garamond"; color: #1d3557 }
h1, p { margin: 0 } h1 { bookmark-level: none }
.sheet { position: relative; width: 297mm; height: 210mm; overflow: hidden;
         background: url(asset:background) 0 0 / 297mm 210mm no-repeat }
.sheet > * { position: absolute }
.logo { left: 24mm; top: 22mm; width: 32mm; height: 24mm }
h1 { left: 60mm; top: 24mm; width: 177mm; text-align: center; font: 600 30pt/1.2 "EB Garamond"; letter-spacing: 1.5pt }
.pre { left: 40mm; top: 52mm; width: 217mm; text-align: center }
.name { left: 40mm; top: 62mm; width: 217mm; height: 34mm; overflow: hidden; text-align: center;
        font: 600 40pt/34mm "Fraunces", serif; color: #7b1113 }
.name.m { font-size: 30pt } .name.l { font-size: 22pt; line-height: 17mm }
.text { left: 45mm; top: 100mm; width: 207mm; text-align: center; line-height: 1.5 }
.text b { font-size: 17pt; font-weight: 600; color: #8a6d1d }
.date { left: 45mm; top: 142mm; width: 207mm; text-align: center; font-size: 12pt; line-height: 1.4 }
.hand { left: 40mm; top: 152mm; width: 60mm; height: 18mm }
.signer { left: 40mm; top: 171mm; width: 60mm; text-align: center; font-size: 10pt; border-top: .4pt solid #1d3557 }
.code { left: 224mm; top: 146mm; width: 32mm; height: 32mm }
a { color: inherit; text-decoration: none }
.foot { left: 30mm; top: 188mm; width: 237mm; text-align: center; font: 400 7.5pt/1.3 "Inter"; color: #555 }
"""
FIRST: Final = (
    "Anna,Élodie,José,Zoë,François,Łukasz,Björn,Søren,Chloë,Nuño,Ağa,Ștefan,Márton,Inês,Jürgen,Noël,Þór,Mary,Ahmed,"
    "Olivia,Liam,Noah,Emma,Sofía,Mateo,Lucía,Ibrahim,Fatima,Wei,Priya,Arjun,Yuki,Hana,Kwame,Amara"
)
LAST: Final = (
    "Nußbaum,Łukasik,Dvořáková,Müller,Ångström,Ødegård,García,O’Connor,Smith,Johnson,Brown,Çelik,Şahin,Ionescu,Kovács,"
    "Fernández,Schäfer,È-Rossi,D’Angelo,Takahashi,Okafor,Silva,Pereira,Novák,Horváth,Jensen,Larsson,Kowalski"
)
OTHER: Final = (
    "王小明", "佐藤 美咲", "김민준", "محمد عبد الله الحسيني", "فاطمة الزهراء", "สมชาย วงศ์สุวรรณ", "ณัฐธิดา ศรีสุข",
    "Δημήτρης Παπαδόπουλος", "Александр Иванов", "דוד כהן", "राजेश कुमार", "Nguyễn Thị Hồng Nhung",
)  # fmt: skip
LONG: Final = (
    "Maria-Magdalena Alexandra Constantinescu-Papadopoulou von Hohenzollern-Sigmaringen",
    "Pablo Diego José Francisco de Paula Juan Nepomuceno Cipriano de la Santísima Trinidad Ruiz",
    "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine Senior",
)


@dataclass(frozen=True)
class Person:
    """What is printed of one person, and the credential that is attached."""

    name: str
    id: str
    date: str
    url: str
    signed: bytes

    @property
    def size(self) -> str:
        """The class of the name's size: a design of this kind goes by how long a name is."""
        letters = sum(2 if ord(letter) > 0x2E80 else 1 for letter in self.name)
        return "" if letters <= 24 else "m" if letters <= 36 else "l"


def people(count: int, seed: int = 1) -> list[Person]:
    """Return people, no two alike: 8 % with names in other scripts, 4 % with long ones."""
    chance = random.Random(seed)
    return [_person(chance) for _ in range(count)]


def _person(chance: random.Random) -> Person:
    kind = chance.random()
    if kind < 0.12:
        name = chance.choice(OTHER if kind < 0.08 else LONG)
    else:
        given = chance.choices(FIRST.split(","), k=1 + (chance.random() < 0.3))
        name = " ".join((*given, chance.choice(LAST.split(","))))
    token = "".join(chance.choices("0123456789abcdefghjkmnpqrstvwxyz", k=26))
    url = f"https://badges.example.org/c/{token}"
    signed = json.dumps({"id": url, "name": name, "proof": chance.randbytes(600).hex()}, ensure_ascii=False).encode()
    return Person(name, token.upper(), f"{chance.randint(1, 28)} March 2026", url, signed)


def markup(values: Mapping[str, str], size: str, picture: str) -> str:
    """Return the page with these values, which are markup already."""
    created = AT.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Certificate – {values["name"]}</title>
<meta name="author" content="ECO Academy"><meta name="dcterms.created" content="{created}">
<meta name="dcterms.modified" content="{created}"></head><body><div class="sheet">
<img class="logo" alt="Logo" src="asset:logo"><h1>Certificate of Completion</h1>
<p class="pre">This is to certify that</p><p class="name {size}">{values["name"]}</p>
<p class="text">has successfully completed the 24-hour professional programme<br>
<b>International Conference on Sustainable Infrastructure 2026</b><br>
and demonstrated the required competencies in assessment, reporting and peer review.</p>
<p class="date">Awarded on {values["date"]}</p>
<img class="hand" alt="Signature" src="asset:hand">
<p class="signer">Dr. Élodie Nußbaum-Łukasik<br>Programme Director</p>
<img class="code" alt="Code" src="{picture}">
<p class="foot">Certificate {values["id"]} · Verify at <a href="{values["url"]}">badges.example.org</a></p>
</div></body></html>"""


def assets(is_rich: bool) -> dict[str, tuple[str, bytes]]:
    """Return everything that a design loads: pictures and fonts."""
    fonts = {f"asset:{file}": ("font/ttf", face_file(file)) for *_, file in FACES if file.endswith(_FILES)}
    return {**pictures(is_rich), **fonts}


_FILES: Final = tuple(f"{name}.ttf" for name in USED)


def style(is_rich: bool, fonts: FontConfiguration) -> CSS:
    """Return the style sheet, which loads its fonts."""
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{slant};src:url(asset:{file})}}'
        for family, weight, slant, file in FACES
        if file.endswith(_FILES)
    )
    return CSS(string=faces + STYLE, font_config=fonts, url_fetcher=Assets(assets(is_rich)), base_url="asset:")


def plain(one: Person, is_rich: bool) -> bytes:
    """Return one certificate as WeasyPrint prints it that knows nothing of another."""
    fonts = FontConfiguration()
    return _written(one, laid_out(one, is_rich, fonts, style(is_rich, fonts), None), None)


def laid_out(one: Person, is_rich: bool, fonts: FontConfiguration, css: CSS, cache: Any) -> Document:
    """Return one certificate, laid out."""
    values = {name: escape(getattr(one, name)) for name in ("name", "id", "date", "url")}
    pictured = f"asset:code/{one.id}"
    fetcher = Assets({**assets(is_rich), pictured: ("image/svg+xml", _code(one.url))})
    html = HTML(string=markup(values, one.size, pictured), base_url="asset:", url_fetcher=fetcher)
    return html.render(font_config=fonts, stylesheets=[css], cache=cache)


def _written(one: Person, document: Document, cache: Any) -> bytes:
    attached = Attachment(
        string=one.signed, name=ATTACHED.name, description=ATTACHED.description, relationship=ATTACHED.relationship,
        created=AT, modified=AT,
    )  # fmt: skip
    return bytes(
        document.write_pdf(
            pdf_variant="pdf/a-3a",
            pdf_tags=True,
            attachments=[attached],
            finisher=mend,
            cache=cache,
            pdf_identifier=sha256(one.signed).digest()[:16],
        )
    )


@cache
def family(is_rich: bool) -> Family:
    """Return what all sheets of a design share."""
    fonts = FontConfiguration()
    return Family(
        name="rich" if is_rich else "plain",
        stylesheets=(style(is_rich, fonts),),
        font_config=fonts,
        fetcher=Assets,
        cache={},
        variant="pdf/a-3a",
        tags=True,
        attached=ATTACHED,
        finisher=mend,
        letters={"name": LATIN, "id": ASCII, "date": ASCII},
        codes=operators,
    )


def order(one: Person, is_rich: bool) -> Order:
    """Return one certificate as an order."""
    made = family(is_rich)
    return Order(
        family=made,
        key=one.size,
        skeleton=partial(_skeleton, one, is_rich),
        values={"name": one.name, "id": one.id, "date": one.date, "url": one.url, "created": "2026-03-01T00:00:00Z"},
        identifier=sha256(one.signed).digest()[:16],
        whole=lambda shared: _written(one, _shared(one, is_rich), made.cache) if shared else plain(one, is_rich),
        reference=lambda: _shared(one, is_rich),
        drawing=partial(_code, one.url),
        pictured=one.url,
        attachment=one.signed,
        created=AT,
    )


def _shared(one: Person, is_rich: bool) -> Document:
    made = family(is_rich)
    return laid_out(one, is_rich, made.font_config, made.stylesheets[0], dict(made.cache))


def _skeleton(one: Person, is_rich: bool) -> Skeleton:
    values = {name: FIELDS.token(name) for name in ("name", "id", "date")} | {"url": ADDRESS}
    known = {**assets(is_rich), HOLE: ("image/svg+xml", _code(one.url))}
    return Skeleton(markup(values, one.size, HOLE), FIELDS, known, HOLE, "url")
