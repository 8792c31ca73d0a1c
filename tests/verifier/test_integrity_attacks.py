"""Group B: signed documents that were given another look, another context, or other proofs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from badges.document import parse
from badges.jsonld import canonize
from badges.model import CONTEXT_V2
from badges.problem import Malformed
from badges.proof.suite import unsecured
from keys.key import Algorithm, LocalSigner, PrivateKey
from tests.verifier.published import (
    BASE,
    DID,
    ID,
    STATUS,
    World,
    controller_document,
    credential,
    in_order,
    key_name,
    put,
    sign,
    signer,
    to_bytes,
)  # fmt: skip
from verifier.policy import Policy
from verifier.shape import BADGE, check_shape

SIGNED = to_bytes(sign(credential()))
JCS = to_bytes(sign(credential(), name="eddsa-jcs-2022"))
STRANGER = PrivateKey.generate(Algorithm.EDDSA)
STRANGER_DID = f"did:key:{STRANGER.public().multikey()}"
STRANGER_SIGNER = LocalSigner(f"{STRANGER_DID}#{STRANGER.public().multikey()}", STRANGER)
WORLD = in_order()


@settings(max_examples=400, deadline=None)
@given(place=st.integers(0, len(SIGNED) - 1), bit=st.integers(0, 7), data=st.sampled_from([SIGNED, JCS]))
def test_b1_no_bit_can_be_turned(place: int, bit: int, data: bytes) -> None:
    place %= len(data)
    turned = data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :]

    if WORLD.verdict(turned) == "valid":
        assert json.loads(turned) == json.loads(data)


def _members(value: Any, path: str = "") -> list[str]:
    if isinstance(value, dict):
        own = [f"{path}{name}" for name in value if name != "proof"]
        return own + [inner for name in value if name != "proof" for inner in _members(value[name], f"{path}{name}/")]
    if isinstance(value, list):
        return [inner for place, item in enumerate(value) for inner in _members(item, f"{path}{place}/")]
    return []


@pytest.mark.parametrize("path", _members(credential()))
def test_b1_no_member_can_be_taken_away_emptied_or_doubled(path: str) -> None:
    document = json.loads(SIGNED)

    for value in (..., None, [], {}, "", "another"):
        assert WORLD.verify(put(document, path, value)).outcome != "valid", value


@pytest.mark.parametrize(
    "path",
    ["grade", "credentialSubject/grade", "credentialSubject/achievement/grade", "issuer/grade", "evidence/0/grade"],
)
def test_b2_an_undefined_term_is_refused(path: str, world: World) -> None:
    report = world.verify(put(json.loads(SIGNED), path, "A+"))

    assert report.verdict == "malformed"
    assert report.problems[0].type == "https://w3id.org/security#DATA_LOSS_DETECTION_ERROR"
    assert world.verdict(SIGNED) == "valid"


def test_b2_a_term_that_is_defined_is_only_a_change(world: World) -> None:
    added = put(json.loads(SIGNED), "credentialSubject/role", "Speaker")

    assert world.verdict(added) == "signature_invalid"
    assert world.verdict(sign({name: value for name, value in added.items() if name != "proof"})) == "valid"


@pytest.mark.parametrize("path", ["type/2", "credentialSubject/type/1", "evidence/0/type/1"])
def test_b2_an_undefined_type_is_refused(path: str, world: World) -> None:
    assert world.verdict(put(json.loads(SIGNED), path, "Undefined")) == "malformed"


@pytest.mark.parametrize("name", ["urn:x:\u00a0", "urn:x:\u2028", "@json", "_:"])
def test_b2_nothing_is_added_under_a_name_that_rdf_has_no_place_for(name: str, world: World) -> None:
    document = json.loads(SIGNED)
    added = {"id": name, "type": ["Evidence"], "name": "With honours"}
    kind = put(document, "evidence/0/type", ["Evidence", name])

    assert world.verdict(put(document, f"evidence/{len(document['evidence'])}", added)) == "malformed"
    assert world.verdict(kind) == "malformed"


@pytest.mark.parametrize("path", ["id", "issuer/id", "credentialSubject/id", "credentialSubject/achievement/id"])
@pytest.mark.parametrize("value", ["relative", "/relative", "../x", "#x", "a b", ""])
def test_b3_nothing_relative_is_resolved(path: str, value: str, world: World) -> None:
    assert world.verify(put(json.loads(SIGNED), path, value)).outcome == "invalid"


def test_b3_an_absolute_identifier_of_any_scheme_stands(world: World) -> None:
    assert world.verdict(sign(put(credential(), "credentialSubject/id", "did:example:holder"))) == "valid"
    assert world.verdict(sign(put(credential(), "credentialSubject/achievement/id", "urn:uuid:1"))) == "valid"


INLINE = {"name": None, "shown": "https://schema.org/name"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("@context/2", INLINE),
        ("@context", INLINE),
        ("@context/1", INLINE),
        ("credentialSubject/@context", INLINE),
        ("credentialSubject/@context", "https://www.w3.org/ns/credentials/v2"),
        ("credentialSubject/achievement/@context", ["https://www.w3.org/ns/credentials/v2"]),
        ("proof/0/@context", INLINE),
    ],
)
def test_b4_a_context_of_ones_own_is_refused(path: str, value: Any, world: World) -> None:
    assert world.verify(put(json.loads(SIGNED), path, value)).outcome == "invalid"


def test_b4_a_further_context_that_is_held_here_is_accepted(world: World) -> None:
    contexts = [*credential()["@context"], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]

    assert world.verdict(sign(credential(**{"@context": contexts}))) == "valid"
    assert world.verdict(sign(credential(**{"@context": [*contexts, contexts[2]]}))) == "malformed"
    assert world.verdict(sign(credential(**{"@context": [contexts[0], *contexts[:1:-1], contexts[1]]}))) != "valid"


LOOKS = {
    "a full address for a term": ("https://schema.org/name", "Attestato di partecipazione", "name"),
    "the status under its full address": (
        "https://www.w3.org/2018/credentials#credentialStatus", credential()["credentialStatus"], "credentialStatus"
    ),
    "the end under its full address": (
        "https://www.w3.org/2018/credentials#validUntil", credential()["validUntil"], "validUntil"
    ),
    "a keyword for an alias": ("@id", ID, "id"),
    "a type by keyword": ("@type", credential()["type"], "type"),
}  # fmt: skip


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_b4_the_same_meaning_in_other_letters_is_refused(look: tuple[str, Any, str], world: World) -> None:
    name, value, instead = look
    document = json.loads(SIGNED)
    del document[instead]

    assert world.verdict({**document, name: value}) == "malformed"


def test_b4_a_member_cannot_be_hidden_under_the_name_of_a_class(world: World) -> None:
    """Under the context of 3.0.2 `image` and the class `Image` are one address, and the signature holds for both."""
    unsigned = credential(**{"@context": [CONTEXT_V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"]})
    del unsigned["awardedDate"], unsigned["credentialSubject"]["achievement"]["inLanguage"]
    signed = sign(unsigned)
    hidden = json.loads(json.dumps(signed))
    achievement = hidden["credentialSubject"]["achievement"]
    achievement["Image"] = achievement.pop("image")

    assert world.verdict(signed) == "valid"
    assert canonize(unsecured(hidden)) == canonize(unsecured(signed))
    assert world.verdict(hidden) == "malformed"


def test_b4_nobody_inside_speaks_for_the_credential(world: World) -> None:
    document = credential(evidence=[{"id": ID, "type": ["Evidence"], "name": "x"}])

    assert world.verdict(sign(document)) == "malformed"
    assert world.verdict(sign(put(document, "evidence/0/id", f"{BASE}/work"))) == "valid"


def endorsed(subject: str) -> dict[str, Any]:
    """The credential with the endorsement of a stranger, for the credential itself or for what it is about."""
    endorsement = {
        "@context": credential()["@context"],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": {"id": STRANGER_DID, "type": ["Profile"], "name": "Stranger"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": subject, "type": ["EndorsementSubject"], "endorsementComment": "Well done."},
    }
    return sign(credential(endorsement=[sign(endorsement, STRANGER_SIGNER)]))


@pytest.mark.parametrize("subject", [ID, f"{BASE}/achievements/x"])
def test_an_endorsement_is_a_credential_inside_and_may_name_what_it_endorses(subject: str, world: World) -> None:
    assert world.verdict(endorsed(subject)) == "valid"


@pytest.mark.parametrize("member", ["credentialStatus", "validUntil"])
def test_b4_what_was_signed_of_the_credential_cannot_be_moved_into_an_endorsement(member: str, world: World) -> None:
    document = endorsed(ID)
    subject = document["endorsement"][0]["credentialSubject"]
    subject["type"].append("VerifiableCredential")
    subject[member] = document.pop(member)

    assert world.verdict(document) == "malformed"


RELATED = [{"id": f"{BASE}/work", "mediaType": "text/html"}]


@pytest.mark.parametrize(
    ("path", "value"),
    [("renderMethod", [None]), ("relatedResource/1", None), ("relatedResource/1", []), ("relatedResource", [RELATED])],
)
def test_b4_a_list_holds_no_gaps_and_no_lists(path: str, value: Any, world: World) -> None:
    """JSON-LD leaves out what is null and makes one list of many: the signature holds."""
    signed = sign(credential(relatedResource=RELATED))
    filled = put(signed, path, value)

    assert canonize(unsecured(filled)) == canonize(unsecured(signed))
    assert world.verdict(signed) == "valid"
    assert world.verdict(filled) == "malformed"


@pytest.mark.parametrize("wrap", [lambda said: [[said]], lambda said: [said], lambda said: said])
def test_b4_nobody_speaks_for_the_credential_from_a_list_in_a_list(wrap: Any) -> None:
    """What the root says of itself is moved to a second thing of its id, among whose types none is the root's."""
    types = ["VerifiableCredential", "OpenBadgeCredential", "AchievementCredential"]
    signed = credential(type=types, relatedResource={"id": ID})
    said = {"id": ID, "type": [types.pop()], "awardedDate": signed["awardedDate"]}
    moved = {**signed, "type": types, "relatedResource": wrap(said)}
    del moved["awardedDate"]

    assert canonize(moved) == canonize(signed)
    with pytest.raises(Malformed):
        check_shape(parse(to_bytes(moved)), BADGE)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/x", "https://elsewhere.example/v1", "file:///etc/passwd"])
def test_b5_an_unknown_context_is_not_fetched(url: str, world: World) -> None:
    report = world.verify(put(json.loads(SIGNED), "@context/2", url))

    assert report.verdict == "unsupported_context"
    assert world.asked == []


def test_b8_a_strangers_proof_is_not_the_issuers(world: World) -> None:
    report = world.verify(sign(credential(), STRANGER_SIGNER))

    assert report.verdict == "key_not_controlled_by_issuer"
    assert world.asked == []


def _both(own: Any, other: Any) -> dict[str, Any]:
    return {**credential(), "proof": [*own["proof"], *other["proof"]]}


def test_b9_one_broken_proof_breaks_the_set(world: World) -> None:
    own, other = sign(credential()), sign(credential(), STRANGER_SIGNER)
    broken_own, broken_other = (sign(credential(name="Another"), by) for by in (signer(), STRANGER_SIGNER))

    assert world.verdict(_both(own, other)) == "valid"
    assert world.verdict(_both(own, broken_other)) == "signature_invalid"
    assert world.verdict(_both(broken_own, other)) == "signature_invalid"


def test_b9_a_proof_of_a_kind_nobody_knows_does_not_count(world: World) -> None:
    unknown = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023", "proofPurpose": "assertionMethod"}

    assert world.verdict(_both(sign(credential()), {"proof": [unknown]})) == "valid"
    assert world.verdict({**credential(), "proof": [unknown]}) == "unsupported_proof"


@pytest.mark.parametrize("previous", ["urn:uuid:missing", ["urn:uuid:missing"], [7], {"a": 1}])
def test_b10_a_proof_that_builds_on_a_missing_one_is_broken(previous: Any, world: World) -> None:
    assert world.verify(put(json.loads(SIGNED), "proof/0/previousProof", previous)).outcome == "invalid"


@pytest.mark.parametrize("purpose", ["authentication", "", None, ["assertionMethod"], ...])
def test_b11_a_proof_is_made_for_asserting(purpose: Any, world: World) -> None:
    assert world.verdict(put(json.loads(SIGNED), "proof/0/proofPurpose", purpose)) == "signature_invalid"


def test_b11_a_key_for_logging_in_signs_nothing(world: World) -> None:
    document = put(controller_document(), "assertionMethod/0", ...)
    world.publish(DID, {**document, "authentication": [key_name(Algorithm.EDDSA)]})

    assert world.verdict(SIGNED) == "key_not_authorised"


def test_b12_the_proofs_context_is_how_the_documents_begins(world: World) -> None:
    document = json.loads(JCS)

    assert world.verdict(document) == "valid"
    assert world.verdict(put(document, "proof/0/@context", list(reversed(document["@context"])))) == "signature_invalid"


def test_b12_a_context_that_was_added_after_signing_is_not_signed(world: World) -> None:
    """The suite says that what follows the proof's contexts was added later; one that changes no meaning may."""
    document = json.loads(JCS)
    contexts = [*document["@context"], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]

    assert world.verdict({**document, "@context": contexts}) == "valid"
    assert world.verdict({**document, "@context": [contexts[0], contexts[2], contexts[1]]}) != "valid"


@pytest.mark.parametrize("proof", [None, [], {}, [{}], [None], ...])
def test_b13_an_empty_proof_is_none(proof: Any, world: World) -> None:
    assert world.verdict(put(json.loads(SIGNED), "proof", proof)) == "unsigned"


@pytest.mark.parametrize("proof", ["x", 7, True, ["x"], [[]]])
def test_b13_a_proof_that_is_none_is_invalid(proof: Any, world: World) -> None:
    assert world.verify(put(json.loads(SIGNED), "proof", proof)).outcome == "invalid"


MUTATIONS = {
    "type": ("type", "Ed25519Signature2018", "unsupported_proof"),
    "no type": ("type", ..., "signature_invalid"),
    "a type that is a list": ("type", ["DataIntegrityProof"], "unsupported_proof"),
    "cryptosuite": ("cryptosuite", "eddsa-jcs-2022", "signature_invalid"),
    "a type for a cryptosuite": ("cryptosuite", "Ed25519Signature2020", "unsupported_proof"),
    "no method": ("verificationMethod", ..., "signature_invalid"),
    "a method that is no address": ("verificationMethod", "key-1", "unknown_key"),
    "a method that is a list": ("verificationMethod", [], "unknown_key"),
    "created is no time": ("created", "yesterday", "malformed"),
    "created has no offset": ("created", "2026-10-21T10:42:00", "malformed"),
    "created was another time": ("created", "2026-10-21T10:42:01Z", "signature_invalid"),
    "expires is no time": ("expires", "never", "malformed"),
    "expires was added": ("expires", "2099-01-01T00:00:00Z", "signature_invalid"),
    "a value of another base": ("proofValue", "uAAAA", "signature_invalid"),
    "a short value": ("proofValue", "z1111", "signature_invalid"),
    "no value": ("proofValue", ..., "signature_invalid"),
    "a value that is a number": ("proofValue", 7, "signature_invalid"),
    "an undefined member": ("colour", "red", "malformed"),
}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_a_proof_with_one_member_changed_does_not_stand(mutation: tuple[str, Any, str], world: World) -> None:
    name, value, verdict = mutation

    assert world.verdict(put(json.loads(SIGNED), f"proof/0/{name}", value)) == verdict


@pytest.mark.parametrize(
    "did",
    [
        "did:web:localhost", "did:web:127.0.0.1%3A8080", "did:web:a.example:..:..", "did:web:раураl.example",
        "did:web:a.example/x", "did:web:a.example%2Fx", "did:web:", "did:web:2130706433", "did:web:0x7f.1",
        "did:web:a.example%3A99999", "did:web:user@a.example", "did:ion:abc", "http://a.example",
        "https://A.example", "https://127.0.0.1/x", "https://user@a.example/", "https://a.example/x/../y",
        "did:jwk:e30", "https://a.example:99999/", "https://a.example%2f.b.example/",
        "did:key:z6MkBroken", "DID:WEB:a.example",
    ],
)  # fmt: skip
def test_b14_an_issuer_whom_nobody_can_look_up_is_not_believed(did: str, world: World) -> None:
    document = put(credential(), "issuer/id", did)

    report = world.verify(sign(document, LocalSigner(f"{did}#key", STRANGER)))

    assert report.outcome != "valid"
    assert not [url for url in world.asked if not url.startswith("https://localhost/")]


def test_b15_an_impostor_has_a_signature_and_no_trust(world: World) -> None:
    document = put(put(credential(), "issuer/name", "Real University"), "issuer/id", STRANGER_DID)
    del document["credentialStatus"]

    report = world.verify(sign(document, STRANGER_SIGNER))

    assert (report.verdict, report.issuer.trust, report.check("issuer").result) == ("valid", "unknown", "skipped")


def test_b15_a_known_issuer_is_told_as_such(world: World) -> None:
    world.policy = Policy(known_issuers={DID: "Python Milano"})

    report = world.verify(SIGNED)

    assert (report.issuer.trust, report.check("issuer").result) == ("known", "pass")


def test_our_own_credentials_stand_without_any_network(world: World) -> None:
    assert world.verdict(SIGNED) == "valid"
    assert world.asked == [f"{BASE}/issuers/milano/did.json", STATUS, ID]


def test_nobody_outside_learns_which_credential_is_checked(world: World) -> None:
    world.local = False

    report = world.verify(SIGNED)

    assert report.check("supersession").code == "supersession_not_asked"
    assert ID not in world.asked


@pytest.mark.parametrize("name", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_every_suite_that_needs_no_context_of_its_own_is_verified(name: str, world: World) -> None:
    assert world.verdict(sign(credential(), name=name)) == "valid"


def test_the_elder_suite_is_verified_too(world: World) -> None:
    contexts = [*credential()["@context"], "https://w3id.org/security/suites/ed25519-2020/v1"]

    assert world.verdict(sign(credential(**{"@context": contexts}), name="Ed25519Signature2020")) == "valid"


def test_a_suite_without_json_ld_still_refuses_undefined_terms(world: World) -> None:
    assert world.verdict(sign(credential(grade="A+"), name="eddsa-jcs-2022")) == "malformed"
