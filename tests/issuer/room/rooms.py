"""An installation with two organizations, people in every role, and browsers in which they are signed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from issuer.accounts import arrival, links, visits
from issuer.accounts.links import Purpose, To
from issuer.accounts.passwords import hashed
from issuer.accounts.roles import Role
from issuer.batch import reserve
from issuer.event import read_event
from issuer.gallery import Picture, keep_picture
from issuer.models import Credential, Organization
from issuer.models.account import Membership, User
from issuer.office import Office
from issuer.preparing.store import Dropped, Who, begin
from issuer.room.guard import VISIT
from issuer.roster.model import Recipient
from issuer.settings import Settings
from issuer.tokens import new_token
from keys.key import Algorithm
from keys.store import Purpose as Use
from tests.conftest import NOW
from tests.issuer.web.conftest import EVENT
from wsgi import create_app

URL: Final = "https://badges.example"
MILANO, TORINO = "python-milano", "python-torino"
NAMES: Final = {MILANO: "Python Milano", TORINO: "Python Torino"}
PASSWORD: Final = "una frase lunga e tranquilla"
"""Everybody's."""
ADDRESSES: Final = count(1)
_CSRF: Final = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Clock:
    """Says what time it is; `advance` lets time pass."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Let so much time pass, in the words of `timedelta`."""
        self.now += timedelta(**by)


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `slug` and `role` tell their only seat, None for who has none."""

    user_id: int
    public_id: str
    name: str
    email: str
    slug: str | None = None
    role: Role | None = None


class Browser(FlaskClient):
    """A browser at an address of its own; `submit` sends a form as a page of ours would."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", self.application.config["BASE_URL"])
        return super().open(*args, **kwargs)

    def session_transaction(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("base_url", self.application.config["BASE_URL"])
        return super().session_transaction(*args, **kwargs)

    def csrf(self, page: str = "/room/sign-in") -> str:
        """Return the token that goes with this browser's cookie, from `page` or where it leads."""
        found = _CSRF.search(self.get(page, follow_redirects=True).text)
        assert found is not None, f"There is no form at {page}."
        return found[1]

    def submit(self, path: str, fields: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        """Post a form from a page of ours; `csrf_token` is added."""
        sent = {"csrf_token": self.csrf(), **(fields or {})}
        headers = {"Origin": self.application.config["BASE_URL"], "Sec-Fetch-Site": "same-origin"}
        return self.post(path, data=sent, headers=headers | options.pop("headers", {}), **options)

    @property
    def visit(self) -> str:
        """The token of the visit that lies in the cookie; empty for who is out."""
        with self.session_transaction() as kept:
            return str(kept.get(VISIT, ""))


@dataclass(frozen=True)
class Rooms:
    """The installation. `people` are named `ROLE@SLUG`, such as `owner@python-milano`; `operator` and `nobody`."""

    app: Flask
    office: Office
    clock: Clock
    organizations: Mapping[str, int]
    people: dict[str, Person] = field(default_factory=dict)

    def browser(self, who: str | None = None, language: str = "en") -> Browser:
        """Return a browser of somebody who is signed in, or of a stranger."""
        made: Browser = self.app.test_client()  # type: ignore[assignment]
        made.environ_base["REMOTE_ADDR"] = f"2001:db8:{next(ADDRESSES):x}::1"
        made.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        made.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        if who is not None:
            self.let_in(made, self.people[who])
        return made

    def let_in(self, browser: Browser, person: Person) -> None:
        """Sign somebody in without a password, which takes long to check."""
        with self.office.database.writing() as session:
            token = visits.begin(session, person.user_id, "Firefox/140.0 (X11; Linux)", self.clock.now)
        with browser.session_transaction() as kept:
            kept.clear()
            kept[VISIT] = token

    def write(self, work: Callable[[Session], Any]) -> Any:
        """Do `work` in the database."""
        return self.office.database.write(work)


Maker = Callable[[Rooms, str], str]
"""Makes a thing of an organization, by its slug, and returns the id under which it stands in an address."""


def a_member(rooms: Rooms, slug: str) -> str:
    """Return a viewer of the organization who joined just now."""
    with rooms.office.database.writing() as session:
        user = add_person(session, "Ospite", f"{new_token()}@{slug}.example")
        arrival.seat(session, user, rooms.organizations[slug], Role.VIEWER, rooms.clock.now)
        return user.public_id


def an_invitation(rooms: Rooms, slug: str) -> str:
    """Return the name of an invitation that waits."""
    to = To(organization_id=rooms.organizations[slug], email=f"{new_token()}@{slug}.example", role="viewer")
    with rooms.office.database.writing() as session:
        return links.handle(links.digest(links.make(session, Purpose.INVITATION, to, rooms.clock.now)))


def a_preparation(rooms: Rooms, slug: str) -> str:
    """Return a list that was dropped just now."""
    dropped = Dropped(b"Name,Email\nAda Lovelace,ada@example.org\n", "list.csv")
    organizer = Who(rooms.organizations[slug], rooms.people[f"organizer@{slug}"].user_id)
    return begin(rooms.office.database, organizer, dropped, rooms.clock())


def a_batch(rooms: Rooms, slug: str) -> str:
    """Return a batch of one, reserved and not signed."""
    text = EVENT.format(kind="attendance", language="it").replace('"python-milano"', f'"{slug}"')
    one = Recipient(2, "Ada Lovelace", "ada@example.org", True, None, ("email:ada@example.org|Ada Lovelace",))
    return reserve(rooms.office, read_event(text.encode(), None), [one], now=rooms.clock()).batch_id


def a_picture(rooms: Rooms, slug: str) -> str:
    """Return a picture of the organization, which nobody else has."""
    picture = Picture(f"<svg xmlns='http://www.w3.org/2000/svg'><!--{new_token()}--></svg>".encode())
    with rooms.office.database.writing() as session:
        return keep_picture(session, rooms.organizations[slug], picture)


def a_key(rooms: Rooms, slug: str) -> str:
    """Return a key that signs for the organization."""
    with rooms.office.database.writing() as session:
        did = session.get_one(Organization, rooms.organizations[slug]).did
        return rooms.office.keyring(session).rotate(did, Use.CREDENTIAL, Algorithm.EDDSA, rooms.clock()).kid


def a_credential(rooms: Rooms, slug: str) -> str:
    """Return the token of a credential, reserved and not signed."""
    a_batch(rooms, slug)
    own = Credential.organization_id == rooms.organizations[slug]
    with rooms.office.database.reading() as session:
        return str(session.scalars(select(Credential.token).where(own).order_by(Credential.id.desc())).first())


THINGS: Final[dict[str, Maker]] = {
    "batch": a_batch,
    "credential": a_credential,
    "deed": lambda _rooms, _slug: "pause",
    "design": lambda _rooms, _slug: "classic",
    "place": lambda _rooms, _slug: "0",
    "member": a_member,
    "invited": an_invitation,
    "preparation": a_preparation,
    "picture": a_picture,
    "kid": a_key,
}
"""How to make what each variable of a route stands for: `VARIABLE`, or `ENDPOINT:VARIABLE` where that says too little.

The matrix (test_matrix.py) asks for every route below /room/SLUG; a variable that nobody tells here fails there.
"""

IGNORES: Final[frozenset[str]] = frozenset({"home.list"})
"""Endpoints at which a field that nobody asked for is not refused, but never read either; the rest answer 422."""


def thing(rooms: Rooms, endpoint: str, variable: str, slug: str) -> str:
    """Return the id of a new thing of an organization, as an address of `endpoint` names it."""
    maker = THINGS.get(f"{endpoint}:{variable}") or THINGS.get(variable)
    assert maker is not None, f"Tell rooms.THINGS how to make the <{variable}> of {endpoint}."
    return maker(rooms, slug)


def rooms_at(folder: Path, database_url: str | None, base_url: str = URL, **settings: str) -> Rooms:
    """Return an installation with two organizations and everybody in it; `settings` without their prefix."""
    environ = {"DATA": str(folder / "data"), "BASE_URL": base_url, "LANGUAGE": "en", "WORKERS": "1", **settings}
    if database_url:
        environ["DATABASE_URL"] = database_url
    read = Settings.read({f"ATTESTATO_{name}": value for name, value in environ.items()})
    clock = Clock()
    app = create_app(read, clock=clock)
    app.test_client_class = Browser
    office: Office = app.extensions["attestato.office"]
    with office.database.writing() as session:
        ids = {slug: _organization(session, base_url, slug) for slug in NAMES}
        people = _people(session, ids)
    return Rooms(app, office, clock, ids, people)


def add_person(session: Session, name: str, email: str, *, operator: bool = False, language: str = "en") -> User:
    """Add somebody who has an account and no seat."""
    user = User(
        public_id=new_token(), email=email, name=name, password=_hash(), language=language, operator=operator,
        created_at=NOW,
    )  # fmt: skip
    session.add(user)
    session.flush()
    return user


@cache
def _hash() -> str:
    return hashed(PASSWORD)


def _organization(session: Session, base_url: str, slug: str) -> int:
    host = base_url.partition("://")[2].replace(":", "%3A")
    row = Organization(
        slug=slug, did=f"did:web:{host}:issuers:{slug}", base_url=base_url, language="it",
        facts={"name": NAMES[slug]}, created_at=NOW,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _people(session: Session, ids: Mapping[str, int]) -> dict[str, Person]:
    people = {}
    for slug, organization_id in ids.items():
        for role in Role:
            name, email = f"{role.value.title()} di {NAMES[slug]}", f"{role.value}@{slug}.example"
            user = add_person(session, name, email)
            session.add(Membership(user_id=user.id, organization_id=organization_id, role=role.value, created_at=NOW))
            people[f"{role.value}@{slug}"] = Person(user.id, user.public_id, name, email, slug, role)
    for name, is_operator in (("operator", True), ("nobody", False)):
        user = add_person(session, name.title(), f"{name}@badges.example", operator=is_operator)
        people[name] = Person(user.id, user.public_id, user.name, user.email)
    return people
