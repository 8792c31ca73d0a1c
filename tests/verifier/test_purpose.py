"""Where it is known what a key is for, it signs nothing else, whatever the document says that it is."""

from __future__ import annotations

from typing import Any

import pytest

from keys.key import LocalSigner, VerificationKey
from tests.verifier.published import DID, STATUS, STATUS_KEY, World, credential, sign, signer, status_list
from verifier.policy import Policy
from verifier.purpose import CREDENTIAL
from verifier.purpose import STATUS as LISTS

FOR_LISTS = LocalSigner(f"{DID}#status", STATUS_KEY)
TYPES = credential()["type"]


def purposes(_issuer: str, key: VerificationKey) -> str:
    return LISTS if key == STATUS_KEY.public() else CREDENTIAL


@pytest.fixture
def ours(world: World) -> World:
    """The world of an issuer of whose keys we know what they are for."""
    world.policy = Policy(purposes=purposes)
    return world


@pytest.mark.parametrize("further", [[], ["BitstringStatusListCredential"]], ids=["a badge", "a badge and a list"])
def test_a_key_for_lists_signs_no_badge(further: list[str], ours: World) -> None:
    document = credential(type=[*TYPES, *further])

    assert ours.verdict(sign(document, FOR_LISTS)) == "key_not_authorised"
    assert ours.verdict(sign(document, signer())) == ("key_not_authorised" if further else "valid")


def test_a_key_for_lists_signs_no_badge_beside_one_for_badges(ours: World) -> None:
    both = {**credential(), "proof": [*sign(credential())["proof"], *sign(credential(), FOR_LISTS)["proof"]]}

    assert ours.verdict(both) == "key_not_authorised"


@pytest.mark.parametrize(
    ("by", "verdict"), [(FOR_LISTS, "valid"), (signer(), "status_unknown")], ids=["for lists", "for badges"]
)
def test_a_list_is_signed_with_a_key_for_lists(by: Any, verdict: str, ours: World) -> None:
    unsigned = {name: value for name, value in status_list().items() if name != "proof"}
    ours.publish(STATUS, sign(unsigned, by))

    assert ours.verdict(sign(credential())) == verdict


def test_of_a_foreign_issuers_keys_nothing_is_known(world: World) -> None:
    assert world.verdict(sign(credential(), FOR_LISTS)) == "valid"
