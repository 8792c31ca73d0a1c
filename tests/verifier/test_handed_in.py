"""A form's names, kinds and encodings mean nothing: what was handed in is what its octets are."""

from __future__ import annotations

import gzip
import io

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from badges.baking import bake_png
from tests.verifier.pictures import code, pdf, sheet, written
from tests.verifier.published import BASE, ID, World, credential, sign, to_bytes
from tests.verifier.test_web import HTML, JSON, client_of, desk

SIGNED = to_bytes(sign(credential()))
PNG = bake_png(written(sheet()), SIGNED)
BOUNDARY = b"----7d8"


@pytest.fixture
def client(world: World) -> FlaskClient:
    """The pages of a verifier."""
    world.publish(ID, SIGNED)
    return client_of(desk(world))


def part(data: bytes, disposition: bytes = b'name="file"; filename="a.png"', kind: bytes = b"image/png") -> bytes:
    head = b"Content-Disposition: form-data; " + disposition + b"\r\nContent-Type: " + kind
    return b"--" + BOUNDARY + b"\r\n" + head + b"\r\n\r\n" + data + b"\r\n"


def sent(client: FlaskClient, *parts: bytes, headers: dict[str, str] = JSON) -> TestResponse:
    body = b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"
    kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    return client.post("/verify", data=body, content_type=kind, headers=headers)


NAMES = {
    "of an old machine": b'name="file"; filename="attest\xe0to.png"',
    "without quotation marks": b'name="file"; filename=attest\xe0to.png',
    "with one quotation mark": b'name="file"; filename="a.png',
    "none": b'name="file"',
    "nothing": b'name="file"; filename=""',
    "in the later form": b"name=\"file\"; filename*=UTF-8''attest%C3%A0to.png",
    "in the later form, broken": b"name=\"file\"; filename*=UTF-8''attest%E0to.png",
    "D11: a path": b'name="file"; filename="../../etc/passwd"',
    "D11: with NUL": b'name="file"; filename="a\0.png"',
    "D11: of three hundred letters": b'name="file"; filename="' + b"x" * 300 + b'"',
    "D11: with a line's end": b'name="file"; filename="a.png%0d%0aSet-Cookie: a=b"',
}


@pytest.mark.parametrize("disposition", NAMES.values(), ids=NAMES.keys())
def test_d11_a_file_is_taken_under_whatever_name(disposition: bytes, client: FlaskClient) -> None:
    answer = sent(client, part(PNG, disposition))

    assert (answer.get_json()["verdict"], answer.get_json()["source"]) == ("valid", "file")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "kind", [b"text/html", b"image/svg+xml", b"application/x-php", b"", b"\xe8", b"x" * 300], ids=repr
)
def test_d4_what_a_file_is_said_to_be_is_not_believed(kind: bytes, client: FlaskClient) -> None:
    assert sent(client, part(PNG, kind=kind)).get_json()["format"] == "png"


def test_what_is_said_of_the_encoding_of_a_text_is_not_asked(client: FlaskClient) -> None:
    text = part(SIGNED, b'name="text"', b"text/plain; charset=utf-7")

    assert sent(client, text).get_json()["verdict"] == "valid"


def test_a_recipient_beside_the_file_is_heard(client: FlaskClient) -> None:
    answer = sent(client, part(PNG), part(b"eve@example.org", b'name="recipient"', b"text/plain"))

    assert answer.get_json()["verdict"] == "recipient_mismatch"


@pytest.mark.parametrize(
    "body", [b"", b"--", b"--" + BOUNDARY, b"--" + BOUNDARY + b"\r\n", part(PNG)[:90], b"x" * 5_000], ids=range(6)
)
def test_a_broken_form_hands_in_nothing(body: bytes, client: FlaskClient) -> None:
    kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"

    answer = client.post("/verify", data=body, content_type=kind, headers=JSON)

    assert answer.status_code == 400


def test_a_field_that_is_no_file_has_its_own_limit(client: FlaskClient) -> None:
    just, more = b"x" * (2**20 - 200), b"x" * (2**20 + 1)

    assert sent(client, part(just, b'name="text"', b"text/plain")).status_code == 200
    assert sent(client, part(more, b'name="text"', b"text/plain")).status_code == 413
    assert sent(client, part(more)).status_code == 200


def test_more_than_twenty_parts_are_no_form_of_ours(client: FlaskClient) -> None:
    assert sent(client, part(PNG), *[part(b"x", b'name="x"', b"text/plain")] * 19).status_code == 200
    assert sent(client, part(PNG), *[part(b"x", b'name="x"', b"text/plain")] * 20).status_code == 413


def test_d10_a_packed_body_is_not_unpacked(client: FlaskClient) -> None:
    packed = gzip.compress(part(PNG) + b"--" + BOUNDARY + b"--\r\n")
    kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"

    answer = client.post("/verify", data=packed, content_type=kind, headers={**JSON, "Content-Encoding": "gzip"})

    assert answer.status_code == 415


def test_d12_nothing_that_was_handed_in_is_given_back(client: FlaskClient) -> None:
    two_in_one = PNG + b"<html><script>alert(1)</script>"

    answer = sent(client, part(two_in_one), headers=HTML)

    assert answer.mimetype == "text/html"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"alert(1)" not in answer.data


@pytest.mark.parametrize(
    "data",
    [PNG, written(sheet(code()), "JPEG"), written(sheet(code()), "WEBP"), pdf(("credential.json", SIGNED))],
    ids=["png", "jpeg", "webp", "pdf"],
)
def test_d8_of_every_picture_the_page_says_that_its_look_is_not_signed(data: bytes, client: FlaskClient) -> None:
    seen = sent(client, part(data), headers=HTML).text

    assert "The picture is not part of the signature" in seen
    assert "Ada Lovelace" in seen


def test_a_message_with_one_link_is_read_like_the_link(client: FlaskClient) -> None:
    told = client.post("/verify", data={"text": f"Guardate! {ID} #python"}, headers=JSON).get_json()

    assert (told["verdict"], told["source"]) == ("valid", ID)


def test_a_page_that_was_named_leads_to_its_credential(client: FlaskClient, world: World) -> None:
    world.publish(f"{BASE}/p", f'<!doctype html><link rel="credential" href="{ID}">'.encode())

    told = client.post("/verify", data={"url": f"{BASE}/p"}, headers=JSON).get_json()

    assert (told["verdict"], told["format"]) == ("valid", "html")


def test_whatever_bytes_are_handed_in_nothing_breaks(client: FlaskClient) -> None:
    for data in (
        b"\x89PNG\r\n\x1a\n",
        b"%PDF-",
        b"RIFF    WEBP",
        b"\xff\xd8\xff",
        b"<html",
        b"<svg",
        b"data:,",
        b"\xff",
    ):
        answer = client.post("/verify", data={"file": (io.BytesIO(data), "x")}, headers=JSON)

        assert (answer.status_code, answer.get_json()["outcome"]) == (200, "invalid")
