"""Every route below /room/SLUG by every verb: for members of another organization, of a lower role, with odd fields.

The routes are those of the app, so that a new one is tested without anybody thinking of it (SECURITY.md, H1 to H3).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from issuer.accounts.roles import Act, Role, may
from issuer.models import Table
from tests.issuer.room.rooms import IGNORES, MILANO, TORINO, Browser, Rooms, thing

STRAY = {"organization_id": "1", "is_admin": "1", "status": "signed", "signing_kid": "x", "id": "1"}
OPEN = {
    "door.first", "door.sign_in", "door.sign_out", "door.forgotten", "door.password", "invitations.invitation",
    "passkeys.ask", "passkeys.sign_in", "federation.leave", "federation.back",
}  # fmt: skip
"""What somebody may use who is not signed in. Whoever adds to it has thought about what a stranger can do there."""
MOVES = {"visit"}
"""Tables that every request may touch."""


def rules(app: Flask, prefix: str = "/room/<slug>") -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule == prefix or rule.rule.startswith(f"{prefix}/")]


def address(rooms: Rooms, rule: Rule, slug: str, of: str) -> str:
    """Return an address of `rule` in the organization `slug`, with ids of things of the organization `of`."""
    values = {name: thing(rooms, rule.endpoint, name, of) for name in rule.arguments - {"slug"}}
    with rooms.app.test_request_context():
        return str(rooms.app.url_map.bind("").build(rule.endpoint, values | {"slug": slug}))


def verbs(rule: Rule) -> Iterator[str]:
    yield from sorted((rule.methods or set()) - {"OPTIONS"})


def act_of(rooms: Rooms, rule: Rule) -> Act | None:
    return rooms.app.view_functions[rule.endpoint].__dict__["act"]  # type: ignore[no-any-return]


def call(browser: Browser, verb: str, path: str, token: str, **fields: str) -> int:
    headers = {"Origin": browser.application.config["BASE_URL"]}
    data = {"csrf_token": token, **fields} if verb not in ("GET", "HEAD") else None
    return browser.open(path, method=verb, data=data, headers=headers).status_code


def kept(rooms: Rooms) -> dict[str, list[Any]]:
    """Return every row of every table."""
    with rooms.office.database.reading() as session:
        return {
            name: sorted(map(repr, session.execute(select(table)).all()))
            for name, table in Table.metadata.tables.items()
            if name not in MOVES
        }


def test_there_are_routes_to_test(rooms: Rooms) -> None:
    assert {"members.members", "home.organization", "home.list"} <= {rule.endpoint for rule in rules(rooms.app)}


def test_every_view_of_the_room_has_a_guard_or_is_open_to_strangers_on_purpose(rooms: Rooms) -> None:
    views = {rule.endpoint: rooms.app.view_functions[rule.endpoint] for rule in rules(rooms.app, "/room")}

    bare = {endpoint for endpoint, view in views.items() if "act" not in view.__dict__}

    assert bare - OPEN == set()


def test_every_view_of_an_organization_asks_what_one_wants_to_do(rooms: Rooms) -> None:
    assert [rule.endpoint for rule in rules(rooms.app) if not isinstance(act_of(rooms, rule), Act)] == []


@pytest.mark.parametrize("slug", [TORINO, "nothing-here"], ids=["theirs", "nobody's"])
def test_what_is_in_another_organization_is_not_there(rooms: Rooms, slug: str) -> None:
    browser = rooms.browser(f"owner@{MILANO}")
    token = browser.csrf()
    paths = [(rule, verb, address(rooms, rule, slug, TORINO)) for rule in rules(rooms.app) for verb in verbs(rule)]
    before = kept(rooms)

    found = {(rule.endpoint, verb): call(browser, verb, path, token) for rule, verb, path in paths}

    assert {key: code for key, code in found.items() if code != 404} == {}
    assert kept(rooms) == before


def test_things_of_another_organization_are_not_among_ones_own(rooms: Rooms) -> None:
    browser = rooms.browser(f"owner@{MILANO}")
    token = browser.csrf()
    inner = [rule for rule in rules(rooms.app) if rule.arguments - {"slug"}]
    paths = [(rule, verb, address(rooms, rule, MILANO, TORINO)) for rule in inner for verb in verbs(rule)]
    before = kept(rooms)

    found = {(rule.endpoint, verb): call(browser, verb, path, token) for rule, verb, path in paths}

    assert {key: code for key, code in found.items() if code != 404} == {}
    assert kept(rooms) == before


def test_what_is_not_there_and_what_is_anothers_read_alike(rooms: Rooms) -> None:
    browser = rooms.browser(f"owner@{MILANO}")

    theirs, nobodys = (browser.get(f"/room/{slug}/members").text for slug in (TORINO, "nothing-here"))

    assert theirs == nobodys


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ORGANIZER], ids=lambda role: role.value)
def test_a_lower_role_is_refused_and_that_is_written_down(
    rooms: Rooms, role: Role, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = rooms.browser(f"{role.value}@{MILANO}")
    token = browser.csrf()
    above = [rule for rule in rules(rooms.app) if (act := act_of(rooms, rule)) and not may(role, act)]
    paths = [(rule, verb, address(rooms, rule, MILANO, MILANO)) for rule in above for verb in verbs(rule)]
    before = kept(rooms)
    capsys.readouterr()

    found = {(rule.endpoint, verb): call(browser, verb, path, token) for rule, verb, path in paths}

    logged = capsys.readouterr().out
    assert found
    assert {key: code for key, code in found.items() if code != 403} == {}
    assert logged.count('"not_allowed"') == len(found)
    assert f'"{role.value}"' in logged
    assert kept(rooms) == before


def test_a_stranger_is_shown_the_door_of_everything(rooms: Rooms) -> None:
    browser = rooms.browser()
    token = browser.csrf()
    paths = [(rule, verb, address(rooms, rule, MILANO, MILANO)) for rule in rules(rooms.app) for verb in verbs(rule)]
    before = kept(rooms)

    answers = [browser.open(path, method=verb, data={"csrf_token": token}) for _, verb, path in paths]

    assert {answer.status_code for answer in answers} == {302}
    assert {answer.location.partition("?")[0] for answer in answers} == {"/room/sign-in"}
    assert kept(rooms) == before


def test_fields_that_nobody_asked_for_change_nothing(rooms: Rooms) -> None:
    browser = rooms.browser(f"owner@{MILANO}")
    token = browser.csrf()
    posted = [rule for rule in rules(rooms.app) if "POST" in (rule.methods or ()) and rule.endpoint not in IGNORES]
    paths = [(rule, address(rooms, rule, MILANO, MILANO)) for rule in posted]
    before = kept(rooms)

    found = {rule.endpoint: call(browser, "POST", path, token, **STRAY) for rule, path in paths}

    assert {endpoint: code for endpoint, code in found.items() if code != 422} == {}
    assert kept(rooms) == before


def test_a_form_without_a_token_changes_nothing_anywhere(rooms: Rooms) -> None:
    browser = rooms.browser(f"owner@{MILANO}")
    posted = [rule for rule in rules(rooms.app) if "POST" in (rule.methods or ())]
    paths = [address(rooms, rule, MILANO, MILANO) for rule in posted]
    before = kept(rooms)

    codes = {browser.post(path).status_code for path in paths}

    assert codes == {403}
    assert kept(rooms) == before


def test_verbs_that_a_route_does_not_know_do_nothing(rooms: Rooms) -> None:
    browser = rooms.browser(f"owner@{MILANO}")
    token = browser.csrf()
    paths = {address(rooms, rule, MILANO, MILANO): rule.endpoint for rule in rules(rooms.app)}
    known = {path: {verb for rule in rules(rooms.app) if rule.endpoint == name for verb in verbs(rule)}
             for path, name in paths.items()}  # fmt: skip
    before = kept(rooms)

    odd = [(path, verb) for path in paths for verb in ("PUT", "PATCH", "DELETE") if verb not in known[path]]
    found = {(path, verb): call(browser, verb, path, token) for path, verb in odd}

    assert set(found.values()) <= {403, 405}
    assert kept(rooms) == before
