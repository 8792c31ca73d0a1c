"""What strangers are told of an issuer: green for whom somebody vouches for, and for nobody who looks like them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from badges.proof import SUITES, jwt, suite
from issuer import archive, batch
from issuer.fault import Refused
from issuer.models import Credential, Organization, StatusList
from issuer.office import Office, open_office
from issuer.settings import Settings
from issuer.vouching import approve, withdraw
from issuer.work import issuing
from keys.key import Algorithm, LocalSigner, PrivateKey
from keys.store import Purpose
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people
from tests.verifier.published import put, to_bytes
from wsgi import create_app

BASE = "https://badges.example"
DID = "did:web:badges.example:issuers:python-milano"
GREEN, YELLOW = 'class="verdict valid"', 'class="verdict unfamiliar"'
THIEF = PrivateKey.generate(Algorithm.EDDSA)
THIEF_DID = f"did:key:{THIEF.public().multikey()}"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"ATTESTATO_DATA": str(tmp_path / "data"), "ATTESTATO_BASE_URL": BASE, "ATTESTATO_LANGUAGE": "en"}


@pytest.fixture
def office(environ: dict[str, str]) -> Iterator[Office]:
    """An installation with one award."""
    opened = open_office(Settings.read(environ))
    reserved = batch.reserve(opened, make_event(), people(1), now=NOW - timedelta(hours=2))
    issuing.sign_batch(opened, reserved.batch_id, now=NOW - timedelta(hours=2))
    yield opened
    opened.close()


def award(office: Office) -> Any:
    with office.database.reading() as session:
        return archive.award(office, session.scalars(select(Credential.token)).one())


def client_of(environ: dict[str, str]) -> FlaskClient:
    return create_app(Settings.read(environ), clock=lambda: NOW).test_client()


def page(client: FlaskClient, data: bytes | str) -> str:
    text = data.decode() if isinstance(data, bytes) else data
    return client.post("/verify", data={"text": text}, headers={"Accept": "text/html"}).get_data(as_text=True)


def told(client: FlaskClient, data: bytes | str) -> Any:
    text = data.decode() if isinstance(data, bytes) else data
    return client.post("/verify", data={"text": text}, headers={"Accept": "application/json"}).get_json()


def by(office: Office, purpose: Purpose, changes: Any = lambda document: document) -> bytes:
    """The award's credential, signed anew with the key that this installation has for `purpose`."""
    document = {name: value for name, value in json.loads(award(office).signed).items() if name != "proof"}
    signer = office.keyring().signer(DID, purpose, Algorithm.EDDSA, NOW)
    return to_bytes(suite.sign(SUITES["eddsa-rdfc-2022"], changes(document), signer, NOW - timedelta(hours=1)))


def test_what_nobody_vouches_for_stands_and_is_never_green(office: Office, environ: dict[str, str]) -> None:
    client, signed = client_of(environ), award(office).signed
    assert GREEN in page(client, signed)

    withdraw(office, "python-milano", NOW)

    assert GREEN not in page(client, signed)
    assert YELLOW in page(client, signed)
    assert [told(client, signed)[name] for name in ("verdict", "issuer")] == [
        "valid", {"id": DID, "name": "Python Milano", "trust": "unknown", "listed": []},
    ]  # fmt: skip
    approve(office, "python-milano", NOW)
    assert GREEN in page(client, signed)
    assert told(client, signed)["issuer"]["listed"] == [{"by": "operator", "name": "Python Milano", "where": ""}]


def test_the_awards_own_page_says_so_at_once_though_verdicts_are_remembered(
    office: Office, environ: dict[str, str]
) -> None:
    client, token = client_of(environ), award(office).token
    known = client.get(f"/c/{token}").get_data(as_text=True)

    withdraw(office, "python-milano", NOW)

    assert client.get(f"/c/{token}").get_data(as_text=True) != known


def pages_of(client: FlaskClient, found: Any) -> dict[str, str]:
    """Every page that names the organization, for people who read English."""
    achievement = json.loads(found.signed)["credentialSubject"]["achievement"]["id"]
    addresses = {
        "award": f"/c/{found.token}", "issuer": "/issuers/python-milano", "achievement": achievement.removeprefix(BASE),
    }  # fmt: skip
    asked = {"Accept": "text/html", "Accept-Language": "en"}
    return {name: client.get(f"{url}?lang=en", headers=asked).get_data(as_text=True) for name, url in addresses.items()}


@pytest.mark.parametrize("name", ["award", "issuer", "achievement"])
def test_an_organization_is_known_on_its_own_pages_and_a_claim_once_nobody_vouches(
    name: str, office: Office, environ: dict[str, str]
) -> None:
    client, found = client_of(environ), award(office)
    known = pages_of(client, found)[name]

    withdraw(office, "python-milano", NOW)

    claimed = pages_of(client, found)[name]
    assert "Python Milano" in known
    assert "Claims to be" not in known
    assert "Claims to be" in claimed


def test_the_page_of_an_organization_says_who_vouches_for_it(office: Office, environ: dict[str, str]) -> None:
    client, found = client_of(environ), award(office)

    assert "approved by whoever runs this service" in pages_of(client, found)["issuer"]


def test_a_preview_of_an_award_gives_no_name_that_nobody_vouches_for(office: Office, environ: dict[str, str]) -> None:
    client, found = client_of(environ), award(office)
    preview = re.compile(r'og:description" content="[^"]*Python Milano')
    assert preview.search(pages_of(client, found)["award"])

    withdraw(office, "python-milano", NOW)

    assert not preview.search(pages_of(client, found)["award"])


def test_a_domain_is_shown_beside_the_name_that_it_does_not_vouch_for(office: Office, environ: dict[str, str]) -> None:
    withdraw(office, "python-milano", NOW)
    with office.database.writing() as session:
        row = session.scalars(select(Organization)).one()
        row.facts = {**row.facts, "url": "https://elsewhere.example/"}
        row.domain, row.domain_proof, row.domain_proved_at = "elsewhere.example", "dns", NOW - timedelta(days=1)

    shown = pages_of(client_of(environ), award(office))

    assert "Signed by Python Milano (elsewhere.example)" in shown["award"]
    assert "Known here as Python Milano (elsewhere.example)." in shown["award"]
    assert "its domain elsewhere.example vouches for it" in shown["issuer"]
    assert "Python Milano (elsewhere.example)" in shown["achievement"]


@pytest.mark.parametrize("name", ["Python Milano", "Руthon Milano", "Real University"])
def test_b15_an_impostor_is_never_green_whatever_the_name(name: str, office: Office, environ: dict[str, str]) -> None:
    document = json.loads(award(office).signed)
    for change in (("proof", ...), ("credentialStatus", ...), ("issuer/id", THIEF_DID), ("issuer/name", name)):
        document = put(document, *change)
    signer = LocalSigner(f"{THIEF_DID}#{THIEF.public().multikey()}", THIEF)
    forged = to_bytes(suite.sign(SUITES["eddsa-rdfc-2022"], document, signer, NOW))

    shown = page(client_of(environ), forged)

    assert YELLOW in shown
    assert GREEN not in shown


def test_a_known_issuer_that_signs_under_another_name_is_shown_under_both(
    office: Office, environ: dict[str, str]
) -> None:
    renamed = by(office, Purpose.CREDENTIAL, lambda document: put(document, "issuer/name", "Real University"))

    client = client_of(environ)

    assert "Known here as Python Milano." in page(client, renamed)
    assert "Known here as" not in page(client, award(office).signed)


def test_a_name_that_turns_what_follows_turns_itself_alone(office: Office, environ: dict[str, str]) -> None:
    renamed = by(office, Purpose.CREDENTIAL, lambda document: put(document, "issuer/name", "\u202eReal University"))

    shown = page(client_of(environ), renamed)

    assert re.search(r'<span data-fact="issuer" dir="auto">\u202eReal University</span>', shown)


def test_a12_the_key_for_lists_signs_no_badge(office: Office, environ: dict[str, str]) -> None:
    client = client_of(environ)

    assert told(client, by(office, Purpose.STATUS_LIST))["verdict"] == "key_not_authorised"
    assert told(client, by(office, Purpose.CREDENTIAL))["verdict"] == "valid"


def test_a12_a_token_that_shows_its_key_instead_of_naming_it_is_caught_too(
    office: Office, environ: dict[str, str]
) -> None:
    client = client_of(environ)
    document = {name: value for name, value in json.loads(award(office).signed).items() if name != "proof"}
    for purpose, verdict in ((Purpose.STATUS_LIST, "key_not_authorised"), (Purpose.CREDENTIAL, "valid")):
        signer = office.keyring().signer(DID, purpose, Algorithm.EDDSA, NOW)

        assert told(client, jwt.encode(document, signer))["verdict"] == verdict


def test_a12_the_key_for_badges_signs_no_list(office: Office, environ: dict[str, str]) -> None:
    client, signed = client_of(environ), award(office).signed
    verdicts = []
    for purpose in (Purpose.STATUS_LIST, Purpose.CREDENTIAL):
        signer = office.keyring().signer(DID, purpose, Algorithm.EDDSA, NOW)
        with office.database.writing() as session:
            row = session.scalars(select(StatusList)).one()
            listed = {name: value for name, value in json.loads(row.published).items() if name != "proof"}
            row.published = to_bytes(suite.sign(SUITES["eddsa-rdfc-2022"], listed, signer, NOW))
        verdicts.append(told(client, signed)["verdict"])

    assert verdicts == ["valid", "status_unknown"]


class TestTheSettings:
    """Lists and registries in the settings, for an issuer and for a verifier without a database."""

    @pytest.fixture
    def lists(self, tmp_path: Path) -> dict[str, str]:
        (tmp_path / "known.toml").write_text(f'[[issuer]]\nid = "{THIEF_DID}"\nname = "A Friend"\n', "utf-8")
        (tmp_path / "dcc.json").write_text(json.dumps({"registry": {THIEF_DID: {"name": "Friend & Co"}}}), "utf-8")
        return {
            "ATTESTATO_KNOWN_ISSUERS": str(tmp_path / "known.toml"),
            "ATTESTATO_REGISTRIES": f"{tmp_path / 'dcc.json'}, {tmp_path / 'dcc.json'}",
        }

    @pytest.fixture
    def friend(self, office: Office) -> bytes:
        document = json.loads(award(office).signed)
        for change in (("proof", ...), ("credentialStatus", ...), ("issuer/id", THIEF_DID)):
            document = put(document, *change)
        signer = LocalSigner(f"{THIEF_DID}#{THIEF.public().multikey()}", THIEF)
        return to_bytes(suite.sign(SUITES["eddsa-rdfc-2022"], document, signer, NOW))

    @pytest.mark.parametrize("roles", ["issuer,verifier", "verifier"])
    def test_those_they_list_are_known(self, roles, environ, lists, friend, tmp_path) -> None:
        alone = {**environ, "ATTESTATO_ROLES": roles}
        if roles == "verifier":
            # One process keeps in its memory what several would share in a file.
            alone |= {"ATTESTATO_DATA": str(tmp_path / "nothing"), "ATTESTATO_WORKERS": "1"}

        assert told(client_of(alone), friend)["issuer"]["trust"] == "unknown"
        answer = told(client_of(alone | lists), friend)["issuer"]
        assert [reason["by"] for reason in answer["listed"]] == ["list", "registry", "registry"]
        assert answer["listed"][1] == {"by": "registry", "name": "Friend & Co", "where": "dcc"}
        assert not (tmp_path / "nothing").exists()

    def test_who_is_taken_out_while_the_service_runs_is_known_no_more(self, environ, lists, friend) -> None:
        del lists["ATTESTATO_REGISTRIES"]
        client = client_of(environ | lists)
        assert GREEN in page(client, friend)

        Path(lists["ATTESTATO_KNOWN_ISSUERS"]).write_text("issuer = []\n", "utf-8")

        assert YELLOW in page(client, friend)

    def test_every_fault_of_every_file_is_told_at_the_start(self, environ, lists, tmp_path) -> None:
        (tmp_path / "known.toml").write_text('[[issuer]]\nid = "x"\nname = "X"\n[[issuer]]\nid = 7\n', "utf-8")
        lists["ATTESTATO_REGISTRIES"] += f",{tmp_path / 'none.json'}"

        with pytest.raises(Refused) as refused:
            client_of(environ | lists)

        assert [(fault.column, fault.code) for fault in refused.value.faults] == [
            ("ATTESTATO_KNOWN_ISSUERS", "setting_list_id"),
            ("ATTESTATO_KNOWN_ISSUERS", "setting_list_id"),
            ("ATTESTATO_REGISTRIES", "setting_list_absent"),
        ]
