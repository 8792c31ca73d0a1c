from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badges.identity import email_identity, hash_identity, matches, name_identity


def test_the_hash_is_the_specifications() -> None:
    expected = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"

    assert hash_identity("a@example.com", "Kosher") == expected


@pytest.mark.parametrize("typed", ["ada@example.org", "Ada@Example.ORG", "  ada@example.org\n"])
def test_an_address_is_recognised_however_it_is_typed(typed: str) -> None:
    assert matches(email_identity("Ada@example.org ", "salt").to_json(), typed)


@given(st.emails(), st.emails(), st.text(st.characters(codec="ascii"), min_size=4))
def test_only_the_same_address_matches(one: str, other: str, salt: str) -> None:
    assert matches(email_identity(one, salt).to_json(), other) == (one.lower() == other.lower())


def test_the_same_address_in_two_credentials_has_two_hashes() -> None:
    assert email_identity("ada@example.org", "a").identity_hash != email_identity("ada@example.org", "b").identity_hash


def test_the_case_of_a_hash_does_not_matter_and_no_salt_is_an_empty_one() -> None:
    identity = {"hashed": True, "identityHash": hash_identity("ada@example.org").upper().replace("SHA256", "sha256")}

    assert matches(identity, "ada@example.org")
    assert not matches(identity, "bob@example.org")


def test_a_name_in_clear_is_compared_as_it_stands() -> None:
    assert matches(name_identity("Ada Lovelace").to_json(), "Ada Lovelace")
    assert not matches(name_identity("Ada Lovelace").to_json(), "Ada")


def test_what_no_terminal_could_have_meant_matches_nobody() -> None:
    assert not matches(email_identity("ada@example.org", "salt").to_json(), "\udcff")


@pytest.mark.parametrize("digest", ["", "sha256$", "sha1$abc", "plain", "sha256$é"])
def test_a_hash_of_another_kind_matches_nobody(digest: str) -> None:
    assert not matches({"hashed": True, "identityHash": digest}, "")
