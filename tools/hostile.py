"""What hostile visitors hand in: bombs, cliques, slow servers; and what an honest one does: a badge in four forms."""

from __future__ import annotations

import io
import json
import random
import socket
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pikepdf
from PIL import Image

from badges.baking import bake_png
from badges.proof import SUITES, jwt, suite
from keys.key import Algorithm, LocalSigner, PrivateKey


class SlowServer:
    """A server that takes every call and answers an octet a second."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://localhost:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            line, _ = self._door.accept()
            threading.Thread(target=self._drip, args=(line,), daemon=True).start()

    def _drip(self, line: socket.socket) -> None:
        try:
            line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                line.sendall(b" ")
                time.sleep(1)
        except OSError:
            line.close()


def attacks(slow: SlowServer, seed: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield hostile uploads without an end: what it is, the field of the form, its content; no two alike."""
    chance = random.Random(seed)
    makers: list[Callable[[random.Random], tuple[str, bytes]]] = [
        _clique, _wide, _bomb_png, _bomb_pdf, _photo, _billion_laughs, _deep,
    ]  # fmt: skip
    while True:
        yield "slow server", "url", f"{slow.url}/{chance.random()}".encode()
        for maker in makers:
            name, data = maker(chance)
            yield name, "file", data


def _credential(chance: random.Random, subject: object) -> bytes:
    return json.dumps({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": f"urn:uuid:{chance.random()}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": subject,
        "proof": [{"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}],
    }).encode()  # fmt: skip


def _clique(chance: random.Random) -> tuple[str, bytes]:
    def knot(depth: int) -> object:
        return {"type": ["Achievement"], "related": [knot(depth - 1)] * 3} if depth else {"type": ["Related"]}

    return "clique", _credential(chance, {"type": ["AchievementSubject"], "achievement": knot(3)})


def _wide(chance: random.Random) -> tuple[str, bytes]:
    tags = [f"{chance.random()}" for _ in range(900)]
    results = [{"type": ["Result"], "value": f"{chance.random()}"} for _ in range(60)]
    subject = {"type": ["AchievementSubject"], "achievement": {"type": ["Achievement"], "tag": tags}, "result": results}
    return "wide document", _credential(chance, subject)


def _bomb_png(chance: random.Random) -> tuple[str, bytes]:
    text = b"openbadgecredential\0\1\0\0\0" + zlib.compress(bytes(64 * 2**20), 9)
    header = (4_999).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    body = zlib.compress(bytes(4_999 * (4_999 * 3 + 1)), 9)
    parts = [(b"IHDR", header), (b"iTXt", text), (b"IDAT", body), (b"tEXt", f"n\0{chance.random()}".encode())]
    chunks = b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in [*parts, (b"IEND", b"")]
    )
    return "PNG bomb", b"\x89PNG\r\n\x1a\n" + chunks


def _bomb_pdf(chance: random.Random) -> tuple[str, bytes]:
    inflated = zlib.compress(bytes(64 * 2**20), 9)
    page = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>endobj "
    page += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 14000 14000]/Contents 4 0 R>>endobj "
    stream = b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj " % (len(inflated), inflated)
    return "PDF bomb", b"%PDF-1.7\n" + page + stream + f"% {chance.random()}\ntrailer<</Root 1 0 R>>".encode()


def _photo(chance: random.Random) -> tuple[str, bytes]:
    small = Image.effect_noise((500, 490), 90)
    out = io.BytesIO()
    small.resize((5_000, 4_900)).save(out, "JPEG", quality=30, comment=str(chance.random()))
    return "huge photo", out.getvalue()


def _billion_laughs(chance: random.Random) -> tuple[str, bytes]:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return "SVG bomb", f'<!DOCTYPE s [<!ENTITY a0 "{chance.random()}">{entities}]><svg>&a11;</svg>'.encode()


def _deep(chance: random.Random) -> tuple[str, bytes]:
    return "deep JSON", b'{"a":' * 40_000 + str(chance.random()).encode()


def honest_files() -> list[bytes]:
    """Return one badge as JSON, as a token, in a picture and in a PDF; its issuer is a key, so nobody need be asked."""
    key = PrivateKey.generate(Algorithm.EDDSA)
    multikey = key.public().multikey()
    issuer = f"did:key:{multikey}"
    badge = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Patience",
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Ada"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:6ba7b811-9dad-41d1-80b4-00c04fd430c8",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "urn:uuid:6ba7b812-9dad-41d1-80b4-00c04fd430c8",
                "type": ["Achievement"],
                "name": "Patience",
                "description": "Waited.",
                "criteria": {"narrative": "Wait."},
            },
        },
    }
    signer = LocalSigner(f"{issuer}#{multikey}", key)
    signed = json.dumps(suite.sign(SUITES["eddsa-rdfc-2022"], badge, signer, datetime(2026, 1, 1, tzinfo=UTC))).encode()
    picture, paper = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (600, 600), "#7a1f2b").save(picture, "PNG")
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["credential.json"] = pikepdf.AttachedFileSpec(pdf, signed, filename="credential.json")
        pdf.save(paper)
    return [signed, jwt.encode(badge, signer).encode(), bake_png(picture.getvalue(), signed), paper.getvalue()]
