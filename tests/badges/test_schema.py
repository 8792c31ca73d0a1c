"""The schema is asked in Rust; another library, in Python, gives the same answer on everything tried here."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft201909Validator, FormatChecker

from badges.contexts import pinned
from badges.datamodel import V1, V2
from badges.schema import MOST, SCHEMA, check_schema, named_schemas
from tests.verifier.elder import elder
from tests.verifier.published import BASE, ID, credential, put, sign

OTHER = Draft201909Validator(pinned(SCHEMA), format_checker=FormatChecker(["date", "date-time"]))


def endorsement(**changes: Any) -> dict[str, Any]:
    made = {
        "@context": credential()["@context"],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": {"id": "did:example:1", "type": ["Profile"]},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": ID, "type": ["EndorsementSubject"], "endorsementComment": "Well done."},
    }
    return {name: value for name, value in {**made, **changes}.items() if value is not ...}


def rich() -> dict[str, Any]:
    """A credential that has something of nearly every class of the schema."""
    profile = {
        "id": "did:example:2", "type": ["Profile"], "name": "Assessor", "email": "a@example.org",
        "dateOfBirth": "1990-01-01", "official": "x", "otherIdentifier": [
            {"type": "IdentifierEntry", "identifier": "7", "identifierType": "sourcedId"}
        ],
        "address": {"type": ["Address"], "addressCountry": "Italy", "geo": {
            "type": "GeoCoordinates", "latitude": 45.4, "longitude": 9.2}},
    }  # fmt: skip
    made = credential(endorsement=[endorsement()], termsOfUse=[{"type": "Terms", "id": f"{BASE}/terms"}])
    made = put(made, "credentialSubject/source", profile)
    made = put(made, "credentialSubject/achievement/related", [{"id": f"{BASE}/a", "type": ["Related"]}])
    alignment = {"type": ["Alignment"], "targetName": "x", "targetUrl": f"{BASE}/t", "targetType": "CFItem"}
    made = put(made, "credentialSubject/achievement/alignment", [alignment])
    return sign(put(made, "credentialSubject/creditsEarned", 2.5), name="eddsa-jcs-2022")


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, item in inner for place in places(item, (*path, name)))]


RICH = rich()
PLACES = places(RICH)[1:]
VALUES = st.sampled_from([
    ..., None, True, 0, 2.5, -1, "", "x", "Foo", "ext:Foo", "it", "it-IT", "italian", [], {}, [[]], ["x"], {"en": "x"},
    {"en-US": "x", "it": 1}, {"id": "urn:x:1"}, {"id": "urn:x:1", "type": "Profile"}, "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.123456+14:00", "2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "24:00",
    "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00+25:00", "Completed", "Status", "CFItem", "😀",
    ["VerifiableCredential", "AchievementCredential"], ["VerifiableCredential"], "VerifiableCredential",
    V1.context, V2.context, "a.b.c", "https://purl.imsglobal.org/spec/ob/v3p0/context.json", 10**15, 1e308, "٣",
])  # fmt: skip


def changed(document: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    made = copy.deepcopy(document)
    holder: Any = made
    for step in place[:-1]:
        holder = holder[step]
    if value is ...:
        del holder[place[-1]]
    else:
        holder[place[-1]] = value
    return made


@pytest.mark.parametrize("document", [credential(), sign(credential()), RICH], ids=["plain", "signed", "rich"])
def test_a_good_credential_is_good_to_both(document: dict[str, Any]) -> None:
    assert check_schema(document) == []
    assert list(OTHER.iter_errors(document)) == []


@pytest.mark.parametrize(
    "value", [..., None, 7, "x", [], {}], ids=["absent", "null", "number", "text", "list", "object"]
)
def test_one_member_changed_is_the_same_fault_to_both(value: Any) -> None:
    for place in PLACES:
        document = changed(RICH, place, value)

        told = check_schema(document)

        other = {"/".join(map(str, fault.absolute_path)) or "credential" for fault in OTHER.iter_errors(document)}
        assert {line.partition(": ")[0] for line in told} == other, place


@given(first=st.sampled_from(PLACES), second=st.sampled_from(PLACES), values=st.tuples(VALUES, VALUES))
def test_two_members_changed_are_judged_alike(first: Any, second: Any, values: Any) -> None:
    document = changed(RICH, first, values[0])
    if second[: len(first)] != first and (len(second) != len(first) or second[:-1] != first[:-1]):
        document = changed(document, second, values[1])

    assert (check_schema(document) == []) == OTHER.is_valid(document)


def test_a_fault_has_its_place_and_its_reason() -> None:
    document = put(put(credential(), "validFrom", 1), "credentialSubject/achievement/criteria", ...)

    assert check_schema(document) == [
        'credentialSubject/achievement: "criteria" is a required property',
        'validFrom: 1 is not of type "string"',
    ]


def test_of_a_value_with_several_forms_it_is_said_that_it_has_none_of_them() -> None:
    told = check_schema(put(credential(), "evidence/0/type", 7))

    assert told == ["evidence: has none of the forms that are allowed"]


def test_however_much_is_wrong_what_is_told_is_bounded() -> None:
    document = put(credential(), "@context/0", "x" * 200_000)
    document["validFrom"] = "y" * 200_000
    document["credentialSubject"]["result"] = [{"z" * 1_000: 7}] * 4_000
    document |= {name: {} for name in ("awardedDate", "validUntil", "id", "name", "description", "image", "issuer")}

    told = check_schema(document)

    assert 5 < len(told) <= MOST
    assert all(len(line) < 400 for line in told)


def test_a_chain_of_endorsements_costs_what_its_length_does() -> None:
    profile: dict[str, Any] = {"id": "did:example:1", "type": ["Profile"], "name": 7}
    for _ in range(30):
        profile = {"id": "did:example:1", "type": ["Profile"], "endorsement": [endorsement(issuer=profile)]}

    assert check_schema({**credential(), "issuer": profile}) == ["issuer: has none of the forms that are allowed"]


class TestModels:
    """The schemas of VCDM 1.1 are derived; they say the same of the same badge in the names of their day."""

    def test_each_model_has_its_own_schema(self) -> None:
        assert check_schema(elder()) == []
        assert not OTHER.is_valid(elder())
        assert check_schema({**elder(), "@context": credential()["@context"]})[-1].endswith("is a required property")

    @pytest.mark.parametrize("member", ["issuanceDate", "issuer", "credentialSubject", "id", "type", "@context"])
    def test_what_is_required_is_required_under_its_own_name(self, member: str) -> None:
        document = elder(**{member: ...})

        assert any(f'"{member}" is a required property' in line for line in check_schema(document)) or "@" in member

    @pytest.mark.parametrize("member", ["issuanceDate", "expirationDate", "awardedDate"])
    def test_a_time_is_a_time_under_its_own_name(self, member: str) -> None:
        assert check_schema(elder(**{member: "2026-13-01T00:00:00Z"})) != []
        assert check_schema(elder(**{member: "2026-12-01T00:00:00Z"})) == []

    def test_an_endorsement_in_it_is_of_the_same_model(self) -> None:
        held = endorsement(validFrom=..., issuanceDate="2026-01-01T00:00:00Z") | {"@context": elder()["@context"]}

        assert check_schema(elder(endorsement=[held])) == []
        assert check_schema(elder(endorsement=[endorsement()])) != []

    @pytest.mark.shared
    def test_the_strict_schema_asks_for_nothing_that_the_pinned_one_does_not_know(self, shared: Path) -> None:
        text = (shared / "vectors/schemas/ob_v3p0_achievementcredential_schema.json").read_text(encoding="utf-8")
        strict = Draft201909Validator(json.loads(text), format_checker=FormatChecker(["date-time"]))

        assert strict.is_valid(RICH)
        assert check_schema(RICH) == []


class TestEndorsement:
    """A class of the same schema, asked by its name."""

    def test_it_is_judged_by_its_own_class(self) -> None:
        assert check_schema(endorsement(), "EndorsementCredential") == []
        assert check_schema(endorsement()) != []
        assert check_schema(credential(), "EndorsementCredential") != []

    @pytest.mark.parametrize("member", ["id", "name", "issuer", "validFrom", "credentialSubject"])
    def test_it_says_what_its_class_requires(self, member: str) -> None:
        assert check_schema(endorsement(**{member: ...}), "EndorsementCredential") != []


class TestNamed:
    """Schemas that a credential names itself."""

    OFFICIAL = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_anyendorsementcredential_schema.json"

    def test_the_official_ones_are_known_by_their_class_and_others_by_their_address(self) -> None:
        kind = "1EdTechJsonSchemaValidator2019"
        schemas = [
            {"id": self.OFFICIAL, "type": kind},
            {"id": "urn:x:1", "type": [kind]},
            {"id": "y", "type": "JsonSchema"},
        ]

        assert named_schemas({"credentialSchema": schemas}) == (["EndorsementCredential"], ["urn:x:1"])
        assert named_schemas({"credentialSchema": schemas[0]}) == (["EndorsementCredential"], [])

    @pytest.mark.parametrize("value", [{}, [], 7, "x", None, [7], [{}], [{"type": {}}]])
    def test_none_is_none(self, value: Any) -> None:
        assert named_schemas({"credentialSchema": value}) == ([], [])
        assert named_schemas({}) == ([], [])
