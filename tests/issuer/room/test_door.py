"""Signing in and out: what opens the door, what does not, and that a stranger learns nothing from either."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.exceptions import TooManyRequests

from issuer.accounts import passwords, visits
from issuer.models.account import User, Visit
from issuer.room import tries
from tests.issuer.room.rooms import MILANO, PASSWORD, Browser, Clock, Rooms, add_person

ADA = f"organizer@{MILANO}"
EMAIL = f"organizer@{MILANO}.example"
TYPED = {"email": EMAIL, "password": PASSWORD}
WRONG = TYPED | {"password": "another one altogether"}


def signed_in(rooms: Rooms, **fields: str) -> Browser:
    browser = rooms.browser()
    assert browser.submit("/room/sign-in", TYPED | fields).status_code == 302
    return browser


def is_in(browser: Browser) -> bool:
    return browser.get(f"/room/{MILANO}").status_code == 200


def body(browser: Browser, fields: dict[str, str]) -> str:
    text = browser.submit("/room/sign-in", fields).text
    return re.sub(r'value="[^"]*"', "", text)


def test_who_knows_the_password_comes_in(both: Rooms) -> None:
    assert is_in(signed_in(both))


@pytest.mark.parametrize("typed", [EMAIL.upper(), f"  {EMAIL} ", EMAIL.replace("python", "PYthon")])
def test_an_address_is_the_same_in_capitals(rooms: Rooms, typed: str) -> None:
    assert is_in(signed_in(rooms, email=typed))


@pytest.mark.parametrize("typed", ["ſara@example.org", "sara@example.org", "jose\u0301@example.org"])
def test_letters_that_fold_into_others_open_no_other_account(rooms: Rooms, typed: str) -> None:
    with rooms.office.database.writing() as session:
        add_person(session, "Sara", "sara@example.org")
        add_person(session, "José", "josé@example.org")
    expected = {"ſara@example.org": 422}.get(typed, 302)

    assert rooms.browser().submit("/room/sign-in", TYPED | {"email": typed}).status_code == expected


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(WRONG, id="another password"),
        pytest.param(TYPED | {"email": "nobody.at.all@example.org"}, id="nobody"),
        pytest.param(TYPED | {"email": "not an address"}, id="no address"),
        pytest.param(TYPED | {"password": PASSWORD * 40}, id="too long"),
        pytest.param(TYPED | {"password": PASSWORD + "x" * 300}, id="longer than it may be"),
        pytest.param({"email": EMAIL, "password": ""}, id="empty"),
        pytest.param({"email": EMAIL}, id="missing"),
    ],
)
def test_what_does_not_open_the_door_reads_alike(rooms: Rooms, fields: dict[str, str]) -> None:
    browser = rooms.browser()

    said = body(browser, fields)

    assert "Address and password do not go together." in said
    assert said == body(browser, TYPED | {"password": "yet another one", "email": "grace@example.org"})
    assert browser.visit == ""


def test_an_unknown_address_costs_as_many_hashes_as_a_known_one(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    verify = passwords._HASHER.verify
    watched = type("Watched", (), {"verify": lambda _self, kept, told: (made.append(kept), verify(kept, told))})
    monkeypatch.setattr(passwords, "_HASHER", watched())

    for email in (EMAIL, "nobody.at.all@example.org", "not an address"):
        rooms.browser().submit("/room/sign-in", WRONG | {"email": email})

    assert len(made) == 3
    assert len({kept.rsplit("$", 2)[0] for kept in made}) == 1, "The same algorithm at the same cost."
    assert len({len(kept) for kept in made}) == 1


def test_an_account_that_is_closed_opens_nothing(rooms: Rooms) -> None:
    browser = signed_in(rooms)
    with rooms.office.database.writing() as session:
        session.execute(update(User).where(User.email == EMAIL).values(closed_at=rooms.clock.now))

    assert not is_in(browser)
    assert rooms.browser().submit("/room/sign-in", TYPED).status_code == 422


def test_a_hash_of_before_is_made_anew_at_the_next_visit(rooms: Rooms) -> None:
    before = passwords.PasswordHasher(time_cost=1, memory_cost=8_192).hash(PASSWORD)
    with rooms.office.database.writing() as session:
        session.execute(update(User).where(User.email == EMAIL).values(password=before))

    signed_in(rooms)

    with rooms.office.database.reading() as session:
        kept = session.scalars(select(User.password).where(User.email == EMAIL)).one()
    assert not passwords.is_outdated(kept)
    assert passwords.matches(kept, PASSWORD)


def test_signing_out_ends_the_visit_on_our_side(both: Rooms) -> None:
    browser = signed_in(both)
    stolen = both.browser()
    with stolen.session_transaction() as kept:
        kept["visit"] = browser.visit
    assert is_in(stolen)

    browser.submit("/room/sign-out")

    assert not is_in(browser)
    assert not is_in(stolen)


def test_signing_out_leaves_other_browsers_alone_unless_asked(rooms: Rooms) -> None:
    here, there = signed_in(rooms), rooms.browser(ADA)

    here.submit("/room/sign-out")
    assert is_in(there)
    signed_in(rooms).submit("/room/sign-out", {"everywhere": "1"})

    assert not is_in(there)


def test_a_visit_ends_when_nobody_comes_for_two_weeks(rooms: Rooms) -> None:
    browser = signed_in(rooms)

    rooms.clock.advance(days=13)
    assert is_in(browser)
    rooms.clock.advance(days=14)

    assert not is_in(browser)


def test_a_visit_ends_after_ninety_days_however_busy(rooms: Rooms) -> None:
    token = signed_in(rooms).visit
    for _ in range(8):
        rooms.clock.advance(days=10)
        assert visits.find(rooms.office.database, token, rooms.clock.now)
    rooms.clock.advance(days=10)

    assert visits.find(rooms.office.database, token, rooms.clock.now) is None


def test_a_visit_is_kept_as_a_hash_alone_and_is_another_each_time(rooms: Rooms) -> None:
    first, second = signed_in(rooms).visit, signed_in(rooms).visit

    with rooms.office.database.reading() as session:
        rows = session.scalars(select(Visit)).all()

    assert first != second
    assert {first, second} & {value for row in rows for value in vars(row).values() if isinstance(value, str)} == set()


def test_what_a_browser_held_before_counts_no_more_after_signing_in(rooms: Rooms) -> None:
    browser = rooms.browser()
    with browser.session_transaction() as kept:
        kept["planted"], kept["visit"] = "by somebody else", "a" * 26
    before = browser.csrf()

    browser.submit("/room/sign-in", TYPED)

    with browser.session_transaction() as kept:
        assert "planted" not in kept
        assert kept["visit"] != "a" * 26
    assert browser.post("/room/sign-out", data={"csrf_token": before}).status_code == 403


def test_signing_in_again_ends_the_visit_of_before(rooms: Rooms) -> None:
    browser = rooms.browser(f"viewer@{MILANO}")
    before = browser.visit

    browser.submit("/room/sign-in", TYPED)

    assert visits.find(rooms.office.database, before, rooms.clock.now) is None
    assert "Organizer di Python Milano" in browser.get(f"/room/{MILANO}").text


def test_the_cookie_is_for_this_site_alone_and_for_no_script(rooms: Rooms) -> None:
    browser = rooms.browser()

    answer = browser.submit("/room/sign-in", TYPED)

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-attestato=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_pages_of_the_room_are_kept_by_no_cache(rooms: Rooms) -> None:
    for address in ("/room/sign-in", "/room", f"/room/{MILANO}", "/room/first/" + "a" * 26):
        headers = rooms.browser(ADA).get(address).headers

        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("address", ["/", "/verify", "/issuers/nobody/did.json", "/healthz"])
def test_pages_for_everybody_set_no_cookie(rooms: Rooms, address: str) -> None:
    answer = signed_in(rooms).get(address)

    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Origin": "https://evil.example"}, id="another origin"),
        pytest.param({"Origin": "null"}, id="no origin to tell"),
        pytest.param({"Origin": "https://badges.example.evil.example"}, id="ours at the beginning"),
        pytest.param({"Origin": "http://badges.example"}, id="without TLS"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="cross-site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, id="a neighbour"),
    ],
)
def test_a_form_from_elsewhere_changes_nothing(rooms: Rooms, headers: dict[str, str]) -> None:
    browser = signed_in(rooms)

    answer = browser.submit("/room/sign-out", headers=headers)

    assert answer.status_code == 403
    assert is_in(browser)


def test_a_form_without_its_token_changes_nothing(rooms: Rooms) -> None:
    browser, other = signed_in(rooms), signed_in(rooms)
    for sent in (
        {"data": {}},
        {"data": {"csrf_token": "x"}},
        {"data": {"csrf_token": other.csrf()}},
        {"json": {"everywhere": "1"}},
        {"data": '{"everywhere": "1"}', "content_type": "text/plain"},
    ):
        assert browser.post("/room/sign-out", **sent).status_code == 403
    assert is_in(browser)


def test_nobody_signs_in_with_json(rooms: Rooms) -> None:
    browser = rooms.browser()
    token = browser.csrf()

    answer = browser.post("/room/sign-in", json=TYPED, headers={"X-CSRFToken": token})

    assert answer.status_code == 422
    assert browser.visit == ""


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example", "https:evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "/room//evil.example", "/roomy", "/verify", "/room/\n//evil.example", "/room\t//evil",
        "///evil.example", "/room/\x00", "room", "", "/room/è",
    ],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(rooms: Rooms, wanted: str) -> None:
    browser = rooms.browser()
    token = browser.csrf()

    answer = browser.post("/room/sign-in", query_string={"next": wanted}, data=TYPED | {"csrf_token": token})

    assert answer.location == "/room"


def test_signing_in_leads_to_where_one_wanted_to_go(rooms: Rooms) -> None:
    door = rooms.browser().get(f"/room/{MILANO}?page=2").location

    answer = rooms.browser().submit(door, TYPED)

    assert answer.location == f"/room/{MILANO}?page=2"


def test_an_address_tries_ten_times_and_then_waits(rooms: Rooms) -> None:
    browser = rooms.browser()
    codes = [browser.submit("/room/sign-in", {"email": f"n{number}@example.org", "password": "x"}).status_code
             for number in range(10)]  # fmt: skip
    assert set(codes) == {422}

    answer = browser.submit("/room/sign-in", TYPED)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    rooms.clock.advance(seconds=tries.PATIENCE)
    assert browser.submit("/room/sign-in", TYPED).status_code == 302


def test_a_header_that_says_where_one_comes_from_gives_no_more_tries(rooms: Rooms) -> None:
    browser = rooms.browser()

    codes = [
        browser.submit("/room/sign-in", WRONG | {"email": "a@b.example"}, headers={"X-Forwarded-For": f"192.0.2.{n}"})
        for n in range(11)
    ]

    assert codes[-1].status_code == 429


def test_several_processes_count_together(tmp_path: Path) -> None:
    file = tmp_path / "tries.sqlite3"
    here, there = (tries.Tries(file, Clock()) for _ in range(2))
    with Flask("counting").test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.7"}):
        for one in [here, there] * 5:
            one.by_address()

        with pytest.raises(TooManyRequests):
            there.by_address()


@pytest.mark.parametrize("email", [EMAIL, "nobody.at.all@example.org"], ids=["known", "unknown"])
def test_an_account_is_tried_so_often_from_wherever(rooms: Rooms, monkeypatch: pytest.MonkeyPatch, email: str) -> None:
    monkeypatch.setattr(passwords, "matches", lambda _kept, _told: False)
    monkeypatch.setattr("issuer.accounts.arrival.matches", lambda _kept, _told: False)
    own = signed_in_before(rooms, email)

    codes = [rooms.browser().submit("/room/sign-in", WRONG | {"email": email.upper()}).status_code
             for _ in range(tries.ACCOUNT_BURST + 1)]  # fmt: skip

    assert set(codes[:-1]) == {422}
    assert codes[-1] == 429
    assert own.submit("/room/sign-in", WRONG | {"email": email}).status_code == 422, (
        "Its own browser is not locked out."
    )


def signed_in_before(rooms: Rooms, email: str) -> Browser:
    """Return a browser in which somebody was signed in, and is out."""
    browser = rooms.browser()
    with browser.session_transaction() as kept:
        kept["known"] = tries._account(email)
    browser.submit("/room/sign-out")
    return browser


def test_a_browser_that_was_let_in_is_known_when_it_is_out(rooms: Rooms) -> None:
    browser = signed_in(rooms)

    browser.submit("/room/sign-out")

    with browser.session_transaction() as kept:
        assert kept.get("known") == tries._account(EMAIL)
        assert "visit" not in kept


def test_when_too_many_passwords_are_looked_at_the_rest_is_told_to_come_again(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    browser = rooms.browser()
    browser.csrf()
    for _ in range(passwords.AT_ONCE):
        passwords._TURNS.acquire()
    try:
        answer = browser.submit("/room/sign-in", TYPED)
    finally:
        for _ in range(passwords.AT_ONCE):
            passwords._TURNS.release()

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert browser.submit("/room/sign-in", TYPED).status_code == 302


def test_who_waits_for_a_turn_leaves_room_for_everybody_else(rooms: Rooms) -> None:
    browser = rooms.browser()
    browser.csrf()
    for _ in range(passwords.IN_LINE):
        passwords._LINE.acquire()
    try:
        answer = browser.submit("/room/sign-in", TYPED)
    finally:
        for _ in range(passwords.IN_LINE):
            passwords._LINE.release()

    assert answer.status_code == 503
    assert browser.submit("/room/sign-in", TYPED).status_code == 302


def test_a_stray_field_is_refused_at_the_door(rooms: Rooms) -> None:
    assert rooms.browser().submit("/room/sign-in", TYPED | {"is_admin": "1"}).status_code == 422
    assert rooms.browser(ADA).submit("/room/sign-out", {"user_id": "1"}).status_code == 422


def test_the_page_speaks_the_language_that_its_address_asks_for(rooms: Rooms) -> None:
    browser = rooms.browser(ADA)

    assert "Certificates" in browser.get(f"/room/{MILANO}").text or "Drop" in browser.get(f"/room/{MILANO}").text
    assert '<html lang="it">' in browser.get(f"/room/{MILANO}?lang=it").text


def test_a_refused_password_is_logged_without_who_it_was(rooms: Rooms, capsys: pytest.CaptureFixture[str]) -> None:
    rooms.browser().submit("/room/sign-in", WRONG)

    logged = capsys.readouterr().out
    assert "sign_in_refused" in logged
    assert EMAIL not in logged
    assert WRONG["password"] not in logged


def test_looking_at_a_page_every_few_minutes_writes_seldom(rooms: Rooms) -> None:
    browser = rooms.browser(ADA)

    def seen() -> object:
        with rooms.office.database.reading() as session:
            return session.scalars(select(Visit.seen_at)).one()

    before = seen()
    rooms.clock.advance(minutes=9)
    is_in(browser)
    assert seen() == before
    rooms.clock.advance(minutes=1)
    is_in(browser)
    assert seen() == before + timedelta(minutes=10)  # type: ignore[operator]
