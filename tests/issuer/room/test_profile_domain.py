"""The domain of an organization: an owner asks it, and is told what it must say."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from issuer.models import Organization
from issuer.room.domain import WORLD
from issuer.vouching import World
from tests.issuer.room.rooms import MILANO, URL, Rooms
from verifier.resolver import Unreachable

PAGE = f"/room/{MILANO}/domain"
DID = f"did:web:{URL.partition('://')[2]}:issuers:{MILANO}"


class Silent:
    """A web in which no site answers."""

    def fetch(self, url: str) -> bytes:
        raise Unreachable(url)


def settle(rooms: Rooms, texts: dict[str, Sequence[str]], *, approved: bool = True) -> None:
    def work(session: Session) -> None:
        row = session.get_one(Organization, rooms.organizations[MILANO])
        row.facts = {**row.facts, "url": "https://milano.example/"}
        row.approved_at = rooms.clock() if approved else None

    rooms.write(work)
    rooms.app.extensions[WORLD] = World(lambda name: texts.get(name, ()), Silent())


def proof(rooms: Rooms) -> str | None:
    with rooms.office.database.reading() as session:
        return session.get_one(Organization, rooms.organizations[MILANO]).domain_proof


def test_without_a_website_there_is_nothing_to_ask(rooms: Rooms) -> None:
    page = rooms.browser(f"owner@{MILANO}").get(PAGE).text

    assert "website" in page
    assert "TXT" not in page


def test_a_domain_that_says_so_vouches(both: Rooms) -> None:
    settle(both, {"_attestato.milano.example.": [f"issuer={DID}"]})
    browser = both.browser(f"owner@{MILANO}")
    assert f"issuer={DID}" in browser.get(PAGE).text

    answer = browser.submit(PAGE)

    assert answer.location == f"{PAGE}?done=1"
    assert "vouches for you" in browser.get(PAGE).text
    assert proof(both) == "dns"


@pytest.mark.parametrize("role", ["viewer", "organizer"])
def test_others_look_and_do_not_ask(rooms: Rooms, role: str) -> None:
    settle(rooms, {"_attestato.milano.example.": [f"issuer={DID}"]})
    browser = rooms.browser(f"{role}@{MILANO}")

    assert DID in browser.get(PAGE).text
    assert browser.submit(PAGE).status_code == 403
    assert proof(rooms) is None


def test_a_domain_that_says_nothing_is_told_so(rooms: Rooms) -> None:
    settle(rooms, {})

    answer = rooms.browser(f"owner@{MILANO}").submit(PAGE)

    assert answer.status_code == 422
    assert "did not answer" in answer.text
    assert proof(rooms) is None


def test_an_organization_that_is_held_does_not_become_known_by_a_domain_of_its_own(rooms: Rooms) -> None:
    settle(rooms, {"_attestato.milano.example.": [f"issuer={DID}"]}, approved=False)

    answer = rooms.browser(f"owner@{MILANO}").submit(PAGE)

    assert answer.status_code == 422
    assert "approve" in answer.text
    assert proof(rooms) is None
