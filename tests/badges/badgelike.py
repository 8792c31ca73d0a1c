"""Documents that look like badges, well made and badly, for laws that hold for all of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from badges.model import CONTEXT_OB3, CONTEXT_V2

CONTEXT = [CONTEXT_V2, CONTEXT_OB3]
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]

LETTERS = st.sampled_from(
    '"\\nru0041\n\r\t\b\f\x00\x01\x1f\x7f\x85\xa0\u2028\u200b\ufeff\ufffe\U0001f389\ue000éÀ中 :@#<>{}'
)
PLAIN = st.text(st.characters(exclude_categories=("Cs",)), max_size=12) | st.text(LETTERS, max_size=6)
ODD = (
    "", " ", "x", "schema:x", "xsd:string", "id", "@id", "@type", "@json", "_:b0", "_:c14n0", "relative/path", "/x",
    "#x", "?x", "urn:x:1", "urn:x:2", "urn:x:\xa0", "https://a.example/", "https://a.example/../b", "did:web:a.example",
    ":", "a:", "a b:c", "mailto:a@b", "data:,x", "name:x", "proof:x", "1.0", "true", "it", "en-US", "http://[",
    "2026-01-01T00:00:00Z", "https://a.example/%zz", "https://schema.org/name", "Evidence", "https://mark.invalid/0x",
)  # fmt: skip
TEXT = PLAIN | st.sampled_from(ODD)
IRIS = ("urn:x:1", "urn:x:2", "https://a.example/1", "did:web:a.example")
IRI = st.sampled_from(IRIS)
NAME = st.sampled_from((*IRIS * 100, *ODD))
NUMBER = st.sampled_from([0, 1, 1.0, 2.5, True, False, -0.0, 1e21, 10**15])
LABEL = TEXT | st.fixed_dictionaries({"@value": TEXT}, optional={"@language": st.sampled_from(["it", "en-GB"])})


def several(item: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return item | st.lists(item, max_size=3)


def made(kind: str, **members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just([kind])}, optional=members)


ALIGNMENT = made("Alignment", id=NAME, targetName=TEXT, targetUrl=NAME, targetType=TEXT)
RESULT = made("ResultDescription", id=NAME, name=TEXT, allowedValue=st.lists(TEXT, max_size=3), requiredValue=NUMBER)
IMAGE = NAME | made("Image", id=NAME, caption=TEXT)
CRITERIA = st.fixed_dictionaries({"narrative": TEXT}, optional={"id": NAME})
ACHIEVEMENT = made(
    "Achievement", id=NAME, name=LABEL, tag=several(TEXT), alignment=several(ALIGNMENT), image=IMAGE, criteria=CRITERIA,
    creditsAvailable=NUMBER | TEXT, related=several(made("Related", id=NAME)), resultDescription=several(RESULT),
)  # fmt: skip
EVIDENCE = made("Evidence", id=NAME, name=TEXT, genre=TEXT)
IDENTITY = made("IdentityObject", hashed=st.booleans(), identityHash=TEXT)
SUBJECT = made("AchievementSubject", id=NAME, achievement=ACHIEVEMENT, identifier=several(IDENTITY), term=LABEL)
STATUS = made("BitstringStatusListEntry", id=NAME, statusListIndex=TEXT, statusListCredential=NAME)
PROOF = made(
    "DataIntegrityProof", proofPurpose=st.just("assertionMethod") | TEXT, created=TEXT, verificationMethod=NAME
)
DOCUMENT = st.fixed_dictionaries(
    {"@context": st.just(CONTEXT), "id": NAME, "type": st.just(TYPES)},
    optional={
        "name": LABEL, "issuer": NAME | made("Profile", id=NAME, name=TEXT), "validFrom": TEXT, "proof": several(PROOF),
        "evidence": several(EVIDENCE), "credentialSubject": SUBJECT, "credentialStatus": several(STATUS),
    },
)  # fmt: skip
