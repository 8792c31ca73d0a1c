"""`attestato print`: everything of an event or a batch in one file, told in the organizer's words."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile

import pikepdf
import pytest


@pytest.fixture
def issued(attestato):
    """Return what `issue` said of an evening with three people."""
    return attestato("issue", "event.toml", "list.csv", "--everyone", "--formats", "json", "--json").json


def test_a_zip_holds_a_file_for_each_and_a_table_that_runs_nothing(attestato, folder, issued):
    said = attestato("print", "evening", "--out", "all.zip")

    assert (said.code, said.out.strip()) == (0, "3 certificates are printed in all.zip.")
    with zipfile.ZipFile(folder / "all.zip") as opened:
        assert opened.testzip() is None
        *files, index = opened.namelist()
        table = list(csv.DictReader(io.StringIO(opened.read(index).decode("utf-8"))))
        assert all(opened.read(name).startswith(b"%PDF-") for name in files)
    assert [line["file"] for line in table] == files
    assert [line["name"] for line in table] == ["Ada Lovelace", "Grace Hopper", "'=cmd|calc"]
    assert [line["email"] for line in table] == ["ada@example.org", "grace@example.org", "eve@example.org"]
    assert files[0] == f"Ada Lovelace - {issued['credentials'][0]['url'][-26:]}.pdf"
    assert files[2] == f"cmd calc - {issued['credentials'][2]['url'][-26:]}.pdf"


@pytest.mark.tool
def test_a_pdf_holds_a_page_and_a_bookmark_for_each(attestato, folder, issued, tool):
    said = attestato("print", issued["batch"], "--out", "all.pdf", "--json")

    assert said.code == 0
    told = json.loads(said.out)
    assert sum(told.pop("tiers").values()) == 3
    assert told == {"event": "evening", "file": "all.pdf", "printed": 3, "faults": [], "reasons": {}}
    assert (
        subprocess.run([tool("qpdf"), "--check", folder / "all.pdf"], check=False, capture_output=True).returncode == 0
    )
    with pikepdf.open(folder / "all.pdf") as opened:
        names = [page.label for page in opened.pages]
        with opened.open_outline() as outline:
            assert [item.title for item in outline.root] == names == ["Ada Lovelace", "Grace Hopper", "=cmd|calc"]
        assert not opened.attachments


def test_whoever_was_revoked_is_in_the_table_and_not_in_print(attestato, folder, issued):
    attestato("revoke", issued["credentials"][1]["id"], "--reason", "Was not there.")

    assert attestato("print", "python-milano/evening", "--out", "all.zip", "--json").json["printed"] == 2
    attestato("print", "evening", "--out", "all.pdf")

    with zipfile.ZipFile(folder / "all.zip") as opened:
        table = list(csv.DictReader(io.StringIO(opened.read("index.csv").decode("utf-8"))))
        assert [(bool(line["file"]), line["state"]) for line in table] == [
            (True, "valid"), (False, "revoked"), (True, "valid")
        ]  # fmt: skip
        assert len(opened.namelist()) == 3
    with pikepdf.open(folder / "all.pdf") as opened:
        assert [page.label for page in opened.pages] == ["Ada Lovelace", "=cmd|calc"]


@pytest.mark.parametrize("what", ["nothing", "another/evening", "evening/", "../evening"])
def test_what_is_not_there_is_refused_and_no_file_is_made(attestato, folder, issued, what):
    said = attestato("print", what, "--out", "all.zip")

    assert said.code == 3
    assert what in said.err
    assert not (folder / "all.zip").exists()


def test_an_event_of_two_issuers_is_asked_for_by_both_names(attestato, folder, issued):
    text = (folder / "event.toml").read_text(encoding="utf-8")
    (folder / "other.toml").write_text(text.replace("python-milano", "python-roma"), encoding="utf-8")
    attestato("issue", "other.toml", "list.csv", "--everyone", "--formats", "json", "--distinct-issuer")

    said = attestato("print", "evening", "--out", "all.zip")

    assert said.code == 3
    assert "python-milano/evening, python-roma/evening" in said.err
    assert attestato("print", "python-roma/evening", "--out", "all.zip").code == 0


def test_one_that_cannot_be_printed_is_told_and_does_not_keep_the_others(attestato, folder, issued, monkeypatch):
    from issuer.fault import Fault
    from issuer.prints import printing

    pressed = printing._pressed

    def without_grace(office, awards):
        for award, made in zip(awards, pressed(office, awards), strict=True):
            yield Fault("render_failed", values={"detail": "ink"}) if award.name == "Grace Hopper" else made

    monkeypatch.setattr(printing, "_pressed", without_grace)

    said = attestato("print", "evening", "--out", "all.zip", "--json")

    assert said.code == 1
    assert [(fault["column"], fault["code"]) for fault in said.json["faults"]] == [("Grace Hopper", "render_failed")]
    with zipfile.ZipFile(folder / "all.zip") as opened:
        table = list(csv.DictReader(io.StringIO(opened.read("index.csv").decode("utf-8"))))
    assert [(bool(line["file"]), bool(line["fault"])) for line in table] == [
        (True, False), (False, True), (True, False)
    ]  # fmt: skip


def test_workers_print_ahead_what_they_are_asked_to(attestato, folder, issued):
    [job] = attestato("print", issued["batch"], "--ahead", "--json").json["jobs"]
    assert attestato("print", "evening", "--ahead").out.startswith(f"Planned: {job}.")
    assert list((folder / "instance").rglob("tails/*/*")) == []

    attestato("worker", "--once")

    assert len(list((folder / "instance").rglob("tails/*/*"))) == 3
