"""Three forms of token: what the claims say, what the credential says, and whose times they are."""

from __future__ import annotations

from typing import Any

import pytest

from badges.claims import registered_claims
from badges.model import CONTEXT_V2
from keys.key import Algorithm, LocalSigner, PrivateKey
from tests.verifier.elder import elder, elder_token, jose_token, written
from tests.verifier.published import DAY, DID, ID, NOW, World, credential, key_name, put, sign, signer, token
from verifier.proofs import PROOFS_MOST

SOON, PAST = int((NOW + DAY).timestamp()), int((NOW - DAY).timestamp())
SUBJECT = credential()["credentialSubject"]["id"]


class TestVcdm11:
    """The credential is the claim `vc`; what only a claim says is taken over (VCDM 1.1, 6.3.1)."""

    @pytest.mark.parametrize(
        "held",
        [
            elder(issuer=...), elder(id=...), elder(issuanceDate=...), elder(expirationDate=...),
            put(elder(), "issuer/id", ...), put(elder(), "credentialSubject/id", ...),
            put(elder(id=..., issuanceDate=..., expirationDate=...), "credentialSubject/id", ...),
        ],
        ids=["issuer", "id", "beginning", "end", "issuer id", "subject id", "nearly all"],
    )  # fmt: skip
    def test_what_only_a_claim_says_belongs_to_the_credential(self, held: Any, world: World) -> None:
        report = world.verify(elder_token(held))

        assert report.verdict == "valid"
        assert report.credential is not None
        assert registered_claims(report.credential) == registered_claims(elder())

    @pytest.mark.parametrize(
        "claims",
        [
            {"iss": "did:web:evil.example"}, {"jti": "urn:uuid:0"}, {"sub": "urn:uuid:0"}, {"nbf": PAST}, {"exp": SOON},
            {"iss": None}, {"jti": None}, {"sub": None},
            {"nbf": True}, {"exp": "4102444800"}, {"exp": None}, {"exp": []}, {"nbf": 2**53 - 1}, {"iat": "now"},
        ],
    )  # fmt: skip
    def test_what_both_say_must_be_the_same(self, claims: Any, world: World) -> None:
        assert world.verdict(elder_token(None, **claims)) == "malformed"
        assert world.verdict(elder_token(None, **dict.fromkeys(claims, ...))) == "valid"

    def test_a_claim_that_ends_the_token_ends_the_credential(self, world: World) -> None:
        assert world.verdict(elder_token(elder(expirationDate=...), exp=PAST)) == "expired"
        assert world.verdict(elder_token(elder(expirationDate=...), exp=SOON)) == "valid"

    def test_a_beginning_that_nobody_says_is_malformed(self, world: World) -> None:
        assert world.verdict(elder_token(elder(issuanceDate=...), nbf=...)) == "malformed"

    def test_a_vc_claim_holds_no_credential_of_vcdm_2_0(self, world: World) -> None:
        assert world.verdict(elder_token(credential(), **registered_claims(credential()))) == "malformed"

    def test_a_credential_of_vcdm_1_1_is_no_payload(self, world: World) -> None:
        payload = {**elder(), **registered_claims(elder())}

        assert world.verdict(written({"typ": "JWT"}, payload)) == "malformed"

    @pytest.mark.parametrize("held", [{}, [], "x", None, 7, [elder()], {"vc": elder()}])
    def test_a_vc_claim_that_is_no_credential_is_malformed(self, held: Any, world: World) -> None:
        assert world.verify(elder_token(held, vc=held)).outcome == "invalid"

    @pytest.mark.parametrize("extra", [{"credentialStatus": {}}, {"@context": [CONTEXT_V2]}, {"vp": {}}, {"grade": 1}])
    def test_nothing_is_said_beside_the_credential(self, extra: Any, world: World) -> None:
        assert world.verdict(elder_token(None, **extra)) == "malformed"

    def test_but_a_number_used_once_and_an_audience_may_stand_there(self, world: World) -> None:
        assert world.verdict(elder_token(None, nonce="x", aud="https://wallet.example", iat=PAST)) == "valid"

    @pytest.mark.parametrize("kind", ["vc+jwt", "vc+ld+json+jwt", "vc+ld+jwt"])
    def test_a_vc_claim_stands_in_no_token_of_vc_jose_cose(self, kind: str, world: World) -> None:
        payload = {**registered_claims(elder()), "vc": elder()}

        assert world.verdict(written({"typ": kind}, payload)) == "malformed"
        assert world.verdict(written({"typ": ...}, payload)) == "valid"

    def test_an_undefined_term_in_the_claim_is_refused(self, world: World) -> None:
        assert world.verdict(elder_token(elder(grade="A+"))) == "malformed"


class TestJoseCose:
    """`iat`, `nbf` and `exp` are of the token, `validFrom` and `validUntil` of the credential."""

    def test_a_token_past_its_own_end_is_no_longer_a_proof(self, world: World) -> None:
        assert world.verdict(jose_token(None, exp=PAST)) == "proof_expired"
        assert world.verdict(jose_token(None, exp=SOON)) == "valid"

    def test_the_end_of_the_token_is_not_the_end_of_the_credential(self, world: World) -> None:
        report = world.verify(jose_token(credential(validUntil=...) | {"validUntil": ...}, exp=SOON))

        assert report.check("validity").code == "validity_open"

    def test_a_token_before_its_own_beginning_is_not_believed(self, world: World) -> None:
        assert world.verdict(jose_token(None, nbf=SOON)) == "signature_invalid"
        assert world.verdict(jose_token(None, nbf=PAST, iat=PAST)) == "valid"

    @pytest.mark.parametrize("claims", [{"exp": "1"}, {"exp": None}, {"exp": True}, {"nbf": []}, {"iat": {}}])
    def test_a_time_that_is_none_is_malformed(self, claims: Any, world: World) -> None:
        assert world.verdict(jose_token(None, **claims)) == "malformed"

    @pytest.mark.parametrize(("claim", "value"), [("iss", DID), ("jti", ID), ("sub", SUBJECT)])
    def test_a_name_is_that_of_the_credential(self, claim: str, value: str, world: World) -> None:
        assert world.verdict(jose_token(None, **{claim: value})) == "valid"
        assert world.verdict(jose_token(None, **{claim: "urn:uuid:0"})) == "malformed"

    @pytest.mark.parametrize("claim", ["vc", "vp"])
    def test_neither_of_the_old_claims_may_be_there(self, claim: str, world: World) -> None:
        assert world.verdict(jose_token(None, **{claim: {}})) == "malformed"

    @pytest.mark.parametrize(
        ("kind", "verdict"),
        [("vc+jwt", "valid"), ("application/vc+jwt", "valid"), ("VC+JWT", "valid"), ("vp+jwt", "malformed"),
         ("vc+sd-jwt", "malformed"), ("text/plain", "malformed"), (None, "malformed"), (["vc+jwt"], "malformed")],
    )  # fmt: skip
    def test_the_type_of_a_token_is_a_media_type(self, kind: Any, verdict: str, world: World) -> None:
        assert world.verdict(written({"typ": kind}, credential())) == verdict

    @pytest.mark.parametrize(
        ("content", "verdict"),
        [("vc", "valid"), ("application/vc", "valid"), ("JWT", "malformed"), ("vp", "malformed"), (7, "malformed")],
    )
    def test_a_token_holds_a_credential_and_no_other_token(self, content: Any, verdict: str, world: World) -> None:
        assert world.verdict(written({"typ": "vc+jwt", "cty": content}, credential())) == verdict


class TestOpenBadges:
    """`exp` sets the end of the credential (OB 3.0, 8.2.6.1)."""

    def test_an_end_that_only_the_token_says_is_the_end_of_the_credential(self, world: World) -> None:
        endless = {name: value for name, value in credential().items() if name != "validUntil"}

        report = world.verify(written({}, {**endless, "exp": SOON}))

        assert (report.verdict, (report.credential or {}).get("validUntil")) == ("valid", "2026-11-21T10:42:00Z")
        assert world.verdict(written({}, {**endless, "exp": PAST})) == "expired"

    def test_a_time_may_keep_the_fraction_of_its_date(self, world: World) -> None:
        exact = credential(validFrom="2026-10-21T10:42:00.5Z")
        since = registered_claims(exact)["nbf"]

        assert world.verdict(written({}, {**exact, "nbf": since})) == "valid"
        assert world.verdict(written({}, {**exact, "nbf": since + 0.5})) == "valid"
        assert world.verdict(written({}, {**exact, "nbf": since + 0.25})) == "malformed"

    def test_a_token_of_this_type_need_not_repeat_what_the_credential_says(self, world: World) -> None:
        assert world.verdict(written({"typ": "JWT"}, credential())) == "valid"


class TestProofInside:
    """A credential may have proofs of its own before a token is put around it (OB 3.0, 8.2.3): none may be broken."""

    @pytest.mark.parametrize("name", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
    def test_both_stand(self, name: str, world: World) -> None:
        report = world.verify(token(sign(credential(), name=name)))

        assert report.verdict == "valid"
        assert name in report.check("proof").sentence("en")
        assert "ES256" in report.check("proof").sentence("en")

    def test_a_broken_one_is_not_passed_over(self, world: World) -> None:
        broken = {**sign(credential()), "name": "Another"}

        assert world.verdict(token(broken)) == "signature_invalid"

    def test_a_strangers_is_not_the_issuers(self, world: World) -> None:
        stranger = PrivateKey.generate(Algorithm.EDDSA)
        name = f"did:key:{stranger.public().multikey()}#{stranger.public().multikey()}"

        assert world.verdict(token(sign(credential(), LocalSigner(name, stranger)))) == "key_not_controlled_by_issuer"

    def test_one_of_a_kind_that_nobody_knows_does_not_count(self, world: World) -> None:
        unknown = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023", "proofPurpose": "assertionMethod"}

        assert world.verdict(token({**credential(), "proof": [unknown]})) == "valid"
        assert world.verdict({**credential(), "proof": [unknown]}) == "unsupported_proof"

    def test_too_many_are_refused(self, world: World) -> None:
        signed = sign(credential())

        assert world.verdict(token({**signed, "proof": signed["proof"] * (PROOFS_MOST + 1)})) == "malformed"

    def test_of_vcdm_1_1_it_stands_over_what_the_claims_complete(self, world: World) -> None:
        signed = sign(elder())

        assert world.verdict(elder_token({**signed, "id": ...} | {"id": ID})) == "valid"
        assert world.verdict(elder_token({name: value for name, value in signed.items() if name != "id"})) == "valid"
        assert world.verdict(elder_token({**signed, "name": "Another"})) == "signature_invalid"

    def test_a_token_that_is_broken_is_not_saved_by_the_proof_inside(self, world: World) -> None:
        data = token(sign(credential()), LocalSigner(key_name(Algorithm.ES256), PrivateKey.generate(Algorithm.ES256)))

        assert world.verdict(data) == "signature_invalid"
        assert world.verdict(token(sign(credential()), signer(Algorithm.ES256))) == "valid"
