"""`attestato user`: who has an account, and a link for who forgot the password."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from issuer.accounts import arrival, links
from issuer.accounts.links import Purpose
from issuer.models import User
from issuer.office import Office, open_office
from issuer.settings import Settings


@pytest.fixture
def ada(folder, now):
    office: Office = open_office(Settings.read(dict(os.environ)))
    with office.database.writing() as session:
        newcomer = arrival.Newcomer("Ada Rossi", "Ada@example.org", None, "it")
        arrival.add_user(session, newcomer, now - timedelta(days=1), operator=True)
    yield office
    office.close()


def test_nobody_has_an_account_before_the_first_owner(attestato, folder):
    assert attestato("user", "list").out.strip() == "Nobody has an account yet."
    assert attestato("user", "list", "--json").json == []


def test_everybody_is_listed_with_their_seats(attestato, ada):
    said = attestato("user", "list", "--json")

    assert said.json == [
        {"email": "ada@example.org", "name": "Ada Rossi", "operator": True, "closed": False, "seats": {}}
    ]
    assert "operator" in attestato("user", "list").out


def test_a_link_for_a_new_password_is_printed_alone(attestato, ada, now):
    said = attestato("user", "link", "ADA@example.org")

    assert said.code == 0
    url = said.out.strip()
    assert url.startswith("http://localhost:8000/room/password/")
    with ada.database.reading() as session:
        link = links.look(session, Purpose.PASSWORD, url.rpartition("/")[2], now)
        assert link is not None
        assert session.get_one(User, link.user_id).email == "ada@example.org"


def test_there_is_no_link_for_somebody_unknown(attestato, ada):
    said = attestato("user", "link", "eve@example.org")

    assert (said.code, said.out) == (3, "")
    assert "No account has this address." in said.err
