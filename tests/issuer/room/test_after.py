"""After an evening: all certificates are found, one is corrected or revoked, many are, and it is known who did what."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from sqlalchemy import select, update
from sqlalchemy.event import listen, remove

from issuer.models import Credential, CredentialSearch, CredentialVersion, Revocation
from issuer.overview import Wanted, page_of
from issuer.room import credentials
from issuer.searched import searched
from tests.issuer.room.rooms import MILANO, TORINO, Browser, Rooms
from tests.issuer.room.test_after_searched import tokens
from tests.issuer.room.test_issue import issued, prepared

ALL = f"/room/{MILANO}/credentials"


def rename(rooms: Rooms, token: str, name: str, email: str) -> None:
    """Let a credential be somebody's, in every place that tells of it."""
    with rooms.office.database.writing() as session:
        one = session.scalars(select(Credential).where(Credential.token == token)).one()
        one.email = email
        found = update(CredentialSearch).where(CredentialSearch.credential_id == one.id)
        session.execute(found.values(searched=searched(name, email)))
        for version in session.scalars(select(CredentialVersion).where(CredentialVersion.credential_id == one.id)):
            version.row = {**(version.row or {}), "name": name}


@pytest.mark.parametrize("text", ["zoe", "ŁUKASZ zoë", "example.net", "zoe@ex"])
def test_somebody_is_found_by_a_part_of_name_or_email(both: Rooms, text: str) -> None:
    browser, _ = issued(both)
    first, second, _ = tokens(both)
    rename(both, first, "Zoë Łukasz", "zoe@example.net")

    page = browser.submit(ALL, {"text": text, "state": "", "event": ""}).text

    assert f"{ALL}/{first}" in page
    assert f"{ALL}/{second}" not in page


@pytest.mark.parametrize("text", ["%", "_", "' OR 1=1 --", "zzz"])
def test_signs_that_mean_something_to_a_database_find_nothing(both: Rooms, text: str) -> None:
    browser, _ = issued(both)
    for place, token in enumerate(tokens(both)):
        rename(both, token, f"Ada {place}", "ada@example.org")

    assert "No certificate here matches." in browser.submit(ALL, {"text": text}).text


def test_names_stand_in_no_address(rooms: Rooms) -> None:
    browser, _ = issued(rooms)

    assert browser.submit(ALL, {"text": "Ada"}).status_code == 200
    assert browser.submit(ALL, {"state": "valid"}).location == f"{ALL}?state=valid"


def test_states_and_events_part_what_there_is(both: Rooms) -> None:
    browser, _ = issued(both)
    first, *others = tokens(both)
    browser.submit(f"{ALL}/{first}/revoke", {"reason": "Non c’era"})

    shown = {state: browser.get(f"{ALL}?state={state}").text for state in ("valid", "revoked", "waiting", "expired")}

    assert [f"{ALL}/{token}" in shown["revoked"] for token in (first, *others)] == [True, False, False]
    assert [f"{ALL}/{token}" in shown["valid"] for token in (first, *others)] == [False, True, True]
    assert "No certificate here matches." in shown["waiting"]
    assert "No certificate here matches." in shown["expired"]
    assert "No certificate here matches." in browser.get(f"{ALL}?event=nothing").text


def test_what_waits_for_its_signature_is_shown_as_that(both: Rooms) -> None:
    browser, here = prepared(both)
    browser.submit(f"{here}/issue")

    page = browser.get(f"{ALL}?state=waiting").text

    assert all(f"{ALL}/{token}" in page for token in tokens(both))
    assert browser.submit(f"{ALL}/{tokens(both)[0]}/revoke", {"reason": "x"}).status_code == 422


def test_pages_follow_one_another_and_lose_nobody(both: Rooms) -> None:
    issued(both)
    own, now, seen, after = both.organizations[MILANO], both.clock(), [], ""
    with both.office.database.reading() as session:
        while lines := page_of(session, own, Wanted(after=after), now, most=1):
            seen.append(lines[0].token)
            after = lines[0].token

    assert seen == list(reversed(tokens(both)))


def questions(rooms: Rooms, browser: Browser, path: str) -> int:
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append(statement)

    listen(rooms.office.database.engine, "before_cursor_execute", note)
    try:
        assert browser.get(path).status_code == 200
    finally:
        remove(rooms.office.database.engine, "before_cursor_execute", note)
    return len(asked)


def test_every_page_asks_three_questions_however_many_rows(rooms: Rooms) -> None:
    browser, _ = issued(rooms)
    one = f"{ALL}/{tokens(rooms)[0]}"

    for path in (ALL, f"{ALL}?state=valid", one, f"/room/{MILANO}/audit"):
        assert questions(rooms, browser, path) <= 3, path


def test_a_name_is_corrected_under_the_same_address(both: Rooms) -> None:
    browser, _ = issued(both)
    token = tokens(both)[0]

    answer = browser.submit(f"{ALL}/{token}/correct", {"name": "Zoë Łukasz", "note": "Mancava l’accento."})
    page = browser.get(answer.location).text

    assert answer.status_code == 303
    assert "Zoë Łukasz" in page
    assert "Mancava l’accento." in page
    assert "Mancava l’accento." in browser.get(f"/c/{token}").text
    assert f"{ALL}/{token}" in browser.submit(ALL, {"text": "zoe lukasz"}).text


def test_what_cannot_be_corrected_is_said_with_what_was_typed(rooms: Rooms) -> None:
    browser, _ = issued(rooms)

    answer = browser.submit(f"{ALL}/{tokens(rooms)[0]}/correct", {"hours": "molte", "note": "Prova"})

    assert answer.status_code == 422
    assert 'value="molte"' in answer.text
    assert "Prova" in answer.text


def test_one_is_revoked_with_its_reason(both: Rooms) -> None:
    browser, _ = issued(both)
    here = f"{ALL}/{tokens(both)[0]}"

    empty = browser.submit(f"{here}/revoke", {"reason": " "})
    done = browser.submit(f"{here}/revoke", {"reason": "Non c’era"})

    assert empty.status_code == 422
    assert "Non c’era" in browser.get(done.location).text


def test_many_are_revoked_at_once_after_a_page_that_names_them(both: Rooms) -> None:
    browser, _ = issued(both)
    ticked = tokens(both)[:2]

    asked = browser.submit(f"{ALL}/revoke", {"one": ticked})
    done = browser.submit(f"{ALL}/revoke", {"one": ticked, "step": "do", "reason": "Doppioni"})

    assert "Revoke 2 certificates" in asked.text
    assert done.location == f"{ALL}?done=2"
    assert "2 certificates revoked." in browser.get(done.location).text


def test_more_than_some_are_asked_for_once_more(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "ASKED_MOST", 2)
    browser, _ = issued(rooms)
    sent = {"one": tokens(rooms), "step": "do", "reason": "Doppioni"}

    first = browser.submit(f"{ALL}/revoke", sent)
    with rooms.office.database.reading() as session:
        before = session.scalars(select(Revocation)).all()
    second = browser.submit(f"{ALL}/revoke", sent | {"sure": "1"})

    assert (first.status_code, before, second.status_code) == (422, [], 303)


def test_others_credentials_are_never_among_those_that_are_revoked(rooms: Rooms) -> None:
    issued(rooms, slug=TORINO)
    browser = rooms.browser(f"owner@{MILANO}")
    sent = {"one": tokens(rooms), "step": "do", "reason": "Doppioni"}

    assert browser.submit(f"{ALL}/revoke", sent).status_code == 404
    assert "No certificate here matches." in browser.get(ALL).text


def test_a_viewer_looks_and_is_offered_no_deed(rooms: Rooms) -> None:
    issued(rooms)
    viewer, token = rooms.browser(f"viewer@{MILANO}"), tokens(rooms)[0]

    assert f"{ALL}/{token}" in viewer.get(ALL).text
    assert "/revoke" not in viewer.get(ALL).text
    assert "/revoke" not in viewer.get(f"{ALL}/{token}").text
    assert viewer.submit(f"{ALL}/{token}/revoke", {"reason": "x"}).status_code == 403


def test_no_cell_of_the_table_is_a_formula(rooms: Rooms) -> None:
    browser, _ = issued(rooms)
    rename(rooms, tokens(rooms)[0], '=HYPERLINK("http://x")', "ada@example.org")

    lines = list(csv.DictReader(StringIO(browser.submit(f"{ALL}/table", {"text": ""}).text)))

    assert len(lines) == 3
    assert [line["name"] for line in lines if "HYPERLINK" in line["name"]] == ['\'=HYPERLINK("http://x")']


def test_the_trail_says_who_did_what(both: Rooms) -> None:
    browser, _ = issued(both)
    token = tokens(both)[0]
    browser.submit(f"{ALL}/{token}/revoke", {"reason": "Non c’era"})

    page = both.browser(f"viewer@{MILANO}").get(f"/room/{MILANO}/audit").text

    assert "A certificate was revoked." in page
    assert both.people[f"organizer@{MILANO}"].name in page
    assert "room.after." not in page
