"""What is attacked: each target takes any octets, lets only documented errors out, and holds results to their bounds.

Whatever a target finds that it should not is a fault of ours: it is mended, and the octets become a test.
"""

from __future__ import annotations

import base64
import gzip
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from badges.baking import KEYWORD, KEYWORD_2, SIGNATURE, bake_png, bake_svg, unbake_png, unbake_svg
from badges.document import Document, parse
from badges.problem import BadgeError
from badges.status import MAX_INFLATED, BitString
from badges.strict import MAX_BYTES
from tests.verifier.pictures import added_to, chunk, pdf, png_of, sheet, written
from tests.verifier.published import ID, credential, sign, status_list, to_bytes, token
from verifier.carriers import foreign
from verifier.html_page import data_of_page
from verifier.links import LONGEST
from verifier.pasted import data_inside, things_in
from verifier.pdf import FILES_MOST, unbake_pdf, was_changed


@dataclass(frozen=True)
class Target:
    """Something that reads what strangers send: `attack` reads it once, `seeds` are what it is meant for."""

    attack: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]


def _signed() -> bytes:
    return to_bytes(sign(credential()))


def attack_jws(data: bytes) -> None:
    """The octets as they are; and as the header, payload and signature of a token that is spelt as it must be."""
    parts = (base64.urlsafe_b64encode(part).rstrip(b"=") for part in data.split(b"\0", 2))
    for text in (data, b".".join(parts)):
        with suppress(BadgeError):
            document = parse(text)
            assert isinstance(document, Document)
            assert isinstance(document.credential, dict)
            assert (document.header is None) == (document.form == "json")
            assert len(text.strip()) <= MAX_BYTES + 3 or document.form == "json"


def seeds_jws() -> list[bytes]:
    made = token(credential())
    parts = [base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)) for part in made.split(b".")]
    envelope = {"type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{made.decode()}"}
    return [made, b"\0".join(parts), _signed(), to_bytes(envelope)]


def mended(picture: bytes) -> bytes:
    """A PNG with the check sums that its chunks should have: else a change is only ever a wrong sum."""
    out, place = picture[: len(SIGNATURE)], len(SIGNATURE)
    while len(head := picture[place : place + 8]) == 8:
        length, kind = struct.unpack(">I4s", head)
        body = picture[place + 8 : place + 8 + length]
        out += head + body + struct.pack(">I", zlib.crc32(kind + body))
        place += 12 + length
    return out


def attack_png(data: bytes) -> None:
    """The picture as it is, and with its check sums put right; what it carries can be baked again."""
    for picture in (data, mended(data), mended(SIGNATURE + data)):
        with suppress(BadgeError):
            found = unbake_png(picture)
            assert all(len(text) <= MAX_BYTES for text in found)
            assert unbake_png(bake_png(picture, b"{}")) == [b"{}"]


def seeds_png() -> list[bytes]:
    packed = zlib.compress(_signed())
    plain = written(sheet(size=(4, 4)))
    return [
        bake_png(plain, _signed()),
        png_of(4, 4, chunk(b"tEXt", KEYWORD_2 + b"\0" + ID.encode())),
        png_of(4, 4, chunk(b"zTXt", KEYWORD + b"\0\0" + packed)),
        png_of(4, 4, chunk(b"iTXt", KEYWORD + b"\0\1\0en\0credential\0" + packed)),
        bake_png(plain, b"{}") * 2,
    ]


def attack_status(data: bytes) -> None:
    """The octets as the text of a list, and as what is packed in it."""
    packed = base64.urlsafe_b64encode(data).decode().rstrip("=")
    for text in (data.decode("latin-1"), "u" + packed, packed):
        for read in (BitString.decode, BitString.decode_2021):
            with suppress(BadgeError):
                bits = read(text)
                assert 131_072 <= len(bits) <= MAX_INFLATED * 8
                assert bits.get(len(bits) - 1) in (True, False)


def seeds_status() -> list[bytes]:
    text = status_list(3)["credentialSubject"]["encodedList"]
    return [text.encode(), gzip.compress(bytes(16_384)), gzip.compress(bytes(16_383)), gzip.compress(bytes(2**20))]


def attack_svg(data: bytes) -> None:
    """The picture; what it carries can be baked again."""
    with suppress(BadgeError):
        found = unbake_svg(data)
        assert all(0 < len(text) <= MAX_BYTES for text in found)
        assert unbake_svg(bake_svg(data, b'{"a":1}')) == [b'{"a":1}']


def seeds_svg() -> list[bytes]:
    plain = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>x</title></svg>'
    elder = (
        b'<b:assertion xmlns:b="http://openbadges.org" verify="https://badges.example/a"><![CDATA[{}]]></b:assertion>'
    )
    return [
        bake_svg(plain, _signed()),
        bake_svg(plain, token(credential())),
        plain.replace(b"<title>", elder + b"<title>"),
    ]


def attack_pdf(data: bytes) -> None:
    """The paper, and whether it was changed later."""
    with suppress(BadgeError):
        found = unbake_pdf(data)
        assert len(found) <= FILES_MOST
        assert all(len(text) <= MAX_BYTES for text in found)
        assert was_changed(data) in (True, False)


def seeds_pdf() -> list[bytes]:
    plain = pdf(("credential.json", b'{"type":"VerifiableCredential"}'))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    return [plain, pdf(("x.jwt", token(credential())), associate=False), added_to(plain, (3, page)), pdf(pages=2)]


def attack_page(data: bytes) -> None:
    """A page of the web."""
    with suppress(BadgeError):
        assert all(isinstance(link, bytes) for link in data_of_page(data))


def seeds_page() -> list[bytes]:
    link = f'<link rel="alternate" type="application/vc" href="{ID}"><link rel=credential href="/x">'
    return [f'<!doctype html><html><head><base href="/c/">{link}<title>x</title></head><p>x</html>'.encode()]


def attack_text(data: bytes) -> None:
    """What people paste."""
    assert isinstance(foreign(data), str)
    with suppress(BadgeError):
        data_inside(data)
    with suppress(BadgeError):
        held, links = things_in(data)
        assert all(len(text) <= 4 * len(data) for text in held)
        assert all(0 < len(link) <= LONGEST for link in links)
        assert len(set(links)) == len(links)


def seeds_text() -> list[bytes]:
    return [
        b'```json\n{"a":1}\n```', f"Ho ricevuto un attestato! {ID} #python".encode(), b"data:text/plain;base64,e30=",
        b"openid-credential-offer://?credential_offer=x", "> “{}”\n> ~~~".encode(), token(credential()),
    ]  # fmt: skip


TARGETS = {
    "jws": Target(attack_jws, seeds_jws),
    "png": Target(attack_png, seeds_png),
    "status": Target(attack_status, seeds_status),
    "svg": Target(attack_svg, seeds_svg),
    "pdf": Target(attack_pdf, seeds_pdf),
    "page": Target(attack_page, seeds_page),
    "text": Target(attack_text, seeds_text),
}
