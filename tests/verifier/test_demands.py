"""What Open Badges 3.0 demands in words, and which schemas are looked at."""

from __future__ import annotations

from typing import Any

import pytest

from tests.verifier.elder import elder, jose_token
from tests.verifier.published import BASE, World, credential, put, sign, token

SCHEMAS = "https://purl.imsglobal.org/spec/ob/v3p0/schema"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


@pytest.mark.parametrize(
    ("criteria", "verdict"),
    [({"narrative": "Came."}, "valid"), ({"id": f"{BASE}/criteria"}, "valid"), ({}, "malformed"),
     ({"type": "Criteria"}, "malformed"), ({"narrative": " "}, "malformed")],
)  # fmt: skip
def test_criteria_are_an_address_or_a_text(criteria: Any, verdict: str, world: World) -> None:
    assert world.verdict(jose_token(put(credential(), "credentialSubject/achievement/criteria", criteria))) == verdict


def test_a_credential_says_whom_it_is_about(world: World) -> None:
    nameless = put(credential(), "credentialSubject/id", ...)
    nobody = put(nameless, "credentialSubject/identifier", ...)

    assert world.verdict(sign(nameless)) == "valid"
    assert world.verdict(sign(nobody)) == "malformed"


def test_a_result_of_the_kind_status_says_its_status(world: World) -> None:
    document = put(credential(), "credentialSubject/achievement/resultDescription/0/resultType", "Status")

    assert world.verdict(sign(document)) == "malformed"
    assert world.verdict(sign(put(document, "credentialSubject/result/0/status", "Completed"))) == "valid"
    assert world.verdict(sign(put(document, "credentialSubject/result/0/resultDescription", f"{BASE}/x"))) == "valid"


def naming(*addresses: str, kind: str = "1EdTechJsonSchemaValidator2019", old: bool = False) -> dict[str, Any]:
    made = elder() if old else credential()
    schemas = [{"id": address, "type": kind} for address in addresses]
    return sign({**made, "@context": [*made["@context"], EXTENSIONS], "credentialSchema": schemas})


@pytest.mark.parametrize("variant", ["json", "json-ld"])
@pytest.mark.parametrize(("version", "old"), [("", False), ("any", False), ("any", True)])
def test_the_schema_of_1edtech_is_held_under_every_address_it_has(
    variant: str, version: str, old: bool, world: World
) -> None:
    address = f"{SCHEMAS}/{variant}/ob_v3p0_{version}achievementcredential_schema.json"

    report = world.verify(naming(address, old=old))

    assert (report.verdict, report.check("schema").code) == ("valid", "schema")


def test_a_badge_that_names_the_schema_of_an_endorsement_must_be_one(world: World) -> None:
    assert world.verdict(naming(f"{SCHEMAS}/json/ob_v3p0_endorsementcredential_schema.json")) == "malformed"


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/schema.json", "file:///etc/passwd", f"{SCHEMAS}/json/x"]
)
def test_a_schema_of_somebody_else_is_not_fetched_and_that_is_said(address: str, world: World) -> None:
    report = world.verify(naming(f"{SCHEMAS}/json/ob_v3p0_achievementcredential_schema.json", address))

    assert (report.verdict, report.check("schema").code) == ("valid", "schema_own")
    assert address in report.check("schema").note
    assert address not in world.asked


def test_a_schema_says_its_type_and_address(world: World) -> None:
    document = naming(f"{SCHEMAS}/json/ob_v3p0_achievementcredential_schema.json")

    assert world.verdict(put(document, "credentialSchema/0/id", ...)) == "malformed"


def test_a_token_is_held_to_the_same_demands(world: World) -> None:
    assert world.verdict(token(put(credential(), "credentialSubject/achievement/name", ...))) == "malformed"
    assert world.verdict(token(credential())) == "valid"
