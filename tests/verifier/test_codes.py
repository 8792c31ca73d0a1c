"""A photograph, a screenshot or a re-print leads to its credential by the code on it, or to nothing."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageOps

from badges.baking import bake_png
from tests.verifier.pictures import chunk, code, pdf, pdf_of, photograph, png_of, sheet, written
from tests.verifier.published import BASE, ID, STATUS, World, credential, sign, status_list, to_bytes, token
from verifier.resolver import Absent

SIGNED = to_bytes(sign(credential()))
OTHER_ID = f"{BASE}/c/other"
OURS = sheet(code())
SMALL = to_bytes({"type": "VerifiableCredential"}).decode()


@pytest.fixture
def world(world: World) -> World:
    world.publish(ID, SIGNED)
    return world


def turned(picture: Image.Image, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return written(picture, "JPEG", exif=exif)


def clear() -> bytes:
    """Black modules on nothing: what is transparent is seen on white."""
    drawn = code()
    picture = Image.new("RGBA", drawn.size, (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), mask=ImageOps.invert(drawn))
    return written(picture)


GOOD = {
    "a screenshot": (written(OURS), "png"),
    "a code alone": (written(code()), "png"),
    "a code at one pixel a module": (written(code(scale=1)), "png"),
    "white on black": (written(ImageOps.invert(OURS)), "png"),
    "transparent": (clear(), "png"),
    "in colour": (written(OURS.convert("RGB")), "png"),
    "with a palette": (written(OURS.convert("P")), "png"),
    "of sixteen bits": (written(OURS.convert("I").point(lambda shade: shade * 256).convert("I;16")), "png"),
    "faint": (written(OURS.point(lambda shade: 120 + shade // 16)), "png"),
    "a JPEG": (written(OURS, "JPEG", quality=40), "jpeg"),
    "a JPEG for print": (written(OURS.convert("CMYK"), "JPEG"), "jpeg"),
    "a WebP": (written(OURS, "WEBP", quality=40), "webp"),
    "a photograph": (photograph(OURS), "jpeg"),
    "a photograph held upright": (photograph(OURS, turned=94.0, large=(3000, 4000)), "jpeg"),
    "a photograph upside down": (photograph(OURS, turned=176.0), "jpeg"),
    **{f"orientation {number}": (turned(OURS, number), "jpeg") for number in range(1, 9)},
    "a small code on a large picture": (written(sheet(code(scale=3), size=(5000, 4900)), "JPEG"), "jpeg"),
    "a re-printed PDF": (pdf_of(OURS), "pdf"),
    "a code on the third page": (pdf_of(sheet(), sheet(), OURS), "pdf"),
    "a small code on a page": (pdf_of(sheet(code(scale=2), size=(2480, 3508)), resolution=300), "pdf"),
    "the same code twice": (written(sheet(code(), code())), "png"),
    "the same address in another spelling": (written(sheet(code(), code(ID.replace("https", "HTTPS") + "#x"))), "png"),
    "beside a code for the network": (written(sheet(code(), code("WIFI:S:x;T:WPA;P:y;;"))), "png"),
    "a bare address": (written(sheet(code(ID.removeprefix("https://")))), "png"),
}


@pytest.mark.parametrize(("data", "format_"), GOOD.values(), ids=GOOD.keys())
def test_a_code_leads_to_the_credential(data: bytes, format_: str, world: World) -> None:
    report = world.verify(data)

    assert (report.verdict, report.format, report.check("parse").code) == ("valid", format_, "read_from_link")
    assert report.credential == sign(credential())


def test_the_report_tells_where_it_was_read_and_that_the_look_is_not_signed(world: World) -> None:
    told = world.verify(written(OURS)).to_json()["checks"][0]["detail"]

    assert ID in told
    assert "not part of the signature" in told


def test_c1_what_is_revoked_is_revoked_behind_a_code(world: World) -> None:
    world.publish(STATUS, status_list(94_567))

    assert world.verdict(written(OURS)) == "revoked"


def slim() -> dict[str, Any]:
    """A credential that a code has room for."""
    document = credential()
    for member in ("evidence", "name", "credentialStatus", "validUntil"):
        del document[member]
    achievement = document["credentialSubject"]["achievement"]
    for member in ("image", "tag", "resultDescription", "inLanguage"):
        achievement.pop(member, None)
    for member in ("result", "activityStartDate", "activityEndDate"):
        document["credentialSubject"].pop(member, None)
    return document


@pytest.mark.parametrize("held", [token(slim()), to_bytes(sign(slim()))], ids=["token", "json"])
def test_a_code_may_be_the_credential_itself(held: bytes, world: World) -> None:
    report = world.verify(written(sheet(code(held.decode(), 4), size=(1600, 1600))))

    assert (report.verdict, report.check("parse").code) == ("valid", "read_from_code")
    assert "not part of the signature" in report.check("parse").sentence("en")


TWO = {
    "two addresses": written(sheet(code(), code(OTHER_ID))),
    "ours and one of a network of acquaintances": photograph(sheet(code(), code("https://social.example/in/ada"))),
    "a large one and one too small for a glance": written(
        sheet(code(OTHER_ID, 12), code(scale=2), size=(4000, 3000)), "JPEG", quality=95
    ),
    "an address and a credential": written(sheet(code(), code(SMALL))),
    "on two pages": pdf_of(OURS, sheet(code(OTHER_ID))),
}


@pytest.mark.parametrize("data", TWO.values(), ids=TWO.keys())
def test_d1_two_codes_that_lead_to_different_things_are_ambiguous(data: bytes, world: World) -> None:
    assert world.verdict(data) == "ambiguous"
    assert world.asked == []


def test_d1_a_baked_credential_counts_before_any_code(world: World) -> None:
    report = world.verify(bake_png(written(sheet(code(OTHER_ID))), SIGNED))

    assert (report.verdict, report.check("parse").code) == ("valid", "read_from_picture")
    assert OTHER_ID not in world.asked


def test_d1_an_attached_credential_counts_before_any_code(world: World) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_of(sheet(code(OTHER_ID))))) as paper:
        paper.attachments["credential.json"] = pikepdf.AttachedFileSpec(paper, SIGNED, filename="credential.json")
        paper.save(out)

    report = world.verify(out.getvalue())

    assert (report.verdict, report.check("parse").code) == ("valid", "read_from_picture")
    assert OTHER_ID not in world.asked


NONE = {
    "no code": (written(sheet()), "unreadable_no_code"),
    "no code on a page": (pdf_of(sheet()), "unreadable_no_code"),
    "a blank page": (pdf(), "unreadable_no_code"),
    "a code on the fourth page": (pdf_of(sheet(), sheet(), sheet(), OURS), "unreadable_no_code"),
    "a code for the network": (written(sheet(code("WIFI:S:x;T:WPA;P:y;;"))), "unreadable_code"),
    "an offer for a wallet": (
        written(sheet(code("openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fx.example%2Fo"))),
        "unreadable_offer",
    ),
}


@pytest.mark.parametrize(("data", "words"), NONE.values(), ids=NONE.keys())
def test_without_a_code_that_leads_somewhere_it_is_said_what_to_bring(data: bytes, words: str, world: World) -> None:
    report = world.verify(data)

    assert (report.verdict, report.check("parse").code) == ("unreadable", words)
    assert world.asked == []


def test_a_link_that_gives_nothing_says_nothing_about_a_credential(world: World) -> None:
    report = world.verify(written(sheet(code(OTHER_ID))))

    assert (report.verdict, report.outcome) == ("issuer_unresolvable", "indeterminate")
    assert (report.check("parse").result, report.check("parse").code) == ("error", "source_unreachable")


def test_a_link_to_what_its_owner_never_issued_leads_to_nothing(world: World) -> None:
    class Owner(dict[str, bytes]):
        def __getitem__(self, url: str) -> bytes:
            if url == OTHER_ID:
                raise Absent
            return super().__getitem__(url)

    world.documents = Owner(world.documents)

    report = world.verify(written(sheet(code(OTHER_ID))))

    assert (report.verdict, report.check("parse").code) == ("unreadable", "unreadable_nothing_there")


PAGE = f'<!doctype html><html><head><link rel="alternate" type="application/vc" href="{ID}"></head></html>'.encode()


def test_a_code_leads_to_a_page_and_the_page_to_its_credential(world: World) -> None:
    world.publish(OTHER_ID, PAGE)

    report = world.verify(written(sheet(code(OTHER_ID))))

    assert report.verdict == "valid"
    assert report.check("parse").values["address"] == ID
    assert world.asked[:2] == [OTHER_ID, ID]


def test_a_third_link_is_not_followed(world: World) -> None:
    world.publish(OTHER_ID, PAGE.replace(ID.encode(), f"{BASE}/third".encode()))
    world.publish(f"{BASE}/third", PAGE)

    report = world.verify(written(sheet(code(OTHER_ID))))

    assert report.verdict == "unreadable"
    assert world.asked == [OTHER_ID, f"{BASE}/third"]


def test_behind_a_link_a_picture_counts_by_what_is_baked_into_it(world: World) -> None:
    world.publish(OTHER_ID, bake_png(written(sheet()), SIGNED))

    assert world.verdict(written(sheet(code(OTHER_ID)))) == "valid"


@pytest.mark.parametrize(
    "behind", [written(OURS), pdf_of(OURS), ID.encode(), b"See " + ID.encode()], ids=["png", "pdf", "url", "text"]
)
def test_behind_a_link_no_other_code_or_text_is_followed(behind: bytes, world: World) -> None:
    world.publish(OTHER_ID, behind)

    report = world.verify(written(sheet(code(OTHER_ID))))

    assert report.verdict == "unreadable"
    assert world.asked == [OTHER_ID]


def test_a_picture_at_an_address_that_was_handed_in_counts_as_handed_in(world: World) -> None:
    world.publish(OTHER_ID, written(OURS))

    assert world.verdict(OTHER_ID.encode()) == "valid"


def test_links_count_among_the_documents_that_may_be_fetched(world: World) -> None:
    world.publish(OTHER_ID, PAGE)

    world.verify(written(sheet(code(OTHER_ID))))

    assert len(world.asked) <= 6
    assert world.asked[:2] == [OTHER_ID, ID]


CHUNK = b"openbadges\0" + ID.encode()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><x:assertion xmlns:x="http://openbadges.org" verify="%s"/></svg>'


@pytest.mark.parametrize("data", [png_of(4, 4, chunk(b"tEXt", CHUNK)), SVG % ID.encode()], ids=["png", "svg"])
def test_an_address_in_a_picture_of_long_ago_is_followed(data: bytes, world: World) -> None:
    report = world.verify(data)

    assert (report.verdict, report.check("parse").code) == ("valid", "read_from_link")


def test_d1_an_address_in_one_chunk_and_a_credential_in_another_are_ambiguous(world: World) -> None:
    both = png_of(4, 4, chunk(b"tEXt", CHUNK), chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + SIGNED))

    assert world.verdict(both) == "ambiguous"
    assert world.asked == []
