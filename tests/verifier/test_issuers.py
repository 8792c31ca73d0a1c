"""Whose key it is: issuers of every kind that we know, and who could forge what in their name."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.encoding import base64url
from keys.key import Algorithm, LocalSigner, PrivateKey, VerificationKey
from tests.verifier.published import DID, ID, KEYS, World, controller_document, credential, put, sign, to_bytes, token
from verifier.did import InvalidDid, did_jwk_document, did_key_document
from verifier.material import read_material
from verifier.origin import read_address

THIEF = PrivateKey.generate(Algorithm.ES256)
OWN = {Algorithm.EDDSA: "eddsa-rdfc-2022", Algorithm.ES256: "ecdsa-rdfc-2019", Algorithm.ES384: "ecdsa-rdfc-2019"}
HOST = "https://school.example"
SCHOOL = f"{HOST}/issuers/1"
KEY = f"{SCHOOL}#key-1"
LEAF = f"{SCHOOL}/keys/1"
JWKS = f"{HOST}/.well-known/jwks.json"


def of(issuer: str, **changes: Any) -> dict[str, Any]:
    """An unsigned credential of `issuer` that needs nothing but the key to be looked up."""
    document = put(put(credential(), "issuer/id", issuer), "credentialStatus", ...)
    return {**document, **changes}


def signed(issuer: str, method: str, algorithm: Algorithm = Algorithm.EDDSA) -> dict[str, Any]:
    return sign(of(issuer), LocalSigner(method, KEYS[algorithm]), OWN[algorithm])


def stolen(issuer: str, method: str) -> dict[str, Any]:
    """What somebody signs in the name of `issuer` with a key of their own."""
    return sign(of(issuer), LocalSigner(method, THIEF), "ecdsa-rdfc-2019")


def as_token(issuer: str, kid: str, key: PrivateKey = KEYS[Algorithm.ES256]) -> bytes:
    return token(of(issuer), LocalSigner(kid, key))


def method(url: str, whose: str, key: PrivateKey = KEYS[Algorithm.EDDSA], **changes: Any) -> dict[str, Any]:
    made = {"id": url, "type": "Multikey", "controller": whose, "publicKeyMultibase": key.public().multikey()}
    return {name: value for name, value in (made | changes).items() if value is not ...}


def document(issuer: str = SCHOOL, *methods: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The controlled identifier document of an issuer on the web, each of its keys listed for assertions."""
    made = {"id": issuer, "verificationMethod": list(methods), "assertionMethod": [item["id"] for item in methods]}
    return {name: value for name, value in (made | changes).items() if value is not ...}


def jwk(key: PrivateKey = KEYS[Algorithm.ES256], **members: Any) -> dict[str, Any]:
    return {**key.public().jwk(), **members}


class TestDidJwk:
    """`did:jwk`: the identifier is the key."""

    @staticmethod
    def did(jwk: Any) -> str:
        return f"did:jwk:{base64url(jwk if isinstance(jwk, bytes) else to_bytes(jwk))}"

    @pytest.mark.parametrize("algorithm", Algorithm)
    def test_a_key_of_every_algorithm_signs_for_itself(self, algorithm: Algorithm, world: World) -> None:
        did = self.did(jwk(KEYS[algorithm]))

        assert world.verdict(as_token(did, f"{did}#0", KEYS[algorithm])) == "valid"
        assert set(world.asked) <= {ID}

    def test_the_example_of_its_specification_is_read(self) -> None:
        text = (
            "eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAiLCJ5Ijoi"
            "X0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
        )
        document = did_jwk_document(f"did:jwk:{text}")

        assert document["assertionMethod"] == [f"did:jwk:{text}#0"]
        assert document["verificationMethod"][0]["publicKeyJwk"]["x"] == "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0"

    @pytest.mark.parametrize(
        "fragment",
        ["1", "00", "key", KEYS[Algorithm.EDDSA].public().multikey()],
        ids=["one", "two noughts", "a word", "its multikey"],
    )
    def test_its_one_key_is_called_0(self, fragment: str, world: World) -> None:
        did = self.did(jwk(KEYS[Algorithm.EDDSA]))

        assert world.verdict(signed(did, f"{did}#{fragment}")) == "unknown_key"
        assert world.verdict(signed(did, f"{did}#0")) == "valid"

    @pytest.mark.parametrize(
        "made",
        [
            b"not json", b"[]", b'"x"', b"{}", b'{"kty":"oct","k":"AAAA"}',
            to_bytes(jwk(THIEF, d="AAAA")),
            to_bytes(jwk(THIEF)).replace(b'{"crv"', b'{"crv":"P-256","crv"'),
            to_bytes(jwk(THIEF, crv="secp256k1")), to_bytes(jwk(THIEF, x="AAAA")),
        ],
        ids=["text", "a list", "a string", "nothing", "a secret", "a private key", "doubled", "a curve", "a short x"],
    )  # fmt: skip
    def test_what_is_no_public_key_is_nobody(self, made: bytes, world: World) -> None:
        did = self.did(made)

        assert world.verdict(stolen(did, f"{did}#0")) == "issuer_unresolvable"

    @pytest.mark.parametrize("spelling", ["{}=", "{}A", "{}%3D", " {}", "{}\n"])
    def test_its_key_is_spelled_in_one_way(self, spelling: str) -> None:
        text = base64url(to_bytes(jwk(THIEF)))

        assert did_jwk_document(f"did:jwk:{text}")
        with pytest.raises(InvalidDid):
            did_jwk_document(f"did:jwk:{spelling.format(text)}")

    def test_the_standard_alphabet_is_another_spelling(self) -> None:
        octets = to_bytes(jwk(THIEF, note="???>>>ÿÿ"))
        assert set("+/") & set(base64.b64encode(octets).decode())

        with pytest.raises(InvalidDid):
            did_jwk_document("did:jwk:" + base64.b64encode(octets).decode().rstrip("="))

    def test_a_key_for_encryption_signs_nothing(self, world: World) -> None:
        secret, public = (self.did(jwk(KEYS[Algorithm.EDDSA], use=use)) for use in ("enc", "sig"))

        assert world.verdict(signed(secret, f"{secret}#0")) == "key_not_authorised"
        assert world.verdict(signed(public, f"{public}#0")) == "valid"


VECTORS = "vectors/w3c-ccg-did-method-key"
READ = {"ed25519-x25519.json", "rsa.json"}


def key_vectors(shared: Path) -> list[tuple[str, str, dict[str, Any]]]:
    """Every did:key of the vectors with its file and its document."""
    found = []
    for path in sorted((shared / VECTORS).glob("*.json")):
        for did, vector in json.loads(path.read_bytes()).items():
            if did == "didDocument":
                found += [(path.name, inner, document) for inner, document in vector.items()]
            else:
                found.append((path.name, did, vector["didDocument"]))
    return found


def their_key(method: dict[str, Any]) -> VerificationKey:
    """The key of a vector's method; one of them holds the bare point of a P-256 key."""
    if method["type"] != "P256Key2021":
        return read_material(method)
    octets = b"\x80\x24" + base58.b58decode(method["publicKeyBase58"])
    return VerificationKey.from_multikey("z" + base58.b58encode(octets).decode())


@pytest.mark.shared
def test_every_did_key_of_the_vectors_is_read_or_refused_as_it_must_be(shared: Path) -> None:
    read, refused = [], []
    for file, did, expected in key_vectors(shared):
        try:
            made = did_key_document(did)
        except InvalidDid:
            refused.append((file, did.removeprefix("did:key:")[:4]))
            continue
        theirs = {item["id"]: item for item in expected["verificationMethod"]}[expected["assertionMethod"][0]]
        key = read_material(made["verificationMethod"][0])
        assert (made["id"], made["assertionMethod"]) == (did, expected["assertionMethod"])
        assert key == their_key(theirs)
        read.append((file, key.algorithm))

    assert {file for file, _ in read} == READ | {"nist-curves.json"}
    assert len(read) == 5 + 5 + 2  # Of seven NIST curves two are P-521.
    unknown = {"bls12381.json", "secp256k1.json", "x25519.json"}
    assert {file for file, _ in refused} == unknown | {"nist-curves.json"}
    assert {beginning for file, beginning in refused if file == "nist-curves.json"} == {"z2J9"}


def test_a_did_key_for_rsa_is_spelled_in_one_way() -> None:
    spki = KEYS[Algorithm.RS256].public().spki()
    with pytest.raises(InvalidDid):
        did_key_document("did:key:z" + base58.b58encode(b"\x85\x24" + spki).decode())


class TestIssuersOnTheWeb:
    """An issuer whose identifier is an https address: its own document says which keys are its own."""

    def test_its_document_names_its_key(self, world: World) -> None:
        world.publish(SCHOOL, document(SCHOOL, method(KEY, SCHOOL)))

        assert world.verdict(signed(SCHOOL, KEY)) == "valid"
        assert world.verdict(stolen(SCHOOL, KEY)) == "signature_invalid"

    @pytest.mark.parametrize(
        ("published", "verdict"),
        [
            (document(SCHOOL, method(KEY, SCHOOL), assertionMethod=[]), "key_not_authorised"),
            (document(SCHOOL, method(KEY, SCHOOL), assertionMethod=..., authentication=[KEY]), "key_not_authorised"),
            (document(SCHOOL, method(f"{SCHOOL}#other", SCHOOL)), "unknown_key"),
            (document(SCHOOL, method(KEY, f"{HOST}/issuers/2")), "key_not_controlled_by_issuer"),
            (document(SCHOOL, method(KEY, SCHOOL, revoked="2026-01-01T00:00:00Z")), "key_revoked"),
            (document(SCHOOL, method(KEY, SCHOOL, expires="2026-01-01T00:00:00Z")), "key_revoked"),
            (document(f"{HOST}/issuers/2", method(KEY, SCHOOL)), "issuer_unresolvable"),
            (document(SCHOOL, method(KEY, SCHOOL), id=...), "issuer_unresolvable"),
            (b"<html></html>", "issuer_unresolvable"), (b"[]", "issuer_unresolvable"),
        ],
        ids=["not listed", "for logging in", "absent", "of another", "revoked", "expired", "another's document",
             "nobody's document", "no JSON", "no object"],
    )  # fmt: skip
    def test_what_it_does_not_vouch_for_has_its_own_verdict(self, published: Any, verdict: str, world: World) -> None:
        world.publish(SCHOOL, published)

        assert world.verdict(signed(SCHOOL, KEY)) == verdict

    def test_one_that_cannot_be_reached_is_not_judged(self, world: World) -> None:
        assert world.verdict(signed(SCHOOL, KEY)) == "issuer_unresolvable"

    def test_a_key_written_out_among_the_assertion_methods_is_read(self, world: World) -> None:
        world.publish(SCHOOL, document(SCHOOL, assertionMethod=[method("#key-1", SCHOOL)]))

        assert world.verdict(signed(SCHOOL, KEY)) == "valid"

    def test_a_profile_that_lists_its_one_key_and_no_relationship_issues_with_it(self, world: World) -> None:
        """As a widespread platform publishes it: one object, of a type that is none."""
        one = method(KEY, SCHOOL, type="DataIntegrityProof", cryptosuite="eddsa-rdf-2022")
        profile = {"id": SCHOOL, "type": "Profile", "name": "School", "controller": "", "verificationMethod": one}
        world.publish(SCHOOL, profile)

        assert world.verdict(signed(SCHOOL, KEY)) == "valid"
        world.publish(SCHOOL, {**profile, "authentication": KEY})
        assert world.verdict(signed(SCHOOL, KEY)) == "key_not_authorised"
        world.publish(SCHOOL, {**profile, "type": "Person"})
        assert world.verdict(signed(SCHOOL, KEY)) == "key_not_authorised"

    def test_such_a_type_is_none_in_a_document_that_tells_relationships(self, world: World) -> None:
        world.publish(SCHOOL, document(SCHOOL, method(KEY, SCHOOL, type="DataIntegrityProof"), type="Profile"))

        assert world.verdict(signed(SCHOOL, KEY)) == "unknown_key"

    def test_an_address_with_a_question_is_an_issuer_too(self, world: World) -> None:
        issuer = f"{SCHOOL}?v=3_0"
        world.publish(issuer, document(issuer, method(f"{issuer}#key-0", issuer)))

        assert world.verdict(signed(issuer, f"{issuer}#key-0")) == "valid"


class TestKeysAtAnAddressOfTheirOwn:
    """A verification method that lies elsewhere: it says whose it is, and that one must say so too."""

    def test_one_that_its_issuer_lists_is_used(self, world: World) -> None:
        world.publish(SCHOOL, document(SCHOOL, assertionMethod=[LEAF]))
        world.publish(LEAF, method(LEAF, SCHOOL))

        assert world.verdict(signed(SCHOOL, LEAF)) == "valid"
        assert world.verdict(stolen(SCHOOL, LEAF)) == "signature_invalid"

    def test_one_without_a_name_and_a_type_is_read_as_the_validator_of_1edtech_does(self, world: World) -> None:
        world.publish(SCHOOL, document(SCHOOL, assertionMethod=[LEAF]))
        world.publish(LEAF, method(LEAF, SCHOOL, id=..., type=...))

        assert world.verdict(signed(SCHOOL, LEAF)) == "valid"

    def test_nobody_elsewhere_is_even_asked(self, world: World) -> None:
        elsewhere = "https://evil.example/key"
        world.publish(SCHOOL, document(SCHOOL, assertionMethod=[elsewhere]))
        world.publish(elsewhere, method(elsewhere, SCHOOL, THIEF))

        assert world.verdict(stolen(SCHOOL, elsewhere)) == "key_not_controlled_by_issuer"
        assert world.asked == []

    @pytest.mark.parametrize("issuer", [SCHOOL, HOST, f"{HOST}/"])
    @pytest.mark.parametrize("place", ["/~mallory/key.json", "/issuers/1/uploads/key.json", "/issuers/12"])
    def test_a_file_of_another_tenant_vouches_for_nobody(self, place: str, issuer: str, world: World) -> None:
        world.publish(issuer, document(issuer, method(f"{issuer}#key-1", issuer)))
        world.publish(HOST + place, method(HOST + place, issuer, THIEF))

        assert world.verdict(stolen(issuer, HOST + place)) == "unknown_key"
        assert world.verdict(signed(issuer, f"{issuer}#key-1")) == "valid"

    @pytest.mark.parametrize(
        ("changes", "verdict"),
        [
            ({"controller": f"{HOST}/issuers/2"}, "key_not_controlled_by_issuer"),
            ({"controller": ...}, "key_not_controlled_by_issuer"),
            ({"id": f"{SCHOOL}/keys/2"}, "unknown_key"),
            ({"revoked": "2026-01-01T00:00:00Z"}, "key_revoked"),
            ({"expires": "2026-01-01T00:00:00Z"}, "key_revoked"),
            ({"expires": "soon"}, "unknown_key"),
            ({"publicKeyMultibase": ...}, "unknown_key"),
            ({"secretKeyMultibase": "z"}, "unknown_key"),
            ({}, "valid"),
        ],
    )
    def test_what_it_says_of_itself_is_checked(self, changes: Any, verdict: str, world: World) -> None:
        world.publish(SCHOOL, document(SCHOOL, assertionMethod=[LEAF]))
        world.publish(LEAF, method(LEAF, SCHOOL, **changes))

        assert world.verdict(signed(SCHOOL, LEAF)) == verdict

    def test_one_that_is_listed_for_logging_in_signs_nothing(self, world: World) -> None:
        world.publish(SCHOOL, document(SCHOOL, authentication=[LEAF]))
        world.publish(LEAF, method(LEAF, SCHOOL))

        assert world.verdict(signed(SCHOOL, LEAF)) == "key_not_authorised"

    def test_one_of_the_values_that_its_issuer_lists_under_another_name_is_its_own(self, world: World) -> None:
        world.publish(SCHOOL, document(SCHOOL, method(KEY, SCHOOL)))
        world.publish(LEAF, method(LEAF, SCHOOL))

        assert world.verdict(signed(SCHOOL, LEAF)) == "valid"

    def test_a_did_web_may_point_to_a_jwk_on_its_own_host_that_its_document_holds(self, world: World) -> None:
        place = "https://badges.example/issuers/milano/keys/es256"
        world.publish(place, jwk(iss=DID))

        assert world.verdict(token(credential(), LocalSigner(place, KEYS[Algorithm.ES256]))) == "valid"
        world.publish(place, jwk(THIEF, iss=DID))
        assert world.verdict(token(credential(), LocalSigner(place, THIEF))) == "unknown_key"

    @pytest.mark.parametrize(
        "kid",
        [
            f"{HOST}/../etc/passwd", f"{HOST}/a/./b", "https://user@school.example/k", "https://school.example:22/k",
            "https://school.example%2f.evil.example/k", "https://school.example\\@evil.example/k", f"{HOST}/%2e%2e/k",
            "http://school.example/k", "https://169.254.169.254/k", "//school.example/k", "https://SCHOOL.example/k",
            f"{HOST}/k\n", f"{HOST}/{'x' * 2000}", "https://school.example./k", "file:///etc/passwd", f"{HOST}:443/k",
        ],
    )  # fmt: skip
    def test_a5_an_address_of_a_key_has_a_grammar(self, kid: str, world: World) -> None:
        report = world.verify(as_token(SCHOOL, kid, THIEF))

        assert report.outcome == "invalid"
        assert world.asked == []


class TestKeySets:
    """The key set of a host: `iss` says whose a key is, and without it only the host itself may be meant."""

    KID = f"{SCHOOL}/keys/1"

    @pytest.mark.parametrize(
        ("issuer", "keys", "verdict"),
        [
            (SCHOOL, [jwk(iss=SCHOOL)], "valid"),
            (SCHOOL, [jwk(THIEF, iss=f"{HOST}/issuers/2"), jwk(iss=SCHOOL)], "valid"),
            (SCHOOL, [jwk()], "unknown_key"),
            (SCHOOL, [jwk(iss=f"{HOST}/issuers/2")], "unknown_key"),
            (SCHOOL, [jwk(iss=None)], "unknown_key"),
            (SCHOOL, [jwk(iss=[SCHOOL])], "unknown_key"),
            (HOST, [jwk()], "valid"),
            (f"{HOST}/", [jwk()], "valid"),
            (HOST, [jwk(), jwk(THIEF, iss=f"{HOST}/issuers/2")], "unknown_key"),
            (HOST, [jwk(iss=HOST), jwk(THIEF, iss=f"{HOST}/issuers/2")], "valid"),
            (f"{HOST}?x", [jwk()], "unknown_key"),
            (SCHOOL, [jwk(iss=SCHOOL, use="enc")], "unknown_key"),
            (SCHOOL, [jwk(iss=SCHOOL, use="sig", key_ops=["verify"], alg="ES256")], "valid"),
            (SCHOOL, [jwk(iss=SCHOOL, key_ops=["encrypt"])], "unknown_key"),
            (SCHOOL, [jwk(iss=SCHOOL, alg="ES384")], "unknown_key"),
            (SCHOOL, [jwk(iss=SCHOOL, exp=1)], "unknown_key"),
            (SCHOOL, [jwk(iss=SCHOOL, exp=2**40)], "valid"),
            (SCHOOL, [jwk(iss=SCHOOL, revoked={"revoked_at": 1})], "unknown_key"),
            (SCHOOL, [jwk(iss=SCHOOL, d="AAAA")], "unknown_key"),
            (SCHOOL, [7, [], {}], "unknown_key"),
        ],
    )  # fmt: skip
    def test_a_key_of_the_set_is_whose_it_says(self, issuer: str, keys: Any, verdict: str, world: World) -> None:
        """The issuer's document has no key: only the set can vouch for the one at its address."""
        world.publish(issuer, document(issuer))
        world.publish(self.KID, jwk())
        world.publish(JWKS, {"keys": keys})

        assert world.verdict(as_token(issuer, self.KID)) == verdict

    def test_no_tenant_signs_for_another(self, world: World) -> None:
        """The thief is a tenant of the host, with a key of their own in its set and a file of their own."""
        other = f"{HOST}/issuers/2"
        world.publish(SCHOOL, document(SCHOOL, method(KEY, SCHOOL)))
        world.publish(other, document(other, method(f"{other}#key-1", other, THIEF)))
        for whose in ({"iss": other}, {}):
            world.publish(JWKS, {"keys": [jwk(iss=SCHOOL), jwk(THIEF, kid=f"{JWKS}#2", **whose)]})

            assert world.verify(as_token(SCHOOL, f"{JWKS}#2", THIEF)).outcome == "invalid"
            assert world.verify(as_token(SCHOOL, f"{other}#key-1", THIEF)).outcome == "invalid"
            assert world.verdict(as_token(other, f"{other}#key-1", THIEF)) == "valid"

    @pytest.mark.parametrize("name", ["key-1", f"{HOST}/keys#key-1"])
    def test_a_kid_may_lead_into_a_set(self, name: str, world: World) -> None:
        world.publish(SCHOOL, document(SCHOOL))
        world.publish(f"{HOST}/keys", {"keys": [jwk(THIEF, kid="key-2"), jwk(kid=name)]})
        world.publish(JWKS, {"keys": [jwk(iss=SCHOOL)]})

        assert world.verdict(as_token(SCHOOL, f"{HOST}/keys#key-1")) == "valid"
        assert world.verdict(as_token(SCHOOL, f"{HOST}/keys#key-2", THIEF)) == "unknown_key"
        assert world.verdict(as_token(SCHOOL, f"{HOST}/keys#key-3")) == "unknown_key"

    def test_two_keys_of_one_name_are_none(self, world: World) -> None:
        world.publish(SCHOOL, document(SCHOOL))
        world.publish(JWKS, {"keys": [jwk(kid="a", iss=SCHOOL), jwk(THIEF, kid="a", iss=SCHOOL)]})

        assert world.verdict(as_token(SCHOOL, f"{JWKS}#a")) == "unknown_key"

    def test_a_key_that_was_withdrawn_from_its_set_says_so(self, world: World) -> None:
        world.publish(SCHOOL, document(SCHOOL))
        world.publish(JWKS, {"keys": [jwk(kid="a", iss=SCHOOL, revoked={"revoked_at": 1})]})

        assert world.verdict(as_token(SCHOOL, f"{JWKS}#a")) == "key_revoked"

    def test_a_key_in_the_header_is_compared_with_the_set(self, world: World) -> None:
        world.publish(SCHOOL, document(SCHOOL))
        world.publish(JWKS, {"keys": [jwk(iss=SCHOOL)]})

        assert world.verdict(self._with_key(KEYS[Algorithm.ES256])) == "valid"
        assert world.verdict(self._with_key(THIEF)) == "key_not_controlled_by_issuer"

    def test_where_neither_document_nor_set_can_be_had_nothing_is_judged(self, world: World) -> None:
        world.publish(self.KID, jwk())

        assert world.verdict(as_token(SCHOOL, self.KID)) == "issuer_unresolvable"
        assert world.verdict(self._with_key(THIEF)) == "issuer_unresolvable"

    @staticmethod
    def _with_key(key: PrivateKey) -> bytes:
        """A token whose header shows the key instead of naming it."""
        _, payload, _ = as_token(SCHOOL, "x", key).split(b".")
        header = base64url(to_bytes({"alg": "ES256", "jwk": jwk(key)})).encode()
        return b".".join((header, payload, base64url(key.sign(header + b"." + payload)).encode()))


def kind(name: str, key: PrivateKey) -> dict[str, Any]:
    """A method of a type, holding `key` in the way of that type."""
    public = key.public()
    held = {
        "Multikey": {"publicKeyMultibase": public.multikey},
        "JsonWebKey": {"publicKeyJwk": public.jwk},
        "JsonWebKey2020": {"publicKeyJwk": public.jwk},
        "Ed25519VerificationKey2020": {"publicKeyMultibase": public.multikey},
        "Ed25519VerificationKey2018": {"publicKeyBase58": lambda: base58.b58encode(public.spki()[-32:]).decode()},
        "EcdsaSecp256r1VerificationKey2019": {"publicKeyMultibase": public.multikey},
    }[name]
    return {"type": name} | {member: make() for member, make in held.items()}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("Multikey", Algorithm.EDDSA, None), ("Multikey", Algorithm.ES256, None), ("Multikey", Algorithm.ES384, None),
        ("JsonWebKey", Algorithm.EDDSA, None), ("JsonWebKey", Algorithm.ES256, None),
        ("JsonWebKey2020", Algorithm.EDDSA, None), ("JsonWebKey2020", Algorithm.ES384, None),
        ("Ed25519VerificationKey2020", Algorithm.EDDSA, Algorithm.ES256),
        ("Ed25519VerificationKey2018", Algorithm.EDDSA, None),
        ("EcdsaSecp256r1VerificationKey2019", Algorithm.ES256, Algorithm.ES384),
    ],
)  # fmt: skip
def test_a_method_of_a_type_holds_a_key_of_its_kind(
    name: str, right: Algorithm, wrong: Algorithm | None, world: World
) -> None:
    for algorithm, verdict in ((right, "valid"), (wrong, "unknown_key")):
        if algorithm is not None:
            held = {"id": KEY, "controller": SCHOOL, **kind(name, KEYS[algorithm])}
            world.publish(SCHOOL, document(SCHOOL, held))

            assert world.verdict(signed(SCHOOL, KEY, algorithm)) == verdict


@pytest.mark.parametrize(
    "changes",
    [
        {"publicKeyJwk": KEYS[Algorithm.EDDSA].public().jwk()}, {"publicKeyBase58": "1" * 32}, {"publicKeyPem": "x"},
        {"privateKeyMultibase": "z"}, {"secretKeyJwk": {}}, {"type": "JsonWebKey"},
        {"type": "Ed25519VerificationKey2018"}, {"type": ["Multikey"]}, {"type": None},
        {"type": "EcdsaSecp256k1VerificationKey2019"},
        {"publicKeyMultibase": 7}, {"publicKeyMultibase": ["z"]}, {"publicKeyMultibase": "u7QE"},
    ],
)  # fmt: skip
def test_a_method_holds_one_key_and_no_secret(changes: dict[str, Any], world: World) -> None:
    world.publish(SCHOOL, document(SCHOOL, method(KEY, SCHOOL, **changes)))

    assert world.verdict(signed(SCHOOL, KEY)) == "unknown_key"


@pytest.mark.parametrize("text", ["", "0", "1" * 32, "z" * 44, "2" * 45, 7, None])
def test_an_elder_key_is_32_octets_that_can_be_trusted(text: Any, world: World) -> None:
    held = {"id": KEY, "controller": SCHOOL, "type": "Ed25519VerificationKey2018", "publicKeyBase58": text}
    world.publish(SCHOOL, document(SCHOOL, held))

    assert world.verdict(signed(SCHOOL, KEY)) == "unknown_key"


def test_a_key_of_the_wrong_kind_for_its_proof_proves_nothing(world: World) -> None:
    world.publish(SCHOOL, document(SCHOOL, method(KEY, SCHOOL, KEYS[Algorithm.ES256])))

    assert world.verdict(signed(SCHOOL, KEY)) == "signature_invalid"
    assert world.verdict(signed(SCHOOL, KEY, Algorithm.ES256)) == "valid"


@pytest.mark.parametrize("relative", [True, False])
def test_a_did_document_may_name_its_keys_from_inside(relative: bool, world: World) -> None:
    made = controller_document()
    first = made["verificationMethod"][0]
    name = "#" + first["id"].partition("#")[2] if relative else first["id"]
    made["assertionMethod"][0] = {**first, "id": name}
    del made["verificationMethod"][0]
    world.publish(DID, made)

    assert world.verdict(sign(credential())) == "valid"


def test_a_key_that_stands_twice_under_one_name_is_never_only_compared(world: World) -> None:
    """The document lists `#a` for assertions and shows, for logging in, another key of that name."""
    made = document(SCHOOL, {"id": KEY, "controller": SCHOOL, "type": "JsonWebKey", "publicKeyJwk": jwk()})
    made["authentication"] = [{"id": KEY, "controller": SCHOOL, "type": "JsonWebKey", "publicKeyJwk": jwk(THIEF)}]
    world.publish(SCHOOL, made)

    assert world.verdict(TestKeySets._with_key(THIEF)) == "key_not_controlled_by_issuer"


def test_a_jwk_at_a_listed_address_is_that_of_the_issuer_it_names(world: World) -> None:
    world.publish(SCHOOL, document(SCHOOL, assertionMethod=[LEAF]))
    for whose, verdict in ((SCHOOL, "valid"), (f"{HOST}/issuers/2", "key_not_controlled_by_issuer")):
        world.publish(LEAF, jwk(iss=whose))

        assert world.verdict(as_token(SCHOOL, LEAF)) == verdict


ADDRESSES = st.text("abcA1.:/@#?%\\-_ \t\n[]~é", max_size=40).map(lambda text: f"https://{text}")
LIKELY = st.from_regex(
    r"https://[a-c.]{1,8}(:[0-9]{1,6})?(/[a-b.%]{0,4}){0,3}(\?[a-b=/]{0,4})?(#[a-b/?]{0,4})?", fullmatch=True
)


@given(ADDRESSES | LIKELY)
def test_an_address_that_is_read_means_the_same_to_whoever_connects(url: str) -> None:
    address = read_address(url)
    if address is not None:
        parts = urlsplit(url)

        assert f"https://{parts.netloc}" == address.origin
        assert parts.hostname == parts.netloc.partition(":")[0]
        assert (parts.username, parts.path, parts.fragment or None) == (None, address.path, address.fragment)
        assert urljoin(url, "").partition("#")[0] == address.base
        assert parts.port != 443


@pytest.mark.parametrize("url", [HOST, f"{HOST}/", SCHOOL, f"{SCHOOL}?v=3_0", f"{KEY}", f"{HOST}:8443/a", "https://a/"])
def test_usual_addresses_are_read(url: str) -> None:
    assert read_address(url) is not None


@pytest.mark.parametrize(
    "url", [f"{HOST}:443/", f"{HOST}:0/", f"{HOST}:99999/", "https://a.b.1/", "https://0x7f.1/", 7, None]
)
def test_others_have_another_spelling_or_are_none(url: Any) -> None:
    assert read_address(url) is None
