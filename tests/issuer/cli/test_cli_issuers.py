"""`attestato issuers`: who vouches for whom, settled at the command line; and what the worker asks again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dns.resolver
import pytest

from issuer import domain
from issuer.cli.desk import Desk
from issuer.cli.root import run
from tests.issuer.engine.nameserver import Zone, serving

DID = "did:web:localhost%3A8000:issuers:python-milano"
HOST = "milano.python.it"
NAME = f"_attestato.{HOST}"


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zone]:
    made = Zone()
    with serving(made) as resolver:
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        monkeypatch.setattr(domain, "SECONDS", 0.5)
        yield made


@pytest.fixture
def issued(attestato, folder) -> Path:
    event = folder / "event.toml"
    name = 'name = "Python Milano"\n'
    event.write_text(event.read_text("utf-8").replace(name, f'{name}url = "https://{HOST}/"\n'), "utf-8")
    said = attestato("issue", "event.toml", "list.csv", "--formats", "json", "--out", "out", "--json")
    assert said.code == 0, said.err
    return Path(said.json["credentials"][0]["files"][0])


def listed(attestato) -> dict:
    said = attestato("issuers", "list", "--json")
    assert said.code == 0
    return said.json[0]


def trust(attestato, badge: Path) -> str:
    return attestato("verify", badge, "--json").json["issuer"]["trust"]


def test_there_are_none_before_anything_was_issued(attestato, folder):
    assert attestato("issuers", "list", "--json").json == []
    assert attestato("issuers", "list").out.strip() == "There are no issuers yet."
    assert not (folder / "instance").exists()


def test_an_issuer_made_here_is_approved_and_told_in_full(attestato, issued, now):
    assert listed(attestato) == {
        "slug": "python-milano",
        "id": DID,
        "name": "Python Milano",
        "url": f"https://{HOST}/",
        "trust": "known",
        "listed": [{"by": "operator", "name": "Python Milano", "where": ""}],
        "approved": now.isoformat(),
        "domain": None,
        "proof": None,
        "proved": None,
    }


def test_withdrawing_and_approving_decide_what_strangers_are_told(attestato, issued):
    assert trust(attestato, issued) == "known"
    codes = [attestato("issuers", "withdraw", "python-milano").code for _ in range(2)]
    assert (codes, trust(attestato, issued), listed(attestato)["listed"]) == ([0, 0], "unknown", [])
    codes = [attestato("issuers", "approve", "python-milano").code for _ in range(2)]
    assert (codes, trust(attestato, issued)) == ([0, 0], "known")


@pytest.mark.enable_socket
def test_a_domain_is_proved_as_often_as_one_likes(attestato, issued, zone, now):
    attestato("issuers", "withdraw", "python-milano")
    zone.texts[NAME] = [[f"issuer={DID}"]]

    said = [attestato("issuers", "prove", "python-milano", "--by", "dns", "--domain", HOST) for _ in range(2)]

    assert [(answer.code, answer.err) for answer in said] == [(0, "")] * 2
    told = listed(attestato)
    assert [told[name] for name in ("domain", "proof", "proved")] == [HOST, "dns", now.isoformat()]
    assert trust(attestato, issued) == "known"
    assert HOST in attestato("issuers", "list").out


@pytest.mark.enable_socket
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_domain_that_does_not_vouch_is_told_what_to_do(attestato, issued, zone, monkeypatch, language):
    monkeypatch.setenv("ATTESTATO_LANGUAGE", language)
    attestato("issuers", "withdraw", "python-milano")

    said = attestato("issuers", "prove", "python-milano", "--by", "dns")

    assert said.code == 3
    assert NAME in said.err
    assert f"issuer={DID}" in said.err
    assert trust(attestato, issued) == "unknown"


@pytest.mark.parametrize(
    "arguments",
    [
        ["prove", "python-roma"], ["approve", "python-roma"], ["withdraw", "python-roma"],
        ["prove", "python-milano", "--domain", "evil.example"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_cannot_be_done_is_3_and_says_why(attestato, issued, arguments):
    before = listed(attestato)

    said = attestato("issuers", *arguments)

    assert (said.code, said.out) == (3, "")
    assert said.err.strip()
    assert listed(attestato) == before


@pytest.mark.parametrize(
    "arguments", [["issuers"], ["issuers", "prove"], ["issuers", "prove", "x", "--by", "fax"], ["issuers", "trust"]]
)
def test_wrong_usage_is_64(attestato, arguments):
    assert attestato(*arguments).code == 64


@pytest.mark.enable_socket
def test_the_worker_asks_each_domain_again_once_a_day(attestato, issued, zone, now):
    zone.texts[NAME] = [[f"issuer={DID}"]]
    attestato("issuers", "withdraw", "python-milano")
    attestato("issuers", "prove", "python-milano", "--by", "dns")
    zone.asked.clear()

    codes = [
        run(["worker", "--once"], Desk(clock=lambda hours=hours: now + timedelta(hours=hours))) for hours in (1, 24, 25)
    ]

    assert codes == [0, 0, 0]
    assert set(zone.asked) == {NAME}
    assert listed(attestato)["proved"] == (now + timedelta(hours=24)).isoformat()


class TestListsInTheSettings:
    """What `ATTESTATO_KNOWN_ISSUERS` names counts for `attestato verify` too, and without a database."""

    @pytest.fixture
    def alone(self, attestato, issued, folder, monkeypatch):
        """The command where nothing was ever issued, with a copy of the documents."""
        attestato("publish", "--out", "documents")
        monkeypatch.setenv("ATTESTATO_DATA", str(folder / "elsewhere"))

        def trust() -> tuple[str, str]:
            said = attestato("verify", issued, "--documents", "documents", "--json")
            assert said.code == 0, said.err
            return said.json["issuer"]["trust"], ",".join(item["by"] for item in said.json["issuer"]["listed"])

        return trust

    def test_those_in_it_are_known(self, alone, folder, monkeypatch):
        assert alone() == ("unknown", "")
        (folder / "known.json").write_text(json.dumps({"issuer": [{"id": DID, "name": "PyMI"}]}), "utf-8")
        monkeypatch.setenv("ATTESTATO_KNOWN_ISSUERS", "known.json")

        assert alone() == ("known", "list")
        assert not (folder / "elsewhere").exists()

    @pytest.mark.parametrize("command", [["verify", "event.toml"], ["serve", "--port", "1"]])
    def test_a_fault_in_it_is_wrong_usage(self, attestato, folder, monkeypatch, command):
        (folder / "known.toml").write_text("[[issuer]]\nid = 7\n", "utf-8")
        monkeypatch.setenv("ATTESTATO_KNOWN_ISSUERS", "known.toml")

        said = attestato(*command)

        assert said.code == 64
        assert "known.toml, issuer 1" in said.err

    def test_with_a_folder_of_documents_and_by_a_verifier_alone_no_database_elsewhere_is_asked(
        self, attestato, issued, monkeypatch
    ):
        attestato("publish", "--out", "documents")
        monkeypatch.setenv("ATTESTATO_DATABASE_URL", "postgresql://nobody:nothing@127.0.0.1:1/none")
        codes = []
        for roles in ("issuer,verifier", "verifier"):
            monkeypatch.setenv("ATTESTATO_ROLES", roles)
            codes += [attestato("verify", issued, *more).code for more in ((), ("--documents", "documents"))]

        assert codes == [3, 0, 2, 0]

    @pytest.mark.parametrize("command", ["serve", "doctor"])
    def test_a_file_that_is_not_there_is_said_in_one_sentence_of_ones_language(
        self, attestato, folder, monkeypatch, command
    ):
        monkeypatch.setenv("ATTESTATO_KNOWN_ISSUERS", "known.toml")
        monkeypatch.setenv("ATTESTATO_LANGUAGE", "it")

        said = attestato(command)

        assert said.code == 64
        assert f"ATTESTATO_KNOWN_ISSUERS: Il file {folder}/known.toml non c’è." in said.out + said.err
        assert "No such file" not in said.out + said.err

    def test_the_doctor_looks_at_it(self, attestato, folder, monkeypatch):
        monkeypatch.setenv("ATTESTATO_KNOWN_ISSUERS", "known.toml")
        said = []
        for text in ("issuer = []\n", "[[issuer]]\nid = 7\n"):
            (folder / "known.toml").write_text(text, "utf-8")

            said.append(attestato("doctor").out)

        assert "✓ The lists of known issuers can be read: known.toml." in said[0]
        assert "✕ ATTESTATO_KNOWN_ISSUERS: known.toml, issuer 1" in said[1]
