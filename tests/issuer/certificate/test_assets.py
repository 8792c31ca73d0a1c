"""What strangers give us as a picture comes out as that picture, and nothing else (SECURITY.md, D3 to D6, F8)."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from lxml import etree
from PIL import Image

from issuer.certificate.assets import reencode
from issuer.certificate.picture import rasterise
from issuer.fault import Refused

SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"'
SQUARE = '<rect width="9" height="9" fill="#123456"/>'


def svg(body, attributes=SVG):
    return f"<svg {attributes}>{body}</svg>".encode()


def png(size=(20, 10), mode="RGB", colour=None, **options):
    out = io.BytesIO()
    Image.new(mode, size, colour or 0).save(out, "PNG", **options)
    return out.getvalue()


def code(data, purpose="logo"):
    with pytest.raises(Refused) as refusal:
        reencode(data, purpose)
    return refusal.value.faults[0].code


@pytest.mark.parametrize(
    ("purpose", "most"), [("logo", (710, 260)), ("signature", (710, 236)), ("badge", (1064, 1064))]
)
def test_a_picture_is_no_larger_than_print_needs_and_keeps_its_shape(purpose, most):
    made = Image.open(io.BytesIO(reencode(png((3000, 1500)), purpose)))

    assert made.width <= most[0]
    assert made.height <= most[1]
    assert made.width / made.height == pytest.approx(2, rel=0.01)


def test_a_small_picture_keeps_its_size_and_its_transparency():
    made = Image.open(io.BytesIO(reencode(png((30, 20), "RGBA", (1, 2, 3, 128)), "logo")))

    assert (made.size, made.mode, made.getpixel((5, 5))) == ((30, 20), "RGBA", (1, 2, 3, 128))


def test_where_a_photograph_was_taken_is_forgotten_and_which_way_is_up_is_not():
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "canary"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (40, 20), "#aa0000").save(out, "JPEG", exif=exif, comment=b"canary")

    made = reencode(out.getvalue(), "logo")

    opened = Image.open(io.BytesIO(made))
    assert (opened.format, opened.size) == ("JPEG", (20, 40))
    assert not opened.getexif()
    assert b"canary" not in made


def test_text_chunks_of_a_png_are_gone():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("openbadgecredential", "canary")

    assert b"canary" not in reencode(png(pnginfo=info), "badge")


def test_a_picture_in_the_colours_of_a_press_comes_out_in_those_of_a_screen():
    out = io.BytesIO()
    Image.new("CMYK", (10, 10), (0, 255, 255, 0)).save(out, "JPEG")

    assert Image.open(io.BytesIO(reencode(out.getvalue(), "logo"))).mode == "RGB"


def test_more_pixels_than_anybody_needs_are_refused_before_they_are_decoded():
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")

    assert code(bomb) == "picture_too_large"


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a" + bytes(20), b"%!PS-Adobe-3.0 EPSF-3.0", b"II*\x00" + bytes(20), b"RIFF\x00\x00\x00\x00WEBPVP8 ",
     b"\x89PNG\r\n\x1a\n broken", b"\xff\xd8\xff broken", b"<svg", b"<html/>" , b"%PDF-1.7"],
    ids=["nothing", "GIF", "EPS", "TIFF", "WebP", "broken PNG", "broken JPEG", "broken SVG", "HTML", "PDF"],
)  # fmt: skip
def test_what_is_no_picture_of_ours_is_refused(data):
    assert code(data) in {"picture_unreadable", "picture_empty"}


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<g><script>alert(1)</script></g>",
        '<rect width="1" height="1" onload="alert(1)" onfocus="alert(1)"/>',
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">alert(1)</body></foreignObject>',
        '<a href="javascript:alert(1)"><rect width="1" height="1"/></a>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        '<use href="data:image/svg+xml,alert(1)"/>',
        '<use xlink:href="https://alert.example/x#alert(1)"/>',
        '<image href="https://alert.example/x.png"/>',
        "<style>@import url(//alert.example/x);</style>",
        "<style>.a{fill:url(//alert.example/x)}</style><g class='a'/>",
        '<rect width="1" height="1" style="fill:url(//alert.example/x)"/>',
        '<rect width="1" height="1" fill="url(//alert.example/x)"/>',
        '<rect width="1" height="1" style="filter:url(&quot;https://alert.example&quot;)"/>',
        '<rect width="1" height="1" fill="\\75rl(//alert.example)"/>',
        '<text font-family="x&quot; src=url(//alert.example)">a</text>',
        '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
        '<rect id="x&quot; onload=alert(1)" width="1" height="1"/>',
        "<?xml-stylesheet href='//alert.example'?>",
        "<!-- alert -->",
    ],
)
def test_nothing_that_runs_or_loads_is_copied(body):
    made = reencode(svg(SQUARE + body), "badge")

    assert b"alert" not in made
    assert b"#123456" in made
    names = {etree.QName(node).localname for node in etree.fromstring(made).iter()}
    assert not names & {"script", "style", "a", "image", "foreignObject", "animate", "set"}


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE svg SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE svg>",
    ],
    ids=["laughs", "external", "file", "bare"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(head, encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>{head}{svg(SQUARE).decode()}'

    assert code(text.encode(encoding)) == "picture_unsafe"


def test_a_drawing_that_unfolds_without_an_end_is_refused():
    levels = "".join(f'<g id="g{n}">' + f'<use href="#g{n + 1}"/>' * 10 + "</g>" for n in range(9))

    assert code(svg(levels + f'<g id="g9">{SQUARE}</g>')) == "picture_too_large"
    assert code(svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')) == "picture_too_large"


def test_a_drawing_looks_as_it_did():
    drawing = svg(
        "<defs><linearGradient id='g'><stop offset='0' stop-color='#f00'/><stop offset='1' style='stop-color:#00f'/>"
        "</linearGradient><path id='p' d='M0 0h3v3z'/></defs><style>.cls-1,.b{fill:#0a0}</style>"
        "<rect width='9' height='4' fill='url(#g)'/><rect y='5' width='4' height='4' class='cls-1'/>"
        "<use xlink:href='#p' transform='translate(5 5) rotate(10)' style='fill:#333;stroke:none'/>"
    )

    assert rasterise(reencode(drawing, "logo"), 90) == rasterise(drawing.replace(b"class='cls-1'", b"fill='#0a0'"), 90)


def test_a_drawing_with_a_size_alone_gets_a_frame():
    made = etree.fromstring(
        reencode(svg(SQUARE, 'xmlns="http://www.w3.org/2000/svg" width="120px" height="40"'), "logo")
    )

    assert made.get("viewBox") == "0 0 120 40"


def test_a_drawing_without_anything_in_it_is_refused():
    assert code(svg("<g/>")) == "picture_empty"
    assert code(svg(SQUARE, 'xmlns="http://www.w3.org/2000/svg"')) == "picture_empty"


def test_an_unknown_purpose_is_our_own_mistake():
    with pytest.raises(ValueError, match="poster"):
        reencode(png(), "poster")
