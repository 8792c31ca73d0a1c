"""What comes after issuing: verify, correct, revoke, publish, keys, worker, doctor, and a file to start from."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from pathlib import Path

import pytest

from issuer.batch import reserve
from issuer.event import read_event
from issuer.kinds import KINDS
from issuer.office import open_office
from issuer.roster import read
from issuer.settings import Settings

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture
def issued(attestato, folder):
    """The credentials of the list, as `issue --json` tells them."""
    said = attestato("issue", "event.toml", "list.csv", "--formats", "json,jwt", "--out", "out", "--json")
    assert said.code == 0, said.err
    return said.json["credentials"]


def verdict(attestato, *arguments):
    said = attestato("verify", *arguments, "--json")
    return said.code, said.json["verdict"]


def test_what_was_issued_is_valid(attestato, issued):
    assert verdict(attestato, issued[0]["files"][0]) == (0, "valid")
    assert verdict(attestato, issued[0]["files"][1]) == (0, "valid")
    assert attestato("verify", *[entry["files"][0] for entry in issued]).code == 0


def test_a_copy_with_one_letter_changed_is_not(attestato, issued, folder):
    path = folder / issued[0]["files"][0]
    path.write_bytes(path.read_bytes().replace(b"Ada Lovelace", b"Ada Lovelacs"))

    assert verdict(attestato, path) == (1, "signature_invalid")


def test_an_address_of_ours_is_answered_by_our_own_store(attestato, issued):
    assert verdict(attestato, issued[0]["url"]) == (0, "valid")


def test_verifying_makes_no_installation(attestato, folder):
    (folder / "x.json").write_text("{}", encoding="utf-8")

    assert attestato("verify", "x.json").code == 1
    assert not (folder / "instance").exists()
    assert not (folder / "instance.kek").exists()


def test_what_was_published_is_enough_to_verify_without_us(attestato, issued, folder, monkeypatch):
    said = attestato("publish", "--out", "public")
    monkeypatch.setenv("ATTESTATO_DATA", str(folder / "elsewhere"))

    assert said.code == 0
    assert (folder / "public/localhost%3A8000/issuers/python-milano/did.json").is_file()
    assert verdict(attestato, issued[0]["files"][0], "--documents", "public") == (0, "valid")
    assert verdict(attestato, issued[0]["files"][0], "--documents", "out") == (2, "issuer_unresolvable")
    assert not (folder / "elsewhere").exists()


def test_a_revoked_credential_is_revoked_in_every_format_when_the_command_returns(attestato, issued):
    said = attestato("revoke", issued[0]["url"], "--reason", "Issued by mistake.")

    assert said.code == 0
    assert verdict(attestato, issued[0]["files"][0]) == (1, "revoked")
    assert verdict(attestato, issued[0]["files"][1]) == (1, "revoked")
    assert verdict(attestato, issued[1]["files"][0]) == (0, "valid")


def test_revoking_again_changes_nothing_and_says_so(attestato, issued):
    token = issued[0]["url"].rpartition("/")[2]
    attestato("revoke", token, "--reason", "Once.")

    said = attestato("revoke", token, "--reason", "Twice.")

    assert said.code == 0
    assert "already" in said.err


def test_of_an_unknown_credential_nothing_is_revoked(attestato, issued):
    said = attestato("revoke", issued[0]["url"], "a" * 26, "--reason", "Why not.")

    assert said.code == 3
    assert verdict(attestato, issued[0]["files"][0]) == (0, "valid")


def test_a_correction_supersedes_and_keeps_the_address(attestato, issued, folder):
    said = attestato("correct", issued[0]["url"], "--name", "Ada King", "--note", "Married name.")
    again = attestato("issue", "event.toml", "list.csv", "--formats", "json", "--out", "new", "--json").json

    assert said.code == 0
    assert issued[0]["url"] in said.out
    assert verdict(attestato, issued[0]["files"][0]) == (1, "superseded")
    assert again["credentials"][0]["url"] == issued[0]["url"]
    assert b"Ada King" in (folder / again["credentials"][0]["files"][0]).read_bytes()
    assert verdict(attestato, again["credentials"][0]["files"][0]) == (0, "valid")


def test_what_is_revoked_is_not_corrected(attestato, issued):
    attestato("revoke", issued[0]["url"], "--reason", "Done.")

    assert attestato("correct", issued[0]["url"], "--name", "Ada King").code == 3


def test_keys_are_listed_rotated_and_retired_without_breaking_what_they_signed(attestato, issued):
    before = attestato("keys", "list", "python-milano", "--json").json
    rotated = attestato("keys", "rotate", "python-milano")
    after = attestato("keys", "list", "--json").json

    assert rotated.code == 0
    assert {key["state"] for key in before} == {"active"}
    assert len(after) == len(before) + 1
    assert "retired" in {key["state"] for key in after}
    assert verdict(attestato, issued[0]["files"][0]) == (0, "valid")
    assert attestato("keys", "create", "python-milano").code == 3
    assert attestato("keys", "create", "python-milano", "--algorithm", "RS256").code == 0
    assert attestato("keys", "retire", "python-milano", after[0]["kid"]).code == 0
    assert attestato("keys", "retire", "python-milano", "key-1999-01-a").code == 3
    assert attestato("keys", "list", "nobody").code == 3


def test_nothing_private_is_listed(attestato, issued):
    said = attestato("keys", "list", "--json")

    assert {name for key in said.json for name in key} == {
        "issuer", "id", "kid", "algorithm", "purpose", "state", "created", "retired", "thumbprint",
    }  # fmt: skip


def test_the_worker_signs_what_a_killed_run_left_behind(attestato, folder, now):
    settings = Settings.read()
    event = read_event((folder / "event.toml").read_bytes(), folder)
    people = read((folder / "list.csv").read_bytes()).issuable
    office = open_office(settings)
    reserve(office, event, people, now=now - timedelta(hours=1))
    office.close()

    first, second = attestato("worker", "--once"), attestato("worker", "--once")
    said = attestato("issue", "event.toml", "list.csv", "--formats", "json", "--json")

    assert (first.code, second.code) == (0, 0)
    assert first.err.startswith("3 credentials")
    assert second.err == ""
    assert (said.json["issued"], said.json["unchanged"]) == (0, 3)


def test_the_worker_takes_its_share_of_what_a_run_has_just_reserved(attestato, folder, now):
    office = open_office(Settings.read())
    event = read_event((folder / "event.toml").read_bytes(), folder)
    reserve(office, event, read((folder / "list.csv").read_bytes()).issuable, now=now)
    office.close()

    attestato("worker", "--once")

    assert attestato("issue", "event.toml", "list.csv", "--formats", "json", "--json").json["unchanged"] == 3


@pytest.mark.enable_socket
def test_serving_where_somebody_listens_already_is_a_sentence(process):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = process("serve", "--port", str(port))

    assert said.code == 3
    assert str(port) in said.err


def test_migrating_twice_changes_nothing(attestato):
    assert attestato("migrate").code == 0
    assert attestato("migrate").code == 0


def test_the_doctor_changes_nothing_and_finds_nothing_wrong_with_a_fresh_folder(attestato, folder):
    said = attestato("doctor")

    assert not (folder / "instance").exists()
    assert "✕" not in said.out.replace("✕ There are no fonts for", "")


def test_the_doctor_finds_a_key_that_others_can_read_and_one_that_is_wrong(attestato, issued, folder):
    kek = folder / "instance.kek"
    kek.chmod(0o644)
    assert (attestato("doctor").code, "chmod 400" in attestato("doctor").out) == (1, True)
    kek.chmod(0o600)
    kek.write_bytes(bytes(32))
    assert "another installation" in attestato("doctor").out
    kek.unlink()
    assert "Put the file back" in attestato("doctor").out


def test_the_doctor_of_a_verifier_alone_looks_for_no_database_and_no_key(attestato, folder, monkeypatch):
    monkeypatch.setenv("ATTESTATO_DATABASE_URL", "postgresql://nobody:nothing@127.0.0.1:1/none")
    monkeypatch.setenv("ATTESTATO_ROLES", "verifier")

    said = attestato("doctor")

    assert (said.code, "atabase" in said.out, "key" in said.out) == (0, False, False)
    monkeypatch.setenv("ATTESTATO_ROLES", "issuer")
    assert "database does not answer" in attestato("doctor").out


def test_the_doctor_finds_a_database_that_does_not_answer(attestato, monkeypatch):
    monkeypatch.setenv("ATTESTATO_DATABASE_URL", "postgresql://nobody@localhost:1/none")

    said = attestato("doctor")

    assert said.code == 1
    assert "does not answer" in said.out


def test_a_database_that_does_not_answer_is_a_sentence_for_everybody_else(attestato, monkeypatch):
    monkeypatch.setenv("ATTESTATO_DATABASE_URL", "postgresql://nobody@localhost:1/none")

    said = attestato("issue", "event.toml", "list.csv")

    assert said.code == 3
    assert "does not answer" in said.err


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_new_event_file_reads_without_faults(attestato, folder, kind, language):
    said = attestato("new", "fresh.toml", "--kind", kind, "--language", language)

    event = read_event((folder / "fresh.toml").read_bytes(), folder)

    assert said.code == 0
    assert (event.achievement.kind.name, event.event.language) == (kind, language)
    assert len(event.certificate.signatories) == KINDS[kind].signatories


def test_a_new_event_file_issues_as_it_is(attestato, folder):
    attestato("new", "fresh.toml")

    assert attestato("issue", "fresh.toml", "list.csv", "--formats", "json").code == 0


def test_a_file_that_is_there_is_never_overwritten(attestato, folder):
    before = (folder / "event.toml").read_bytes()

    assert attestato("new", "event.toml").code == 3
    assert (folder / "event.toml").read_bytes() == before


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_issues_to_everybody_on_its_list(attestato, kind):
    people = EXAMPLES / "rosters" / ("luma.csv" if kind == "attendance" else f"{kind}.csv")

    said = attestato("issue", EXAMPLES / f"{kind}.toml", people, "--formats", "json", "--json")

    assert (said.code, said.json["faults"]) == (0, [])
    assert said.json["issued"] == (47 if kind == "attendance" else 3)


def test_an_example_of_each_kind_is_of_that_kind():
    for kind in KINDS:
        event = read_event((EXAMPLES / f"{kind}.toml").read_bytes(), EXAMPLES)
        assert event.achievement.kind.name == kind


def test_the_words_of_a_credential_come_from_its_file(attestato, issued, folder):
    credential = json.loads((folder / issued[0]["files"][0]).read_bytes())

    assert credential["credentialSubject"]["achievement"]["name"] == "Certificate of Attendance"
    assert credential["issuer"]["id"] == "did:web:localhost%3A8000:issuers:python-milano"
