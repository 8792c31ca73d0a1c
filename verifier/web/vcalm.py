"""`POST /credentials/verify` as the W3C's Verifiable Credential API for Lifecycle Management asks (VCALM, 3.3.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Response, jsonify

from badges.problem import BadgeError
from badges.strict import MAX_BYTES, strict_json
from verifier.verdict import Report
from verifier.web.errors import problem

OPTIONS: Final = {"returnResults", "returnProblemDetails", "returnCredential"}
UNKNOWN_OPTION: Final = "https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED"
PARSING_ERROR: Final = "https://www.w3.org/TR/vc-data-model#PARSING_ERROR"
TOKEN: Final = re.compile(r"[\w=-]+(?:\.[\w=-]*)*", re.ASCII)
"""What may have been meant as a JWT: letters of base64url and dots. Whether it is one, its verification says."""
STANDS: Final = {
    "valid", "superseded", "revoked", "suspended", "not_yet_valid", "expired", "recipient_mismatch", "status_unknown",
}  # fmt: skip
"""Verdicts under which cryptography and data model hold: what VCALM calls `verified`, the rest being warnings."""


def answer(body: bytes, check: Callable[[bytes], Report]) -> Response:
    """Return the answer to `body`: 200 with a verdict, or 400 for a body that is no such request."""
    try:
        asked = strict_json(body, limit=MAX_BYTES + 4_096)
    except BadgeError:
        return problem(400, "vcalm_body", type_=PARSING_ERROR)
    if not isinstance(asked, dict) or "verifiableCredential" not in asked:
        return problem(400, "vcalm_body", type_=PARSING_ERROR)
    options = {} if asked.get("options") is None else asked["options"]
    if not isinstance(options, dict) or not set(options) <= OPTIONS:
        return problem(400, "vcalm_option", type_=UNKNOWN_OPTION)
    credential = asked["verifiableCredential"]
    if isinstance(credential, str) and not TOKEN.fullmatch(credential):
        # Nobody who sends a link means to have a token verified; and this address follows nothing.
        return problem(400, "vcalm_body", type_=PARSING_ERROR)
    response = jsonify(_told(check(_octets(credential)), options))
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-store"
    return response


def preflight() -> Response:
    """Let any page's script ask: the answer holds nothing but what was sent."""
    response = Response(status=204)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "POST"
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _octets(credential: object) -> bytes:
    """A JWT as text, or the JSON itself; an envelope is opened where every other document is."""
    if isinstance(credential, str):
        return credential.encode("utf-8", "replace")
    return json.dumps(credential, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _told(report: Report, options: Mapping[str, Any]) -> dict[str, Any]:
    said = report.to_json()
    credential = said.get("credential")
    told: dict[str, Any] = {
        "verified": said["verdict"] in STANDS,
        "verdict": said["verdict"],
        "outcome": said["outcome"],
        "checks": said["checks"],
        "issuer": said["issuer"],
    }
    if options.get("returnProblemDetails", True):
        told["problemDetails"] = said["problemDetails"]
    if options.get("returnCredential", True):
        told["credential"] = credential
    if options.get("returnResults", True):
        told["results"] = _results(said, credential if isinstance(credential, dict) else {})
    return told


def _results(said: Mapping[str, Any], credential: Mapping[str, Any]) -> dict[str, Any]:
    passed = {check["name"]: check["result"] == "pass" for check in said["checks"]}
    proofs = credential.get("proof", [])
    results: dict[str, Any] = {
        "proof": [
            {"verified": passed.get("proof", False), "input": proof}
            for proof in (proofs if isinstance(proofs, list) else [proofs])
        ]
    }
    if "credentialStatus" in credential:
        entry = {"verified": passed.get("status", False), "input": credential["credentialStatus"]}
        results["credentialStatus"] = [entry]
    for member in ("validFrom", "validUntil", "issuanceDate", "expirationDate"):
        if member in credential:
            results[member] = {"verified": passed.get("validity", False), "input": credential[member]}
    return results
