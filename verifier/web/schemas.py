"""What the verifier's API takes and gives, as marshmallow schemas: the description is made of them, and tests hold
every answer to them.
"""

from __future__ import annotations

from typing import Final

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from verifier.reason import Basis
from verifier.verdict import CHECKS, Outcome, Result, Verdict


class ProblemDetails(Schema):
    """One problem, as RFC 9457 has it."""

    type = fields.String(required=True, metadata={"description": "A URI of VCDM, Data Integrity or Status List."})
    title = fields.String(required=True)
    detail = fields.String(required=True)
    status = fields.Integer(metadata={"description": "The HTTP status, in an answer that is a problem itself."})


class Check(Schema):
    """One check of a verification; each of the twelve is there once."""

    name = fields.String(required=True, validate=OneOf(CHECKS))
    result = fields.String(required=True, validate=OneOf([result.value for result in Result]))
    detail = fields.String(required=True, metadata={"description": "A sentence, in English."})


class Reason(Schema):
    """Why an issuer is known here, under which name, and the domain or the registry that vouches for it."""

    by = fields.String(required=True, validate=OneOf([basis.value for basis in Basis]))
    name = fields.String(required=True)
    where = fields.String(required=True)


class Issuer(Schema):
    """Who signed; all null until the proof has passed. `name` is the issuer's own claim."""

    id = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    trust = fields.String(required=True, validate=OneOf(["known", "unknown"]))
    listed = fields.List(fields.Nested(Reason), required=True)


class Endorsement(Schema):
    """An endorsement that was verified as a credential of its own; `comment` is the claim of its issuer."""

    of = fields.String(required=True, metadata={"description": "The id of what is endorsed."})
    issuer = fields.Nested(Issuer, required=True)
    comment = fields.String(required=True, allow_none=True)
    about = fields.String(
        required=True,
        validate=OneOf(["issuer", "credential", "achievement", "other"]),
        metadata={"description": "What of this award it is about; `other` may have been said of somebody else's."},
    )
    result = fields.String(required=True, validate=OneOf([Result.PASS.value]))


_VERDICT: Final = {
    "verdict": fields.String(required=True, validate=OneOf([verdict.value for verdict in Verdict])),
    "outcome": fields.String(required=True, validate=OneOf([outcome.value for outcome in Outcome])),
    "checks": fields.List(fields.Nested(Check), required=True),
    "issuer": fields.Nested(Issuer, required=True),
}


class Report(Schema):
    """The answer to one document."""

    source = fields.String(required=True, metadata={"description": "The link or the file's name, or the form's."})
    format = fields.String(required=True)
    verdict = _VERDICT["verdict"]
    outcome = _VERDICT["outcome"]
    checks = _VERDICT["checks"]
    problemDetails = fields.List(fields.Nested(ProblemDetails), required=True)  # noqa: N815  # The name is VCALM's.
    issuer = _VERDICT["issuer"]
    endorsements = fields.List(fields.Nested(Endorsement), required=True)
    credential = fields.Dict(
        required=True, allow_none=True, metadata={"description": "What was signed; null until the proof has passed."}
    )


class ExchangeOptions(Schema):
    """What a caller of the VC API wants in its answer."""

    returnResults = fields.Boolean()  # noqa: N815
    returnProblemDetails = fields.Boolean()  # noqa: N815
    returnCredential = fields.Boolean()  # noqa: N815


class Exchange(Schema):
    """A request to verify a credential (VCALM, 3.3.1)."""

    verifiableCredential = fields.Raw(  # noqa: N815
        required=True,
        metadata={"description": "A credential as an object, or a JWT as text or in an EnvelopedVerifiableCredential."},
    )
    options = fields.Nested(ExchangeOptions, allow_none=True)


class Exchanged(Schema):
    """The answer of the VC API; `verified` is about cryptography and data model, `verdict` about everything."""

    verified = fields.Boolean(required=True)
    verdict = _VERDICT["verdict"]
    outcome = _VERDICT["outcome"]
    checks = _VERDICT["checks"]
    issuer = _VERDICT["issuer"]
    problemDetails = fields.List(fields.Nested(ProblemDetails))  # noqa: N815
    credential = fields.Dict(allow_none=True)
    results = fields.Dict()
