from __future__ import annotations

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from keys.encoding import base64url, read_base58, read_base64url
from keys.key import Algorithm, InvalidKey, PrivateKey, VerificationKey

KEYS = {algorithm: PrivateKey.generate(algorithm) for algorithm in Algorithm}
CURVED = [Algorithm.EDDSA, Algorithm.ES256, Algorithm.ES384]


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_signature_verifies_over_its_data_and_over_nothing_else(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]

    signature = key.sign(b"data")

    assert key.public().verify(signature, b"data")
    assert not key.public().verify(signature, b"Data")
    assert not key.public().verify(signature[:-1] + bytes([signature[-1] ^ 1]), b"data")
    assert not key.public().verify(signature[:-1], b"data")
    assert not key.public().verify(b"", b"data")


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_the_same_data_has_the_same_signature(algorithm: Algorithm) -> None:
    assert KEYS[algorithm].sign(b"data") == KEYS[algorithm].sign(b"data")


@pytest.mark.parametrize(("algorithm", "octets"), [(Algorithm.ES256, 64), (Algorithm.ES384, 96)])
def test_an_ecdsa_signature_is_r_and_s_side_by_side(algorithm: Algorithm, octets: int) -> None:
    assert {len(KEYS[algorithm].sign(bytes([number]))) for number in range(50)} == {octets}


def test_zeros_are_no_signature() -> None:
    assert not KEYS[Algorithm.ES256].public().verify(bytes(64), b"data")


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_key_is_itself_again_after_every_form(algorithm: Algorithm) -> None:
    public = KEYS[algorithm].public()

    assert VerificationKey.from_jwk(public.jwk()) == public
    assert VerificationKey.from_spki(public.spki()) == public
    assert PrivateKey.from_pkcs8(KEYS[algorithm].pkcs8()).public() == public
    assert public.algorithm is algorithm


@pytest.mark.parametrize(("algorithm", "start"), [*zip(CURVED, ["z6Mk", "zDna", "z82L"], strict=True)])
def test_a_multikey_starts_as_its_kind_does(algorithm: Algorithm, start: str) -> None:
    public = KEYS[algorithm].public()

    assert public.multikey().startswith(start)
    assert VerificationKey.from_multikey(public.multikey()) == public


def test_rsa_has_no_multikey() -> None:
    with pytest.raises(InvalidKey):
        KEYS[Algorithm.RS256].public().multikey()


def test_the_thumbprint_is_that_of_rfc_8037() -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}

    assert VerificationKey.from_jwk(jwk).thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_jwk_with_a_private_member_is_refused_whoever_shows_it(algorithm: Algorithm) -> None:
    with pytest.raises(InvalidKey, match="private"):
        VerificationKey.from_jwk({**KEYS[algorithm].public().jwk(), "d": "AQ"})


def test_a_private_key_is_never_printed() -> None:
    for key in KEYS.values():
        assert repr(key) == str(key) == f"<PrivateKey {key.algorithm}>"


SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
]
"""The eight points of small order, in canonical form ("Taming the many EdDSAs", table 6)."""
NOT_CANONICAL = [
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


@pytest.mark.parametrize("octets", SMALL_ORDER + NOT_CANONICAL)
def test_an_ed25519_point_of_small_order_or_odd_form_is_no_key(octets: str) -> None:
    with pytest.raises(InvalidKey):
        VerificationKey.from_multikey("z" + base58.b58encode(b"\xed\x01" + bytes.fromhex(octets)).decode())
    with pytest.raises(InvalidKey):
        VerificationKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": base64url(bytes.fromhex(octets))})
    with pytest.raises(InvalidKey):
        VerificationKey(Ed25519PublicKey.from_public_bytes(bytes.fromhex(octets)))


def test_an_rsa_key_under_2048_bits_is_refused_and_one_of_2048_is_not() -> None:
    weak = rsa.generate_private_key(65_537, 1024).public_key()
    enough = rsa.generate_private_key(65_537, 2048).public_key()

    with pytest.raises(InvalidKey, match="1024 bits"):
        VerificationKey(weak)
    assert VerificationKey(enough).algorithm is Algorithm.RS256


def test_an_rsa_key_with_a_small_exponent_is_refused() -> None:
    modulus = KEYS[Algorithm.RS256].public().jwk()["n"]

    with pytest.raises(InvalidKey):
        VerificationKey.from_jwk({"kty": "RSA", "n": modulus, "e": base64url(b"\x03")})
    with pytest.raises(InvalidKey):
        VerificationKey.from_jwk({"kty": "RSA", "n": modulus, "e": base64url(b"\x01")})


def test_a_curve_that_is_not_ours_is_refused() -> None:
    spki = (
        ec.generate_private_key(ec.SECP256K1())
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )

    with pytest.raises(InvalidKey):
        VerificationKey.from_spki(spki)


@pytest.mark.parametrize(
    "jwk",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"kty": "oct", "k": "AQ"}, id="a secret"),
        pytest.param({"kty": "OKP", "crv": "X25519", "x": "AQ"}, id="a curve for key agreement"),
        pytest.param({"kty": "OKP", "crv": "Ed25519"}, id="no x"),
        pytest.param({"kty": "OKP", "crv": "Ed25519", "x": 5}, id="x a number"),
        pytest.param({"kty": "OKP", "crv": "Ed25519", "x": "AQ"}, id="x too short"),
        pytest.param({"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"}, id="coordinates too short"),
        pytest.param(
            {"kty": "EC", "crv": "P-256", "x": base64url(b"\1" * 32), "y": base64url(b"\1" * 32)}, id="off the curve"
        ),
        pytest.param({"kty": "EC", "crv": ["P-256"], "x": "AQ", "y": "AQ"}, id="a curve that is a list"),
        pytest.param({"kty": "RSA", "n": "AQ", "e": "AQAB"}, id="a modulus of one"),
    ],
)
def test_what_is_no_public_key_is_an_invalid_key(jwk: dict[str, object]) -> None:
    with pytest.raises(InvalidKey):
        VerificationKey.from_jwk(jwk)


@pytest.mark.parametrize("text", ["", "z", "z6Mk", "uabc", None, 7, "z" + "1" * 500, "z0OIl"])
def test_what_is_no_multikey_is_an_invalid_key(text: object) -> None:
    with pytest.raises(InvalidKey):
        VerificationKey.from_multikey(text)


def test_a_multikey_cut_short_or_with_more_behind_it_is_an_invalid_key() -> None:
    for algorithm in CURVED:
        octets = base58.b58decode(KEYS[algorithm].public().multikey()[1:])
        for other in (octets[:-1], octets + b"\0"):
            with pytest.raises(InvalidKey):
                VerificationKey.from_multikey("z" + base58.b58encode(other).decode())


@given(st.binary(max_size=60))
def test_base64url_has_one_form(data: bytes) -> None:
    text = base64url(data)

    assert read_base64url(text) == data
    for other in (text + "=", text + "\n", " " + text, text + "A" * (4 - len(text) % 4 + 1)):
        try:
            assert read_base64url(other) != data
        except ValueError:
            continue


@given(st.binary(max_size=60))
def test_no_octets_make_reading_a_key_fall_over(data: bytes) -> None:
    for read in (VerificationKey.from_spki, PrivateKey.from_pkcs8):
        with pytest.raises(InvalidKey):
            read(data)


@given(st.binary(max_size=80), st.integers(0, 3))
def test_base58_has_one_text_for_any_octets(data: bytes, zeros: int) -> None:
    text = base58.b58encode(bytes(zeros) + data).decode("ascii")

    assert read_base58(text) == bytes(zeros) + data


@pytest.mark.parametrize("text", ["0", "O", "I", "l", " 2", "2 ", "2\n", "é", "-"])
def test_what_is_no_letter_of_base58_is_refused(text: str) -> None:
    read_base58("2")

    with pytest.raises(ValueError, match="base58btc"):
        read_base58(text)
