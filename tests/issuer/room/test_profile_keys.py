"""The keys of an organization: listed for its members, changed by an owner who was asked, once."""

from __future__ import annotations

from sqlalchemy import select

from issuer.models import Journal
from keys.store import KeyRecord, State
from tests.issuer.room.rooms import MILANO, TORINO, URL, Rooms, a_key

PAGE = f"/room/{MILANO}/keys"


def keys(rooms: Rooms) -> list[KeyRecord]:
    return list(rooms.office.keyring().store.records(f"did:web:{URL.partition('://')[2]}:issuers:{MILANO}"))


def test_who_has_no_key_yet_reads_when_there_will_be_one(rooms: Rooms) -> None:
    assert "first issue" in rooms.browser(f"owner@{MILANO}").get(PAGE).text


def test_an_owner_is_asked_and_then_a_new_key_signs(both: Rooms) -> None:
    kid, browser = a_key(both, MILANO), both.browser(f"owner@{MILANO}")
    asked = browser.get(f"{PAGE}/{kid}/rotate")
    assert "Change this key?" in asked.text
    assert len(keys(both)) == 1

    answer = browser.submit(f"{PAGE}/{kid}/rotate")

    assert answer.location == f"{PAGE}?done=1"
    old, new = keys(both)
    assert (old.kid, old.state, new.state) == (kid, State.RETIRED, State.ACTIVE)
    assert (old.purpose, old.algorithm) == (new.purpose, new.algorithm)
    page = browser.get(PAGE).text
    assert page.index(new.kid) < page.index(old.kid)
    assert both.browser().get(f"/issuers/{MILANO}/keys/{old.kid}").status_code == 200
    with both.office.database.reading() as session:
        line = session.scalars(select(Journal).where(Journal.action == "key.rotated")).one()
    assert (line.subject, line.detail["before"]) == (new.kid, kid)


def test_the_same_form_sent_twice_changes_one_key(rooms: Rooms) -> None:
    kid, browser = a_key(rooms, MILANO), rooms.browser(f"owner@{MILANO}")

    codes = [browser.submit(f"{PAGE}/{kid}/rotate").status_code for _ in range(2)]

    assert codes == [303, 404]
    assert len(keys(rooms)) == 2


def test_others_look_at_keys_and_change_none(rooms: Rooms) -> None:
    kid = a_key(rooms, MILANO)
    for role in ("viewer", "organizer"):
        browser = rooms.browser(f"{role}@{MILANO}")
        page = browser.get(PAGE).text
        assert kid in page
        assert '/rotate"' not in page
        assert browser.submit(f"{PAGE}/{kid}/rotate").status_code == 403
    assert len(keys(rooms)) == 1


def test_a_key_of_another_organization_is_not_there(rooms: Rooms) -> None:
    a_key(rooms, TORINO)
    kid = a_key(rooms, TORINO)
    a_key(rooms, MILANO)
    browser = rooms.browser(f"owner@{MILANO}")

    assert kid not in browser.get(PAGE).text
    assert browser.submit(f"{PAGE}/{kid}/rotate").status_code == 404
    assert len(keys(rooms)) == 1
