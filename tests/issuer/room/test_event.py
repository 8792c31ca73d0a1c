"""The page of an event: good defaults, what is wrong beside its field, the same as last time in one click."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from issuer.models import Credential
from issuer.preparing.choices import Choices
from tests.issuer.preparing.evenings import change, drop
from tests.issuer.room.rooms import MILANO, TORINO, Rooms
from tests.issuer.room.test_issue import FORM, count, issued, prepared, work

MORE = b"Name,Email,Attended\nAda Lovelace,ada@example.org,yes\nKatherine Johnson,kj@example.org,yes\n"


def test_a_first_event_is_a_form_with_good_defaults(rooms: Rooms) -> None:
    page = rooms.browser(f"organizer@{MILANO}").get(f"/room/{MILANO}/prepare/{drop(rooms)}/event").text

    assert 'value="attendance" data-design="modern" checked' in page
    assert "<option selected>Europe/Rome</option>" in page


@pytest.mark.parametrize("design", ["classic", "modern", "minimal"])
def test_a_design_is_shown_by_the_press(rooms: Rooms, design: str) -> None:
    answer = rooms.browser(f"organizer@{MILANO}").get(
        f"/room/{MILANO}/prepare/{drop(rooms)}/design/{design}.png?kind=merit"
    )

    assert Image.open(BytesIO(answer.data)).size == (480, 339)


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("name", "", "Name of the event is missing."),
        ("date", "", "Date is missing."),
        ("date", "31 October", "This is no date."),
        ("end", "noon", "This is no time."),
        ("hours", "many", "This is no number of hours"),
        ("hours", "0.0001e9", "Hours must be more than 0"),
        ("wording", "{{name", "double brace"),
        ("slug", "A B", "In addresses: event is"),
        ("wording", "{{Shoes}}", "There is no column “Shoes”"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(rooms: Rooms, field: str, text: str, sentence: str) -> None:
    here = f"/room/{MILANO}/prepare/{drop(rooms)}/event"

    answer = rooms.browser(f"organizer@{MILANO}").submit(here, FORM | {field: text})

    assert answer.status_code == 422
    beside = answer.text.partition(f'id="{field}-note" role="alert">')[2].partition("</span>")[0]
    assert sentence in beside, answer.text
    assert f'aria-describedby="{field}-note" aria-invalid="true"' in answer.text


def test_what_was_said_is_still_there_when_something_is_wrong(rooms: Rooms) -> None:
    here = f"/room/{MILANO}/prepare/{drop(rooms)}/event"

    answer = rooms.browser(f"organizer@{MILANO}").submit(here, FORM | {"date": "", "place": "Via <Dante> 1"})

    assert "Via &lt;Dante&gt; 1" in answer.text


def test_the_same_as_last_time_is_everything_but_the_date(rooms: Rooms) -> None:
    issued(rooms, colour="#1d3a5f", own_colour="1", valid_for="P2Y", tags="python")
    browser = rooms.browser(f"organizer@{MILANO}")
    here = f"/room/{MILANO}/prepare/{drop(rooms, MORE)}"

    asked = browser.get(f"{here}/event", follow_redirects=True)
    like = asked.text.partition('name="like" value="')[2].partition('"')[0]
    answer = browser.submit(f"{here}/event/again", {"like": like, "name": FORM["name"], "date": "2026-11-12"})
    page = browser.get(answer.location).text
    browser.submit(f"{here}/issue")
    work(rooms)

    assert asked.request.path == f"{here}/issue"
    assert "12\u00a0November\u00a02026" in page
    assert "Issue 2 certificates" in page
    assert count(rooms, Credential) == 5
    form = browser.get(
        f"/room/{MILANO}/prepare/{drop(rooms, MORE + b'Mary Jackson,mj@example.org,yes')}/event?like={like}"
    )
    assert 'value="#1d3a5f"' in form.text
    assert 'value="P2Y"' in form.text


def test_a_day_that_is_none_is_told_beside_its_field(rooms: Rooms) -> None:
    _, batch = issued(rooms)
    browser = rooms.browser(f"organizer@{MILANO}")

    answer = browser.submit(
        f"/room/{MILANO}/prepare/{drop(rooms, MORE)}/event/again",
        {"like": batch.rpartition("/")[2], "name": "", "date": "soon"},
    )

    assert answer.status_code == 422
    assert "This is no date." in answer.text


def test_a_further_list_of_the_same_evening_needs_no_event(rooms: Rooms) -> None:
    issued(rooms)
    public_id = drop(rooms, MORE)
    browser = rooms.browser(f"organizer@{MILANO}")
    before = {"event": "2026-10-15-serata-python-type-hints", "achievement": "partecipazione", "name": "Serata"}
    change(rooms, public_id, chosen(again=before))

    page = browser.get(f"/room/{MILANO}/prepare/{public_id}/event", follow_redirects=True)
    browser.submit(f"/room/{MILANO}/prepare/{public_id}/issue")
    work(rooms)

    assert page.request.path == f"/room/{MILANO}/prepare/{public_id}/issue"
    assert "15\u00a0October\u00a02026" in page.text
    assert count(rooms, Credential) == 4


def chosen(**values: object):
    def do(preparation, _lists) -> None:
        preparation.choices = replace(Choices.of(preparation.choices), **values).to_json()

    return do


def test_an_evening_that_was_issued_leads_to_its_batch(rooms: Rooms) -> None:
    browser, here = prepared(rooms)
    batch = browser.submit(f"{here}/issue").location

    for path in ("event", "issue"):
        assert browser.get(f"{here}/{path}").location == batch
    assert browser.submit(f"{here}/event", FORM | {"name": "Un altro"}).location == batch


def test_an_evening_of_another_organization_cannot_be_repeated(rooms: Rooms) -> None:
    _, theirs = issued(rooms, TORINO)
    browser = rooms.browser(f"organizer@{MILANO}")
    here, like = f"/room/{MILANO}/prepare/{drop(rooms)}", theirs.rpartition("/")[2]

    answer = browser.submit(f"{here}/event/again", {"like": like, "name": "Serata", "date": "2026-11-12"})

    assert answer.status_code == 404
    assert 'value="Ada Rossi"' not in browser.get(f"{here}/event?like={like}").text
