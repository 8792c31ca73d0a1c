"""Members: invited by a link that somebody hands over, in a role, and never without an owner."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.accounts import members
from issuer.accounts.roles import Role
from issuer.accounts.visits import Seat, Visitor, find
from issuer.fault import Refused
from issuer.models import Journal
from issuer.models.account import Membership, OneTimeLink, User
from tests.issuer.room.rooms import MILANO, NAMES, PASSWORD, TORINO, Browser, Rooms, a_member, an_invitation

PAGE = f"/room/{MILANO}/members"
NEW = "grace@example.org"
JOINING = {"name": "Grace Rossi", "password": "un’altra frase lunga e calma"}


@pytest.fixture
def owner(rooms: Rooms) -> Browser:
    return rooms.browser(f"owner@{MILANO}")


def invite(browser: Browser, email: str = NEW, role: str = "organizer") -> str:
    """Return the address of an invitation, as the page shows it."""
    answer = browser.submit(PAGE, {"email": email, "role": role})
    assert answer.status_code == 200, answer.text
    found = re.search(r'id="invitation-link">([^<]+)<', answer.text)
    assert found
    url = html.unescape(found[1])
    assert url.startswith("https://badges.example/room/invitation/")
    return url.removeprefix("https://badges.example")


def seats(rooms: Rooms, slug: str = MILANO) -> dict[str, str]:
    with rooms.office.database.reading() as session:
        rows = session.execute(
            select(User.email, Membership.role)
            .join(User, User.id == Membership.user_id)
            .where(Membership.organization_id == rooms.organizations[slug])
        )
        return {str(email): str(role) for email, role in rows}


def journal(rooms: Rooms) -> list[tuple[str, dict]]:
    with rooms.office.database.reading() as session:
        return [(line.action, line.detail) for line in session.scalars(select(Journal).order_by(Journal.id))]


def test_an_owner_sees_who_is_in(owner: Browser) -> None:
    page = owner.get(PAGE).text

    assert all(f"{role}@{MILANO}.example" in page for role in Role)
    assert f"@{TORINO}.example" not in page


def test_an_invitation_is_a_link_to_hand_over_and_nothing_says_it_was_sent(rooms: Rooms, owner: Browser) -> None:
    page = owner.submit(PAGE, {"email": NEW, "role": "viewer"}).text

    assert "No mail goes out from here" in page
    assert not re.search(r"\bsent\b|has been mailed", page)
    assert "inviat" not in rooms.browser(f"owner@{MILANO}").get(f"{PAGE}?lang=it").text


def test_who_is_invited_comes_in_with_a_new_account(both: Rooms) -> None:
    address = invite(both.browser(f"owner@{MILANO}"))
    browser = both.browser()
    assert "Python Milano" in browser.get(address).text

    answer = browser.submit(address, JOINING)

    assert answer.location == f"/room/{MILANO}"
    assert browser.get(f"/room/{MILANO}").status_code == 200
    assert browser.get(PAGE).status_code == 403
    assert seats(both)[NEW] == "organizer"
    assert both.browser().submit("/room/sign-in", {"email": NEW, "password": JOINING["password"]}).status_code == 302


def test_who_has_an_account_signs_in_and_takes_the_seat(both: Rooms) -> None:
    person = both.people[f"viewer@{TORINO}"]
    address = invite(both.browser(f"owner@{MILANO}"), person.email, "viewer")
    browser = both.browser()
    assert 'name="password"' not in browser.get(address).text

    door = browser.submit(address).location
    back = browser.submit(door, {"email": person.email, "password": PASSWORD}).location
    answer = browser.submit(back)

    assert back == address
    assert answer.location == f"/room/{MILANO}"
    assert seats(both)[person.email] == "viewer"
    assert "Python Torino" in browser.get("/room").text


def test_nobody_makes_a_second_account_for_an_address_that_has_one(rooms: Rooms, owner: Browser) -> None:
    address = invite(owner, rooms.people[f"viewer@{TORINO}"].email)

    answer = rooms.browser().submit(address, JOINING)

    assert answer.location.startswith("/room/sign-in")
    assert rooms.people[f"viewer@{TORINO}"].email not in seats(rooms)


def test_an_invitation_is_for_its_address_alone(rooms: Rooms, owner: Browser) -> None:
    address = invite(owner)
    other = rooms.browser(f"viewer@{TORINO}")

    assert "This invitation is for somebody else." in other.get(address).text
    assert other.submit(address).status_code == 404
    assert rooms.browser().submit(address, JOINING).status_code == 302


def test_an_invitation_works_once_and_looking_uses_nothing_up(rooms: Rooms, owner: Browser) -> None:
    address = invite(owner)
    for method in ("GET", "HEAD", "GET"):
        assert rooms.browser().open(address, method=method).status_code == 200
    assert rooms.browser().submit(address, JOINING).status_code == 302

    assert rooms.browser().get(address).status_code == 404
    assert rooms.browser().submit(address, JOINING).status_code == 404


def test_of_two_at_once_one_takes_the_seat(both: Rooms) -> None:
    address = invite(both.browser(f"owner@{MILANO}"))
    browsers = [both.browser() for _ in range(2)]
    tokens = [browser.csrf() for browser in browsers]

    def join(browser: Browser, token: str) -> int:
        return browser.post(address, data=JOINING | {"csrf_token": token}).status_code

    with ThreadPoolExecutor(2) as crew:
        codes = sorted(crew.map(join, browsers, tokens))

    assert codes == [302, 404] or codes == [302, 302]
    assert list(seats(both)).count(NEW) == 1
    assert sum(bool(browser.visit) for browser in browsers) == 1


def test_an_invitation_ends_after_fourteen_days(rooms: Rooms, owner: Browser) -> None:
    address = invite(owner)

    rooms.clock.advance(days=13, hours=23)
    assert rooms.browser().get(address).status_code == 200
    rooms.clock.advance(hours=1)

    assert rooms.browser().get(address).status_code == 404
    assert rooms.browser().submit(address, JOINING).status_code == 404
    assert NEW not in rooms.browser(f"owner@{MILANO}").get(PAGE).text


def test_a_newer_invitation_takes_the_place_of_the_one_before(rooms: Rooms, owner: Browser) -> None:
    before, latest = invite(owner, role="owner"), invite(owner, NEW.upper(), role="viewer")

    assert rooms.browser().get(before).status_code == 404
    rooms.browser().submit(latest, JOINING)
    assert seats(rooms)[NEW] == "viewer"


def test_an_invitation_can_be_withdrawn(rooms: Rooms, owner: Browser) -> None:
    address = invite(owner)
    deed = re.search(r'action="([^"]+/withdraw)"', owner.get(PAGE).text)
    assert deed

    assert owner.submit(deed[1]).status_code == 302

    assert rooms.browser().get(address).status_code == 404
    assert NEW not in owner.get(PAGE).text
    assert owner.submit(deed[1]).status_code == 404


def test_the_name_of_an_invitation_on_the_page_opens_nothing(rooms: Rooms, owner: Browser) -> None:
    token = invite(owner).rpartition("/")[2]

    page = owner.get(PAGE).text

    assert token not in page
    with rooms.office.database.reading() as session:
        assert token not in repr(session.execute(select(OneTimeLink.__table__)).all())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "grace", "role": "viewer"}, "This is no e-mail address."),
        ({"email": "a@example.org, b@example.org", "role": "viewer"}, "This is no e-mail address."),
        ({"email": "a@example.org\nBcc: b@example.org", "role": "viewer"}, "This is no e-mail address."),
        ({"email": f"VIEWER@{MILANO}.example", "role": "viewer"}, "This person is a member already."),
    ],
)
def test_a_wrong_invitation_is_told_beside_its_field(owner: Browser, fields: dict[str, str], said: str) -> None:
    answer = owner.submit(PAGE, fields)

    assert answer.status_code == 422
    assert said in answer.text
    assert "invitation-link" not in answer.text


@pytest.mark.parametrize("role", ["king", "", "OWNER"])
def test_there_are_three_roles(owner: Browser, role: str) -> None:
    assert owner.submit(PAGE, {"email": NEW, "role": role}).status_code == 422


def test_a_role_that_is_changed_counts_at_once(rooms: Rooms, owner: Browser) -> None:
    person, browser = rooms.people[f"organizer@{MILANO}"], rooms.browser(f"organizer@{MILANO}")

    assert owner.submit(f"{PAGE}/{person.public_id}/role", {"role": "viewer"}).status_code == 302

    assert browser.submit(f"/room/{MILANO}/list").status_code == 403
    assert seats(rooms)[person.email] == "viewer"


def test_who_is_removed_is_out_at_once(rooms: Rooms, owner: Browser) -> None:
    person, browser = rooms.people[f"organizer@{MILANO}"], rooms.browser(f"organizer@{MILANO}")

    assert owner.submit(f"{PAGE}/{person.public_id}/remove").status_code == 302

    assert browser.get(f"/room/{MILANO}").status_code == 404
    assert "You have no place" in browser.get("/room", follow_redirects=True).text


def test_the_last_owner_stays_an_owner(both: Rooms) -> None:
    browser, person = both.browser(f"owner@{MILANO}"), both.people[f"owner@{MILANO}"]

    for deed, fields in (("role", {"role": "viewer"}), ("remove", {})):
        answer = browser.submit(f"{PAGE}/{person.public_id}/{deed}", fields)
        assert answer.status_code == 422
        assert "at least one owner" in answer.text
    assert seats(both)[person.email] == "owner"


def test_an_owner_whose_account_is_closed_counts_for_none(rooms: Rooms, owner: Browser) -> None:
    other = rooms.people[f"viewer@{MILANO}"]
    owner.submit(f"{PAGE}/{other.public_id}/role", {"role": "owner"})
    with rooms.office.database.writing() as session:
        session.get_one(User, other.user_id).closed_at = rooms.clock.now

    mine = rooms.people[f"owner@{MILANO}"].public_id
    assert owner.submit(f"{PAGE}/{mine}/remove").status_code == 422


def test_two_owners_who_remove_each_other_at_once_leave_one(both: Rooms) -> None:
    browser, other = both.browser(f"owner@{MILANO}"), both.people[f"viewer@{MILANO}"]
    browser.submit(f"{PAGE}/{other.public_id}/role", {"role": "owner"})
    pair = [both.people[f"owner@{MILANO}"], other]
    seat = Seat(both.organizations[MILANO], MILANO, NAMES[MILANO], Role.OWNER)
    by = find(both.office.database, browser.visit, both.clock.now)
    assert by is not None

    begun, done = Event(), Event()

    def first() -> bool:
        """Remove the other, and wait with the commit until they have done as much, or wait for us."""
        with both.office.database.writing() as session:
            removed = members.remove(session, seat, by, pair[1].public_id, both.clock.now)
            begun.set()
            done.wait(1)
        return removed

    def second() -> bool:
        begun.wait(30)
        try:
            return members_removed(both, seat, by, pair[0].public_id)
        except Refused:
            return False
        finally:
            done.set()

    with ThreadPoolExecutor(2) as crew:
        told = [answer.result() for answer in (crew.submit(first), crew.submit(second))]

    assert told == [True, False]
    assert list(seats(both).values()).count("owner") == 1


def members_removed(rooms: Rooms, seat: Seat, by: Visitor, member: str) -> bool:
    return bool(rooms.write(lambda session: members.remove(session, seat, by, member, rooms.clock.now)))


def test_what_is_done_in_one_organization_finds_nothing_of_another(both: Rooms) -> None:
    """The pages look first, so this is asked of what does the deed itself."""
    seat = Seat(both.organizations[MILANO], MILANO, NAMES[MILANO], Role.OWNER)
    by = find(both.office.database, both.browser(f"owner@{MILANO}").visit, both.clock.now)
    member, invited = a_member(both, TORINO), an_invitation(both, TORINO)
    assert by is not None
    before = seats(both, TORINO)

    def deeds(session: Session) -> list[bool]:
        return [
            members.change_role(session, seat, by, member, Role.OWNER, both.clock.now),
            members.remove(session, seat, by, member, both.clock.now),
            members.withdraw(session, seat, by, invited, both.clock.now),
        ]

    assert both.write(deeds) == [False, False, False]
    assert seats(both, TORINO) == before
    with both.office.database.reading() as session:
        waiting = members.invited_to(session, both.organizations[TORINO], both.clock.now)
    assert [one.named for one in waiting] == [invited]


def test_a_seat_is_taken_by_the_invited_address_alone(both: Rooms) -> None:
    token = invite(both.browser(f"owner@{MILANO}")).rpartition("/")[2]
    other = both.people[f"viewer@{TORINO}"]

    def take(session: Session) -> object:
        return members.accept(session, token, session.get_one(User, other.user_id), both.clock.now)

    assert both.write(take) is None
    assert other.email not in seats(both)


def test_everything_is_written_down_without_a_name(rooms: Rooms, owner: Browser) -> None:
    person = rooms.people[f"viewer@{MILANO}"]
    rooms.browser().submit(invite(owner), JOINING)
    owner.submit(f"{PAGE}/{person.public_id}/role", {"role": "organizer"})
    owner.submit(f"{PAGE}/{person.public_id}/remove")

    lines = journal(rooms)

    assert [action for action, _ in lines] == ["member.invited", "member.joined", "member.role", "member.removed"]
    assert {detail["by"] for action, detail in lines if action != "member.joined"} == {
        rooms.people[f"owner@{MILANO}"].public_id
    }
    assert NEW not in repr(lines)


def test_a_seat_that_somebody_has_stays_as_it_is(rooms: Rooms, owner: Browser) -> None:
    person = rooms.people[f"organizer@{TORINO}"]
    address = invite(owner, person.email, "viewer")
    with rooms.office.database.writing() as session:
        user = session.get_one(User, person.user_id)
        members.sit_down(session, user, rooms.organizations[MILANO], Role.OWNER, rooms.clock.now)

    rooms.browser(f"organizer@{TORINO}").submit(address)

    assert seats(rooms)[person.email] == "owner"
