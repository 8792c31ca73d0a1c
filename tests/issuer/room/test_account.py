"""One's account: name, language, password, and the browsers in which one is signed in."""

from __future__ import annotations

import re

import pytest

from issuer.accounts import changes, passwords, visits
from issuer.accounts.browsers import Browser as Kind
from issuer.accounts.browsers import browser_of
from issuer.accounts.links import digest, handle
from issuer.models.account import User
from issuer.room import tries
from tests.issuer.room.rooms import MILANO, PASSWORD, Browser, Rooms

ADA = f"organizer@{MILANO}"
EMAIL = f"organizer@{MILANO}.example"
NEXT = "una frase nuova e diversa"
CHANGE = {"password": PASSWORD, "new_password": NEXT}


def is_in(browser: Browser) -> bool:
    return browser.get(f"/room/{MILANO}").status_code == 200


def password_link(rooms: Rooms, who: str = ADA) -> str:
    def work(session) -> str:
        return changes.password_link(session, session.get_one(User, rooms.people[who].user_id), rooms.clock.now)

    return f"/room/password/{rooms.write(work)}"


def opens(rooms: Rooms, password: str) -> bool:
    return rooms.browser().submit("/room/sign-in", {"email": EMAIL, "password": password}).status_code == 302


def test_name_and_language_are_ones_own_to_change(both: Rooms) -> None:
    browser = both.browser(ADA)

    assert browser.submit("/room/account", {"name": "Ada Neri", "language": "it"}).location.endswith("?done=saved")

    page = browser.get("/room/account").text
    assert '<html lang="it">' in page
    assert "Ada Neri" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "language": "it"},
        {"name": "Ada\u202eNeri", "language": "it"},
        {"name": "Ada", "language": "fr"},
        {"name": "Ada", "language": "it", "email": "eve@example.org"},
        {"name": "Ada", "language": "it", "operator": "1"},
    ],
)
def test_what_is_no_name_or_language_is_refused(rooms: Rooms, fields: dict[str, str]) -> None:
    browser = rooms.browser(ADA)

    assert browser.submit("/room/account", fields).status_code == 422
    assert EMAIL in browser.get("/room/account").text


def test_a_new_password_ends_every_other_visit(both: Rooms) -> None:
    here, there = both.browser(ADA), both.browser(ADA)
    link = password_link(both)

    assert here.submit("/room/account/password", CHANGE).location.endswith("?done=password")

    assert is_in(here)
    assert not is_in(there)
    assert opens(both, NEXT)
    assert not opens(both, PASSWORD)
    assert both.browser().get(link).status_code == 404, "A link for a new password is as good as a password."


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (CHANGE | {"password": "not the one at all"}, "This is not your password."),
        (CHANGE | {"new_password": "short"}, "Twelve letters at the least."),
        (CHANGE | {"new_password": "x" * 257}, "more than 256 letters"),
        (CHANGE | {"new_password": f"{EMAIL}"}, "made of your name or address"),
        (CHANGE | {"new_password": "aaaaaaaaaaaaaaaa"}, "Others would guess this one."),
        ({"new_password": NEXT}, "Something is missing here."),
    ],
)
def test_a_password_changes_only_for_who_knows_it_and_to_one_that_holds(
    rooms: Rooms, fields: dict[str, str], said: str
) -> None:
    browser, there = rooms.browser(ADA), rooms.browser(ADA)

    answer = browser.submit("/room/account/password", fields)

    assert answer.status_code == 422
    assert said in answer.text
    assert is_in(there)


def test_a_stolen_visit_tries_passwords_no_faster_than_the_door(rooms: Rooms) -> None:
    browser = rooms.browser(ADA)
    fields = CHANGE | {"new_password": "short"}

    codes = [browser.submit("/room/account/password", fields).status_code for _ in range(11)]

    assert codes[-1] == 429


def test_a_stolen_visit_tries_no_faster_from_many_addresses(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issuer.room.account.matches", lambda _kept, _told: False)
    stolen, codes = rooms.browser(ADA), []
    token = stolen.csrf("/room/account")
    for _ in range(tries.ACCOUNT_BURST + 1):
        stolen.environ_base["REMOTE_ADDR"] = rooms.browser().environ_base["REMOTE_ADDR"]
        codes.append(stolen.post("/room/account/password", data=CHANGE | {"csrf_token": token}).status_code)

    assert set(codes[:-1]) == {422}
    assert codes[-1] == 429


def test_one_sees_where_one_is_signed_in_and_signs_out_there(both: Rooms) -> None:
    here, there = both.browser(ADA), both.browser(ADA)
    page = here.get("/room/account").text
    deeds = re.findall(r'action="(/room/account/visits/[^"]+)"', page)
    assert page.count("Firefox") == 2
    assert len(deeds) == 1, "Not in the browser in which one is."

    assert here.submit(deeds[0]).location.endswith("?done=ended")

    assert is_in(here)
    assert not is_in(there)


def test_nobody_ends_the_visit_of_another(rooms: Rooms) -> None:
    victim, somebody = rooms.browser(ADA), rooms.browser(f"viewer@{MILANO}")
    rooms.browser(ADA)
    deed = re.findall(r'action="(/room/account/visits/[^"]+)"', victim.get("/room/account").text)[0]

    assert somebody.submit(deed).status_code == 404
    assert somebody.submit("/room/account/visits/%25/end").status_code == 404
    assert somebody.submit("/room/account/visits/" + "_" * 20 + "/end").status_code == 404
    assert len(re.findall("Sign out there", victim.get("/room/account").text)) == 1


def test_a_visit_is_ended_by_its_own_user_alone(both: Rooms) -> None:
    browser = both.browser(ADA)
    named = handle(digest(browser.visit))

    for who, ended in ((f"viewer@{MILANO}", False), (ADA, True)):
        user_id = both.people[who].user_id
        assert both.write(lambda session, user_id=user_id: visits.end_named(session, user_id, named)) is ended


def test_what_names_a_visit_on_the_page_opens_nothing(rooms: Rooms) -> None:
    here, there = rooms.browser(ADA), rooms.browser(ADA)

    page = here.get("/room/account").text

    assert there.visit not in page
    assert here.visit not in page


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Kind("Firefox", "Linux")),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/140 Safari/537.36 Edg/140", Kind("Edge", "Windows")),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537.36", Kind("Chrome", "Android")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/604", Kind("Safari", "iPhone")),
        ("<script>alert(1)</script>", Kind(None, None)),
        ("", Kind(None, None)),
    ],
)  # fmt: skip
def test_a_browser_is_called_by_two_words_that_we_chose(agent: str, kind: Kind) -> None:
    assert browser_of(agent) == kind


def test_a_link_for_a_new_password_works_once_and_signs_out_everywhere(both: Rooms) -> None:
    there, browser, address = both.browser(ADA), both.browser(), password_link(both)
    for method in ("GET", "HEAD", "GET"):
        assert both.browser().open(address, method=method).status_code == 200

    assert browser.submit(address, {"password": NEXT}).location == "/room"

    assert is_in(browser)
    assert not is_in(there)
    assert both.browser().submit(address, {"password": PASSWORD}).status_code == 404
    assert opens(both, NEXT)


def test_such_a_link_ends_after_two_hours(rooms: Rooms) -> None:
    address = password_link(rooms)

    rooms.clock.advance(hours=2)

    assert rooms.browser().get(address).status_code == 404
    assert rooms.browser().submit(address, {"password": NEXT}).status_code == 404


def test_such_a_link_takes_no_password_that_others_guess(rooms: Rooms) -> None:
    address = password_link(rooms)

    assert rooms.browser().submit(address, {"password": "aaaaaaaaaaaa"}).status_code == 422
    assert rooms.browser().submit(address, {"password": NEXT}).status_code == 302


def test_a_link_of_one_purpose_opens_no_door_of_another(rooms: Rooms) -> None:
    token = password_link(rooms).rpartition("/")[2]

    for door in ("first", "invitation"):
        assert rooms.browser().get(f"/room/{door}/{token}").status_code == 404


def test_a_closed_account_gets_no_new_password(rooms: Rooms) -> None:
    address = password_link(rooms)
    with rooms.office.database.writing() as session:
        session.get_one(User, rooms.people[ADA].user_id).closed_at = rooms.clock.now

    assert rooms.browser().submit(address, {"password": NEXT}).status_code == 404


def test_who_forgot_a_password_is_told_who_can_help_and_asked_nothing(rooms: Rooms) -> None:
    page = rooms.browser().get("/room/forgotten").text

    assert "attestato user link" in page
    assert "<input" not in page.partition("<main")[2]


@pytest.mark.parametrize("text", ["correct horse battery", "tre tigri contro tre", "пароль из двенадцати"])
def test_a_long_password_of_any_letters_holds(text: str) -> None:
    assert passwords.weakness(text, ("Ada Rossi", "ada@example.org")) is None


def test_a_password_is_the_same_however_a_keyboard_writes_its_accents() -> None:
    assert passwords.matches(passwords.hashed("perché no, perché sì"), "perche\u0301 no, perche\u0301 si\u0300")


def test_a_password_is_not_cut_short() -> None:
    kept = passwords.hashed("x" * 100 + "y" * 156)

    assert not passwords.matches(kept, "x" * 100 + "y" * 156 + "z")
