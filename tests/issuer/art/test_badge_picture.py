"""The badge of an organizer who has none: named, legible when small, and safe to serve."""

from __future__ import annotations

import io

import pytest
from lxml import etree
from PIL import Image

from issuer.art.badge import badge_png, badge_svg
from issuer.certificate.svg import rebuild


def test_a_badge_says_its_name_issuer_and_date_as_a_title():
    root = etree.fromstring(badge_svg("Types & <hints>", "Python Milano", "#7a1f2b", "e", "15 ottobre 2026"))

    assert root.findtext("{http://www.w3.org/2000/svg}title") == "Types & <hints> · Python Milano · 15 ottobre 2026"


def test_a_badge_needs_no_font_and_loads_nothing():
    root = etree.fromstring(badge_svg("Python", "Python Milano", "#7a1f2b", "e", ""))

    names = {etree.QName(node).localname for node in root.iter()}
    assert names <= {"svg", "title", "circle", "g", "path", "use"}
    assert all(value.startswith("#") for node in root.iter() for key, value in node.attrib.items() if "href" in key)


@pytest.mark.parametrize(
    "name", ["Python", "Attestato di partecipazione", "研讨会参与证书", "شهادة حضور", "X" * 60, "a " * 40]
)
def test_the_name_stands_within_the_plate(name):
    svg = badge_svg(name, "Python Milano", "#0f3d4c", "e", "2026")

    picture = Image.open(io.BytesIO(badge_png(svg, 400))).convert("RGB")

    ring = [picture.getpixel((round(200 + 102 * x), round(200 + 102 * y)))
            for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1), (0.707, 0.707), (-0.707, 0.707))]  # fmt: skip
    assert all(sum(pixel) > 3 * 240 for pixel in ring)
    middle = picture.crop((100, 100, 300, 300)).convert("L")
    assert min(middle.tobytes()) < 100


def test_a_badge_is_as_large_as_asked_and_transparent_outside():
    picture = Image.open(io.BytesIO(badge_png(badge_svg("A", "B", "#b5451b", "e", ""), 96)))

    assert picture.size == (96, 96)
    assert picture.mode == "RGBA"
    assert picture.getpixel((0, 0))[3] == 0
    assert picture.getpixel((48, 5))[3] == 255


def test_our_own_badge_passes_the_rules_for_the_pictures_of_others():
    svg = badge_svg("Python", "Python Milano", "#7a1f2b", "e", "2026")

    assert badge_png(rebuild(svg, "badge"), 200) == badge_png(svg, 200)
