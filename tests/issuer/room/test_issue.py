"""An evening is issued from the room: as it was previewed, once, and told by the tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.event import listen, remove

from issuer.accounts.visits import Seat
from issuer.archive import batch_awards
from issuer.certificate.content import Certificate, certificate
from issuer.certificate.preview import png
from issuer.models import Batch, Credential, Event, Job, Organization, Preparation, SigningKey
from issuer.preparing import crowd as crowds
from issuer.preparing.event import event_file
from issuer.preparing.kept import uploads
from issuer.preparing.people import people_of
from issuer.preparing.showing import shown, stage
from issuer.room.staging import Evening, Staging
from issuer.work.hand import Hand
from issuer.work.lease import Scope
from tests.issuer.preparing.evenings import drop
from tests.issuer.room.rooms import MILANO, Browser, Rooms

FORM = {
    "kind": "attendance", "name": "Serata Python: type hints", "date": "2026-10-15", "start": "18:30", "end": "21:30",
    "hours": "", "place": "Milano", "language": "it", "design": "modern", "zone": "Europe/Rome", "paper": "A4",
    "signer1": "Ada Rossi", "role1": "Python Milano",
}  # fmt: skip


def prepared(rooms: Rooms, slug: str = MILANO, **changes: str) -> tuple[Browser, str]:
    """Return the browser of an organizer, and the address of a preparation whose event is known."""
    browser = rooms.browser(f"organizer@{slug}")
    here = f"/room/{slug}/prepare/{drop(rooms, slug=slug)}"
    answer = browser.submit(f"{here}/event", FORM | changes)
    assert (answer.status_code, answer.location) == (303, f"{here}/issue"), answer.text
    return browser, here


def issued(rooms: Rooms, slug: str = MILANO, **changes: str) -> tuple[Browser, str]:
    """Return the browser of an organizer, and the address of a batch whose work is done."""
    browser, here = prepared(rooms, slug, **changes)
    batch = browser.submit(f"{here}/issue").location
    work(rooms)
    return browser, batch


def work(rooms: Rooms, *, chunks: int = 99) -> None:
    """Do what is to be done, as a worker does."""
    hand = Hand(rooms.office, Scope(), rooms.clock)
    while chunks and hand.step():
        chunks -= 1


def count(rooms: Rooms, table: type) -> int:
    with rooms.office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_evening_is_issued_and_told(both: Rooms) -> None:
    browser, here = prepared(both)

    answer = browser.submit(f"{here}/issue")
    work(both)

    assert (answer.status_code, answer.location.rpartition("/")[0]) == (303, f"/room/{MILANO}/batches")
    assert "3 certificates issued" in browser.get(answer.location).text
    assert count(both, Credential) == 3


def test_a_double_click_makes_one_batch(both: Rooms) -> None:
    browser, here = prepared(both)

    first, second = (browser.submit(f"{here}/issue").location for _ in range(2))
    work(both)
    third = browser.submit(f"{here}/issue").location

    assert first == second == third
    assert (count(both, Batch), count(both, Job), count(both, Credential)) == (1, 1, 3)


def test_two_clicks_at_once_make_one_batch(both: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, here = prepared(both)
    monkeypatch.setattr(Staging, "look", unaware(Staging.look))
    other = both.browser(f"organizer@{MILANO}")
    for one in (browser, other):
        one.get(here)

    first, second = (one.submit(f"{here}/issue").location for one in (browser, other))

    assert first == second
    assert count(both, Batch) == 1


def unaware(look):
    """Look as somebody does who came before the other was done."""

    def changed(self: Staging, seat: Seat, public_id: str) -> Evening:
        return replace(look(self, seat, public_id), batch=None)

    return changed


def test_the_event_has_the_rosette_of_its_preview(rooms: Rooms) -> None:
    _, here = prepared(rooms)
    rooms.browser(f"organizer@{MILANO}").submit(f"{here}/issue")

    with rooms.office.database.reading() as session:
        assert session.scalars(select(Event.public_id)).all() == [here.rpartition("/")[2]]


def test_the_preview_is_a_picture_by_the_press(rooms: Rooms) -> None:
    browser, here = prepared(rooms)

    answer = browser.get(f"{here}/preview/1.png")

    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert Image.open(BytesIO(answer.data)).size == (1400, 990)
    assert answer.data != browser.get(f"{here}/preview/0.png").data
    assert browser.get(f"{here}/preview/3.png").status_code == 404


def test_what_was_previewed_is_what_is_printed(rooms: Rooms) -> None:
    browser, here = prepared(rooms)
    seen = words_of(browser_certificate(rooms, here))
    batch = browser.submit(f"{here}/issue").location
    work(rooms)
    [award] = [one for one in batch_awards(rooms.office, batch.rpartition("/")[2]) if one.name == "Grace Hopper"]

    printed = words_of(certificate(award.signed, award.layout, kept=award.kept, practice=False))

    assert seen == printed


def browser_certificate(rooms: Rooms, here: str) -> Certificate:
    """Return the certificate of the second person of a preparation, as the preview shows it."""
    with rooms.office.database.reading() as session:
        preparation = session.scalars(select(Preparation)).one()
        organization = session.get_one(Organization, rooms.organizations[MILANO])
        event = event_file(organization, preparation.event)
        on = stage(session, organization, event, here.rpartition("/")[2], practice=False, now=rooms.clock())
        return shown(on, people_of(preparation, uploads(session, preparation))[1])


def words_of(one: Certificate) -> tuple[object, ...]:
    """Return everything of a sheet but its address and the day of its signature."""
    return (one.name, one.title, one.lead, one.text, one.facts, one.issuer, one.seed, replace(one.layout, picture=None),
            one.layout.picture)  # fmt: skip


def test_samples_are_nobodys_award(rooms: Rooms) -> None:
    browser, here = prepared(rooms)

    answer = browser.get(f"{here}/samples.pdf")

    with pikepdf.open(BytesIO(answer.data)) as opened:
        assert len(opened.pages) == 3
        assert "/AF" not in opened.Root
        assert not opened.attachments
        assert [page for page in opened.pages if "/Annots" in page] == []
    assert b"http" not in uncompressed(answer.data)
    assert count(rooms, Credential) == count(rooms, SigningKey) == 0


def uncompressed(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(out := BytesIO(), compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    return out.getvalue()


def test_a_sample_has_no_code_to_scan(rooms: Rooms) -> None:
    browser, here = prepared(rooms)
    answer = browser.get(f"{here}/samples.pdf")

    shown_page = Image.open(BytesIO(png(answer.data, 1400)))
    real = Image.open(BytesIO(browser.get(f"{here}/preview/1.png").data))

    assert (decoded(shown_page), len(decoded(real))) == ([], 1)


def decoded(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))]


def test_a_batch_waits_for_its_time(both: Rooms) -> None:
    browser, here = prepared(both)
    later = datetime.now(UTC) + timedelta(days=1)

    batch = browser.submit(f"{here}/issue", {"starts": later.strftime("%Y-%m-%dT%H:%M")}).location
    work(both)

    both.clock.now = datetime.now(UTC)
    assert "Scheduled" in browser.get(batch).text
    with both.office.database.reading() as session:
        starts_at = session.scalars(select(Job.starts_at)).one()
    assert starts_at is not None
    assert abs(starts_at - later) <= timedelta(hours=3)


def test_nobody_is_told_before_the_batch_is_done(rooms: Rooms) -> None:
    browser, here = prepared(rooms)

    batch = browser.submit(f"{here}/issue").location

    page = browser.get(batch).text
    assert "About to begin" in page
    assert "certificates.zip" not in page


def test_a_row_that_cannot_be_issued_is_told_and_the_others_are_issued(rooms: Rooms) -> None:
    browser = rooms.browser(f"organizer@{MILANO}")
    body = b"Name,Email,Reason\nAda Lovelace,ada@example.org,for the notes\nGrace Hopper,grace@example.org,\n"
    here = f"/room/{MILANO}/prepare/{drop(rooms, body)}"
    browser.submit(f"{here}/event", FORM | {"kind": "merit"})

    before = browser.get(f"{here}/issue").text
    batch = browser.submit(f"{here}/issue").location
    work(rooms)

    assert "Issue 1 certificate<" in before
    assert "Line 3." in before
    after = browser.get(batch).text
    assert "1 certificate issued" in after
    assert "Line 3." in after


def test_whom_the_wording_does_not_concern_is_not_asked(rooms: Rooms) -> None:
    browser, here = prepared(rooms, wording="{{name}} · {{Ticket type}}")

    assert browser.get(f"{here}/preview/0.png").status_code == 200


def test_pages_of_issuing_ask_as_much_for_three_as_for_three_hundred(rooms: Rooms) -> None:
    asked = []
    for people in (3, 300):
        rows = "".join(f"Ada {at:x} Lovelace,a{at}@example.org\n" for at in range(people))
        body = f"Name,Email\n{rows}".encode()
        here = f"/room/{MILANO}/prepare/{drop(rooms, body)}"
        browser = rooms.browser(f"organizer@{MILANO}")
        browser.submit(f"{here}/event", FORM | {"name": f"Serata {people}"})
        batch = browser.submit(f"{here}/issue").location
        work(rooms)
        asked.append([questions(rooms, browser, batch), questions(rooms, browser, f"{batch}/progress")])

    assert asked[0] == asked[1]
    assert max(asked[0]) <= 14


def questions(rooms: Rooms, browser: Browser, path: str) -> int:
    """Return how many statements a page costs."""
    said = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    listen(rooms.office.database.engine, "before_cursor_execute", hear)
    assert browser.get(path).status_code == 200
    remove(rooms.office.database.engine, "before_cursor_execute", hear)
    return len(said)


def test_anybodys_certificate_can_be_looked_at(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "AT_HAND", 1)
    browser, here = prepared(rooms)

    page = browser.get(f"{here}/issue?place=1").text

    assert "Grace Hopper" in page
    assert browser.get(f"{here}/preview/1.png").status_code == 200
