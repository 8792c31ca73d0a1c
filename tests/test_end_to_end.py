"""From a list of people to a verdict, through the command alone, as an organizer and a stranger would use it."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError, OB3Verifier

from verifier.layout import path_of

FORMATS = ("json", "jwt", "pdf", "png", "svg")
EVENT = """
[issuer]
slug = "python-milano"
name = "Python Milano"
url = "https://milano.python.it/"
email = "ciao@milano.python.it"

[achievement]
kind = "attendance"
slug = "attendance"
description = "Ha seguito la serata dall’inizio alla fine."
criteria = "Presenza rilevata all’ingresso."

[event]
slug = "2026-10-15-serata"
name = "Serata Python: type hints"
start = 2026-10-15T18:30:00+02:00
end = 2026-10-15T21:30:00+02:00
timezone = "Europe/Rome"
place = "Milano"
hours = 2.5
language = "it"
"""
PEOPLE = "Nome,Email\nAda Lovelace,ada@example.org\nNicolò D’Angelo,nicolo@example.org\nمحمد العربي,m@example.org\n"
ADA, NICOLO, MUHAMMAD = "Ada Lovelace", "Nicolò D’Angelo", "محمد العربي"


@dataclass(frozen=True)
class Desk:
    """A folder in which somebody types `attestato`, with the data of its installation."""

    folder: Path

    def type(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("ATTESTATO_")}
        command = [sys.executable, "-m", "issuer.cli", *arguments]
        env |= {"PYTHONPATH": str(Path(__file__).parents[1]), "NO_COLOR": "1"}
        return subprocess.run(
            command, cwd=self.folder, env=env, capture_output=True, text=True, timeout=300, check=False
        )

    def do(self, *arguments: str) -> str:
        done = self.type(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def issue(self, out: str = "out") -> dict[str, Any]:
        issued = self.do("issue", "event.toml", "people.csv", "--out", out, "--formats", ",".join(FORMATS), "--json")
        return dict(json.loads(issued))

    def publish(self) -> None:
        self.do("publish", "--out", "site")

    def token(self, name: str) -> str:
        with (self.folder / "out" / "index.csv").open(encoding="utf-8-sig", newline="") as index:
            return next(row["url"].rpartition("/")[2] for row in csv.DictReader(index) if row["name"] == name)

    def files(self, name: str, out: str = "out") -> list[Path]:
        return [self.folder / out / f"{self.token(name)}.{extension}" for extension in FORMATS]

    def verdicts(self, *files: Path, documents: str = "site") -> set[tuple[str, int]]:
        """Return what a stranger is told of the files, who has the public documents and nothing else of ours."""
        stranger = Desk(self.folder / "stranger")
        stranger.folder.mkdir(exist_ok=True)
        done = stranger.type("verify", *map(str, files), "--documents", str(self.folder / documents), "--json")
        reports = json.loads(done.stdout)
        assert list(stranger.folder.iterdir()) == [], "To verify leaves nothing behind."
        return {(report["verdict"], done.returncode) for report in (reports if len(files) > 1 else [reports])}

    def fetch(self, url: str) -> bytes:
        return (self.folder / "site" / path_of(url)).read_bytes()


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evening") / "desk"
    folder.mkdir()
    (folder / "event.toml").write_text(EVENT, "utf-8")
    (folder / "people.csv").write_text(PEOPLE, "utf-8")
    desk = Desk(folder)
    assert desk.issue()["issued"] == 3
    desk.publish()
    return folder


@pytest.fixture
def desk(issued: Path, tmp_path: Path) -> Desk:
    return Desk(Path(shutil.copytree(issued, tmp_path / "desk")))


def test_every_file_of_everybody_is_valid_offline(issued: Path) -> None:
    desk = Desk(issued)

    files = [file for name in (ADA, NICOLO, MUHAMMAD) for file in desk.files(name)]

    assert desk.verdicts(*files) == {("valid", 0)}


def test_every_file_is_valid_to_the_installation_that_issued_it(issued: Path) -> None:
    desk = Desk(issued)

    assert "VALID" in desk.do("verify", *map(str, desk.files(ADA)))


def test_nothing_is_valid_where_no_document_can_be_had(issued: Path) -> None:
    desk = Desk(issued)
    (issued / "nothing").mkdir(exist_ok=True)

    assert desk.verdicts(*desk.files(ADA), documents="nothing") == {("issuer_unresolvable", 2)}


def test_the_same_list_again_issues_nothing(desk: Desk) -> None:
    before = {file: file.read_bytes() for file in desk.files(ADA)[:2]}

    again = desk.issue()

    assert (again["issued"], again["unchanged"]) == (0, 3)
    assert {file: file.read_bytes() for file in before} == before


def test_a_longer_list_issues_the_newcomer_alone(desk: Desk) -> None:
    (desk.folder / "people.csv").write_text(PEOPLE + "Grace Hopper,grace@example.org\n", "utf-8")

    again = desk.issue()

    assert (again["issued"], again["unchanged"]) == (1, 3)


@pytest.mark.parametrize("extension", ["json", "svg"])
def test_one_letter_changed_is_one_too_many(desk: Desk, extension: str) -> None:
    copy = desk.folder / f"copy.{extension}"
    text = (desk.folder / "out" / f"{desk.token(ADA)}.{extension}").read_text("utf-8")
    assert ADA in text
    copy.write_text(text.replace(ADA, "Ada Lovelacf"), "utf-8")

    assert desk.verdicts(copy) == {("signature_invalid", 1)}


def test_what_is_revoked_is_invalid_in_every_file(desk: Desk) -> None:
    desk.do("revoke", desk.token(ADA), "--reason", "Rilasciato per errore.")
    desk.publish()

    assert desk.verdicts(*desk.files(ADA)) == {("revoked", 1)}
    assert desk.verdicts(*desk.files(NICOLO)) == {("valid", 0)}


def test_what_is_revoked_is_invalid_at_once_where_it_was_issued(desk: Desk) -> None:
    desk.do("revoke", desk.token(ADA), "--reason", "Rilasciato per errore.")

    done = desk.type("verify", *map(str, desk.files(ADA)), "--json")

    assert done.returncode == 1
    assert {report["verdict"] for report in json.loads(done.stdout)} == {"revoked"}


def test_a_corrected_badge_supersedes_every_old_file(desk: Desk) -> None:
    desk.do("correct", desk.token(ADA), "--name", "Ada King")
    desk.publish()

    assert desk.verdicts(*desk.files(ADA)) == {("superseded", 1)}


def test_the_files_of_a_corrected_badge_are_valid_under_the_same_address(desk: Desk) -> None:
    token = desk.token(ADA)
    desk.do("correct", token, "--name", "Ada King")
    desk.issue(out="again")
    desk.publish()

    files = [desk.folder / "again" / f"{token}.{extension}" for extension in FORMATS]

    assert desk.verdicts(*files) == {("valid", 0)}
    assert "Ada King" in files[0].read_text("utf-8")


def test_a_rotated_key_breaks_no_old_badge(desk: Desk) -> None:
    desk.do("keys", "rotate", "python-milano")
    (desk.folder / "people.csv").write_text(PEOPLE + "Grace Hopper,grace@example.org\n", "utf-8")
    desk.issue()
    desk.publish()

    assert desk.verdicts(*desk.files(ADA), *desk.files("Grace Hopper")) == {("valid", 0)}


def test_nothing_private_is_published(issued: Path) -> None:
    published = b"".join(file.read_bytes() for file in (issued / "site").rglob("*") if file.is_file())

    assert b"ada@example.org" not in published
    assert not [member for member in (b'"d":', b"PRIVATE", b"wrapped") if member in published]


# Eyes that are not ours.


def test_another_library_finds_the_credential_valid(issued: Path) -> None:
    desk = Desk(issued)
    credential = json.loads(desk.files(NICOLO)[0].read_bytes())

    OB3LdpVerifier.for_issuer_did(credential["issuer"]["id"]).verify(
        credential, check_status=True, verify_status_list=False, download=desk.fetch
    )


def test_another_library_finds_the_jwt_valid(issued: Path) -> None:
    desk = Desk(issued)
    issuer = json.loads(desk.files(NICOLO)[0].read_bytes())["issuer"]["id"]

    OB3Verifier.for_issuer_did(issuer, download=desk.fetch).verify(
        desk.files(NICOLO)[1].read_text("ascii"), check_status=True, verify_status_list=False, download=desk.fetch
    )


@pytest.mark.parametrize(
    ("position", "extract"),
    [(3, OB3Verifier.extract_token_from_png), (4, OB3Verifier.extract_token_from_svg)],
    ids=["png", "svg"],
)
def test_another_library_finds_the_credential_in_the_picture(
    issued: Path, position: int, extract: Callable[[bytes], str]
) -> None:
    files = Desk(issued).files(MUHAMMAD)

    assert json.loads(extract(files[position].read_bytes())) == json.loads(files[0].read_bytes())


def test_another_library_refuses_what_is_revoked(desk: Desk) -> None:
    desk.do("revoke", desk.token(ADA), "--reason", "Rilasciato per errore.")
    desk.publish()
    credential = json.loads(desk.files(ADA)[0].read_bytes())

    with pytest.raises(OB3VerificationError, match="revocation"):
        OB3LdpVerifier.for_issuer_did(credential["issuer"]["id"]).verify(
            credential, check_status=True, verify_status_list=False, download=desk.fetch
        )


@pytest.mark.tool
@pytest.mark.parametrize("name", [ADA, NICOLO, MUHAMMAD], ids=["ada", "nicolo", "muhammad"])
def test_qpdf_finds_no_fault_in_a_certificate(issued: Path, tool: Callable[[str], str], name: str) -> None:
    done = subprocess.run(
        [tool("qpdf"), "--check", str(Desk(issued).files(name)[2])], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "No syntax or stream encoding errors" in done.stdout


@pytest.mark.tool
def test_the_text_of_a_certificate_can_be_read_and_searched(issued: Path, tool: Callable[[str], str]) -> None:
    pdf = Desk(issued).files(NICOLO)[2]
    said = subprocess.run(
        [tool("pdftotext"), "-layout", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout

    words = " ".join(said.split())

    for expected in (NICOLO, "Serata Python: type hints", "Milano", "2,5 ore", f"/c/{pdf.stem}"):
        assert expected in words.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.tool
def test_the_credential_is_attached_to_the_certificate(issued: Path, tool: Callable[[str], str]) -> None:
    files = Desk(issued).files(ADA)
    attached = subprocess.run(
        [tool("qpdf"), "--show-attachment=credential.json", str(files[2])], capture_output=True, check=True
    ).stdout

    assert attached == files[0].read_bytes()
