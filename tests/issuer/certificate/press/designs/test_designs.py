"""The press prints every design for every name exactly as WeasyPrint does, or leaves it to WeasyPrint."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from hashlib import sha256
from itertools import product

import pikepdf
import pytest

from issuer.certificate.press.engine import Engine
from issuer.certificate.press.journal import Journal
from issuer.certificate.press.printed import Tier, join
from tests.issuer.certificate.press.designs.easel import is_tagged, order, person, reference
from tests.issuer.certificate.press.designs.eyes import differences
from tests.issuer.certificate.press.designs.gallery import DESIGNS
from tests.issuer.certificate.press.designs.people import NAMES

EVERYTHING = os.environ.get("ATTESTATO_PRESS") == "all"
"""`make press` looks at the whole product; the tests of every day at the same part of it each day."""
EVERY_DAY = 24
FEW = ("plain", "accents")

pytestmark = pytest.mark.tool


def _chance(pair):
    """Return a number of a pair that never changes, as if it were drawn."""
    return sha256("|".join(pair).encode()).digest()


DRAWN = frozenset(sorted(product(DESIGNS, NAMES), key=_chance)[:EVERY_DAY])


def names_of(design):
    """Return the names that a design is tried with, in an order that is not that of the table."""
    called = [name for name in NAMES if EVERYTHING or name in FEW or (design, name) in DRAWN]
    return sorted(called, key=lambda name: (name != "plain", _chance((name, design))))


@pytest.fixture(scope="session")
def compare(tool):
    """Return what tells in what two files differ."""
    qpdf, pdftotext = tool("qpdf"), tool("pdftotext")
    return lambda theirs, ours: differences(qpdf, pdftotext, theirs, ours)


class Blind(Engine):
    """The engine without the looks at WeasyPrint's own pages that it takes before it trusts a design."""

    def _compare(self, *_):
        """Trust whatever comes."""


def printed(engine, design, called):
    made = engine.print(order(design, person(called)))
    return join(made.plate.prefix, made.tail), made.tier


@pytest.mark.parametrize("design", DESIGNS)
def test_a_design_is_printed_as_weasyprint_prints_it_whoever_it_is_for(design, compare):
    engine, unequal, fast = Blind(Journal()), {}, []

    for called in names_of(design):
        pdf, tier = printed(engine, design, called)
        if tier < Tier.SHARED:
            fast.append(called)
            if seen := compare(reference(design, person(called)), pdf):
                unequal[called] = seen

    assert unequal == {}
    assert ("plain" in fast) == DESIGNS[design].is_fast, engine.journal.reasons


def test_two_typefaces_of_one_name_are_told_apart(compare):
    engine, design = Blind(Journal()), "justified paragraph with holes in it"
    printed(engine, design, "mathematics")  # Bold, of a typeface that has no bold: named as a bold one is.

    pdf, _ = printed(engine, design, "Armenian")

    assert compare(reference(design, person("Armenian")), pdf) == set()


def test_enough_is_tried():
    assert len(DESIGNS) >= 16
    assert len(set(NAMES.values())) == len(NAMES) >= 44
    assert sum(design.is_fast for design in DESIGNS.values()) >= 12


def drawn_anew(page, change):
    """Put what a page draws through `change`, which gets each operator's name and operands."""
    drawn = [change(str(operator), list(operands)) for operands, operator in pikepdf.parse_content_stream(page)]
    page.obj.Contents = page.obj.Contents[0] if isinstance(page.obj.Contents, pikepdf.Array) else page.obj.Contents
    page.obj.Contents.write(pikepdf.unparse_content_stream([(o, pikepdf.Operator(n)) for n, o in drawn if n]))


def another_letter(name, operands):
    """Draw one letter where another belongs."""
    if name == "TJ":
        shown = operands[0]
        places = [place for place, item in enumerate(shown) if isinstance(item, pikepdf.String)]
        shown[places[0]], shown[places[-1]] = shown[places[-1]], shown[places[0]]
    return name, operands


def half_a_point_away(name, operands):
    """Draw every text a little lower."""
    return name, [*operands[:5], float(operands[5]) + 0.5] if name == "Tm" else operands


def nearly_black(name, operands):
    """Draw in an ink that hardly differs."""
    return name, [float(item) * 0.9 + 0.02 for item in operands] if name == "rg" else operands


def without_kerning(name, operands):
    """Draw letters without what pulls them together."""
    if name == "TJ":
        operands = [pikepdf.Array([item if isinstance(item, pikepdf.String) else 0 for item in operands[0]])]
    return name, operands


def ended_twice(name, operands):
    """Draw an operator too many, of which no eye can tell."""
    return ("n" if name == "ET" else name), operands


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (another_letter, {"pixels", "text", "drawing"}),
        (half_a_point_away, {"pixels", "drawing"}),
        (nearly_black, {"pixels", "drawing"}),
        (without_kerning, {"pixels", "drawing"}),
        (ended_twice, {"drawing"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_island_that_is_drawn_otherwise_is_seen(change, seen, compare):
    pdf, tier = printed(Blind(Journal()), "links", "accents")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        drawn_anew(opened.pages[0], change)
        opened.save(out := io.BytesIO())

    assert tier < Tier.SHARED
    assert seen <= compare(reference("links", person("accents")), out.getvalue())


def _link(opened):
    opened.pages[0].Annots[0].A.URI = pikepdf.String("https://badges.example.org/c/somebody")


def _rectangle(opened):
    opened.pages[0].Annots[1].Rect[2] = float(opened.pages[0].Annots[1].Rect[2]) + 0.1


def _title(opened):
    opened.docinfo.Title = pikepdf.String("Cert Somebody")


def _attachment(opened):
    opened.attachments["credential.json"] = b"somebody's"


def _tags(opened):
    opened.Root.StructTreeRoot.K = pikepdf.Array([])


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (_link, "links"),
        (_rectangle, "links"),
        (_title, "words about it"),
        (_attachment, "attachments"),
        (_tags, "tags"),
    ],
    ids=lambda value: getattr(value, "__name__", "").strip("_"),
)
def test_whatever_else_of_somebody_else_is_in_a_file_is_seen(change, seen, compare):
    design = "links" if is_tagged("links") or seen == "links" else "flow, heights of their own"
    pdf, tier = printed(Blind(Journal()), design, "accents")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out := io.BytesIO())

    assert tier < Tier.SHARED
    assert seen in compare(reference(design, person("accents")), out.getvalue())


def test_one_wrong_letter_in_all_that_is_said_is_seen(compare):
    design = "one text right behind another"
    made = Blind(Journal()).print(order(design, {**person("plain"), "name": "Ida Lovelace"}))

    seen = compare(reference(design, person("plain")), join(made.plate.prefix, made.tail))

    assert made.tier < Tier.SHARED
    assert {"pixels", "text", "drawing", "words about it"} <= seen


def test_the_code_of_somebody_else_is_seen(compare):
    engine, design, right = Blind(Journal()), "one text right behind another", person("plain")
    printed(engine, design, "plain")

    made = engine.print(replace(order(design, right), pictured=person("accents")["url"]))

    assert made.tier < Tier.SHARED
    assert {"pixels", "drawing"} <= compare(reference(design, right), join(made.plate.prefix, made.tail))


def test_a_file_that_is_cut_short_is_seen(compare):
    pdf, _ = printed(Blind(Journal()), "links", "plain")
    theirs = reference("links", person("plain"))

    assert compare(theirs, pdf) == set()
    assert "soundness" in compare(theirs, pdf[:-200] + pdf[-180:])
