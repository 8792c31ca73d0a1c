"""What WeasyPrint does again and again is done once, and is the same."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image
from weasyprint import CSS, HTML

from issuer.certificate import whole as module
from issuer.certificate.fetcher import Assets
from issuer.certificate.fonts import PRESS, configuration
from issuer.certificate.layout import Signatory
from issuer.certificate.plates import MOST, Plates
from issuer.certificate.press import weasy
from issuer.certificate.press.engine import Engine
from issuer.certificate.press.journal import Journal
from issuer.certificate.press.lean import lean
from issuer.certificate.press.sheets import order
from issuer.certificate.whole import laid_out


def picture(mode, colour):
    out = io.BytesIO()
    Image.new(mode, (60, 20), colour).save(out, "PNG")
    return out.getvalue()


PICTURES = {"opaque": ("RGB", (1, 2, 3)), "see-through": ("RGBA", (4, 5, 6, 99)), "grey": ("LA", (7, 8))}


@pytest.mark.parametrize("which", PICTURES)
def test_a_picture_that_was_packed_before_is_packed_the_same_and_not_again(which, monkeypatch):
    data, packed, real = picture(*PICTURES[which]), [], weasy.RasterImage._get_png_data
    monkeypatch.setattr(
        weasy.RasterImage, "_get_png_data", staticmethod(lambda image: packed.append(image) or real(image))
    )

    def file():
        style = CSS(string="@page{size:30mm}", font_config=configuration(), url_fetcher=Assets({}))
        page = HTML(string="<img src=asset:x>", url_fetcher=Assets({"asset:x": ("image/png", data)}), base_url="asset:")
        return page.write_pdf(font_config=configuration(), stylesheets=[style])

    with PRESS:
        plain = file()
        packed.clear()
        with lean():
            first, again = file(), file()

    assert first == again == plain
    assert len(packed) == (1 if which == "opaque" else 2)


def test_two_pictures_of_one_name_are_not_taken_for_each_other(make):
    shown = []
    for colour in ((255, 0, 0, 255), (0, 0, 255, 255)):
        layout = {"signatories": (Signatory("Ada", "x", picture("RGBA", colour)),)}
        made = Engine(Journal()).print(order(make(layout=layout)))
        shown.append(pypdfium2.PdfDocument(made.plate.prefix + made.tail)[0].render().to_pil().getcolors(1 << 20))

    assert shown[0] != shown[1]


def test_fonts_are_made_without_a_copy_of_their_file_where_nobody_reads_it(make):
    with PRESS, lean():
        document = laid_out(make(), Plates())
        _, fonts = weasy.painted_alone(document, weasy.options_of(None, False, {}, ()))

    assert fonts
    assert not any(font.file_content for font in fonts.values())


def test_what_is_kept_of_pictures_does_not_grow_with_certificates(make):
    plates = Plates()

    with PRESS:
        for number in range(MOST // 2):
            laid_out(make(url=f"https://attestato.example/c/{number:026}"), plates)
            plates.update((f"{number}-{at}", None) for at in range(4))

    assert len(plates) < MOST + 20


def test_a_whole_print_leaves_no_copy_of_a_font_behind(make, monkeypatch):
    documents, real = [], module._laid_out
    monkeypatch.setattr(module, "_laid_out", lambda *of: documents.append(real(*of)) or documents[-1])

    with PRESS:
        module.whole(make(), Plates())

    [document] = documents
    assert not document.fonts
