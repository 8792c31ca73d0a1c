"""What the description promises to programs is what they get."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.verifier.published import World, credential, put, sign, to_bytes, token
from tests.verifier.test_web import desk
from verifier.web import batch, health, openapi, site, verify
from verifier.web.schemas import Exchanged, ProblemDetails, Report

GOOD = sign(credential())
JSON = {"Accept": "application/json"}
DOCUMENTS = {
    "valid": to_bytes(GOOD),
    "forged": to_bytes(put(GOOD, "name", "Diploma")),
    "nothing": b"hello",
    "a token": token(credential()),
}


@pytest.fixture
def client(world: World) -> FlaskClient:
    counter = desk(world)
    app = site.new_app(base_url="https://badges.example", practice=False, default_language="en")
    for pages in (verify.blueprint(counter), batch.blueprint(counter), openapi.blueprint("https://badges.example")):
        app.register_blueprint(pages)
    health.install(app, health.Numbers(), lambda: None)
    return app.test_client()


def test_the_description_is_one(client: FlaskClient) -> None:
    described = client.get("/api/openapi.json")

    OpenAPIV31SpecValidator(described.json).validate()
    assert described.headers["Access-Control-Allow-Origin"] == "*"
    assert described.json["servers"] == [{"url": "https://badges.example"}]


def test_every_address_that_takes_a_credential_is_described(client: FlaskClient) -> None:
    posts = {rule.rule for rule in client.application.url_map.iter_rules() if "POST" in (rule.methods or ())}

    assert set(client.get("/api/openapi.json").json["paths"]) == posts


@pytest.mark.parametrize("data", DOCUMENTS.values(), ids=DOCUMENTS)
def test_every_answer_is_as_it_is_described(data: bytes, client: FlaskClient) -> None:
    single = client.post("/verify", data={"file": (io.BytesIO(data), "x")}, headers=JSON)
    several = client.post("/verify/batch", data={"file": (io.BytesIO(data), "x")}, headers=JSON)

    assert Report().validate(single.json) == {}
    assert Report(many=True).validate(several.json) == {}


@pytest.mark.parametrize("document", [GOOD, put(GOOD, "name", "Diploma"), token(credential()).decode(), 7, "x"])
def test_every_answer_of_the_vc_api_is_as_it_is_described(document: Any, client: FlaskClient) -> None:
    answer = client.post("/credentials/verify", json={"verifiableCredential": document})

    assert Exchanged().validate(answer.json) == {}


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/verify", {}, 400),
        ("/verify", {"url": "https://nowhere.example/x"}, 422),
        ("/verify/batch", {}, 400),
        ("/credentials/verify", {"a": "b"}, 400),
    ],
)
def test_every_refusal_is_a_problem_that_is_described(
    path: str, data: dict[str, str], status: int, client: FlaskClient
) -> None:
    answer = client.post(path, data=data, headers=JSON)

    assert answer.status_code == status
    assert ProblemDetails().validate(answer.json) == {}
    assert str(status) in client.get("/api/openapi.json").json["paths"][path]["post"]["responses"]


def test_a_member_that_is_not_described_would_be_found(client: FlaskClient) -> None:
    report = client.post("/verify", data={"file": (io.BytesIO(DOCUMENTS["valid"]), "x")}, headers=JSON).json

    report["checks"][0]["secret"] = 1

    assert Report().validate(report)
