"""`attestato issue` and `roster`: what is done, what is told, and what is done only once."""

from __future__ import annotations

import csv
import json
import re

import pytest

FORMATS = "json,jwt,pdf,png,svg"


def issue(attestato, *options):
    return attestato("issue", "event.toml", "list.csv", "--formats", "json", "--out", "out", *options)


def test_everybody_on_the_list_receives_a_credential(attestato, folder):
    said = issue(attestato, "--json")

    assert said.code == 0
    assert set(said.json) == {"event", "batch", "issued", "unchanged", "faults", "credentials"}
    assert (said.json["event"], said.json["issued"], said.json["unchanged"]) == ("evening", 3, 0)
    for entry in said.json["credentials"]:
        assert set(entry) == {"row", "name", "email", "id", "url", "state", "files"}
        assert re.fullmatch(r"http://localhost:8000/c/[a-z2-7]{26}", entry["url"])
        assert entry["files"] == [f"out/{entry['url'].rpartition('/')[2]}.json"]
        assert json.loads((folder / entry["files"][0]).read_bytes())["id"] == entry["id"]


def test_the_index_holds_the_same_a_line_each(attestato, folder):
    told = issue(attestato, "--json").json["credentials"]

    with (folder / "out" / "index.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))

    assert [line["url"] for line in lines] == [entry["url"] for entry in told]
    assert [line["files"].split() for line in lines] == [entry["files"] for entry in told]
    assert [line["row"] for line in lines] == ["2", "3", "4"]


def test_no_cell_of_the_index_is_a_formula_and_the_credential_keeps_the_name(attestato, folder):
    (folder / "list.csv").write_text("name,email\n=HYPERLINK Smith,eve@example.org\n", encoding="utf-8")

    told = issue(attestato, "--json").json["credentials"]

    with (folder / "out" / "index.csv").open(encoding="utf-8", newline="") as file:
        assert [line["name"] for line in csv.DictReader(file)] == ["'=HYPERLINK Smith"]
    assert told[0]["name"] == "=HYPERLINK Smith"


def test_run_again_it_issues_only_what_is_new(attestato, folder):
    first = issue(attestato, "--json").json
    with (folder / "list.csv").open("a", encoding="utf-8") as file:
        file.write("Radia Perlman,radia@example.org\n")

    second = issue(attestato, "--json")

    assert (second.code, second.json["issued"], second.json["unchanged"]) == (0, 1, 3)
    assert [entry["url"] for entry in second.json["credentials"][:3]] == [
        entry["url"] for entry in first["credentials"]
    ]
    assert [entry["state"] for entry in second.json["credentials"]] == ["unchanged"] * 3 + ["issued"]


def test_a_file_that_is_gone_is_written_again_and_no_other(attestato, folder):
    files = [folder / entry["files"][0] for entry in issue(attestato, "--json").json["credentials"]]
    before = files[0].read_bytes()
    times = [file.stat().st_mtime_ns for file in files]
    files[0].unlink()

    issue(attestato)

    assert files[0].read_bytes() == before
    assert [file.stat().st_mtime_ns for file in files[1:]] == times[1:]


def test_every_format_is_written(attestato, folder):
    (folder / "list.csv").write_text("name\nAda Lovelace\n", encoding="utf-8")

    entry = attestato("issue", "event.toml", "list.csv", "--formats", FORMATS, "--json").json["credentials"][0]

    starts = {file.rpartition(".")[2]: (folder / file).read_bytes()[:4] for file in entry["files"]}
    assert starts["json"].startswith(b"{")
    assert starts["jwt"].startswith(b"eyJ")
    assert starts["pdf"] == b"%PDF"
    assert starts["png"] == b"\x89PNG"
    assert starts["svg"].startswith(b"<")
    assert entry["files"][0].startswith("out/python-milano/evening/attendance/")


def test_one_faulty_row_is_told_and_the_others_are_done(attestato, folder):
    with (folder / "list.csv").open("a", encoding="utf-8") as file:
        file.write("Mallory,not-an-address\n")

    said = issue(attestato, "--json")

    assert (said.code, said.json["issued"]) == (1, 3)
    assert [(fault["row"], fault["code"]) for fault in said.json["faults"]] == [(5, "email_invalid")]
    assert "Mallory" not in said.out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("event.toml", "[issuer]\nslug = 1\n"),
        ("event.toml", "[issuer\n"),
        ("list.csv", ""),
        ("list.csv", "shoe,hat\n1,2\n"),
        ("list.csv", "name,email\n,x\n"),
    ],
    ids=["faulty event", "no event", "empty list", "no names", "only faults"],
)
def test_what_cannot_be_read_is_3_and_nothing_is_done(attestato, folder, name, content):
    (folder / name).write_text(content, encoding="utf-8")

    said = issue(attestato, "--json")

    assert said.code == 3
    assert (said.json["issued"], said.json["credentials"]) == (0, [])
    assert said.json["faults"]
    assert all(set(fault) == {"row", "column", "code", "message"} for fault in said.json["faults"])


def test_a_fault_of_the_event_file_is_told_with_its_line(attestato, folder):
    event = (folder / "event.toml").read_text(encoding="utf-8")
    (folder / "event.toml").write_text(event.replace("18:30:00+02:00", "18:30:00"), "utf-8")

    said = issue(attestato)

    assert said.code == 3
    assert "event.toml, line 11: event.start does not say its offset." in said.err
    assert not (folder / "instance").exists()


def test_where_nobody_attended_nothing_is_done_until_everyone_counts(attestato, folder):
    (folder / "list.csv").write_text("name,attended\nAda,no\nGrace,no\n", encoding="utf-8")

    assert issue(attestato).code == 3
    assert "--everyone" in issue(attestato).err
    assert issue(attestato, "--everyone", "--json").json["issued"] == 2


def test_a_fault_names_the_header_that_the_field_has_in_this_list(attestato, folder):
    event = (folder / "event.toml").read_text(encoding="utf-8")
    (folder / "event.toml").write_text(
        event.replace("[achievement]", '[achievement]\nkind = "merit"'), encoding="utf-8"
    )
    (folder / "list.csv").write_text("Nome e cognome,Motivo\nAda,per il motore\nGrace,\n", encoding="utf-8")

    said = issue(attestato, "--json")

    assert said.code == 1
    assert [(fault["row"], fault["column"]) for fault in said.json["faults"]] == [(3, "Motivo")]


def test_merit_without_a_reason_is_a_fault_of_its_row(attestato, folder):
    event = (folder / "event.toml").read_text(encoding="utf-8")
    (folder / "event.toml").write_text(event.replace("[achievement]", '[achievement]\nkind = "merit"'), "utf-8")
    (folder / "list.csv").write_text("name,reason\nAda,for the engine\nGrace,\n", encoding="utf-8")

    said = issue(attestato, "--json")

    assert (said.code, said.json["issued"]) == (1, 1)
    assert [(fault["row"], fault["column"]) for fault in said.json["faults"]] == [(3, "reason")]


def test_a_character_that_no_font_has_is_a_fault_before_anything_is_reserved(attestato, folder):
    (folder / "list.csv").write_text("name\nAda\n\U0001f9ff Grace\n", encoding="utf-8")

    said = issue(attestato, "--json")

    assert (said.code, said.json["issued"]) == (1, 1)
    assert [fault["row"] for fault in said.json["faults"]] == [3]


@pytest.mark.parametrize("name", ["maglietta", "cycler.__init__.__globals__"])
def test_what_the_wording_names_and_nobody_has_is_a_fault_of_the_event_file(attestato, folder, name):
    event = folder / "event.toml"
    event.write_text(event.read_text() + '[certificate]\nwording = "{{name}}, {{' + name + '}}."\n')

    said = attestato("issue", "event.toml", "list.csv", "--json")

    assert said.code == 3
    [fault] = said.json["faults"]
    assert (fault["column"], fault["code"]) == ("certificate.wording", "wording_unknown_column")
    assert name in fault["message"]
    assert "event.toml" in attestato("issue", "event.toml", "list.csv").err


def test_a_column_that_the_wording_names_is_kept_without_being_asked_for(attestato, folder):
    event = (folder / "event.toml").read_text(encoding="utf-8")
    (folder / "event.toml").write_text(event + '[certificate]\nwording = "{{name}}, {{Track}}"\n', "utf-8")
    (folder / "list.csv").write_text("name,Track,Phone\nAda,Compilers,555\n", encoding="utf-8")

    assert issue(attestato).code == 0
    (folder / "list.csv").write_text("name,Phone\nAda,555\n", encoding="utf-8")
    assert issue(attestato).code == 3


def test_mail_is_refused_in_practice_and_nothing_is_done(attestato, folder):
    said = issue(attestato, "--mail")

    assert said.code == 64
    assert "http://localhost:8000" in said.err
    assert not (folder / "instance").exists()


def test_mail_without_a_mail_server_is_refused_and_never_skipped(attestato, folder, monkeypatch):
    monkeypatch.setenv("ATTESTATO_BASE_URL", "https://badges.example.org")

    said = issue(attestato, "--mail")

    assert said.code == 64
    assert "ATTESTATO_SMTP_URL" in said.err
    assert not (folder / "instance").exists()


def test_a_wrong_key_encryption_key_is_one_sentence_and_nothing_is_done(attestato, folder):
    assert issue(attestato).code == 0
    (folder / "instance.kek").chmod(0o600)
    (folder / "instance.kek").write_bytes(bytes(32))

    (folder / "list.csv").write_text("name\nRadia\n", encoding="utf-8")
    said = issue(attestato)

    assert said.code == 3
    assert said.err.count("\n") == 1
    assert "ATTESTATO_KEK_FILE" in said.err


def test_changed_facts_wait_for_update(attestato, folder):
    issue(attestato)
    event = (folder / "event.toml").read_text(encoding="utf-8")
    (folder / "event.toml").write_text(event.replace("Python Evening", "Python Night"), "utf-8")
    (folder / "list.csv").write_text("name\nRadia\n", encoding="utf-8")

    held = json.loads((folder / issue(attestato, "--json").json["credentials"][0]["files"][0]).read_bytes())
    (folder / "list.csv").write_text("name\nBarbara\n", encoding="utf-8")
    taken = json.loads(
        (folder / issue(attestato, "--update", "--json").json["credentials"][0]["files"][0]).read_bytes()
    )

    assert held["evidence"][0]["name"] == "Python Evening"
    assert taken["evidence"][0]["name"] == "Python Night"


def test_roster_issues_nothing_and_tells_what_interface_promises(attestato, folder):
    said = attestato("roster", "list.csv", "--json")

    assert said.code == 0
    assert set(said.json) == {"preset", "encoding", "delimiter", "rows", "recipients", "faults"}
    assert set(said.json["recipients"][0]) == {"row", "name", "email", "attended", "minutes", "repairs"}
    assert (said.json["encoding"], said.json["delimiter"], said.json["rows"]) == ("utf-8", ",", 3)
    assert not (folder / "instance").exists()


def test_roster_has_the_same_exit_codes(attestato, folder):
    (folder / "list.csv").write_text("name,email\nAda,ada@example.org\nEve,nowhere\n", encoding="utf-8")
    assert attestato("roster", "list.csv").code == 1
    (folder / "list.csv").write_text("", encoding="utf-8")
    assert attestato("roster", "list.csv").code == 3
    assert attestato("roster", "list.csv", "--json").json["recipients"] == []


def test_a_list_is_read_as_the_options_say(attestato, folder):
    (folder / "list.csv").write_text("Who;Box;Stay\nAda;ada@example.org;50\nEve;eve@example.org;5\n", encoding="utf-8")

    said = attestato(
        "roster", "list.csv", "--json", "--preset", "generic", "--keep", "Box",
        "--map", "name=Who", "--map", "minutes=Stay", "--min-minutes", "30",
    )  # fmt: skip

    assert [person["name"] for person in said.json["recipients"]] == ["Ada", "Eve"]
    assert [person["minutes"] for person in said.json["recipients"]] == [50, 5]


def test_sentences_are_italian_where_the_settings_say_so(attestato, folder, monkeypatch):
    monkeypatch.setenv("ATTESTATO_LANGUAGE", "it")

    assert "Rilasciati: 3" in issue(attestato).out


def test_stdout_is_json_and_nothing_else_in_a_process_of_its_own(process):
    said = process("issue", "event.toml", "list.csv", "--formats", "json", "--json")

    assert said.code == 0
    assert json.loads(said.out)["issued"] == 3
