"""While the database is away a stranger's badge is judged as ever, and of our own nothing is told that is not known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from issuer.hosts import is_ours, may_live_here
from issuer.office import Office
from tests.conftest import POSTGRESQL
from tests.issuer.reading.conftest import House, questions
from tools.samples import OF_ITSELF, foreign, octets, signed

ABROAD = "did:web:badges.elsewhere.example:issuers:club"


@contextmanager
def away(office: Office, *others: Office) -> Iterator[None]:
    """Take the database away, from all who have it open."""
    url = make_url(office.settings.database_url)
    for each in (office, *others):
        each.close()
    if url.get_backend_name() == "sqlite":
        places = Path(str(url.database)), Path(f"{url.database}.away")
        places[0].rename(places[1])
        places[0].mkdir()  # Else another would be made in its place.
        yield
        places[0].rmdir()
        places[1].rename(places[0])
        return
    with psycopg.connect(POSTGRESQL.replace("+psycopg", ""), autocommit=True) as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.database])
        server.execute(f'ALTER DATABASE "{url.database}" RENAME TO "{url.database}_away"'.encode())
        yield
        server.execute(f'ALTER DATABASE "{url.database}_away" RENAME TO "{url.database}"'.encode())


def verdict(client: FlaskClient, badge: bytes) -> tuple[str, str]:
    answer = client.post("/credentials/verify", data=b'{"verifiableCredential":' + badge + b"}").get_json()
    return answer["verdict"], answer["outcome"]


def test_a_foreign_badge_is_judged_and_our_own_cannot_be_told(house: House) -> None:
    client = house.client()
    own = client.get(f"/c/{house.tokens[0]}.json").data
    strange = octets(signed(foreign(1, OF_ITSELF), OF_ITSELF))
    there = verdict(client, strange), verdict(client, own)

    with away(house.office, *house.opened):
        meanwhile = verdict(client, strange), verdict(client, own)
    afterwards = verdict(client, strange), verdict(client, own)

    assert there == afterwards == (("valid", "valid"), ("valid", "valid"))
    assert meanwhile[0] == ("valid", "valid")
    assert meanwhile[1][1] == "indeterminate"


def test_nothing_is_looked_up_of_a_stranger_but_whether_he_is_one(house: House) -> None:
    client = house.client()
    strange = octets(signed(foreign(2, OF_ITSELF), OF_ITSELF))

    with questions() as asked:
        verdict(client, strange)

    assert not [statement for statement in asked if "signing_key" in statement or "approved_at" in statement]


def test_who_is_at_home_is_told_from_who_is_not_by_the_hosts_that_were_named_last(house: House) -> None:
    house.client()
    learned, host = house.opened[-1], house.office.settings.base_url.partition("//")[2]

    with away(house.office, *house.opened):
        assert is_ours(learned, host)
        assert not is_ours(learned, "badges.elsewhere.example")
        assert not may_live_here(learned, ABROAD)
        with pytest.raises(DBAPIError):
            is_ours(house.office, "badges.elsewhere.example")


@pytest.mark.parametrize("issuer", ["did:key:z6Mk", "https://badges.elsewhere.example", "", "did:web:192.0.2.1"])
def test_who_has_no_host_of_ours_does_not_live_here(house: House, issuer: str) -> None:
    with questions() as asked:
        assert not may_live_here(house.office, issuer)

    assert asked == []
