"""The claims of a token and the credential in it: taken apart when read, and each must say what the other says.

Clauses: OB 3.0 sections 8.2.4 and 8.2.6, VCDM 1.1 section 6.3.1, VC-JOSE-COSE 1.0 section 3.1, RFC 7519 section 4.1.
Three forms. VCDM 1.1: the credential is the claim `vc`, and what only a registered claim says is taken over into it.
OB 3.0: the credential is the payload, and `exp` sets its end. VC-JOSE-COSE (`typ` is `vc+jwt`): the same payload,
and `iat`, `nbf` and `exp` are of the token itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from badges.datamodel import V1, data_model_of
from badges.problem import Malformed
from badges.times import read_stamp, stamp

Json = Mapping[str, Any]

CLAIMS: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"})
"""Claims of a token about itself (RFC 7519); they are no part of the credential."""
_BESIDE: Final = CLAIMS | {"vc", "nonce"}
"""What may stand in a payload whose credential is the claim `vc`."""
_COMPARED: Final = ("iss", "jti", "sub", "nbf", "exp")
_TIMES: Final = ("iat", "nbf", "exp")
_JOSE: Final = frozenset({"vc+jwt", "vc+ld+json+jwt", "vc+ld+jwt"})
"""The `typ` of VC-JOSE-COSE, and what its drafts called it."""


def media_type(header: Json, member: str) -> str:
    """Return `typ` or `cty` of a header as it is compared (RFC 7515, 4.1.9): no `application/`, no capitals."""
    value = header.get(member)
    return value.lower().removeprefix("application/") if isinstance(value, str) else ""


def is_jose(header: Json) -> bool:
    """Tell whether a header says that its token is of VC-JOSE-COSE, so that its times are its own."""
    return media_type(header, "typ") in _JOSE


def registered_claims(credential: Json) -> dict[str, Any]:
    """Return `iss`, `jti`, `sub`, `nbf` and `exp` as OB 3.0, 8.2.4.1 derives them from a credential."""
    claims: dict[str, Any] = {"iss": _id_of(credential.get("issuer")), "jti": credential.get("id")}
    claims["sub"] = _id_of(credential.get("credentialSubject"))
    claims |= {claim: int(moment.timestamp()) for claim, moment in _dates(credential).items()}
    return {name: value for name, value in claims.items() if value is not None}


def credential_of(header: Json, claims: Json) -> dict[str, Any]:
    """Return the credential that a token's payload holds; total, since `check_claims` judges it afterwards."""
    held = claims.get("vc")
    if isinstance(held, Mapping):
        return _with(dict(held), claims, _COMPARED) if data_model_of(held) is V1 else dict(held)
    if data_model_of(claims) is None:
        return dict(claims)
    credential = {name: value for name, value in claims.items() if name not in CLAIMS}
    return credential if is_jose(header) else _with(credential, claims, ("exp",))


def check_claims(header: Json, claims: Json, credential: Json) -> None:
    """Raise Malformed where a claim says other than the credential, or stands where its form has no room for it.

    A claim that is not there says nothing: OB 3.0 requires four of them beside `typ: JWT`, and libraries write
    that `typ` around tokens of VC-JOSE-COSE, which requires none.
    """
    _check_form(header, claims, credential)
    for claim in _TIMES:
        if claim in claims and _moment(claims[claim]) is None:
            raise Malformed(f"The claim {claim} is not a time.")
    expected = registered_claims(credential)
    for claim in _COMPARED[:3] if is_jose(header) else _COMPARED:
        if claim not in claims:
            continue
        if claim not in expected:
            raise Malformed(f"The claim {claim} has no counterpart in the credential.")
        if type(claims[claim]) is bool or claims[claim] not in (expected[claim], *_exact(credential, claim)):
            raise Malformed(f"The claim {claim} does not say what the credential says.")


def own_times(header: Json, claims: Json) -> tuple[datetime | None, datetime | None]:
    """Return from when and until when a token of VC-JOSE-COSE is good itself; any other has no such times."""
    if not is_jose(header):
        return None, None
    return _moment(claims.get("nbf")), _moment(claims.get("exp"))


def _check_form(header: Json, claims: Json, credential: Json) -> None:
    if "vp" in claims:
        raise Malformed("The token is a presentation; only a credential can be judged.")
    if "vc" not in claims:
        if data_model_of(credential) is V1:
            raise Malformed("A token of VCDM 1.1 holds its credential in the claim vc.")
        return
    if data_model_of(credential) is not V1 or is_jose(header):
        raise Malformed("The token holds a vc claim, which only tokens of VCDM 1.1 have.")
    extra = sorted(claims.keys() - _BESIDE)
    if extra:
        raise Malformed(f"The token says {extra[0][:40]!r} beside its credential, where nobody would look.")


def _with(credential: dict[str, Any], claims: Json, names: tuple[str, ...]) -> dict[str, Any]:
    """Return `credential` with what only the claims `names` say (VCDM 1.1, 6.3.1.2; OB 3.0, 8.2.6.1)."""
    model = data_model_of(credential)
    dates = {"nbf": model.since, "exp": model.until} if model else {}
    for claim in names:
        value = claims.get(claim)
        moment = _moment(value) if claim in dates else None
        if moment is not None:
            credential.setdefault(dates[claim], stamp(moment))
        elif claim == "jti" and isinstance(value, str):
            credential.setdefault("id", value)
        elif claim in ("iss", "sub") and isinstance(value, str):
            member = "issuer" if claim == "iss" else "credentialSubject"
            found = credential.get(member, value if claim == "iss" else {})
            credential[member] = {"id": value, **found} if isinstance(found, Mapping) else found
    return credential


def _dates(credential: Json) -> dict[str, datetime]:
    """Return the dates of a credential by the claims that repeat them."""
    model = data_model_of(credential)
    members = {"nbf": model.since, "exp": model.until} if model else {}
    return {claim: read_stamp(credential[name], name) for claim, name in members.items() if name in credential}


def _exact(credential: Json, claim: str) -> list[float]:
    """Return the time of a date to its fraction, which a NumericDate may keep (RFC 7519, section 2)."""
    return [moment.timestamp() for name, moment in _dates(credential).items() if name == claim]


def _moment(value: object) -> datetime | None:
    """Return the time of a NumericDate; None for what is none, or lies outside of any calendar."""
    if type(value) not in (int, float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)  # type: ignore[arg-type]
    except (ValueError, OverflowError, OSError):
        return None


def _id_of(member: object) -> object:
    found = member.get("id") if isinstance(member, Mapping) else member
    return found if isinstance(found, str) else None
