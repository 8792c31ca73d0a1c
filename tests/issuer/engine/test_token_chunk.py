"""The tokens of a chunk are those that are made one by one, whoever signs them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings

from badges.document import parse
from badges.proof import jwt
from badges.proof.suite import unsecured
from issuer import signing
from issuer.signing import CheckedSigner, NotAccepted, SignedVersion, sign_chunk, token_chunk
from keys.key import Algorithm, LocalSigner, PrivateKey
from tests.issuer.engine.intents import DID, FULL, mutated, several

PROOF_KEY = f"{DID}#key-2026"
KEYS = {algorithm: LocalSigner(f"{DID}#{algorithm}", PrivateKey.generate(algorithm)) for algorithm in Algorithm}
OWN = LocalSigner(PROOF_KEY, KEYS[Algorithm.EDDSA].private_key)
SIGNERS = {PROOF_KEY: CheckedSigner(OWN, OWN.public())}


def signed(chunk: Any) -> list[SignedVersion]:
    return [answer for answer in sign_chunk(chunk, SIGNERS) if isinstance(answer, SignedVersion)]


CHUNK = [*signed(several(6)), *signed(several(5, **FULL, valid_until=several(1)[0].valid_from.replace(year=2030)))]


def checked(algorithm: Algorithm) -> dict[str, CheckedSigner]:
    return {PROOF_KEY: CheckedSigner(KEYS[algorithm], KEYS[algorithm].public())}


def one_by_one(version: SignedVersion, signer: LocalSigner) -> str:
    return jwt.encode(unsecured(parse(version.data).credential), signer)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_tokens_are_those_that_are_made_one_by_one(algorithm: Algorithm) -> None:
    tokens = list(token_chunk(CHUNK, checked(algorithm)))

    assert [each.token for each in tokens] == [one_by_one(version, KEYS[algorithm]) for version in CHUNK]
    assert [each.version_id for each in tokens] == [version.version_id for version in CHUNK]


def test_each_token_verifies_and_its_claims_say_what_the_credential_says() -> None:
    for each in token_chunk(CHUNK, checked(Algorithm.ES256)):
        document = parse(each.token.encode())

        assert document.header == {"alg": "ES256", "kid": f"{DID}#ES256"}
        jwt.check_header(document)
        jwt.verify(document, KEYS[Algorithm.ES256].public())
        jwt.check_claims(document)


@settings(max_examples=60)
@given(mutated())
def test_whatever_a_credential_says_its_token_is_that_of_the_long_way(made: Any) -> None:
    try:
        found = signed([made])
    except Exception:  # noqa: BLE001  # What cannot be signed has no token.
        return

    for version in found:
        (token,) = token_chunk([version], SIGNERS)
        assert token.token == one_by_one(version, OWN)


def test_a_text_that_looks_like_a_proof_is_none() -> None:
    (version,) = signed(several(1, name='Ada,"proof":[{"verificationMethod":"x"}],', role=',"proof":[{'))

    (token,) = token_chunk([version], SIGNERS)

    assert parse(token.token.encode()).credential == unsecured(parse(version.data).credential)


def test_tokens_of_versions_of_several_keys_are_signed_by_theirs() -> None:
    other = f"{DID}#key-2027"
    signer = CheckedSigner(LocalSigner(other, KEYS[Algorithm.EDDSA].private_key), KEYS[Algorithm.EDDSA].public())
    late = [each for each in sign_chunk(several(2, key_id=other), {other: signer}) if isinstance(each, SignedVersion)]

    tokens = list(token_chunk([CHUNK[0], *late, CHUNK[1]], {**checked(Algorithm.RS256), other: signer}))

    assert [parse(each.token.encode()).header["alg"] for each in tokens] == ["RS256", "EdDSA", "EdDSA", "RS256"]  # type: ignore[index]


def test_a_token_that_the_published_key_does_not_verify_stops_the_chunk() -> None:
    wrong = {PROOF_KEY: CheckedSigner(KEYS[Algorithm.ES256], PrivateKey.generate(Algorithm.ES256).public())}

    with pytest.raises(NotAccepted):
        list(token_chunk(CHUNK, wrong))


@pytest.mark.parametrize("place", [0, 3, 10])
def test_a_token_that_differs_from_the_long_way_stops_the_chunk(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    honest = signing.tokens_in_bulk

    def tampering(block: Sequence[bytes], signers: Any) -> list[str]:
        made = zip(block, honest(block, signers), strict=True)
        return ["x" if data == CHUNK[place].data else token for data, token in made]

    monkeypatch.setattr(signing, "COMPARED", 3)
    monkeypatch.setattr(signing, "tokens_in_bulk", tampering)

    with pytest.raises(NotAccepted):
        list(token_chunk(CHUNK, SIGNERS))


def test_a_chunk_of_nothing_has_no_tokens() -> None:
    assert list(token_chunk([], SIGNERS)) == []
