"""The settings: documented, checked, told all at once, and frozen."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from issuer.fault import Refused
from issuer.settings import NAMES, PREFIX, Settings
from templates import LANGUAGES

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def codes(environ: dict[str, str]) -> set[tuple[str | None, str]]:
    with pytest.raises(Refused) as refused:
        Settings.read(environ)
    return {(fault.column, fault.code) for fault in refused.value.faults}


def test_every_setting_is_documented_and_every_documented_setting_exists():
    documented = set(re.findall(r"^\| `ATTESTATO_([A-Z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))

    assert documented == set(NAMES)


def test_every_name_on_the_page_is_a_setting():
    mentioned = set(re.findall(r"ATTESTATO_([A-Z]+(?:_[A-Z]+)*)", PAGE.read_text(encoding="utf-8")))

    assert mentioned <= set(NAMES)


def test_every_setting_becomes_a_value():
    assert {name.lower() for name in NAMES} == set(Settings.__dataclass_fields__)


def test_without_any_setting_all_stands_in_one_folder_but_the_key_beside_it(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    settings = Settings.read({})

    assert settings.data == tmp_path / "instance"
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/attestato.sqlite3"
    assert settings.kek_file == tmp_path / "instance.kek"
    assert settings.base_url == "http://localhost:8000"
    assert settings.practice


def test_settings_are_frozen():
    with pytest.raises(FrozenInstanceError):
        Settings.read({}).port = 80  # type: ignore[misc]


def test_all_faults_are_told_at_once():
    found = codes({
        "ATTESTATO_PORT": "many",
        "ATTESTATO_WORKERS": "0",
        "ATTESTATO_PROXIES": "9",
        "ATTESTATO_PRINTS_MIB": "1",
        "ATTESTATO_FETCH_LOOPBACK": "perhaps",
        "ATTESTATO_LANGUAGE": "fr",
        "ATTESTATO_ROLES": "issuer,king",
        "ATTESTATO_BASE_URL": "https://192.0.2.1",
        "ATTESTATO_DATABASE_URL": "mysql://host/name",
        "ATTESTATO_BROKER_URL": "host:5672",
        "ATTESTATO_SMTP_URL": "mail.example.org",
        "ATTESTATO_DATA": "here",
        "ATTESTATO_KEK_FILE": "here/kek",
    })  # fmt: skip

    assert found == {
        ("ATTESTATO_PORT", "setting_number"),
        ("ATTESTATO_WORKERS", "setting_workers"),
        ("ATTESTATO_PRINTS_MIB", "setting_prints"),
        ("ATTESTATO_PROXIES", "setting_proxies"),
        ("ATTESTATO_FETCH_LOOPBACK", "setting_yes_no"),
        ("ATTESTATO_LANGUAGE", "setting_language"),
        ("ATTESTATO_ROLES", "setting_roles"),
        ("ATTESTATO_BASE_URL", "setting_base_url_ip"),
        ("ATTESTATO_DATABASE_URL", "setting_database_url"),
        ("ATTESTATO_BROKER_URL", "setting_broker_url"),
        ("ATTESTATO_SMTP_URL", "setting_smtp_url"),
        ("ATTESTATO_KEK_FILE", "setting_kek_inside"),
    }


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://badges.example.org", "https://badges.example.org"),
        ("https://Badges.Example.org/", "https://badges.example.org"),
        ("https://badges.example.org:443", "https://badges.example.org"),
        ("https://badges.example.org:8443", "https://badges.example.org:8443"),
        ("http://localhost:8000/", "http://localhost:8000"),
        ("http://attestato.localhost:9000", "http://attestato.localhost:9000"),
    ],
)
def test_a_base_url_is_written_in_one_way(url, expected):
    assert Settings.read({"ATTESTATO_BASE_URL": url}).base_url == expected


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("badges.example.org", "setting_base_url"),
        ("ftp://badges.example.org", "setting_base_url"),
        ("https://badges.example.org:99999", "setting_base_url"),
        ("https://", "setting_base_url"),
        ("https://badges.example.org/awards", "setting_base_url_path"),
        ("https://badges.example.org?x=1", "setting_base_url_path"),
        ("https://me:secret@badges.example.org", "setting_base_url_path"),
        ("https://192.0.2.1", "setting_base_url_ip"),
        ("http://127.0.0.1:8000", "setting_base_url_ip"),
        ("https://[2001:db8::1]", "setting_base_url_ip"),
        ("https://2130706433", "setting_base_url_ip"),
        ("https://badges", "setting_base_url_host"),
        ("https://bad ges.example.org", "setting_base_url_host"),
        ("https://attestàto.example.org", "setting_base_url_host"),
        ("http://badges.example.org", "setting_base_url_https"),
    ],
)
def test_a_base_url_that_did_web_or_tls_would_refuse_is_refused(url, code):
    assert codes({"ATTESTATO_BASE_URL": url}) == {("ATTESTATO_BASE_URL", code)}


def test_only_loopback_is_practice():
    assert Settings.read({"ATTESTATO_BASE_URL": "http://localhost:8000"}).practice
    assert not Settings.read({"ATTESTATO_BASE_URL": "https://badges.example.org"}).practice


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_through_the_driver_that_we_ship(scheme):
    settings = Settings.read({"ATTESTATO_DATABASE_URL": f"{scheme}://user:secret@host/name"})

    assert settings.database_url == "postgresql+psycopg://user:secret@host/name"


def test_no_password_is_shown():
    secret = {"ATTESTATO_DATABASE_URL": "postgresql://user:hunter2@host/name",
              "ATTESTATO_SMTP_URL": "smtp://user:hunter2@host"}  # fmt: skip

    assert "hunter2" not in repr(Settings.read(secret))


def test_no_password_is_told_in_a_fault():
    with pytest.raises(Refused) as refused:
        Settings.read({"ATTESTATO_DATABASE_URL": "mysql://user:hunter2@host", "ATTESTATO_SMTP_URL": "x://hunter2"})

    assert len(refused.value.faults) == 2
    for fault in refused.value.faults:
        assert all("hunter2" not in fault.message(language) for language in LANGUAGES)


def test_an_empty_value_counts_as_none():
    assert Settings.read({"ATTESTATO_PORT": "", "ATTESTATO_SMTP_URL": " "}) == Settings.read({})


def test_the_environment_has_the_last_word_over_the_file(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("ATTESTATO_PORT=9001\nATTESTATO_LANGUAGE=it\n", encoding="utf-8")
    monkeypatch.setenv(f"{PREFIX}PORT", "9002")

    settings = Settings.read()

    assert (settings.port, settings.language) == (9002, "it")


def test_a_slip_of_the_pen_in_the_file_is_a_fault(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("ATTESTATO_BASEURL=https://badges.example.org\nPATH_OF_MINE=x\n", encoding="utf-8")

    with pytest.raises(Refused) as refused:
        Settings.read()

    assert [(fault.column, fault.code) for fault in refused.value.faults] == [("ATTESTATO_BASEURL", "setting_unknown")]


def test_every_fault_has_its_sentence_in_both_languages():
    with pytest.raises(Refused) as refused:
        Settings.read({f"{PREFIX}{name}": "§" for name in NAMES})

    for fault in refused.value.faults:
        assert fault.message("it") != fault.message("en")
