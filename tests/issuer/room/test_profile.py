"""The page of an organization: owners decide, others look, pictures are written anew, colours are colours."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.fault import Refused
from issuer.models import Asset, Journal, Organization
from issuer.models.account import User
from issuer.profile import clean
from tests.issuer.room.rooms import MILANO, NAMES, TORINO, Rooms

PAGE = f"/room/{MILANO}/profile"
WHOLE = {
    "name": "Python Milano", "url": "https://milano.python.example/", "email": "ciao@milano.python.example",
    "own_colour": "1", "colour": "#0B5FFF", "design": "modern", "language": "it", "timezone": "Europe/Madrid",
    "signer1": "Grazia Deledda", "role1": "Presidente", "signer2": "Ada Negri", "sender": "I pitonisti",
    "reply_to": "eventi@milano.python.example", "sign_email": "1", "controller": "Python Milano APS",
    "contact": "privacy@milano.python.example", "notice": "Primo.\r\nSecondo.", "linkedin": "1234567",
}  # fmt: skip
LONG = "a" * 4001
BARE = {"name": NAMES[MILANO], "language": "it"}


def png(size: tuple[int, int] = (64, 32), colour: str = "#0b5fff") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "GPS-OF-MY-HOUSE"
    Image.new("RGB", size, colour).save(out, "PNG", exif=exif)
    return out.getvalue()


def file(body: bytes, name: str = "x.png") -> tuple[io.BytesIO, str]:
    return io.BytesIO(body), name


def row(rooms: Rooms, slug: str = MILANO) -> Organization:
    with rooms.office.database.reading() as session:
        return session.scalars(select(Organization).where(Organization.slug == slug)).one()


def pictures(rooms: Rooms) -> list[bytes]:
    with rooms.office.database.reading() as session:
        return list(session.scalars(select(Asset.body)))


def save(rooms: Rooms, fields: dict[str, Any]) -> Any:
    return rooms.browser(f"owner@{MILANO}").submit(PAGE, fields, content_type="multipart/form-data")


def test_an_owner_says_who_they_are_and_reads_it_again(both: Rooms) -> None:
    assert save(both, WHOLE).location == f"{PAGE}?done=1"

    page, kept = both.browser(f"owner@{MILANO}").get(PAGE).text, row(both)
    for text in ("https://milano.python.example/", "#0b5fff", "Grazia Deledda", "Presidente", "1234567", "Secondo."):
        assert text in page
    assert kept.facts["url"] == WHOLE["url"]
    assert kept.settings["colour"] == "#0b5fff"
    assert kept.settings["signatories"] == [{"name": "Grazia Deledda", "role": "Presidente"}, {"name": "Ada Negri"}]
    assert kept.sign_email


def test_what_is_not_said_any_more_is_forgotten(rooms: Rooms) -> None:
    save(rooms, WHOLE)
    save(rooms, BARE)

    kept = row(rooms)
    assert kept.settings == {}
    assert kept.facts["url"] is None
    assert not kept.sign_email


def test_what_changed_is_written_down_and_none_of_what_it_says(rooms: Rooms) -> None:
    save(rooms, BARE | {"url": "https://example.org/", "sign_email": "1"})
    save(rooms, BARE | {"url": "https://example.org/", "sign_email": "1"})

    with rooms.office.database.reading() as session:
        lines = list(session.scalars(select(Journal).where(Journal.action == "organization.changed")))
    assert [line.detail for line in lines] == [{"by": rooms.people[f"owner@{MILANO}"].public_id, "what": "url"}]


@pytest.mark.parametrize("role", ["viewer", "organizer"])
def test_others_look_and_decide_nothing(rooms: Rooms, role: str) -> None:
    save(rooms, WHOLE)
    browser = rooms.browser(f"{role}@{MILANO}")

    page = browser.get(PAGE)

    assert "Grazia Deledda" in page.text
    assert 'name="url"' not in page.text
    assert browser.submit(PAGE, BARE).status_code == 403
    assert row(rooms).facts["url"] == WHOLE["url"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": "red;}@import url(//evil)"}, {"colour": "#12345"}, {"colour": "#12345g"}, {"colour": "#1234567"},
        {"url": "javascript:alert(1)"}, {"url": "https://user:pw@example.org/"}, {"email": "nobody"}, {"name": ""},
        {"reply_to": "a@example.org\r\nBcc: b@example.org"}, {"sender": "Noi\r\nBcc: b@example.org"},
        {"linkedin": "12/../3"}, {"timezone": "Mars/Base"}, {"design": "../x"}, {"language": "xx"},
        {"role3": "Presidente"}, {"contact": "x"}, {"notice": LONG}, {"controller": "a\u202eb"},
    ],
    ids=lambda wrong: str(wrong)[:40],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_kept(rooms: Rooms, wrong: dict[str, str]) -> None:
    before = row(rooms)

    answer = save(rooms, WHOLE | wrong)

    assert answer.status_code == 422
    assert 'class="fault"' in answer.text
    assert (row(rooms).facts, row(rooms).settings) == (before.facts, before.settings)


def test_a_signed_name_stays_and_another_is_free_until_then(rooms: Rooms) -> None:
    assert save(rooms, BARE | {"name": "Python Lombardia"}).status_code == 303
    rooms.write(
        lambda session: setattr(session.get(Organization, rooms.organizations[MILANO]), "frozen_at", rooms.clock())
    )

    answer = save(rooms, BARE | {"name": "Python Padania"})

    assert answer.status_code == 422
    assert "stays" in answer.text
    assert row(rooms).facts["name"] == "Python Lombardia"
    assert save(rooms, BARE | {"name": "Python Lombardia", "url": "https://example.org/"}).status_code == 303


@pytest.mark.parametrize("operator", [False, True])
def test_another_name_is_approved_by_who_runs_the_installation(rooms: Rooms, operator: bool) -> None:
    def approve(session: Session) -> None:
        session.get_one(Organization, rooms.organizations[MILANO]).approved_at = rooms.clock()
        session.get_one(User, rooms.people[f"owner@{MILANO}"].user_id).operator = operator

    rooms.write(approve)
    save(rooms, BARE | {"url": "https://example.org/"})
    assert row(rooms).approved_at is not None

    save(rooms, BARE | {"name": "Politecnico"})

    assert (row(rooms).approved_at is not None) == operator


def test_a_name_that_looks_like_anothers_is_refused(rooms: Rooms) -> None:
    assert save(rooms, BARE | {"name": NAMES[TORINO].replace("o", "о")}).status_code == 422
    assert row(rooms).facts["name"] == NAMES[MILANO]


def test_a_logo_is_written_anew_without_what_its_camera_said(both: Rooms) -> None:
    save(both, BARE | {"logo": file(png()), "signer1": "Ada Negri", "image1": file(png((90, 30)), "../../x.svg")})

    kept = row(both)
    assert len(pictures(both)) == 2
    assert not any(b"GPS-OF-MY-HOUSE" in body for body in pictures(both))
    browser = both.browser(f"viewer@{MILANO}")
    shown = browser.get(f"{PAGE}/pictures/{kept.facts['logo']}")
    assert shown.data.startswith(b"\x89PNG")
    assert shown.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert kept.settings["signatories"][0]["image"]
    assert both.browser().get(f"/issuers/{MILANO}/{kept.facts['logo_file']}").data == shown.data


def test_a_picture_stays_until_it_is_taken_away(rooms: Rooms) -> None:
    save(rooms, BARE | {"logo": file(png()), "signer1": "Ada Negri", "image1": file(png((90, 30)))})
    save(rooms, BARE | {"signer1": "Ada Negri"})
    first = row(rooms)
    save(rooms, BARE | {"signer1": "Ada Negri", "no_logo": "1", "no_image1": "1"})

    assert first.facts["logo"] is not None
    assert first.settings["signatories"][0]["image"]
    assert row(rooms).facts["logo"] is row(rooms).facts["logo_file"] is None
    assert "image" not in row(rooms).settings["signatories"][0]


@pytest.mark.parametrize(
    "body",
    [
        b"GIF89a\x01\x00\x01\x00", b"\x89PNG\r\n\x1a\n nothing", b"<html><script>1</script></html>",
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>',
    ],
    ids=["gif", "no-png", "html", "doctype"],
)  # fmt: skip
def test_what_is_no_picture_is_refused(rooms: Rooms, body: bytes) -> None:
    answer = save(rooms, BARE | {"logo": file(body, "logo.png")})

    assert answer.status_code == 422
    assert "logo-note" in answer.text
    assert pictures(rooms) == []


def test_an_svg_is_kept_without_its_scripts(rooms: Rooms) -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="x()"><script>x()</script>'
        b'<path d="M0 0h9v9z"/></svg>'
    )

    answer = save(rooms, BARE | {"logo": file(svg, "logo.svg")})

    assert answer.status_code in (303, 422)
    assert not any(b"x()" in body for body in pictures(rooms))


def test_a_new_event_begins_as_the_organization_chose(rooms: Rooms) -> None:
    save(rooms, WHOLE | {"image1": file(png((90, 30)))})
    browser = rooms.browser(f"organizer@{MILANO}")
    begun = browser.submit(
        f"/room/{MILANO}/list", {"file": file(b"Name,Email\nAda Lovelace,ada@example.org\n", "list.csv")},
        content_type="multipart/form-data",
    )  # fmt: skip

    page = browser.get(f"{begun.location}/event").text

    image = row(rooms).settings["signatories"][0]["image"]
    assert 'name="design" value="modern" checked' in page
    for text in ("#0b5fff", "Grazia Deledda", "<option selected>Europe/Madrid", f'name="image1" value="{image}"'):
        assert text in page


def test_an_svg_that_is_too_large_is_not_even_read() -> None:
    with pytest.raises(Refused) as refused:
        clean(b'<svg xmlns="http://www.w3.org/2000/svg">' + b" " * 2**21 + b"</svg>", "logo")

    assert refused.value.faults[0].code == "picture_too_large"
