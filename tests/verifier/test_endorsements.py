"""An endorsement is a credential of its own: it counts by its own proof, of the thing it stands in, or not at all."""

from __future__ import annotations

import copy
import itertools
import json
from typing import Any

import pytest

from badges.proof import jwt
from badges.times import stamp
from keys.key import Algorithm, LocalSigner, PrivateKey
from tests.verifier.published import (
    BASE,
    DAY,
    DID,
    ID,
    NOW,
    STATUS,
    World,
    credential,
    put,
    sign,
    signer,
    status_list,
    token,
)  # fmt: skip
from tests.verifier.test_web import HTML, client_of, desk
from verifier.deadline import within
from verifier.policy import Policy
from verifier.verdict import Report

ACHIEVEMENT = f"{BASE}/achievements/x"
CREATOR = f"{BASE}/people/creator"
NUMBERS = itertools.count()
CONTEXTS = credential()["@context"]


class Endorser:
    """Somebody with a key, who needs nothing published."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.key = PrivateKey.generate(Algorithm.EDDSA)
        self.did = f"did:key:{self.key.public().multikey()}"
        self.signer = LocalSigner(f"{self.did}#{self.key.public().multikey()}", self.key)

    def says(self, comment: str, of: str = ID, **changes: Any) -> dict[str, Any]:
        """An endorsement, unsigned."""
        return {
            "@context": CONTEXTS,
            "id": f"urn:x:{next(NUMBERS)}",
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": "Endorsement",
            "issuer": {"id": self.did, "type": ["Profile"], "name": self.name},
            "validFrom": stamp(NOW - 30 * DAY),
            "credentialSubject": {"id": of, "type": ["EndorsementSubject"], "endorsementComment": comment},
            **changes,
        }

    def endorses(self, comment: str, of: str = ID, **changes: Any) -> dict[str, Any]:
        return sign(self.says(comment, of, **changes), self.signer)

    def token(self, comment: str, of: str = ID, **changes: Any) -> str:
        return jwt.encode(self.says(comment, of, **changes), self.signer)


ADA, BOB = Endorser("Ada"), Endorser("Bob")


def endorsed(*endorsements: Any, place: str = "endorsement", of: dict[str, Any] | None = None) -> dict[str, Any]:
    return sign(put(of or credential(), place, list(endorsements)))


def with_creator() -> dict[str, Any]:
    return put(credential(), "credentialSubject/achievement/creator", {"id": CREATOR, "type": ["Profile"]})


def found(report: Report) -> tuple[str, str]:
    return report.check("endorsement").result.value, report.check("endorsement").code


def comments(report: Report) -> list[str | None]:
    return [item.comment for item in report.endorsements]


PLACES = {
    "the credential": ("endorsement", ID),
    "the issuer": ("issuer/endorsement", DID),
    "the achievement": ("credentialSubject/achievement/endorsement", ACHIEVEMENT),
    "the creator of the achievement": ("credentialSubject/achievement/creator/endorsement", CREATOR),
}


@pytest.mark.parametrize(("place", "of"), PLACES.values(), ids=PLACES.keys())
def test_an_endorsement_is_verified_wherever_it_stands(place: str, of: str, world: World) -> None:
    report = world.verify(endorsed(ADA.endorses("Well done.", of), place=place, of=with_creator()))

    assert (report.verdict, *found(report)) == ("valid", "pass", "endorsement")
    told = report.endorsements[0].to_json()
    assert (told["of"], told["comment"], told["result"]) == (of, "Well done.", "pass")
    assert (told["issuer"]["id"], told["issuer"]["name"], told["issuer"]["trust"]) == (ADA.did, "Ada", "unknown")
    assert report.to_json()["endorsements"] == [told]


@pytest.mark.parametrize(("place", "of"), PLACES.values(), ids=PLACES.keys())
def test_an_endorsement_of_something_else_than_it_stands_in_is_broken(place: str, of: str, world: World) -> None:
    other = ACHIEVEMENT if of == DID else DID

    report = world.verify(endorsed(ADA.endorses("Well done.", other), place=place, of=with_creator()))

    assert (report.verdict, *found(report)) == ("valid", "fail", "endorsement_broken")
    assert report.endorsements == ()


def test_an_endorsement_in_something_without_a_name_is_of_nobody(world: World) -> None:
    evidence = put(credential(), "evidence/0/endorsement", [ADA.endorses("Well done.")])

    assert found(world.verify(sign(evidence))) == ("fail", "endorsement_broken")


@pytest.mark.parametrize("secure", [sign, token], ids=["of JSON", "of a token"])
def test_an_endorsement_that_is_a_token_is_verified(secure: Any, world: World) -> None:
    document = put(credential(), "endorsementJwt", [ADA.token("Well done.")])

    report = world.verify(secure(document))

    assert (report.verdict, *found(report)) == ("valid", "pass", "endorsement")
    assert comments(report) == ["Well done."]


def test_several_are_told_by_number_and_name(world: World) -> None:
    report = world.verify(endorsed(ADA.endorses("Yes."), BOB.endorses("Indeed."), ADA.endorses("Really.")))

    assert report.check("endorsement").sentence("en") == (
        "3 endorsements, whose signatures hold, by those who go by these names: Ada, Bob."
    )
    assert report.check("endorsement").note == f"{ADA.did}, {BOB.did}"


def test_a_name_is_a_claim_on_one_line(world: World) -> None:
    odd = Endorser("Ada\n\x1b[2J" + "x" * 500)

    told = world.verify(endorsed(odd.endorses("Yes."))).check("endorsement").sentence("en")

    assert "\n" not in told
    assert "\x1b" not in told
    assert len(told) < 300


def test_one_who_is_known_here_is_told_as_known(world: World) -> None:
    world.policy = Policy(known_issuers={ADA.did: "Ada Lovelace"})

    report = world.verify(endorsed(ADA.endorses("Yes."), BOB.endorses("Indeed.")))

    assert [item.issuer.trust for item in report.endorsements] == ["known", "unknown"]


def altered(endorsement: dict[str, Any]) -> dict[str, Any]:
    return put(endorsement, "credentialSubject/endorsementComment", "The best of all.")


def revoked_by_issuer(world: World) -> dict[str, Any]:
    """An endorsement by the badge's issuer, whose list has it revoked."""
    world.publish(STATUS, status_list(5))
    entry = {**credential()["credentialStatus"], "id": f"{STATUS}#5", "statusListIndex": "5"}
    profile = credential()["issuer"]
    return sign(ADA.says("Yes.", issuer=profile, credentialStatus=entry), signer())


BROKEN = {
    "altered": lambda w: altered(ADA.endorses("Good.")),
    "signed by somebody else": lambda w: sign(ADA.says("Good."), BOB.signer),
    "unsigned": lambda w: ADA.says("Good."),
    "expired": lambda w: ADA.endorses("Good.", validUntil=stamp(NOW - DAY)),
    "not in force yet": lambda w: ADA.endorses("Good.", validFrom=stamp(NOW + DAY)),
    "revoked": revoked_by_issuer,
}


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_endorsement_fails_its_check_and_says_nothing(make: Any, world: World) -> None:
    report = world.verify(endorsed(make(world), BOB.endorses("Indeed.")))

    assert (report.verdict, *found(report)) == ("valid", "fail", "endorsement_broken")
    assert comments(report) == ["Indeed."]
    assert "Good." not in json.dumps(report.to_json()["endorsements"])


def of_unknown_issuer() -> dict[str, Any]:
    issuer = "did:web:nowhere.example"
    by = LocalSigner(f"{issuer}#key", ADA.key)
    return sign(ADA.says("Good.", issuer={"id": issuer, "type": ["Profile"], "name": "Ada"}), by)


def of_unknown_status() -> dict[str, Any]:
    entry = {**credential()["credentialStatus"], "id": f"{BASE}/status/9#5", "statusListCredential": f"{BASE}/status/9"}
    return ADA.endorses("Good.", credentialStatus=entry)


UNCLEAR = {
    "by one who cannot be reached": of_unknown_issuer,
    "with a status that cannot be looked up": of_unknown_status,
    "signed in a way nobody knows here": lambda: put(ADA.endorses("Good."), "proof/0/cryptosuite", "bbs-2023"),
}


@pytest.mark.parametrize("make", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_an_endorsement_that_cannot_be_told_is_an_error(make: Any, world: World) -> None:
    report = world.verify(endorsed(make(), BOB.endorses("Indeed.")))

    assert (report.verdict, *found(report)) == ("valid", "error", "endorsement_unclear")
    assert comments(report) == ["Indeed."]


def test_a_broken_one_weighs_more_than_one_that_cannot_be_told(world: World) -> None:
    report = world.verify(endorsed(of_unknown_status(), altered(BOB.endorses("Indeed."))))

    assert found(report) == ("fail", "endorsement_broken")


def test_without_endorsements_none_is_told(world: World) -> None:
    report = world.verify(sign(credential()))

    assert found(report) == ("skipped", "endorsement_none")
    assert report.to_json()["endorsements"] == []


@pytest.mark.parametrize(("count", "result"), [(4, "pass"), (5, "error")])
def test_four_are_followed_and_more_are_said(count: int, result: str, world: World) -> None:
    report = world.verify(endorsed(*(Endorser(f"E{number}").endorses(f"c{number}") for number in range(count))))

    assert (report.verdict, report.check("endorsement").result) == ("valid", result)
    assert len(report.endorsements) == 4
    assert ("more were not followed" in report.check("endorsement").note) == (count > 4)


def test_endorsements_of_an_endorsement_are_not_followed(world: World) -> None:
    inner = BOB.endorses("Trust her.", of=ADA.did)
    outer = ADA.says("Yes.")
    outer["issuer"]["endorsement"] = [altered(inner)]

    report = world.verify(endorsed(sign(outer, ADA.signer)))

    assert found(report) == ("pass", "endorsement")
    assert comments(report) == ["Yes."]


def test_when_documents_run_out_the_check_says_so(world: World) -> None:
    several = []
    for number in range(4):
        issuer = f"did:web:e{number}.example"
        by = LocalSigner(f"{issuer}#key", ADA.key)
        method = {"id": f"{issuer}#key", "controller": issuer, "type": "Multikey",
                  "publicKeyMultibase": ADA.key.public().multikey()}  # fmt: skip
        world.publish(issuer, {"id": issuer, "verificationMethod": [method], "assertionMethod": [method["id"]]})
        several.append(sign(ADA.says(f"c{number}", issuer={"id": issuer, "type": ["Profile"]}), by))
    entry, url = credential()["credentialStatus"], f"{BASE}/status/2"
    world.publish(url, status_list(id=url))
    two_lists = credential(credentialStatus=[entry, {**entry, "id": f"{url}#1", "statusListCredential": url}])

    assert found(world.verify(endorsed(*several))) == ("pass", "endorsement")
    report = world.verify(endorsed(*several, of=two_lists))

    assert (report.verdict, *found(report)) == ("valid", "error", "endorsement_unclear")
    assert "Too many documents" in report.check("endorsement").note
    assert len(report.endorsements) == 3


def test_when_the_time_is_over_no_further_endorsement_is_begun(world: World) -> None:
    data = endorsed(ADA.endorses("Yes."))
    assert found(world.verify(data)) == ("pass", "endorsement")

    with within(0):
        report = world.verify(data)

    assert (report.verdict, *found(report)) == ("valid", "error", "endorsement_unclear")
    assert "no time was left" in report.check("endorsement").note


def swapped(document: dict[str, Any]) -> dict[str, Any]:
    """The comments of the first two endorsements have changed places."""
    changed = copy.deepcopy(document)
    one, other = (item["credentialSubject"] for item in changed["endorsement"][:2])
    one["endorsementComment"], other["endorsementComment"] = other["endorsementComment"], one["endorsementComment"]
    return changed


def test_comments_that_changed_places_break_both_though_the_proof_around_them_cannot_tell(world: World) -> None:
    """To a proof over RDF the two subjects are one thing with two comments; their own proofs tell them apart."""
    signed = endorsed(ADA.endorses("Excellent."), BOB.endorses("Poor."))
    assert comments(world.verify(signed)) == ["Excellent.", "Poor."]

    report = world.verify(swapped(signed))

    assert report.check("proof").result == "pass"
    assert found(report) == ("fail", "endorsement_broken")
    assert report.endorsements == ()


def test_an_endorsement_cannot_be_moved_to_something_else(world: World) -> None:
    signed = endorsed(ADA.endorses("Excellent."))
    moved = put({name: value for name, value in signed.items() if name != "endorsement"},
                "issuer/endorsement", signed["endorsement"])  # fmt: skip

    report = world.verify(moved)

    assert report.verdict == "signature_invalid"
    assert report.endorsements == ()


UNIVERSITY = "https://university.example/"
MALLORY = Endorser("Mallory")
OTHERS = {
    "who is said to have assessed": ("credentialSubject/source", {"id": UNIVERSITY, "type": ["Profile"]}, UNIVERSITY),
    "who is said to be above": ("issuer/parentOrg", {"id": UNIVERSITY, "type": ["Profile"]}, UNIVERSITY),
    "somebody else's achievement": ("credentialSubject/achievement/id", f"{UNIVERSITY}phd", f"{UNIVERSITY}phd"),
    "somebody else's credential": ("id", f"{UNIVERSITY}c/1", f"{UNIVERSITY}c/1"),
    "a credential of a name that anybody can take": ("id", "urn:uuid:1", "urn:uuid:1"),
}


@pytest.mark.parametrize(("place", "value", "of"), OTHERS.values(), ids=OTHERS.keys())
def test_what_was_said_of_somebody_elses_thing_vouches_for_no_award_that_names_it(
    place: str, value: Any, of: str, world: World
) -> None:
    """The endorsement is genuine: anybody can copy it into an award of his own, beside the id that it is about."""
    document = put(
        put(credential(), "issuer", {"id": MALLORY.did, "type": ["Profile"], "name": "University"}), place, value
    )
    del document["credentialStatus"]
    within_ = place.removesuffix("id") if place.endswith("id") else f"{place}/"
    forged = sign(put(document, f"{within_}endorsement", [ADA.endorses("The best.", of)]), MALLORY.signer)

    report = world.verify(forged)

    assert (report.verdict, *found(report)) == ("valid", "pass", "endorsement")
    assert report.endorsements[0].to_json()["about"] == "other"
    assert report.check("endorsement").note == f"{ADA.did} (of {of})"
    page = client_of(desk(world)).post("/verify", data={"text": json.dumps(forged)}, headers=HTML)
    assert "The best." not in page.get_data(as_text=True)


@pytest.mark.parametrize("by", [ADA, None], ids=["somebody else", "the issuer itself"])
@pytest.mark.parametrize("about", ["credential", "issuer", "achievement"])
def test_what_somebody_else_says_of_this_very_award_is_on_its_page(by: Any, about: str, world: World) -> None:
    place, of = PLACES[f"the {about}"]
    said = {**ADA.says("The best.", of), "issuer": {"id": DID, "type": ["Profile"]}}
    document = endorsed(by.endorses("The best.", of) if by else sign(said), place=place)

    assert [item.about for item in world.verify(document).endorsements] == [about]
    page = client_of(desk(world)).post("/verify", data={"text": json.dumps(document)}, headers=HTML)
    assert ("The best." in page.get_data(as_text=True)) == (by is ADA)


def test_what_was_not_verified_is_on_no_page(world: World) -> None:
    client = client_of(desk(world))
    for endorsement in (altered(ADA.endorses("Excellent.")), of_unknown_status()):
        page = client.post("/verify", data={"text": json.dumps(endorsed(endorsement))}, headers=HTML).get_data(
            as_text=True
        )

        assert "Attestato di partecipazione" in page
        assert "The best of all." not in page
        assert "Excellent." not in page
        assert "Good." not in page


def test_of_a_credential_that_does_not_stand_no_endorsement_is_told(world: World) -> None:
    report = world.verify({**endorsed(ADA.endorses("Excellent.")), "name": "Another"})

    assert report.verdict == "signature_invalid"
    assert report.endorsements == ()
    assert report.check("endorsement").code == "not_reached"


@pytest.mark.parametrize("url", ["https://elsewhere.example/v1", "https://w3id.org/security/v1"])
def test_an_endorsement_speaks_in_words_that_are_held_here(url: str, world: World) -> None:
    """Under a token, whose own vocabulary is not the endorsement's."""
    endorsement = put(ADA.endorses("Good."), "@context/1", url)

    assert world.verdict(token(credential(endorsement=[endorsement]))) in ("malformed", "unsupported_context")
    assert world.verdict(token(credential(endorsement=[ADA.endorses("Good.")]))) == "valid"
