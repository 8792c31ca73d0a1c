"""Group A: tokens whose header or claims say more than their issuer's key does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from badges.proof.jwt import registered_claims
from keys.encoding import base64url
from keys.key import Algorithm, LocalSigner, PrivateKey
from tests.verifier.published import (
    DAY,
    DID,
    KEYS,
    NOW,
    World,
    controller_document,
    credential,
    key_name,
    put,
    signer,
    status_list,
    token,
)  # fmt: skip

ES256 = key_name(Algorithm.ES256)
INVALID = "invalid"


def forged(header: Any, payload: Any = None, *, by: LocalSigner | None = None, signature: bytes | None = None) -> bytes:
    """A token with this header and payload, signed as they say or with these very octets."""
    payload = {**credential(), **registered_claims(credential())} if payload is None else payload
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)]
    text = ".".join(base64url(part) for part in parts)
    made = (by or signer(Algorithm.ES256)).sign(text.encode()) if signature is None else signature
    return f"{text}.{base64url(made)}".encode()


def with_header(**members: Any) -> bytes:
    header = {"alg": "ES256", "kid": ES256, **members}
    return forged({name: value for name, value in header.items() if value is not ...})


def with_claims(**members: Any) -> bytes:
    claims = {**credential(), **registered_claims(credential()), **members}
    return forged({"alg": "ES256", "kid": ES256}, {name: value for name, value in claims.items() if value is not ...})


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_token_of_every_algorithm_we_know_stands(algorithm: Algorithm, world: World) -> None:
    assert world.verdict(token(credential(), signer(algorithm))) == "valid"


@pytest.mark.parametrize(
    "members", [{}, {"typ": "JWT"}, {"typ": "vc+jwt", "cty": "vc"}, {"kid": f"#{ES256[len(DID) + 1 :]}"}]
)
def test_a_token_in_either_form_of_the_two_specifications_stands(members: Any, world: World) -> None:
    assert world.verdict(with_header(**members)) == "valid"


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", "", None, "ES256 ", "es256"])
def test_a1_no_algorithm_is_no_signature(name: Any, world: World) -> None:
    assert world.verify(forged({"alg": name, "kid": ES256}, signature=b"")).outcome != "valid"
    assert world.verify(forged({"alg": name, "kid": ES256})).outcome != "valid"
    assert world.verdict(forged({"alg": "ES256", "kid": ES256})) == "valid"


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE"])
def test_a1_four_spellings_of_none_are_invalid_and_not_only_unknown(name: str, world: World) -> None:
    assert world.verify(forged({"alg": name, "kid": ES256}, signature=b"")).outcome == INVALID


_RSA = KEYS[Algorithm.RS256].public()
SECRETS = {
    "PEM": _RSA.material.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "PEM without its last line break": _RSA.material.public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    ).rstrip(),
    "DER": _RSA.spki(),
    "JWK": json.dumps(_RSA.jwk()).encode(),
    "base64": base64.b64encode(_RSA.spki()),
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
def test_a2_a_public_key_is_no_secret(secret: bytes, world: World) -> None:
    unsigned = forged({"alg": "HS256", "kid": key_name(Algorithm.RS256)}, signature=b"").rstrip(b".")
    data = unsigned + b"." + base64url(hmac.digest(secret, unsigned, hashlib.sha256)).encode()

    assert world.verify(data).outcome == INVALID
    assert world.verdict(token(credential(), signer(Algorithm.RS256))) == "valid"


def test_a3_a_key_in_the_header_is_only_compared(world: World) -> None:
    thief = LocalSigner(ES256, PrivateKey.generate(Algorithm.ES256))
    stolen = forged({"alg": "ES256", "jwk": thief.public().jwk()}, by=thief)
    genuine = forged({"alg": "ES256", "jwk": signer(Algorithm.ES256).public().jwk()})
    mixed = forged({"alg": "ES256", "kid": ES256, "jwk": thief.public().jwk()}, by=thief)

    assert world.verdict(stolen) == "key_not_controlled_by_issuer"
    assert world.verdict(mixed) == "key_not_controlled_by_issuer"
    assert world.verdict(genuine) == "valid"


@pytest.mark.parametrize("member", ["jku", "x5u", "x5c"])
def test_a4_nobody_is_asked_for_a_key_that_the_header_offers(member: str, world: World) -> None:
    value = "https://evil.example/keys" if member != "x5c" else ["MIIB"]

    report = world.verify(with_header(**{member: value}))

    assert report.outcome == INVALID
    assert world.asked == []
    assert world.verdict(with_header()) == "valid"


@pytest.mark.parametrize(
    "kid",
    [
        "../../etc/passwd", "' OR 1=1--", "file:///etc/passwd", "http://169.254.169.254/", "x" * 7_000, "x" * 65_536,
        "", 7, ["a"],
        f"{DID}", f"{DID}#", f"{DID}?x#key", "did:web:evil.example#key", f"{DID}%23#key", f"{DID} #key",
    ],
)  # fmt: skip
def test_a5_a_key_identifier_is_a_hint_with_a_grammar(kid: Any, world: World) -> None:
    report = world.verify(with_header(kid=kid))

    assert report.outcome == INVALID
    assert world.asked == []
    assert world.verdict(with_header(kid=ES256)) == "valid"


@pytest.mark.parametrize("members", [{"crit": ["x"]}, {"crit": []}, {"crit": ["b64"], "b64": False}, {"crit": "x"}])
def test_a6_what_is_critical_is_refused(members: Any, world: World) -> None:
    assert world.verdict(with_header(**members)) == "malformed"
    assert world.verdict(with_header()) == "valid"


def test_a7_a_member_that_stands_twice_is_refused(world: World) -> None:
    header = json.dumps({"alg": "ES256", "kid": ES256}).encode()
    payload = json.dumps({**credential(), **registered_claims(credential())}).encode()

    assert world.verdict(forged(header.replace(b"{", b'{"alg":"none",', 1), payload)) == "malformed"
    assert world.verdict(forged(header, payload.replace(b"{", b'{"iss":"did:web:evil.example",', 1))) == "malformed"
    assert world.verdict(forged(header, payload)) == "valid"


def _last_bits(data: bytes) -> bytes:
    """The same octets when read leniently: one stray bit set in the last letter."""
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return data[:-1] + bytes([alphabet[alphabet.index(data[-1]) ^ 1]])


DISGUISES = {
    "padding": lambda data: data + b"=",
    "a line break inside": lambda data: data.replace(b".", b".\n", 1),
    "the other alphabet": lambda data: data[:-4] + b"+/+/",
    "stray last bits": _last_bits,
    "two segments": lambda data: data.rpartition(b".")[0],
    "four segments": lambda data: data + b".YQ",
    "five segments": lambda data: data + b".YQ.YQ",
    "no signature": lambda data: data.rpartition(b".")[0] + b".",
}


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES.keys())
def test_a8_a_token_has_one_form(disguise: Any, world: World) -> None:
    data = token(credential())

    assert world.verify(disguise(data)).outcome == INVALID
    assert world.verdict(data) == "valid"


SMALL_ORDER = ["01" + "00" * 31, "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "00" * 32]


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_a9_a_point_of_small_order_is_no_key(point: str, world: World) -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": base64url(bytes.fromhex(point))}
    document = put(controller_document(), "verificationMethod/0/type", "JsonWebKey")
    document = put(document, "verificationMethod/0/publicKeyMultibase", ...)
    world.publish(DID, put(document, "verificationMethod/0/publicKeyJwk", jwk))
    universal = forged({"alg": "EdDSA", "kid": key_name(Algorithm.EDDSA)}, signature=b"\1" + b"\0" * 63)

    assert world.verdict(universal) == "unknown_key"

    sound = KEYS[Algorithm.EDDSA].public().jwk()
    world.publish(DID, put(document, "verificationMethod/0/publicKeyJwk", sound))
    assert world.verdict(token(credential(), signer(Algorithm.EDDSA))) == "valid"


def _number(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _weak_rsa() -> dict[str, str]:
    numbers = rsa.generate_private_key(65_537, 1024).public_key().public_numbers()
    return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}


def _other_curve() -> dict[str, str]:
    numbers = ec.generate_private_key(ec.SECP256K1()).public_key().public_numbers()
    return {"kty": "EC", "crv": "secp256k1", "x": _number(numbers.x), "y": _number(numbers.y)}


WEAK = {
    "RSA of 1,024 bits": _weak_rsa,
    "RSA with the exponent 1": lambda: {**KEYS[Algorithm.RS256].public().jwk(), "e": "AQ"},
    "secp256k1": _other_curve,
    "with its private half": lambda: {**KEYS[Algorithm.ES256].public().jwk(), "d": "AQ"},
    "symmetric": lambda: {"kty": "oct", "k": "AQ"},
}


@pytest.mark.parametrize("jwk", WEAK.values(), ids=WEAK.keys())
def test_a10_a_weak_key_is_no_key(jwk: Any, world: World) -> None:
    world.publish(DID, put(controller_document(), "verificationMethod/1/publicKeyJwk", jwk()))

    assert world.verdict(token(credential())) == "unknown_key"

    sound = KEYS[Algorithm.ES256].public().jwk()
    world.publish(DID, put(controller_document(), "verificationMethod/1/publicKeyJwk", sound))
    assert world.verdict(token(credential())) == "valid"


def test_a10_a_key_is_for_one_algorithm(world: World) -> None:
    by, kid = signer(Algorithm.ES384), key_name(Algorithm.ES384)

    assert world.verdict(forged({"alg": "ES256", "kid": kid}, by=by)) == "signature_invalid"
    assert world.verdict(forged({"alg": "ES384", "kid": kid}, by=by)) == "valid"


def test_a11_a_signature_of_zeros_is_none(world: World) -> None:
    assert world.verdict(forged({"alg": "ES256", "kid": ES256}, signature=b"\0" * 64)) == "signature_invalid"
    assert world.verdict(forged({"alg": "ES256", "kid": ES256})) == "valid"


ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256: with s, n - s is a signature as well."""


def test_a11_the_other_signature_of_the_same_token_is_no_other_credential(world: World) -> None:
    text, _, signature = token(credential()).rpartition(b".")
    made = base64.urlsafe_b64decode(signature + b"==")
    mirrored = made[:32] + (ORDER - int.from_bytes(made[32:], "big")).to_bytes(32, "big")

    original, mirror = world.verify(token(credential())), world.verify(text + b"." + base64url(mirrored).encode())

    assert mirrored != made
    assert (mirror.verdict, mirror.credential, mirror.issuer) == ("valid", original.credential, original.issuer)


@pytest.mark.parametrize("kind", ["at+jwt", "statuslist+jwt", "kb+jwt", "openid4vci-proof+jwt", 7])
def test_a12_a_token_of_another_purpose_is_no_credential(kind: Any, world: World) -> None:
    assert world.verdict(with_header(typ=kind)) == "malformed"
    assert world.verdict(with_header(typ="JWT")) == "valid"


def test_a12_a_status_list_is_no_badge(world: World) -> None:
    assert world.verdict(status_list()) == "malformed"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "did:web:evil.example"}, {"iss": None}, {"jti": "urn:uuid:0"}, {"sub": "urn:uuid:0"}, {"nbf": 1},
        {"exp": 4_102_444_800}, {"nbf": True}, {"exp": "1"}, {"vc": {}},
    ],
)  # fmt: skip
def test_a13_a_claim_says_what_the_credential_says(claims: Any, world: World) -> None:
    assert world.verdict(with_claims(**claims)) == "malformed"
    assert world.verdict(with_claims(**dict.fromkeys(claims, ...))) == "valid"


def test_a13_a_claim_about_a_subject_needs_one_with_an_id(world: World) -> None:
    nobody = put(credential(), "credentialSubject/id", ...)

    assert world.verdict(token(nobody)) == "valid"
    assert world.verdict(with_claims(credentialSubject=nobody["credentialSubject"], sub="urn:uuid:0")) == "malformed"


@pytest.mark.parametrize("exp", [10**30, [], None, -1, 1.5, "2026-02-30T00:00:00Z"])
def test_a14_a_time_that_is_none_is_an_answer_not_a_crash(exp: Any, world: World) -> None:
    assert world.verdict(with_claims(exp=exp)) == "malformed"
    assert world.verdict(with_claims()) == "valid"


@pytest.mark.parametrize(
    "time", ["2026-02-30T00:00:00Z", "2026-01-01T00:00:00", "2026-01-01", "now", 5, "99999-01-01T00:00:00Z"]
)
def test_a14_a_date_that_is_none_is_malformed(time: Any, world: World) -> None:
    assert world.verdict(with_claims(validUntil=time, exp=...)) == "malformed"
    assert world.verdict(with_claims(validUntil="2099-01-01T00:00:00Z", exp=...)) == "valid"


def test_a14_a_token_ends_when_its_credential_does(world: World) -> None:
    world.now = NOW + 701 * DAY

    report = world.verify(token(credential()))

    assert (report.verdict, report.check("validity").result) == ("expired", "fail")


BOMBS = {
    "nested 50,000 deep": b'{"a":' + b"[" * 50_000,
    "a number of 5,000 digits": b'{"a":' + b"9" * 5_000 + b"}",
    "a text of 10 MB": b'{"a":"' + b"x" * 10_000_000 + b'"}',
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
@pytest.mark.parametrize("form", ["json", "jws"])
def test_a15_a_bomb_is_an_answer(bomb: bytes, form: str, world: World) -> None:
    data = bomb if form == "json" else forged({"alg": "ES256", "kid": ES256}, bomb)

    assert world.verify(data).outcome == INVALID


def test_a15_what_is_merely_long_is_read(world: World) -> None:
    deep, long = {"narrative": "x" * 100_000}, 2**53 - 1

    assert world.verdict(token(put(credential(), "credentialSubject/achievement/criteria", deep))) == "valid"
    assert world.verdict(token(put(credential(), "credentialSubject/creditsEarned", long))) != "unreadable"
