"""The command `attestato verify`: sources, exit codes, exact JSON, plain sentences."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.verifier.published import (
    BASE,
    DID,
    EMAIL,
    STATUS,
    controller_document,
    credential,
    put,
    sign,
    status_list,
    token,
)
from tests.verifier.published import to_bytes as octets
from verifier.cli import main, verify_command
from verifier.layout import path_of
from verifier.resolver import MemoryResolver

NOW = ("--now", "2026-11-20T10:42:00Z")
WORLD = {
    f"{BASE}/issuers/milano/did.json": octets(controller_document()),
    STATUS: octets(status_list(7)),
    f"{BASE}/c/good": octets(sign(credential())),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of documents, and a file of every outcome beside it."""
    for url, document in WORLD.items():
        place = tmp_path / "documents" / path_of(url)
        place.parent.mkdir(parents=True)
        place.write_bytes(document)
    (tmp_path / "good.json").write_bytes(octets(sign(credential())))
    (tmp_path / "good.jwt").write_bytes(token(credential()))
    revoked = put(credential(), "credentialStatus/statusListIndex", "7")
    (tmp_path / "revoked.json").write_bytes(octets(sign(revoked)))
    unknown = put(credential(), "credentialStatus/statusListCredential", f"{BASE}/status/2")
    (tmp_path / "unknown.json").write_bytes(octets(sign(unknown)))
    return tmp_path


def run(folder: Path, *arguments: str, stdin: bytes | None = None, **given: Any) -> Result:
    sources = [str(folder / name) if (folder / name).is_file() else name for name in arguments]
    return CliRunner().invoke(
        verify_command(**given), [*sources, *NOW, "--documents", str(folder / "documents")], input=stdin
    )


@pytest.mark.parametrize(
    ("sources", "code"),
    [
        (["good.json"], 0), (["good.jwt"], 0), (["revoked.json"], 1), (["unknown.json"], 2),
        (["good.json", "good.jwt"], 0),
        (["good.json", "unknown.json"], 2), (["unknown.json", "revoked.json", "good.json"], 1), ([f"{BASE}/c/good"], 0),
        ([f"{BASE}/c/none"], 2),
    ],
)  # fmt: skip
def test_the_exit_code_tells_the_worst_of_all(folder: Path, sources: list[str], code: int) -> None:
    assert run(folder, *sources).exit_code == code


def test_one_source_is_an_object_and_several_are_an_array(folder: Path) -> None:
    one = json.loads(run(folder, "good.json", "--json").output)
    several = json.loads(run(folder, "good.json", "revoked.json", "--json").output)

    assert (one["verdict"], one["outcome"], one["source"]) == ("valid", "valid", str(folder / "good.json"))
    assert [report["verdict"] for report in several] == ["valid", "revoked"]


def test_standard_input_is_a_source(folder: Path) -> None:
    report = json.loads(run(folder, "-", "--json", stdin=octets(sign(credential()))).output)

    assert (report["verdict"], report["source"]) == ("valid", "-")


def test_a_recipient_is_compared(folder: Path) -> None:
    assert run(folder, "good.json", "--recipient", EMAIL).exit_code == 0
    assert run(folder, "good.json", "--recipient", "eve@example.org").exit_code == 1


def test_an_address_that_gives_nothing_is_no_verdict_on_a_credential(folder: Path) -> None:
    report = json.loads(run(folder, f"{BASE}/c/none", "--json").output)

    assert report["outcome"] == "indeterminate"
    assert report["checks"][0]["result"] == "error"


def test_with_documents_the_network_is_never_asked(folder: Path) -> None:
    (folder / "documents" / path_of(STATUS)).unlink()

    assert run(folder, "good.json").exit_code == 2


@pytest.mark.parametrize(
    ("moment", "verdict"), [("9999-12-31T23:59:59Z", "expired"), ("0001-01-01T00:00:00Z", "not_yet_valid")]
)
def test_the_first_and_the_last_moment_are_moments_like_others(folder: Path, moment: str, verdict: str) -> None:
    arguments = [str(folder / "good.json"), "--json", "--now", moment, "--documents", str(folder / "documents")]

    report = json.loads(CliRunner().invoke(verify_command(), arguments).stdout)

    assert report["verdict"] == verdict
    assert "a fault of ours" not in str(report["checks"])


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_terminal_without_our_letters_is_told_as_well(folder: Path, encoding: str, options: list[str]) -> None:
    (folder / "good.json").write_bytes(octets(sign(credential(name="Città 🎉"))))
    arguments = [
        str(folder / "good.json"),
        *NOW,
        *options,
        "--documents",
        str(folder / "documents"),
        "--language",
        "it",
    ]
    command = [sys.executable, "-m", "verifier.cli", *arguments]
    environ = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(Path(__file__).parents[2])}

    done = subprocess.run(command, env=environ, capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
    told = done.stdout.decode("utf-8" if encoding == "ascii" else encoding)  # Of ASCII nobody believes that it is all.
    assert json.loads(told)["credential"]["name"] == "Città 🎉" if options else "Ada Lovelace" in told


def test_our_own_documents_come_from_our_own_store(folder: Path) -> None:
    command = verify_command(own=lambda: MemoryResolver(WORLD), known=lambda: {DID: "Python Milano"})

    result = CliRunner().invoke(command, [str(folder / "good.json"), *NOW, "--json"])

    assert result.exit_code == 0
    assert json.loads(result.output)["issuer"]["trust"] == "known"


def test_a_folder_that_was_named_is_the_whole_world(folder: Path) -> None:
    (folder / "documents" / path_of(STATUS)).unlink()

    assert run(folder, "good.json", own=lambda: MemoryResolver(WORLD)).exit_code == 2


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "VALID",
                "The signature stands",
                "Ada Lovelace",
                "16 October 2026",
                "identity not verified",
                "Neither revoked",
            ],
        ),
        (
            "it",
            ["VALIDO", "Firma integra", "Ada Lovelace", "16 ottobre 2026", "identità non verificata", "Né revocato"],
        ),
    ],
)
def test_people_are_told_who_what_by_whom_and_when(folder: Path, language: str, words: list[str]) -> None:
    told = run(folder, "good.json", "--language", language).output

    assert all(word in told for word in words)
    assert "\x1b" not in told
    assert told.index(words[0]) < told.index(words[2])


def test_of_what_did_not_pass_nothing_is_told_but_why(folder: Path) -> None:
    (folder / "bad.json").write_bytes(octets(sign(credential())).replace(b"Ada Lovelace", b"Eve Lovelace"))

    result = run(folder, "bad.json")

    assert result.exit_code == 1
    assert "Lovelace" not in result.output
    assert "The signature does not match the content." in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--colour"],
        ["missing.json"],
        ["x", "--now", "yesterday"],
        ["x", "--documents", "missing"],
        ["x", "--now", "2026-01-01T00:00:00"],
    ],
)
def test_wrong_usage_has_its_own_exit_code(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 64
    assert "Error" in capsys.readouterr().err


def test_a_fault_of_ours_has_its_own_exit_code(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("verifier.cli.verify", broken)

    assert main([str(folder / "good.json")]) == 70


def test_help_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "SOURCE" in capsys.readouterr().out
