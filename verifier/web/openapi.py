"""`/api/openapi.json`: what programs may ask of the verifier, described for programs (OpenAPI 3.1)."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Response, jsonify

from verifier.bundle import FILES_MOST
from verifier.web import schemas

VERSION: Final = "1"
_SCHEMAS: Final = (
    schemas.ProblemDetails, schemas.Check, schemas.Issuer, schemas.Endorsement, schemas.Report,
    schemas.ExchangeOptions, schemas.Exchange, schemas.Exchanged,
)  # fmt: skip
"""Each stands behind those that it is made of."""
_HTML: Final = {"text/html": {"schema": {"type": "string"}}}
_RETRY: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}


def blueprint(base_url: str) -> Blueprint:
    """Return the address of the description of an installation at `base_url`."""
    pages = Blueprint("openapi", __name__)

    @pages.get("/api/openapi.json")
    def described() -> Response:
        response = jsonify({**description(), "servers": [{"url": base_url}]})
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.cache_control.public = True
        response.cache_control.max_age = 3600
        return response

    return pages


@cache
def description() -> dict[str, Any]:
    """Return the description, without the address of any installation."""
    spec = APISpec(
        title="Attestato: the verifier",
        version=VERSION,
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin()],
        info={"description": "Does a credential stand? Open Badges 3.0 and 2.0 in any form, of any issuer."},
    )
    for schema in _SCHEMAS:
        spec.components.schema(schema.__name__, schema=schema)
    spec.path("/verify", operations={"get": _page("verifyPage"), "post": _verify()})
    spec.path("/verify/batch", operations={"get": _page("batchPage"), "post": _batch()})
    spec.path("/credentials/verify", operations={"post": _exchange()})
    return dict(spec.to_dict())


def _page(name: str) -> dict[str, Any]:
    form = {"200": {"description": "The form.", "content": _HTML}}
    return {"operationId": name, "summary": "The form, for people.", "responses": form}


def _verify() -> dict[str, Any]:
    properties = {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "text": {"type": "string", "description": "A credential, a JWT, or text with a link to one."},
        "url": {"type": "string", "format": "uri", "description": "Where a credential, a file or a page of one is."},
        "recipient": {"type": "string", "description": "An e-mail address that it should belong to."},
    }
    return {
        "operationId": "verify",
        "summary": "Verify a file, a text or a link.",
        "requestBody": _form(properties),
        "responses": {
            "200": _or_page(_json("The verdict, whatever it is.", "Report")),
            **_problems("400", "408", "413", "415", "422", "429", "503"),
        },
    }


def _batch() -> dict[str, Any]:
    properties = {
        "file": {
            "type": "array",
            "items": {"type": "string", "contentMediaType": "application/octet-stream"},
            "description": f"Up to {FILES_MOST} files; a ZIP archive counts as the files in it.",
        },
        "format": {"type": "string", "enum": ["page", "csv", "json"]},
    }
    reports = {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Report"}}}
    content = {"application/json": reports, "text/csv": {"schema": {"type": "string"}}}
    return {
        "operationId": "verifyBatch",
        "summary": "Verify many files; ask for `application/json` or `text/csv`.",
        "requestBody": _form(properties),
        "responses": {
            "200": _or_page({"description": "A report for each file.", "content": content}),
            **_problems("400", "408", "413", "415", "429", "503"),
        },
    }


def _exchange() -> dict[str, Any]:
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/Exchange"}}}
    return {
        "operationId": "exchange",
        "summary": "Verify a credential, as the W3C's VC API (VCALM) asks.",
        "requestBody": {"required": True, "content": body},
        "responses": {
            "200": _json("The answer.", "Exchanged"),
            **_problems("400", "408", "413", "415", "429", "503"),
        },
    }


def _form(properties: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def _json(text: str, schema: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _or_page(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "content": {**answer["content"], **_HTML}}


_MEANING: Final = {
    "400": "Nothing was handed in, or nothing that can be a request.",
    "408": "The body did not come in time.",
    "413": "More than is taken at once.",
    "415": "A body that would have to be inflated first.",
    "422": "The link leads to nothing that can be had.",
    "429": "Too often.",
    "503": "Too many at once.",
}


def _problems(*codes: str) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {
        code: {"description": _MEANING[code], "content": problem}
        | ({"headers": _RETRY} if code in {"429", "503"} else {})
        for code in codes
    }
