"""Who vouches for an organization: the operator, or a domain that is really asked; and for how long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import dns.resolver
import pytest
from alembic import command
from sqlalchemy import Engine, select, text

from issuer import batch, domain
from issuer.database import connect
from issuer.fault import Refused
from issuer.models import Journal, Organization
from issuer.office import Office, _alembic, migrate, open_office
from issuer.public import document
from issuer.settings import Settings
from issuer.vouching import World, approve, ask_again, prove, reasons_of, withdraw
from issuer.web.hosted import Hosted, Purposes, Residents
from issuer.work import issuing
from keys.store import Purpose
from tests.issuer.engine.builders import make_event, people, settings_for
from tests.issuer.engine.nameserver import Zone, serving
from verifier.reason import Basis
from verifier.resolver import Gone, MemoryResolver

SLUG = "python-milano"
DID = "did:web:badges.example.org:issuers:python-milano"
HOST = "milano.python.it"
NAME = f"_attestato.{HOST}"
FILE = f"https://{HOST}/.well-known/attestato-issuers.json"
OTHERS = ["evil.example", "python.it", f"www.{HOST}", "mi1ano.python.it", "milanо.python.it", f"{HOST}.evil.example"]
DAY = timedelta(days=1)

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zone]:
    """A name server that this machine is set up with, which knows nothing yet."""
    made = Zone()
    with serving(made) as resolver:
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        monkeypatch.setattr(domain, "SECONDS", 0.5)
        yield made


@pytest.fixture
def websites() -> dict[str, bytes]:
    """What stands on the web."""
    return {}


@pytest.fixture
def world(zone: Zone, websites: dict[str, bytes]) -> World:
    """Our own look-up, which asks the name server, and the web."""
    return World(domain.look_up_texts, MemoryResolver(websites))


@pytest.fixture
def stranger(office: Office, now: datetime) -> Office:
    """An installation with one organization, for which nobody vouches yet."""
    batch.reserve(office, make_event(), people(1), now=now)
    withdraw(office, SLUG, now)
    return office


def row(office: Office) -> Organization:
    with office.database.reading() as session:
        return session.scalars(select(Organization)).one()


def known(office: Office, now: datetime) -> list[tuple[str, str]]:
    return [(reason.basis.value, reason.where) for reason in reasons_of(row(office), now)]


def refused(office: Office, ways: tuple[str, ...], now: datetime, world: World, given: str | None = None) -> str:
    with pytest.raises(Refused) as fault:
        prove(office, SLUG, ways, now, world, given)
    return fault.value.faults[0].code


class TestTheOperator:
    """Whoever runs the command on the machine is the operator."""

    def test_an_organization_made_on_the_machine_is_approved(self, office: Office, now: datetime) -> None:
        batch.reserve(office, make_event(), people(1), now=now)

        assert known(office, now) == [("operator", "")]

    def test_issuing_again_does_not_bring_back_what_was_withdrawn(self, stranger: Office, now: datetime) -> None:
        batch.reserve(stranger, make_event(), people(2), now=now, update=True)

        assert known(stranger, now) == []

    def test_approving_and_withdrawing_can_be_done_again(self, stranger: Office, now: datetime) -> None:
        assert [approve(stranger, SLUG, now), approve(stranger, SLUG, now + DAY)] == [True, False]
        assert known(stranger, now) == [("operator", "")]
        assert [withdraw(stranger, SLUG, now), withdraw(stranger, SLUG, now)] == [True, False]
        assert known(stranger, now) == []

    def test_each_deed_is_written_down_once(self, stranger: Office, now: datetime) -> None:
        for deed in (approve, approve, withdraw, withdraw):
            deed(stranger, SLUG, now)

        with stranger.database.reading() as session:
            actions = [line.action for line in session.scalars(select(Journal).order_by(Journal.id))]
        assert actions[-3:] == ["organization.withdrawn", "organization.approved", "organization.withdrawn"]

    @pytest.mark.parametrize("deed", [approve, withdraw])
    def test_nobody_of_that_name_is_refused_with_the_names_there_are(self, deed, stranger, now) -> None:
        with pytest.raises(Refused, match=SLUG):
            deed(stranger, "python-roma", now)


class TestADomain:
    """A domain vouches by DNS or by a file, and is asked for real."""

    @pytest.mark.parametrize(
        "records",
        [
            [[f"issuer={DID}"]], [["v=spf1 -all"], [f"issuer={DID}"]], [[f"issuer={DID}", ""]],
            [[f"issuer={DID[:20]}", DID[20:]]], [[f"issuer=did:web:other issuer={DID}"]], [[f"x; issuer={DID}; y"]],
            [[f'\\"issuer={DID}\\"']],
        ],
    )  # fmt: skip
    def test_a_txt_record_vouches(self, records, stranger, zone, world, now) -> None:
        zone.texts[NAME] = records

        assert prove(stranger, SLUG, ("dns",), now, world) == (HOST, "dns")
        assert known(stranger, now) == [("dns", HOST)]
        assert set(zone.asked) == {NAME}

    @pytest.mark.parametrize(
        "records",
        [
            [], [["issuer="]], [[f"issuer={DID}x"]], [[f"issuer={DID}:sub"]], [[f"xissuer={DID}"]], [[DID]],
            [[f"issuer={DID.upper()}"]], [[f"issuer= {DID}"]], [["issuer=did:web:badges.example.org:issuers:python"]],
        ],
    )  # fmt: skip
    def test_a_record_of_somebody_else_does_not(self, records, stranger, zone, world, now) -> None:
        zone.texts[NAME] = records

        assert refused(stranger, ("dns",), now, world) == "domain_denied"
        assert known(stranger, now) == []

    @pytest.mark.parametrize("place", [HOST, f"attestato.{HOST}", "_attestato.python.it", "_attestato"])
    def test_a_record_at_another_name_does_not(self, place, stranger, zone, world, now) -> None:
        zone.texts[place] = [[f"issuer={DID}"]]

        assert refused(stranger, ("dns",), now, world) == "domain_denied"

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b'{"issuers": ["' + DID.encode() + b'"]}', None),
            (b'{"issuers": ["did:web:other", "' + DID.encode() + b'"], "x": 1}', None),
            (b'{"issuers": "' + DID.encode() + b'"}', "domain_denied"),
            (b'["' + DID.encode() + b'"]', "domain_denied"),
            (b'{"issuers": ["' + DID.encode() + b'x"]}', "domain_denied"),
            (b'{"issuers": []}', "domain_denied"), (b"<html>", "domain_denied"), (None, "domain_silent"),
        ],
    )  # fmt: skip
    def test_a_file_vouches_for_those_it_names(self, body, code, stranger, websites, world, now) -> None:
        if body is not None:
            websites[FILE] = body

        if code is None:
            assert prove(stranger, SLUG, ("file",), now, world) == (HOST, "file")
            assert known(stranger, now) == [("file", HOST)]
        else:
            assert refused(stranger, ("file",), now, world) == code
            assert known(stranger, now) == []

    def test_a_file_that_was_taken_back_takes_its_word_back_and_one_that_is_missing_says_nothing(
        self, stranger, websites, world, now
    ) -> None:
        class Taken(MemoryResolver):
            def fetch(self, url: str) -> bytes:
                raise Gone(b"")

        websites[FILE] = json.dumps({"issuers": [DID]}).encode()
        prove(stranger, SLUG, ("file",), now, world)

        assert ask_again(stranger, now + DAY, World(world.texts, MemoryResolver({}))) == 1
        assert known(stranger, now + DAY) == [("file", HOST)]
        assert ask_again(stranger, now + 2 * DAY, World(world.texts, Taken({}))) == 1
        assert known(stranger, now + 2 * DAY) == []

    def test_without_a_way_dns_is_asked_first_and_then_the_file(self, stranger, zone, websites, world, now) -> None:
        websites[FILE] = json.dumps({"issuers": [DID]}).encode()
        zone.broken.add(NAME)

        assert prove(stranger, SLUG, ("dns", "file"), now, world) == (HOST, "file")
        zone.broken.clear()
        zone.texts[NAME] = [[f"issuer={DID}"]]
        assert prove(stranger, SLUG, ("dns", "file"), now, world) == (HOST, "dns")

    @pytest.mark.parametrize("how", ["silent", "broken"])
    def test_a_domain_that_does_not_answer_takes_nothing_back(self, how, stranger, zone, world, now) -> None:
        zone.texts[NAME] = [[f"issuer={DID}"]]
        prove(stranger, SLUG, ("dns",), now, world)
        getattr(zone, how).add(NAME)

        assert refused(stranger, ("dns",), now + DAY, world) == "domain_silent"
        assert known(stranger, now + DAY) == [("dns", HOST)]

    def test_a_domain_that_says_no_takes_its_word_back(self, stranger, zone, world, now) -> None:
        zone.texts[NAME] = [[f"issuer={DID}"]]
        prove(stranger, SLUG, ("dns",), now, world)
        zone.texts.clear()

        assert refused(stranger, ("dns",), now + DAY, world) == "domain_denied"
        assert known(stranger, now + DAY) == []

    def test_its_word_counts_for_thirty_days_and_may_be_given_again(self, stranger, zone, world, now) -> None:
        zone.texts[NAME] = [[f"issuer={DID}"]]
        prove(stranger, SLUG, ("dns",), now, world)

        last = now + 30 * DAY - timedelta(seconds=1)
        assert known(stranger, last) == [("dns", HOST)]
        assert known(stranger, now + 30 * DAY) == []
        prove(stranger, SLUG, ("dns",), now + 30 * DAY, world)
        assert known(stranger, now + 30 * DAY) == [("dns", HOST)]

    def test_a_word_from_the_future_counts_for_nothing(self, stranger, zone, world, now) -> None:
        zone.texts[NAME] = [[f"issuer={DID}"]]
        prove(stranger, SLUG, ("dns",), now, world)

        assert known(stranger, now - DAY) == []

    def test_the_domain_is_that_of_the_present_address(self, stranger, zone, world, now) -> None:
        zone.texts[NAME] = [[f"issuer={DID}"]]
        prove(stranger, SLUG, ("dns",), now, world)
        self.move(stranger, "https://python.example/")

        assert known(stranger, now) == []
        assert refused(stranger, ("dns",), now, world) == "domain_denied"
        self.move(stranger, f"https://{HOST}/elsewhere")
        assert known(stranger, now) == [("dns", HOST)]

    @pytest.mark.parametrize("given", OTHERS)
    def test_no_other_domain_can_be_named(self, given, stranger, zone, world, now) -> None:
        zone.texts[f"_attestato.{given}"] = [[f"issuer={DID}"]]

        assert refused(stranger, ("dns",), now, world, given) == "domain_other"
        assert zone.asked == []

    @pytest.mark.parametrize("given", [HOST, HOST.upper(), f"{HOST}."])
    def test_its_own_may_be(self, given, stranger, zone, world, now) -> None:
        zone.texts[NAME] = [[f"issuer={DID}"]]

        assert prove(stranger, SLUG, ("dns",), now, world, given) == (HOST, "dns")

    @pytest.mark.parametrize(
        "url",
        [
            None, "", "https://127.0.0.1/", "https://localhost/", "https://milanò.it/", "https://\u212aaggle.example/",
            "https://u@x.example/", "https://x.example:8443/", "https://[::1]/", "mailto:x@x.example",
            "https://x.example\\@evil.example/",
        ],
    )  # fmt: skip
    def test_an_address_without_a_domain_cannot_be_proved(self, url, stranger, zone, world, now) -> None:
        self.move(stranger, url)

        assert refused(stranger, ("dns", "file"), now, world) == "domain_none"
        assert zone.asked == []

    @staticmethod
    def move(office: Office, url: str | None) -> None:
        with office.database.writing() as session:
            found = session.scalars(select(Organization)).one()
            found.facts = {**found.facts, "url": url}


class TestAskingAgain:
    """The worker asks each domain once a day."""

    @pytest.fixture
    def proved(self, stranger: Office, zone: Zone, world: World, now: datetime) -> Office:
        zone.texts[NAME] = [[f"issuer={DID}"]]
        prove(stranger, SLUG, ("dns",), now, world)
        return stranger

    def test_a_domain_is_asked_once_a_day_and_no_more(self, proved, zone, world, now) -> None:
        assert [ask_again(proved, now + time, world) for time in (DAY / 2, DAY, DAY, 2 * DAY)] == [0, 1, 0, 1]
        assert row(proved).domain_proved_at == now + 2 * DAY

    def test_one_that_is_silent_is_not_asked_all_day_long(self, proved, zone, world, now) -> None:
        zone.broken.add(NAME)

        assert [ask_again(proved, now + time, world) for time in (DAY, 1.5 * DAY)] == [1, 0]
        assert known(proved, now + 2 * DAY) == [("dns", HOST)]
        assert known(proved, now + 30 * DAY) == []

    def test_one_that_says_no_vouches_no_longer_and_is_left_in_peace(self, proved, zone, world, now) -> None:
        zone.texts.clear()

        assert [ask_again(proved, now + time, world) for time in (DAY, 2 * DAY)] == [1, 0]
        assert known(proved, now + DAY) == []

    def test_what_the_operator_withdrew_does_not_come_back(self, proved, zone, world, now) -> None:
        def meanwhile(name: str) -> list[str]:
            withdraw(proved, SLUG, now)
            return [f"issuer={DID}"]

        assert ask_again(proved, now + DAY, World(meanwhile, world.websites)) == 1
        assert known(proved, now + DAY) == []

    def test_nobody_is_asked_for_an_organization_that_never_proved_a_domain(self, stranger, zone, world, now) -> None:
        approve(stranger, SLUG, now)

        assert ask_again(stranger, now + DAY, world) == 0
        assert zone.asked == []


class TestWhatStrangersAreTold:
    """The public verifier knows the issuers here that somebody vouches for."""

    def test_an_organization_is_known_under_its_name_and_its_domain(self, stranger, zone, world, now) -> None:
        assert DID not in Hosted(Residents(stranger), lambda: now)
        zone.texts[NAME] = [[f"issuer={DID}"]]
        prove(stranger, SLUG, ("dns",), now, world)

        assert Hosted(Residents(stranger), lambda: now)[DID] == f"Python Milano ({HOST})"
        assert DID not in Hosted(Residents(stranger), lambda: now + 30 * DAY)
        approve(stranger, SLUG, now)
        assert [reason.basis for reason in Hosted(Residents(stranger), lambda: now).reasons(DID)] == [
            Basis.DNS,
            Basis.OPERATOR,
        ]

    @pytest.mark.parametrize("issuer", [DID + "x", DID[:-1], DID.upper(), "did:web:badges.example.org", "", SLUG])
    def test_whoever_looks_like_it_is_not(self, issuer, stranger, now) -> None:
        approve(stranger, SLUG, now)

        assert DID in Hosted(Residents(stranger), lambda: now)
        assert issuer not in Hosted(Residents(stranger), lambda: now)

    def test_each_key_has_one_purpose_and_strangers_keys_none(self, office: Office, now: datetime) -> None:
        reserved = batch.reserve(office, make_event(), people(1), now=now)
        issuing.sign_batch(office, reserved.batch_id, now=now)
        store, purposes = office.keyring().store, Purposes(Residents(office))

        told = {(record.purpose, purposes(DID, record.public())) for record in store.records(DID)}

        assert told == {(Purpose.CREDENTIAL, "credential"), (Purpose.STATUS_LIST, "status-list")}
        assert {purposes("did:web:other.example", record.public()) for record in store.records(DID)} == {None}
        assert document(office, f"/issuers/{SLUG}/did.json", now) is not None


def test_a_machine_without_any_name_server_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = dns.resolver.Resolver(configure=False)
    monkeypatch.setattr(dns.resolver, "default_resolver", nobody)

    assert domain.ask_dns(HOST, DID, domain.look_up_texts) is domain.Answer.UNKNOWN


def before(settings: Settings) -> Engine:
    """Make the tables of the first version."""
    settings.data.mkdir(parents=True)
    engine = connect(settings.database_url).engine
    with engine.begin() as connection:
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    return engine


def test_organizations_of_before_are_approved(tmp_path: Path, database_url: str | None, request, now) -> None:
    """Brought to the first version, filled as that one did, and brought to this one."""
    url = request.getfixturevalue("postgresql") if database_url else None
    settings = settings_for(tmp_path, url)
    engine = before(settings)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO organization (id, slug, did, base_url, language, facts, sign_email, created_at) "
                "VALUES (1, 'old', 'did:web:old', 'https://old.example', 'it', '{}', true, '2026-01-01 00:00:00+00:00')"
            )
        )
    engine.dispose()

    migrate(settings)

    opened = open_office(settings)
    found = row(opened)
    opened.close()
    assert (found.approved_at, found.domain) == (found.created_at, None)
