from __future__ import annotations

import copy
import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft201909Validator

from badges.contexts import pinned, sources
from badges.model import Achievement
from badges.problem import Malformed
from badges.proof.eddsa import EDDSA_RDFC_2022
from badges.proof.suite import sign
from badges.reading import read_credential
from badges.schema import SCHEMA, check_schema
from badges.times import read_stamp, stamp
from keys.key import LocalSigner


def test_what_is_written_is_read_back(credential: dict[str, Any]) -> None:
    assert read_credential(credential).to_json() == credential


def test_a_tag_is_written_once_since_no_signature_would_count_it() -> None:
    achievement = Achievement("urn:a", "A", "An evening.", "Came.", "Badge", tags=("python", "evening", "python"))

    assert achievement.to_json()["tag"] == ["python", "evening"]


def test_the_name_is_the_signed_one(credential: dict[str, Any]) -> None:
    assert read_credential(credential).subject.name == "Ada Lovelace"


@pytest.mark.parametrize(
    "member", ["id", "issuer", "credentialSubject", "validFrom", "awardedDate", "credentialStatus"]
)
def test_a_member_that_we_always_write_must_be_there_to_be_read(credential: dict[str, Any], member: str) -> None:
    del credential[member]

    with pytest.raises(Malformed):
        read_credential(credential)


def test_nothing_absent_is_written(credential: dict[str, Any]) -> None:
    def values(part: Any) -> list[Any]:
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
        return [part, *(found for item in inner for found in values(item))]

    assert not [value for value in values(credential) if value in (None, [], "", {})]


def test_our_shape_passes_the_schema_of_1edtech(credential: dict[str, Any], signer: LocalSigner, now: datetime) -> None:
    assert check_schema(sign(EDDSA_RDFC_2022, credential, signer, now)) == []


@pytest.mark.shared
def test_our_shape_passes_the_strict_schema_too(
    credential: dict[str, Any], signer: LocalSigner, now: datetime, shared: Path
) -> None:
    schema = json.loads((shared / "vectors" / "schemas" / "ob_v3p0_achievementcredential_schema.json").read_text())
    signed = sign(EDDSA_RDFC_2022, credential, signer, now)

    assert [error.message for error in Draft201909Validator(schema).iter_errors(signed)] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(("validFrom",), "yesterday", id="a date that is none"),
        pytest.param(("credentialSubject", "achievement", "name"), None, id="an achievement without a name"),
        pytest.param(("type",), ["VerifiableCredential"], id="not a badge"),
        pytest.param(("credentialSubject", "identifier", 0, "hashed"), "no", id="a text for a truth value"),
        pytest.param(("credentialStatus", "type"), 7, id="a number for a type"),
        pytest.param(("evidence", 0, "type"), ["Thing"], id="evidence of another type"),
    ],
)
def test_another_shape_does_not(credential: dict[str, Any], path: tuple[Any, ...], value: object) -> None:
    changed = copy.deepcopy(credential)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    assert check_schema(credential) == []
    assert check_schema(changed)


def test_every_pinned_file_has_the_hash_it_was_pinned_by() -> None:
    for url, entry in sources().items():
        data = files("badges.contexts").joinpath(entry["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"], url
        assert pinned(url) == json.loads(data)


@pytest.mark.shared
def test_every_pinned_context_says_what_the_specifications_copy_says(shared: Path) -> None:
    copies = [json.loads(file.read_bytes()) for file in sorted((shared / "vectors" / "contexts").glob("*.json*"))]

    for url in sources().keys() - {SCHEMA}:
        assert pinned(url) in copies, url


@given(st.datetimes(datetime(2, 1, 1), datetime(9000, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_a_time_is_written_in_utc_to_the_second_and_read_back(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    assert read_stamp(stamp(aware), "validFrom") == aware.astimezone(UTC).replace(microsecond=0)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "0999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"])
def test_every_year_has_four_figures(text: str) -> None:
    assert stamp(read_stamp(text, "validFrom")) == text


def test_a_time_without_an_offset_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="offset"):
        stamp(datetime(2026, 10, 15, 18, 30))


@pytest.mark.parametrize("text", ["2026-10-15T18:30:00+02:00", "2026-10-15T16:30:00Z", "2026-10-15T16:30:00.000Z"])
def test_every_offset_is_read(text: str) -> None:
    assert read_stamp(text, "validFrom") == datetime(2026, 10, 15, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-02-30T00:00:00Z", "2026-10-15T18:30:00", "9999-12-31T23:59:59-14:00", 7, None, ""]
)
def test_what_is_no_time_names_its_member(text: object) -> None:
    with pytest.raises(Malformed, match="validFrom"):
        read_stamp(text, "validFrom")
