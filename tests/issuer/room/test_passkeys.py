"""Passkeys: a fresh challenge, signed at our address by a key that is known, after its user was asked."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from issuer.accounts import changes
from issuer.models.account import OneTimeLink, Passkey, User
from tests.issuer.room.device import PRESENT, VERIFIED, Device, data_of, text
from tests.issuer.room.rooms import MILANO, Browser, Rooms

ADA = f"organizer@{MILANO}"


def ask(browser: Browser, address: str) -> dict[str, Any]:
    answer = browser.submit(address)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/json"
    return answer.json  # type: ignore[no-any-return]


def offered(browser: Browser) -> dict[str, Any]:
    return ask(browser, "/room/account/passkeys/options")


def register(browser: Browser, answer: dict[str, Any], name: str = "Laptop") -> bool:
    fields = {"answer": json.dumps(answer), "passkey_name": name}
    return str(browser.submit("/room/account/passkeys", fields).location).endswith("done=passkey")


def asked(browser: Browser) -> dict[str, Any]:
    return ask(browser, "/room/passkey/options")


def enter(browser: Browser, answer: dict[str, Any], wanted: str = "") -> int:
    return browser.submit(f"/room/passkey{wanted}", {"answer": json.dumps(answer)}).status_code


def owned(rooms: Rooms, device: Device | None = None, who: str = ADA) -> Device:
    """Return a device that is registered."""
    device, browser = device or Device(), rooms.browser(who)
    assert register(browser, device.make(offered(browser)))
    return device


def is_in(browser: Browser) -> bool:
    return browser.get(f"/room/{MILANO}").status_code == 200


def test_a_passkey_is_made_on_the_account_page_and_opens_the_door(both: Rooms) -> None:
    device, browser = owned(both), both.browser()

    answer = browser.submit(f"/room/passkey?next=/room/{MILANO}", {"answer": json.dumps(device.sign(asked(browser)))})

    assert answer.location == f"/room/{MILANO}"
    assert "Organizer di Python Milano" in browser.get(f"/room/{MILANO}").text
    assert "Laptop" in browser.get("/room/account").text


def test_what_a_device_is_asked_for_tells_no_stranger_who_has_keys(rooms: Rooms) -> None:
    owned(rooms)

    told = asked(rooms.browser())

    assert told["rpId"] == "badges.example"
    assert told["userVerification"] == "required"
    assert not told.get("allowCredentials")


def test_a_device_that_has_a_key_is_not_asked_for_another(rooms: Rooms) -> None:
    device = owned(rooms)

    told = offered(rooms.browser(ADA))

    assert [data_of(key["id"]) for key in told["excludeCredentials"]] == [device.handle]
    assert told["authenticatorSelection"] == {
        "residentKey": "required", "requireResidentKey": True, "userVerification": "required",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"origin": "https://evil.example"}, id="another origin"),
        pytest.param({"origin": "http://badges.example"}, id="without TLS"),
        pytest.param({"origin": "https://badges.example.evil.example"}, id="ours at the beginning"),
        pytest.param({"host": "evil.example"}, id="for another site"),
        pytest.param({"flags": PRESENT}, id="user not asked"),
        pytest.param({"flags": VERIFIED}, id="nobody present"),
        pytest.param({"handle": b"nobody knows this"}, id="unknown key"),
        pytest.param({"holder": b"a" * 26}, id="another holder"),
    ],
)
def test_what_a_device_signs_elsewhere_or_unasked_opens_nothing(rooms: Rooms, changes: dict[str, Any]) -> None:
    device, browser = owned(rooms), rooms.browser()
    for name, value in changes.items():
        setattr(device, name, value)

    assert enter(browser, device.sign(asked(browser))) == 422
    assert browser.visit == ""


@pytest.mark.parametrize(
    "changes",
    [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": PRESENT}, {"flags": VERIFIED}],
    ids=["origin", "site", "not verified", "not present"],
)
def test_no_key_is_kept_that_was_made_elsewhere_or_unasked(rooms: Rooms, changes: dict[str, Any]) -> None:
    browser = rooms.browser(ADA)

    assert not register(browser, Device(**changes).make(offered(browser)))
    with rooms.office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Passkey)) == 0


def test_a_challenge_counts_once(both: Rooms) -> None:
    device, browser, thief = owned(both), both.browser(), both.browser()
    answer = device.sign(asked(browser))

    assert enter(browser, answer) == 302
    assert enter(thief, answer) == 422
    assert thief.visit == ""


def test_a_challenge_that_was_tried_in_vain_is_used_up(rooms: Rooms) -> None:
    device, browser = owned(rooms), rooms.browser()
    options = asked(browser)
    broken = device.sign(options)
    broken["response"]["signature"] = text(b"nothing")

    assert enter(browser, broken) == 422
    assert enter(browser, device.sign(options)) == 422


def test_a_challenge_of_ones_own_is_none(rooms: Rooms) -> None:
    device, browser = owned(rooms), rooms.browser()

    for challenge in ("", text(b"a" * 26), text(b"\xff"), 7, None, [], text(b"short")):
        assert enter(rooms.browser(), device.sign({"challenge": challenge})) == 422
    assert enter(browser, device.sign(asked(browser))) == 302


def test_a_challenge_holds_for_five_minutes(rooms: Rooms) -> None:
    device, browser = owned(rooms), rooms.browser()
    answer = device.sign(asked(browser))

    rooms.clock.advance(minutes=5)

    assert enter(browser, answer) == 422


def test_a_challenge_for_making_a_key_signs_nobody_in(rooms: Rooms) -> None:
    device, browser = owned(rooms), rooms.browser(ADA)

    assert enter(browser, device.sign(offered(browser))) == 422


def test_a_challenge_of_another_makes_no_key(rooms: Rooms) -> None:
    mine, theirs = rooms.browser(ADA), rooms.browser(f"viewer@{MILANO}")

    assert not register(mine, Device().make(offered(theirs)))


def test_strangers_who_ask_do_not_take_each_others_challenge_away(rooms: Rooms) -> None:
    device, browser = owned(rooms), rooms.browser()
    options = asked(browser)
    asked(rooms.browser())

    assert enter(browser, device.sign(options)) == 302


def test_challenges_that_ended_are_forgotten(rooms: Rooms) -> None:
    for _ in range(3):
        asked(rooms.browser())
    rooms.clock.advance(minutes=5)
    asked(rooms.browser())

    with rooms.office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(OneTimeLink)) == 1


def test_a_count_that_goes_back_is_a_copy_of_the_key(both: Rooms) -> None:
    device, browser = owned(both, Device(count=7)), both.browser()
    for count, code in ((8, 302), (8, 422), (7, 422), (0, 422), (9, 302)):
        device.count = count

        assert enter(browser, device.sign(asked(browser))) == code


def test_a_device_that_does_not_count_comes_in_again(rooms: Rooms) -> None:
    device = owned(rooms)

    assert [enter(browser, device.sign(asked(browser))) for browser in (rooms.browser(), rooms.browser())] == [302, 302]


def test_a_key_of_one_is_not_registered_by_another(rooms: Rooms) -> None:
    device = owned(rooms)

    thief = rooms.browser(f"viewer@{MILANO}")

    assert not register(thief, device.make(offered(thief)))


def test_a_closed_account_has_no_keys(rooms: Rooms) -> None:
    device, browser = owned(rooms), rooms.browser()
    with rooms.office.database.writing() as session:
        session.get_one(User, rooms.people[ADA].user_id).closed_at = rooms.clock.now

    assert enter(browser, device.sign(asked(browser))) == 422


def test_a_key_that_was_removed_opens_nothing(rooms: Rooms) -> None:
    device, browser = owned(rooms), rooms.browser(ADA)
    deed = re.search(r'action="(/room/account/passkeys/[^"]+/remove)"', browser.get("/room/account").text)
    assert deed
    assert rooms.browser(f"viewer@{MILANO}").submit(deed[1]).status_code == 404

    assert browser.submit(deed[1]).status_code == 302

    stranger = rooms.browser()
    assert enter(stranger, device.sign(asked(stranger))) == 422
    assert browser.submit(deed[1]).status_code == 404


def test_a_new_password_through_a_link_forgets_the_keys_of_before(rooms: Rooms) -> None:
    device, browser = owned(rooms), rooms.browser()
    user_id = rooms.people[ADA].user_id
    token = rooms.write(lambda session: changes.password_link(session, session.get_one(User, user_id), rooms.clock.now))

    browser.submit(f"/room/password/{token}", {"password": "una frase nuova e diversa"})

    thief = rooms.browser()
    assert enter(thief, device.sign(asked(thief))) == 422
    assert is_in(browser)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{}",
        "[]",
        "7",
        "null",
        "[" * 9_000,
        '{"id": 1}',
        '{"response": {"clientDataJSON": "AA"}}',
        '{"response": 3}',
    ],
)
def test_what_is_no_answer_is_no_fault_of_ours(rooms: Rooms, answer: str) -> None:
    browser = rooms.browser(ADA)

    assert rooms.browser().submit("/room/passkey", {"answer": answer}).status_code == 422
    form = {"answer": answer, "passkey_name": "x"}
    assert browser.submit("/room/account/passkeys", form).location.endswith("passkey_refused")


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
@pytest.mark.parametrize("at", [0, 10, -3])
def test_an_answer_in_which_one_bit_is_turned_opens_nothing(rooms: Rooms, part: str, at: int) -> None:
    device, browser = owned(rooms), rooms.browser()
    answer = device.sign(asked(browser))
    data = bytearray(data_of(answer["response"][part]))
    data[at] ^= 1
    answer["response"][part] = text(bytes(data))

    assert enter(browser, answer) == 422


def test_passkeys_are_tried_no_faster_than_passwords(rooms: Rooms) -> None:
    browser = rooms.browser()

    assert [enter(browser, {}) for _ in range(11)][-1] == 429
