from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from jwt import PyJWT

from badges.document import parse
from badges.problem import Malformed, SignatureInvalid, UnsupportedProof
from badges.proof.jwt import check_claims, check_header, encode, registered_claims, verify
from keys.encoding import base64url
from keys.key import Algorithm, LocalSigner


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_token_of_every_algorithm_verifies_and_repeats_the_credential(
    credential: dict[str, Any], signer_of: Callable[[Algorithm], LocalSigner], algorithm: Algorithm
) -> None:
    signer = signer_of(algorithm)

    document = parse(encode(credential, signer).encode())

    check_header(document)
    verify(document, signer.public())
    check_claims(document)
    assert document.credential == credential
    assert document.claims is not None
    assert document.claims["iss"] == credential["issuer"]["id"]
    assert document.claims["jti"] == credential["id"]
    assert document.claims["sub"] == credential["credentialSubject"]["id"]
    assert document.claims["nbf"] == 1792137600


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_another_library_reads_what_we_encode(
    credential: dict[str, Any], signer_of: Callable[[Algorithm], LocalSigner], algorithm: Algorithm
) -> None:
    signer = signer_of(algorithm)

    claims = PyJWT().decode(
        encode(credential, signer), signer.public().material, [algorithm], {"verify_exp": False, "verify_nbf": False}
    )

    assert claims == {**credential, **registered_claims(credential)}


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_signing_again_gives_the_same_token(
    credential: dict[str, Any], signer_of: Callable[[Algorithm], LocalSigner], algorithm: Algorithm
) -> None:
    assert encode(credential, signer_of(algorithm)) == encode(credential, signer_of(algorithm))


def test_an_end_of_validity_becomes_exp(credential: dict[str, Any]) -> None:
    assert registered_claims({**credential, "validUntil": "2028-10-15T19:30:00Z"})["exp"] == 1855251000


def forged(header: dict[str, Any], payload: dict[str, Any], sign: Callable[[bytes], bytes]) -> bytes:
    text = ".".join(base64url(json.dumps(part).encode()) for part in (header, payload))
    return f"{text}.{base64url(sign(text.encode()))}".encode()


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", "HS256", "HS512"])
def test_a_token_without_a_public_key_signature_is_refused_by_its_header(credential: dict[str, Any], name: str) -> None:
    token = forged({"alg": name}, credential, lambda _: b"")

    with pytest.raises(SignatureInvalid):
        check_header(parse(token))


def test_the_public_key_used_as_a_secret_is_not_a_signature(
    credential: dict[str, Any], signer_of: Callable[[Algorithm], LocalSigner]
) -> None:
    key = signer_of(Algorithm.RS256).public()

    def mac(data: bytes) -> bytes:
        code = hmac.HMAC(key.spki(), hashes.SHA256())
        code.update(data)
        return code.finalize()

    for name in ("HS256", "RS256"):
        with pytest.raises(SignatureInvalid):
            verify(parse(forged({"alg": name}, credential, mac)), key)


def test_the_key_says_the_algorithm_whatever_the_header_says(
    credential: dict[str, Any], signer_of: Callable[[Algorithm], LocalSigner]
) -> None:
    signer = signer_of(Algorithm.ES256)
    token = forged({"alg": "ES384"}, credential, signer.sign)

    with pytest.raises(SignatureInvalid):
        verify(parse(token), signer.public())

    verify(parse(forged({"alg": "ES256"}, credential, signer.sign)), signer.public())


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param({"crit": ["exp"]}, id="crit"),
        pytest.param({"crit": []}, id="an empty crit"),
        pytest.param({"crit": "b64", "b64": False}, id="an unencoded payload"),
        pytest.param({"jku": "http://127.0.0.1:9/keys"}, id="jku"),
        pytest.param({"x5u": "http://127.0.0.1:9/cert"}, id="x5u"),
        pytest.param({"x5c": ["MIIB"]}, id="x5c"),
        pytest.param({"typ": "at+jwt"}, id="an access token"),
        pytest.param({"typ": "openid4vci-proof+jwt"}, id="a key proof"),
    ],
)
def test_a_header_that_asks_for_more_is_refused(credential: dict[str, Any], signer: LocalSigner, extra: dict) -> None:
    token = forged({"alg": "EdDSA", "kid": signer.key_id, **extra}, credential, signer.sign)

    with pytest.raises(Malformed):
        check_header(parse(token))


@pytest.mark.parametrize("kind", [None, "JWT", "vc+jwt"])
def test_the_types_of_both_specifications_are_read(
    credential: dict[str, Any], signer: LocalSigner, kind: str | None
) -> None:
    header = {"alg": "EdDSA", "kid": signer.key_id} | ({"typ": kind} if kind else {})

    check_header(parse(forged(header, credential, signer.sign)))


def test_an_algorithm_that_we_do_not_know_is_unsupported(credential: dict[str, Any], signer: LocalSigner) -> None:
    with pytest.raises(UnsupportedProof):
        check_header(parse(forged({"alg": "ES256K"}, credential, signer.sign)))


def claims_of(credential: dict[str, Any]) -> dict[str, Any]:
    return {**credential, **registered_claims(credential)}


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"iss": "did:web:evil.example"}, id="iss"),
        pytest.param({"jti": "urn:uuid:other"}, id="jti"),
        pytest.param({"sub": "urn:uuid:other"}, id="sub"),
        pytest.param({"nbf": 1}, id="nbf"),
        pytest.param({"nbf": "1792137600"}, id="nbf as text"),
        pytest.param({"nbf": None}, id="nbf null"),
        pytest.param({"nbf": []}, id="nbf a list"),
        pytest.param({"exp": 10**15}, id="exp without validUntil"),
        pytest.param({"vc": {}}, id="a vc claim"),
    ],
)
def test_a_claim_that_says_other_than_the_credential_is_malformed(
    credential: dict[str, Any], signer: LocalSigner, changed: dict[str, Any]
) -> None:
    check_claims(parse(forged({"alg": "EdDSA"}, claims_of(credential), signer.sign)))

    with pytest.raises(Malformed):
        check_claims(parse(forged({"alg": "EdDSA"}, {**claims_of(credential), **changed}, signer.sign)))


@pytest.mark.parametrize(
    "date", ["2026-02-30T00:00:00Z", "2026-10-16T08:00:00", "2026-10-16", "١٠", 5, None, "2026-10-16T25:00:00Z"]
)
def test_a_date_that_is_none_is_malformed(credential: dict[str, Any], signer: LocalSigner, date: object) -> None:
    token = forged({"alg": "EdDSA"}, {**credential, "validFrom": date}, signer.sign)

    with pytest.raises(Malformed):
        check_claims(parse(token))


def test_a_signature_of_zeros_is_no_signature(
    credential: dict[str, Any], signer_of: Callable[[Algorithm], LocalSigner]
) -> None:
    with pytest.raises(SignatureInvalid):
        verify(parse(forged({"alg": "ES256"}, credential, lambda _: bytes(64))), signer_of(Algorithm.ES256).public())
