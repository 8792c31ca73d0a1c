"""Signing in at a provider: who is known here comes in, and nothing but its own fresh word lets anybody in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import func, select

from issuer.accounts import links
from issuer.accounts.links import Purpose, To
from issuer.models.account import ForeignIdentity, Membership, User
from tests.issuer.room.provider import CLIENT, SECRET, SmallProvider, serving
from tests.issuer.room.rooms import MILANO, TORINO, Browser, Rooms, rooms_at

EMAIL = f"organizer@{MILANO}.example"
NEW = "grace@example.org"


@pytest.fixture
def provider() -> Iterator[SmallProvider]:
    made = SmallProvider(claims={"email": EMAIL, "email_verified": True, "name": "Ada di là"})
    with serving(made):
        yield made


def installation(provider: SmallProvider, folder: Path, database_url: str | None) -> Rooms:
    secret = folder / "secret"
    secret.write_text(f"{SECRET}\n", "utf-8")
    settings = {"OIDC_ISSUER": provider.url, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET_FILE": str(secret)}
    made = rooms_at(folder, database_url, FETCH_LOOPBACK="yes", **settings)
    provider.now = made.clock.now.timestamp()
    return made


@pytest.fixture
def rooms(provider: SmallProvider, empty_sqlite: Path, tmp_path: Path) -> Iterator[Rooms]:
    shutil.copytree(empty_sqlite, tmp_path, dirs_exist_ok=True)
    made = installation(provider, tmp_path, None)
    yield made
    made.office.close()


@pytest.fixture
def both(provider: SmallProvider, where: str | None, tmp_path: Path) -> Iterator[Rooms]:
    made = installation(provider, tmp_path, where)
    yield made
    made.office.close()


def leave(browser: Browser, wanted: str = "") -> str:
    answer = browser.get(f"/room/provider{wanted}")
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def come_back(browser: Browser, provider: SmallProvider, wanted: str = "", **changes: str) -> tuple[int, str]:
    query = provider.consent(leave(browser, wanted)) | changes
    answer = browser.get("/room/provider/back", query_string=query)
    return answer.status_code, answer.location or answer.text


def is_in(browser: Browser, slug: str = MILANO) -> bool:
    return browser.get(f"/room/{slug}").status_code == 200


def invite(rooms: Rooms, slug: str, email: str = NEW, role: str = "viewer") -> None:
    to = To(organization_id=rooms.organizations[slug], email=email, role=role)
    rooms.write(lambda session: links.make(session, Purpose.INVITATION, to, rooms.clock.now))


def test_without_a_provider_there_is_no_such_door(tmp_path: Path) -> None:
    made = rooms_at(tmp_path, None)
    browser = made.browser()

    assert browser.get("/room/provider").status_code == 404
    assert browser.get("/room/provider/back").status_code == 404
    assert "/room/provider" not in browser.get("/room/sign-in").text
    made.office.close()


def test_the_way_there_asks_for_a_code_with_state_nonce_and_pkce(rooms: Rooms, provider: SmallProvider) -> None:
    browser = rooms.browser()
    assert 'href="/room/provider"' in browser.get("/room/sign-in").text

    first, second = ({key: value[0] for key, value in parse_qs(urlsplit(leave(browser)).query).items()} for _ in "12")

    assert first["response_type"] == "code"
    assert first["redirect_uri"] == "https://badges.example/room/provider/back"
    assert first["code_challenge_method"] == "S256"
    assert "openid" in first["scope"].split()
    assert all(len(first[name]) >= 43 and first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_whose_address_is_known_and_verified_comes_in(both: Rooms, provider: SmallProvider) -> None:
    browser = both.browser()

    assert come_back(browser, provider, f"?next=/room/{MILANO}") == (302, f"/room/{MILANO}")

    assert is_in(browser)
    assert "Organizer di Python Milano" in browser.get(f"/room/{MILANO}").text


def test_who_was_linked_comes_in_by_subject_whatever_the_address(rooms: Rooms, provider: SmallProvider) -> None:
    come_back(rooms.browser(), provider)
    provider.claims = {"email": "other@example.org", "email_verified": False}
    browser = rooms.browser()

    come_back(browser, provider)

    assert is_in(browser)
    with rooms.office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ForeignIdentity)) == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody.at.all@example.org", "email_verified": True},
        {"email": EMAIL, "email_verified": False},
        {"email": EMAIL, "email_verified": "true"},
        {"email": EMAIL},
        {"email": f"{EMAIL}, x@example.org", "email_verified": True},
        {"email": [EMAIL], "email_verified": True},
        {"email": EMAIL.replace("i", "ı"), "email_verified": True},
        {"email_verified": True},
    ],
)
def test_nobody_else_is_let_in(rooms: Rooms, provider: SmallProvider, claims: dict[str, object]) -> None:
    provider.claims = claims
    browser = rooms.browser()

    code, page = come_back(browser, provider)

    assert code == 422
    assert "did not vouch for an address that is known here" in page
    assert browser.visit == ""
    with rooms.office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ForeignIdentity)) == 0


def test_who_is_invited_comes_in_with_every_seat_that_waits(both: Rooms, provider: SmallProvider) -> None:
    invite(both, MILANO, role="organizer")
    invite(both, TORINO)
    provider.claims = {"email": NEW.upper(), "email_verified": True, "name": "Grace Rossi"}
    browser = both.browser()

    come_back(browser, provider)

    assert is_in(browser, MILANO)
    assert is_in(browser, TORINO)
    with both.office.database.reading() as session:
        user = session.scalars(select(User).where(User.email == NEW)).one()
        rows = session.scalars(select(Membership.role).where(Membership.user_id == user.id)).all()
    assert (user.name, user.password, sorted(rows)) == ("Grace Rossi", None, ["organizer", "viewer"])


def test_an_invitation_that_ended_lets_nobody_in(rooms: Rooms, provider: SmallProvider) -> None:
    invite(rooms, MILANO)
    rooms.clock.advance(days=14)
    provider.now = rooms.clock.now.timestamp()
    provider.claims = {"email": NEW, "email_verified": True}

    assert come_back(rooms.browser(), provider)[0] == 422


def test_what_a_squatter_set_before_the_address_was_proved_opens_nothing(rooms: Rooms, provider: SmallProvider) -> None:
    squatter = rooms.browser(f"organizer@{MILANO}")

    come_back(rooms.browser(), provider)

    assert not is_in(squatter)
    with rooms.office.database.reading() as session:
        user = session.scalars(select(User).where(User.email == EMAIL)).one()
    assert user.password is None
    assert user.email_proved_at == rooms.clock.now


def test_once_the_address_is_proved_a_password_stays(rooms: Rooms, provider: SmallProvider) -> None:
    with rooms.office.database.writing() as session:
        session.scalars(select(User).where(User.email == EMAIL)).one().email_proved_at = rooms.clock.now
    there = rooms.browser(f"organizer@{MILANO}")

    come_back(rooms.browser(), provider)

    assert is_in(there)


def test_a_closed_account_stays_closed(rooms: Rooms, provider: SmallProvider) -> None:
    come_back(rooms.browser(), provider)
    with rooms.office.database.writing() as session:
        session.scalars(select(User).where(User.email == EMAIL)).one().closed_at = rooms.clock.now

    assert come_back(rooms.browser(), provider)[0] == 422


def without(name: str):
    return lambda claims: {key: value for key, value in claims.items() if key != name}


@pytest.mark.parametrize(
    "twist",
    [
        pytest.param(lambda claims: claims | {"iss": "https://evil.example"}, id="another issuer"),
        pytest.param(lambda claims: claims | {"aud": "another"}, id="for somebody else"),
        pytest.param(lambda claims: claims | {"aud": [CLIENT, "another"]}, id="for several, and no azp"),
        pytest.param(lambda claims: claims | {"azp": "another"}, id="authorized for another"),
        pytest.param(lambda claims: claims | {"nonce": "x"}, id="another nonce"),
        pytest.param(lambda claims: claims | {"exp": claims["iat"] - 61}, id="ended"),
        pytest.param(lambda claims: claims | {"exp": "soon"}, id="no number"),
        pytest.param(lambda claims: claims | {"iat": claims["iat"] + 3_600}, id="of the future"),
        pytest.param(lambda claims: claims | {"at_hash": "x"}, id="of another access token"),
        pytest.param(lambda claims: claims | {"sub": ""}, id="nobody"),
        pytest.param(lambda claims: claims | {"sub": 7}, id="a number"),
        *[pytest.param(without(name), id=f"no {name}") for name in ("iss", "aud", "nonce", "exp", "iat", "sub")],
    ],
)
def test_a_token_in_which_one_thing_is_wrong_lets_nobody_in(rooms: Rooms, provider: SmallProvider, twist) -> None:
    provider.twist = twist
    browser = rooms.browser()

    assert come_back(browser, provider)[0] == 422
    assert browser.visit == ""


def test_a_token_of_another_key_lets_nobody_in(rooms: Rooms, provider: SmallProvider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})

    assert come_back(rooms.browser(), provider)[0] == 422


def forged(provider: SmallProvider, header: dict[str, str]) -> str:
    from base64 import urlsafe_b64encode
    from json import dumps

    claims = {"iss": provider.url, "aud": CLIENT, "sub": "1", "iat": int(provider.now), "exp": int(provider.now) + 300}
    parts = [urlsafe_b64encode(dumps(part).encode()).decode().rstrip("=") for part in (header, claims)]
    return ".".join([*parts, ""])


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_chooses_its_algorithm_lets_nobody_in(
    rooms: Rooms, provider: SmallProvider, algorithm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.issuer.room.provider.jwt.encode", lambda *_: forged(provider, {"alg": algorithm}))

    assert come_back(rooms.browser(), provider)[0] == 422


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "x"},
        {"state": ""},
        {"code": "x"},
        {"code": ""},
        {"iss": "https://evil.example"},
        {"error": "access_denied"},
    ],
)
def test_an_answer_to_something_else_lets_nobody_in(
    rooms: Rooms, provider: SmallProvider, changes: dict[str, str]
) -> None:
    browser = rooms.browser()

    assert come_back(browser, provider, **changes)[0] == 422
    assert browser.visit == ""


def test_an_answer_in_a_browser_that_asked_nothing_lets_nobody_in(rooms: Rooms, provider: SmallProvider) -> None:
    query = provider.consent(leave(rooms.browser()))
    victim = rooms.browser()

    assert victim.get("/room/provider/back", query_string=query).status_code == 422
    leave(victim)
    assert victim.get("/room/provider/back", query_string=query).status_code == 422
    assert victim.visit == ""


def test_an_answer_counts_once_and_for_a_quarter_of_an_hour(rooms: Rooms, provider: SmallProvider) -> None:
    browser = rooms.browser()
    query = provider.consent(leave(browser))
    assert browser.get("/room/provider/back", query_string=query).status_code == 302
    browser.submit("/room/sign-out")
    assert browser.get("/room/provider/back", query_string=query).status_code == 422

    late = provider.consent(leave(browser))
    rooms.clock.advance(minutes=16)
    provider.now = rooms.clock.now.timestamp()

    assert browser.get("/room/provider/back", query_string=late).status_code == 422


def test_what_was_asked_is_forgotten_with_the_first_answer(rooms: Rooms, provider: SmallProvider) -> None:
    browser = rooms.browser()
    query = provider.consent(leave(browser))
    assert browser.get("/room/provider/back", query_string=query | {"state": "x"}).status_code == 422

    assert browser.get("/room/provider/back", query_string=query).status_code == 422
    assert come_back(browser, provider)[0] == 302


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "https://10.0.0.1/token"},
        {"jwks_uri": "http://169.254.169.254/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
    ],
)
def test_a_provider_that_names_odd_places_is_not_asked(
    rooms: Rooms, provider: SmallProvider, about: dict[str, object]
) -> None:
    provider.about = about
    browser = rooms.browser()

    answer = browser.get("/room/provider")

    assert answer.status_code == 422
    assert "Your provider does not answer." in answer.text


def test_a_provider_that_is_away_is_said_to_be(provider: SmallProvider, tmp_path: Path) -> None:
    made = installation(provider, tmp_path, None)
    provider.about = {"jwks_uri": f"{provider.url}/nowhere"}

    code, page = come_back(made.browser(), provider)

    assert code == 422
    assert "Your provider does not answer." in page
    made.office.close()


def test_the_visit_of_before_ends(rooms: Rooms, provider: SmallProvider) -> None:
    browser, stolen = rooms.browser(f"viewer@{MILANO}"), rooms.browser()
    with stolen.session_transaction() as kept:
        kept["visit"] = browser.visit

    come_back(browser, provider)

    assert is_in(browser)
    assert not is_in(stolen)


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/verify"])
def test_the_way_back_leads_nowhere_else(rooms: Rooms, provider: SmallProvider, wanted: str) -> None:
    assert come_back(rooms.browser(), provider, f"?next={wanted}") == (302, "/room")
