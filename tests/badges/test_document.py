from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badges.document import parse
from badges.problem import Ambiguous, BadgeError, Malformed, OutOfRange, Unreadable, UnsupportedProof
from badges.proof.jwt import encode
from keys.encoding import base64url
from keys.key import LocalSigner


def test_json_is_read_and_its_octets_are_kept(credential: dict[str, Any]) -> None:
    data = b"\n " + json.dumps(credential, indent=2).encode() + b"\r\n"

    document = parse(data)

    assert (document.form, document.data, document.credential) == ("json", data, credential)


def test_a_byte_order_mark_before_json_is_tolerated() -> None:
    assert parse(b'\xef\xbb\xbf{"a": 1}').credential == {"a": 1}


def test_a_compact_token_gives_its_header_its_payload_and_what_was_signed(
    credential: dict[str, Any], signer: LocalSigner
) -> None:
    token = encode(credential, signer)

    document = parse(token.encode() + b"\n")

    assert document.form == "jws"
    assert document.header == {"alg": "EdDSA", "kid": signer.key_id}
    assert document.signing_input == token.rpartition(".")[0].encode()
    assert signer.public().verify(document.signature, document.signing_input)


def segments(header: bytes = b'{"alg":"EdDSA"}', payload: bytes = b'{"a":1}', signature: str = "c2ln") -> str:
    return f"{base64url(header)}.{base64url(payload)}.{signature}"


def test_the_plain_token_that_the_next_tests_change_is_read() -> None:
    assert parse(segments().encode()).credential == {"a": 1}


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(segments() + "=", id="padding"),
        pytest.param(segments().replace(".", "=.", 1), id="padding in the header"),
        pytest.param(segments(signature="c2+n"), id="the standard alphabet"),
        pytest.param(segments(signature="c2lnZR"), id="stray last bits"),
        pytest.param(segments() + ".c2ln", id="four segments"),
        pytest.param(segments() + ".c2ln.c2ln", id="five segments"),
        pytest.param(segments().rpartition(".")[0], id="two segments"),
        pytest.param(segments(header=b'{"alg":"none","alg":"EdDSA"}'), id="a header member twice"),
        pytest.param(segments(payload=b'{"iss":"good","iss":"evil"}'), id="a claim twice"),
        pytest.param(segments(payload=b"[1]"), id="a payload that is no object"),
        pytest.param(segments(header=b'"EdDSA"'), id="a header that is no object"),
        pytest.param(segments(header=b"{alg}"), id="a header that is no JSON"),
    ],
)
def test_a_token_in_any_other_form_is_malformed(token: str) -> None:
    with pytest.raises(Malformed):
        parse(token.encode())


def test_a_header_past_eight_kibibytes_is_refused() -> None:
    with pytest.raises(OutOfRange):
        parse(segments(header=json.dumps({"alg": "EdDSA", "kid": "k" * 8192}).encode()).encode())


def test_a_newline_inside_a_token_is_not_skipped() -> None:
    token = segments().encode()

    with pytest.raises(BadgeError):
        parse(token[:10] + b"\n" + token[10:])


def test_a_json_array_is_no_credential() -> None:
    with pytest.raises(Malformed):
        parse(b"[{}]")


def test_a_plain_word_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        parse(b"hello")


@given(st.binary(max_size=300))
def test_any_octets_are_read_or_refused_with_an_error_of_ours(data: bytes) -> None:
    try:
        document = parse(data)
    except BadgeError:
        return
    assert document.data == data


TOKEN = segments()
ENVELOPE = {
    "@context": "https://www.w3.org/ns/credentials/v2",
    "type": "EnvelopedVerifiableCredential",
    "id": f"data:application/vc+jwt,{TOKEN}",
}


def test_an_envelope_gives_the_token_in_it_as_if_it_had_come_alone() -> None:
    opened, alone = parse(json.dumps(ENVELOPE).encode()), parse(TOKEN.encode())

    assert opened == replace(alone, wrapped="envelope")
    assert opened.data == TOKEN.encode()


@pytest.mark.parametrize("held", [[{"a": "è"}], {"a": "è"}], ids=["in a list", "alone"])
def test_a_presentation_gives_the_credential_in_it(held: Any) -> None:
    data = json.dumps({"type": "VerifiablePresentation", "verifiableCredential": held}).encode()

    document = parse(data)

    assert (document.credential, document.wrapped, document.data) == (
        {"a": "è"}, "presentation", '{"a":"è"}'.encode()
    )  # fmt: skip


@pytest.mark.parametrize(
    ("held", "fault"),
    [([], Malformed), ([{}, {}], Ambiguous), ([ENVELOPE, TOKEN], Ambiguous), ([7], Malformed), (["x"], Malformed),
     ([{**ENVELOPE, "id": "data:application/vc+cose,x"}], UnsupportedProof)],
)  # fmt: skip
def test_a_presentation_of_another_number_or_kind_is_refused(held: Any, fault: type[BadgeError]) -> None:
    data = json.dumps({"type": ["VerifiablePresentation"], "verifiableCredential": held}).encode()

    with pytest.raises(fault):
        parse(data)


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=4),
    st.sampled_from([TOKEN, ENVELOPE["id"], ENVELOPE["@context"], "VerifiablePresentation", ENVELOPE["type"]]),
)  # fmt: skip
NAMES = st.sampled_from(["@context", "type", "id", "verifiableCredential", "vc", "credentialSubject", "x"])
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4))


@given(members=st.dictionaries(NAMES, VALUES, max_size=6))
def test_whatever_is_wrapped_in_whatever_it_is_read_or_refused(members: dict[str, Any]) -> None:
    data = json.dumps(members).encode()

    try:
        document = parse(data)
    except BadgeError:
        return

    if not document.wrapped:
        assert (document.data, document.credential) == (data, members)
