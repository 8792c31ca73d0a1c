"""The root: exit codes that scripts rely on, help and complaints in the language of the settings."""

from __future__ import annotations

import pytest

from issuer.cli import root
from issuer.cli.root import COMMANDS
from issuer.cli.speech import words

PROMISED = (
    "new", "roster", "issue", "verify", "revoke", "correct", "print", "publish", "keys", "issuers", "user", "serve",
    "worker", "work", "migrate", "doctor",
)  # fmt: skip

ISSUERS = ("issuers list", "issuers prove", "issuers approve", "issuers withdraw")
USERS = ("user list", "user link")


def test_every_promised_command_is_there():
    assert tuple(COMMANDS) == PROMISED


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize(
    "command", ["", *PROMISED, "keys list", "keys create", "keys rotate", "keys retire", *ISSUERS, *USERS]
)
def test_every_command_and_option_has_its_help_in_both_languages(attestato, monkeypatch, command, language):
    monkeypatch.setenv("ATTESTATO_LANGUAGE", language)

    said = attestato(*command.split(), "--help")

    assert said.code == 0
    assert said.out.startswith({"it": "Uso: attestato", "en": "Usage: attestato"}[language])
    assert "fault." not in said.out
    assert "cli." not in said.out


def test_help_makes_nothing(attestato, folder):
    before = sorted(folder.iterdir())

    for command in PROMISED:
        attestato(command, "--help")

    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["isue"],
        ["issue"],
        ["issue", "event.toml"],
        ["issue", "event.toml", "nobody.csv"],
        ["issue", "nothing.toml", "list.csv"],
        ["issue", "event.toml", "list.csv", "--formats", "docx"],
        ["issue", "event.toml", "list.csv", "--formats", ""],
        ["issue", "event.toml", "list.csv", "--fromats", "json"],
        ["roster", "list.csv", "--min-minutes", "many"],
        ["roster", "list.csv", "--map", "name"],
        ["roster", "list.csv", "--map", "shoe=Name"],
        ["roster", "list.csv", "--preset", "facebook"],
        ["revoke", "x"],
        ["publish"],
        ["print", "evening"],
        ["print", "evening", "--out", "all.rar"],
        ["new", "x.toml", "--kind", "medal"],
        ["keys", "forge"],
        ["correct", "x"],
        ["verify"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_64_says_what_and_does_nothing(attestato, folder, arguments):
    before = sorted(folder.iterdir())

    said = attestato(*arguments)

    assert said.code == 64
    assert said.err.strip()
    assert said.out == ""
    assert sorted(folder.iterdir()) == before


def test_a_complaint_speaks_italian_where_the_settings_do(attestato, monkeypatch):
    monkeypatch.setenv("ATTESTATO_LANGUAGE", "it")

    assert "Si intendeva --formats?" in attestato("issue", "event.toml", "list.csv", "--fromats", "json").err


def test_wrong_settings_are_64_and_told_all_at_once(attestato, monkeypatch):
    monkeypatch.setenv("ATTESTATO_PORT", "many")
    monkeypatch.setenv("ATTESTATO_BASE_URL", "https://192.0.2.1")

    said = attestato("issue", "event.toml", "list.csv")

    assert said.code == 64
    assert "ATTESTATO_PORT" in said.err
    assert "did:web" in said.err


@pytest.fixture
def broken(monkeypatch):
    def fail() -> None:
        raise RuntimeError("the floor is gone")

    monkeypatch.setattr(root.Root, "get_command", lambda *_: fail())


def test_a_fault_of_ours_is_70_without_a_traceback(attestato, broken):
    said = attestato("doctor")

    assert said.code == 70
    assert "the floor is gone" in said.err
    assert "Traceback" not in said.err


def test_a_fault_of_ours_shows_where_with_debug(attestato, broken):
    said = attestato("doctor", "--debug")

    assert said.code == 70
    assert "Traceback" in said.err


def test_the_exit_code_of_a_process_is_that_of_its_command(process):
    assert process("isue").code == 64
    assert process("--version").code == 0


def test_a_reader_that_goes_away_is_no_fault(process):
    assert process("roster", "list.csv", "--json").code == 0


def test_words_of_no_command_are_missing():
    with pytest.raises(KeyError):
        words("nonesuch")


@pytest.mark.parametrize(
    ("arguments", "said_in_italian"),
    [
        (["roster", "list.csv", "--preset", "facebook"], "--preset: deve essere uno di: auto, luma,"),
        (["roster", "list.csv", "--min-minutes", "many"], "--min-minutes: deve essere un numero intero, almeno 0."),
        (["serve", "--port", "99999"], "--port: deve essere un numero intero da 1 a 65535."),
        (["verify", "list.csv", "--documents", "nowhere"], "--documents: questa cartella non esiste."),
        (["issue", "event.toml", "list.csv", "--out", "list.csv"], "--out: è un file, non una cartella."),
        (["roster", "list.csv", "other.csv"], "Non è chiaro a che cosa serva «other.csv»."),
    ],
)
def test_a_wrong_value_is_told_in_the_language_of_the_settings(attestato, monkeypatch, arguments, said_in_italian):
    monkeypatch.setenv("ATTESTATO_LANGUAGE", "it")

    said = attestato(*arguments)

    assert said.code == 64
    assert said.err.startswith(said_in_italian)
