"""Claims and credential are taken apart and put together: whatever is left to the claims comes back the same."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badges.claims import CLAIMS, check_claims, credential_of, own_times, registered_claims
from badges.datamodel import V1, V2, DataModel, data_model_of
from badges.problem import Malformed
from badges.times import stamp

ADDRESSES = st.builds("urn:uuid:{}".format, st.uuids())
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)).map(stamp)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=20)


@st.composite
def credentials(draw: st.DrawFn, model: DataModel) -> dict[str, Any]:
    """A credential of `model` that says everything that a claim can say."""
    issuer = draw(ADDRESSES)
    return {
        "@context": [model.context],
        "id": draw(ADDRESSES),
        "name": draw(NAMES),
        "issuer": draw(st.sampled_from([issuer, {"id": issuer}, {"id": issuer, "name": draw(NAMES)}])),
        "credentialSubject": {"id": draw(ADDRESSES), "role": draw(NAMES)},
        model.since: draw(TIMES),
        model.until: draw(TIMES),
    }


def without(credential: dict[str, Any], left_out: frozenset[str]) -> dict[str, Any]:
    """The credential without what the claims `left_out` say as well."""
    held = copy.deepcopy(credential)
    for claim, member in (("jti", "id"), ("nbf", V1.since), ("exp", V1.until)):
        if claim in left_out:
            del held[member]
    if "sub" in left_out:
        del held["credentialSubject"]["id"]
    if "iss" in left_out and isinstance(held["issuer"], dict) and len(held["issuer"]) > 1:
        del held["issuer"]["id"]
    elif "iss" in left_out and isinstance(held["issuer"], str):
        del held["issuer"]
    return held


@given(credential=credentials(V1), left_out=st.frozensets(st.sampled_from(["iss", "jti", "sub", "nbf", "exp"])))
def test_what_is_left_to_the_claims_of_vcdm_1_1_comes_back_the_same(
    credential: dict[str, Any], left_out: frozenset[str]
) -> None:
    claims = {**registered_claims(credential), "vc": without(credential, left_out)}

    read = credential_of({}, claims)

    assert read == credential
    check_claims({}, claims, read)


@given(credential=credentials(V2), left_to_exp=st.booleans(), typ=st.sampled_from([None, "JWT"]))
def test_a_payload_of_vcdm_2_0_comes_back_without_its_claims(
    credential: dict[str, Any], left_to_exp: bool, typ: str | None
) -> None:
    header = {"typ": typ} if typ else {}
    held = {name: value for name, value in credential.items() if name != V2.until or not left_to_exp}
    claims = {**held, **registered_claims(credential)}

    read = credential_of(header, claims)

    assert read == credential
    check_claims(header, claims, read)


@given(credential=credentials(V2), since=st.integers(0, 2**33), until=st.integers(0, 2**33))
def test_the_times_of_a_vc_jose_cose_token_are_its_own(credential: dict[str, Any], since: int, until: int) -> None:
    header, claims = {"typ": "vc+jwt"}, {**credential, "nbf": since, "exp": until}

    read = credential_of(header, claims)

    assert read == credential
    check_claims(header, claims, read)
    assert own_times(header, claims) == (datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC))
    assert own_times({"typ": "JWT"}, claims) == (None, None)


@given(
    credential=credentials(V1), claim=st.sampled_from(["iss", "jti", "sub", "nbf", "exp"]),
    value=st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.lists(NAMES)),
)  # fmt: skip
def test_a_claim_says_the_same_or_is_refused(credential: dict[str, Any], claim: str, value: Any) -> None:
    told = registered_claims(credential)
    claims = {**told, "vc": credential, claim: value}

    if type(value) is bool or value != told[claim]:
        with pytest.raises(Malformed):
            check_claims({}, claims, credential_of({}, claims))


ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)
MEMBERS = st.sampled_from([*CLAIMS, "vc", "vp", "@context", "type", "issuer", "id", "credentialSubject", "validFrom"])
CONTEXTS = st.sampled_from([[V1.context], [V2.context], V2.context])
HEADERS = st.dictionaries(st.sampled_from(["typ", "cty"]), st.one_of(ANY, st.just("vc+jwt")), max_size=2)


@given(header=HEADERS, claims=st.dictionaries(MEMBERS, st.one_of(ANY, CONTEXTS), max_size=6), held=ANY)
def test_whatever_a_payload_is_it_is_read_or_refused(header: Any, claims: dict[str, Any], held: Any) -> None:
    whole = {**claims, "vc": {"@context": [V1.context], "credentialSubject": held, "issuer": held}}

    for payload in (claims, whole):
        credential = credential_of(header, payload)
        try:
            check_claims(header, payload, credential)
        except Malformed:
            continue
        assert ("vc" in payload) == (data_model_of(credential) is V1)
