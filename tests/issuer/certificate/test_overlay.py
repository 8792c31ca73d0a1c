"""The picture of a print that is painted over its plate's is the picture of the whole page."""

from __future__ import annotations

import io
from hashlib import sha256

import pikepdf
import pytest
from PIL import Image, ImageChops

from issuer.certificate import overlay
from issuer.certificate.layout import DESIGNS
from issuer.certificate.overlay import MOST_DIFFERENT, picture
from issuer.certificate.press.batch import print_batch
from issuer.certificate.press.engine import Engine
from issuer.certificate.press.journal import Journal
from issuer.certificate.press.printed import WHOLE, Plate, Printed
from issuer.certificate.press.sheets import order

NAMES = ("Ada Lovelace", "Zoë Ångström-Łukasiewicz", "Li")


@pytest.fixture(autouse=True)
def nothing_kept():
    overlay._grounds.cache_clear()


def worst(one, other):
    assert one.size == other.size
    return max(most for _, most in ImageChops.difference(one, other).getextrema())


def alone(printed, width):
    """Return the page with nothing of a plate."""
    return picture(WHOLE, printed.pdf(), width)


@pytest.mark.parametrize(("design", "paper"), list(zip(DESIGNS, ("A4", "Letter", "A4"), strict=True)))
def test_over_its_plate_a_page_looks_as_it_does_alone(design, paper, make):
    layout = {"design": design, "paper": paper}

    for printed in print_batch(make(name=name, layout=layout) for name in NAMES):
        shown = picture(printed.plate, printed.tail, 500)
        assert worst(shown, alone(printed, 500)) <= MOST_DIFFERENT


@pytest.fixture
def shared(make):
    """Return two prints of one plate, by an engine that nobody else uses."""
    engine = Engine(Journal())
    people = [make(name=name) for name in NAMES[:2]]
    made = [engine.print(order(one)) for one in people]
    one, other = (Printed(of, its.plate, its.tail, its.tier) for of, its in zip(people, made, strict=True))
    assert one.plate.prefix, engine.journal.reasons
    assert one.plate.sha256 == other.plate.sha256
    return one, other


def test_of_the_second_print_of_a_plate_only_the_holes_are_painted(shared, monkeypatch):
    painted = []
    real = overlay._rendered
    monkeypatch.setattr(overlay, "_rendered", lambda pdf, *more: painted.append(more) or real(pdf, *more))
    picture(shared[0].plate, shared[0].tail, 400)
    painted.clear()

    shown = picture(shared[1].plate, shared[1].tail, 400)

    [(_, ground)] = painted
    assert ground
    assert worst(shown, alone(shared[1], 400)) <= MOST_DIFFERENT


def test_nobody_else_is_on_the_picture_of_a_plate(shared):
    first = picture(shared[0].plate, shared[0].tail, 700)
    [ground] = overlay._grounds(shared[0].plate.sha256, 700)
    bare = Image.frombuffer("RGB", first.size, ground.pixels, "raw", "BGRX", 0, 1)

    assert worst(first, bare) > 100, "The name is not on the plate."
    assert worst(picture(shared[1].plate, shared[1].tail, 700), alone(shared[1], 700)) <= MOST_DIFFERENT


@pytest.mark.parametrize(("cover", "is_used"), [(b"q 0 g 90 90 5 5 re f Q", True), (b"q 0 g 0 0 99 99 re f Q", False)])
def test_a_plate_that_covers_its_holes_is_not_used(cover, is_used, monkeypatch):
    pdf = pikepdf.new()
    pieces = (b"q 0 0 1 rg 0 0 50 50 re f Q", b"q 1 0 0 rg 10 10 60 60 re f Q", cover)
    page = pdf.add_blank_page(page_size=(100, 100))
    page.obj.Contents = pikepdf.Array([pdf.make_stream(piece) for piece in pieces])
    pdf.save(out := io.BytesIO(), compress_streams=False)
    monkeypatch.setattr(overlay, "join", lambda prefix, tail: out.getvalue())
    plate = Plate(pieces[0] + pieces[2], sha256(cover).hexdigest())

    shown = picture(plate, b"", 100)

    assert worst(shown, picture(WHOLE, b"", 100)) == 0
    assert (overlay._grounds(plate.sha256, 100)[0].pixels is not None) == is_used


def test_few_colours_are_enough(shared):
    whole = picture(shared[1].plate, shared[1].tail, 700)

    slim = Image.open(io.BytesIO(overlay.png(shared[1].plate, shared[1].tail, 700)))

    assert (slim.format, slim.mode, slim.size) == ("PNG", "P", whole.size)
    differs = ImageChops.difference(whole, slim.convert("RGB")).convert("L").histogram()
    assert sum(differs[24:]) < 0.01 * whole.width * whole.height
