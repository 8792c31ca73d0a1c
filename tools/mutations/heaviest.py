"""The heaviest input of every kind that keeps every published limit (SECURITY.md, section 1), to be weighed."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from PIL import Image

from badges.baking import KEYWORD
from badges.proof import SUITES, jwt, suite
from badges.status import MAX_INFLATED, BitString, status_list_credential
from badges.strict import MAX_BYTES
from keys.encoding import base64url
from keys.key import Algorithm, LocalSigner
from tests.verifier.pictures import chunk, code, sheet, written
from tests.verifier.published import BASE, DAY, DID, NOW, STATUS, put, to_bytes
from tools.mutations.attachments import Paper
from tools.mutations.elements import written as svg
from tools.mutations.originals import Issuer, rich
from verifier.carriers import PNG as PNG_SIGNATURE
from verifier.did import did_web_url

MIB: Final = 2**20
SIDE: Final = 5_000
BLANK: Final = 56
"""Things without a name; the credential has some itself."""


@dataclass(frozen=True)
class Load:
    """What is handed in, and what the world has to say about it beside what it always says."""

    data: bytes = field(repr=False)
    documents: dict[str, bytes] = field(default_factory=dict, repr=False)


def padded(data: bytes, size: int = MAX_BYTES) -> bytes:
    """Return JSON with blanks, so that it is so long."""
    return data[:1] + b" " * (size - len(data)) + data[1:]


def full(**changes: Any) -> dict[str, Any]:
    """Return an unsigned badge with nearly as many values as are allowed, as deep, and with as many blank nodes."""
    made = {**rich("Ada Lovelace", 1), **changes}
    deep: dict[str, Any] = {"id": "urn:x:0", "type": ["Profile"], "name": "x"}
    for number in range(1, 54):
        deep = {"id": f"urn:x:{number}", "type": ["Profile"], "name": "x", "parentOrg": deep}
    made = put(made, "credentialSubject/achievement/creator", deep)
    nameless = [{"type": ["Evidence"], "name": f"x{number}"} for number in range(BLANK)]
    named = [
        {"id": f"urn:y:{number}", "type": ["Evidence"], "name": f"y{number}", "narrative": "z" * 40}
        for number in range(720)
    ]
    return {**made, "evidence": [*nameless, *named]}


def of_json(issuer: Issuer) -> Load:
    """A badge of 256 KiB with 5,000 values, 60 levels and 64 blank nodes, genuine."""
    return Load(padded(to_bytes(issuer.sign(full(), "eddsa-rdfc-2022"))))


def of_clique(issuer: Issuer) -> Load:
    """As many blank nodes as are allowed, that nothing but trying tells apart."""
    alike = [{"type": ["Evidence"], "name": "x"} for _ in range(BLANK)]
    proof = issuer.sign(rich("Ada Lovelace", 1), "eddsa-rdfc-2022")["proof"]
    return Load(to_bytes({**rich("Ada Lovelace", 1), "evidence": alike, "proof": proof}))


def of_token(issuer: Issuer) -> Load:
    """A token of 256 KiB, genuine."""
    signer = issuer.signer(Algorithm.RS256)
    empty = len(jwt.encode(full(description=""), signer))
    made = (jwt.encode(full(description="x" * much), signer) for much in range((MAX_BYTES - empty) * 3 // 4, 0, -1))
    return Load(next(token for token in made if len(token) <= MAX_BYTES).encode())


def of_list(issuer: Issuer) -> Load:
    """A badge whose status list inflates to 16 MiB, from as much as one document may have."""
    octets = bytearray(MAX_INFLATED)
    octets[-600_000:] = random.Random(1).randbytes(600_000)
    unsigned = status_list_credential(STATUS, DID, BitString(octets=octets), NOW - DAY, NOW + DAY)
    by = LocalSigner(f"{DID}#status", issuer.status_key)
    listed = suite.sign(SUITES["eddsa-rdfc-2022"], unsigned, by, NOW - DAY)
    made = put(rich("Ada Lovelace", 1), "credentialStatus/statusListIndex", "7")
    return Load(to_bytes(issuer.sign(made, "eddsa-rdfc-2022")), {STATUS: to_bytes(listed)})


def of_controller(issuer: Issuer) -> Load:
    """A badge whose issuer has a document of 256 KiB, with as many keys as there is room for."""
    url = did_web_url(DID)
    controller = issuer.controller()
    methods = [{**controller["verificationMethod"][0], "id": f"{DID}#{number}"} for number in range(480)]
    whole = {**controller, "verificationMethod": [*methods, *controller["verificationMethod"]]}
    document = padded(to_bytes(whole))
    return Load(to_bytes(issuer.sign(rich("Ada Lovelace", 1), "eddsa-rdfc-2022")), {url: document})


def of_baked_png(issuer: Issuer) -> Load:
    """A PNG of 10 MiB with the same badge in eight chunks of 256 KiB, each written otherwise, of which four inflate."""
    data = of_json(issuer).data
    forms = [data[:1] + data[2 : 2 + number] + b"\n" + data[2 + number :] for number in range(8)]
    plain = [chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0" + form) for form in forms[:4]]
    packed = [chunk(b"zTXt", KEYWORD + b"\0\0" + zlib.compress(form)) for form in forms[4:]]
    drawn = written(Image.new("L", (SIDE, SIDE)))
    return Load(filled(drawn[:33] + b"".join(plain + packed) + drawn[33:]))


def filled(png: bytes, size: int = 10 * MIB) -> bytes:
    """Return a PNG with a chunk of nothing, so that it is so long."""
    return png[:33] + chunk(b"prVt", bytes(size - len(png) - 12)) + png[33:]


def noise(kind: str, mode: str, grain: int, **save: Any) -> Load:
    """A picture of 25 million pixels without a code, made of grains so fine that it still fits into 10 MiB."""
    bands = len(Image.new(mode, (1, 1)).getbands())
    small = SIDE // grain
    picture = Image.frombytes(mode, (small, small), random.Random(1).randbytes(small * small * bands))
    data = written(picture.resize((SIDE, SIDE), Image.Resampling.NEAREST), kind, **save)
    return Load(filled(data) if data.startswith(PNG_SIGNATURE) else data + bytes(10 * MIB - len(data)))


def of_code(issuer: Issuer) -> Load:
    """A picture of 25 million pixels with a small code that leads to a badge."""
    url = f"{BASE}/c/{1:026d}"
    signed = to_bytes(issuer.sign(rich("Ada Lovelace", 1), "eddsa-rdfc-2022"))
    return Load(written(sheet(code(url), size=(SIDE, SIDE))), {url: signed})


def of_svg(issuer: Issuer) -> Load:
    """An SVG of 2 MiB with the badge and as many elements as fit."""
    held = f"<openbadges:credential><![CDATA[{of_json(issuer).data.decode()}]]></openbadges:credential>"
    empty = len(svg(held))
    elements = "<g a='b'/>" * ((2 * MIB - empty) // 10)
    picture = svg(held, elements)
    return Load(picture.replace("</svg>", " " * (2 * MIB - len(picture)) + "</svg>").encode())


def of_pdf(issuer: Issuer) -> Load:
    """A PDF of 10 MiB and 50 pages with the badge and 63 other files of 256 KiB, of which none is one."""
    paper = Paper(50)
    paper.attach(paper.file(of_json(issuer).data))
    other = padded(b'{"a":1}')
    for number in range(63):
        paper.attach(paper.file(other[:-10] + b"%010d" % number, f"x{number}"))
    data = paper.written()
    end = data[data.rindex(b"startxref") :]
    return Load(data + b" " * (10 * MIB - len(data) - len(end)) + end)


def of_scanned_pdf(_issuer: Issuer) -> Load:
    """A PDF of 10 MiB and 50 scanned pages of 25 million pixels, of which three are drawn and none has a code."""
    paper = Paper(50)
    drawn = written(Image.effect_noise((SIDE, SIDE), 40).resize((SIDE, SIDE)), "JPEG", quality=8)[: 9 * MIB]
    image = paper.pdf.make_stream(drawn)
    image.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name("/XObject"), Subtype=pikepdf.Name("/Image"), Width=SIDE, Height=SIDE, BitsPerComponent=8,
        ColorSpace=pikepdf.Name("/DeviceGray"), Filter=pikepdf.Name("/DCTDecode"),
    )  # fmt: skip
    for page in paper.pdf.pages:
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        page.Contents = paper.pdf.make_stream(b"72 0 0 72 0 0 cm /I Do")
    out = io.BytesIO()
    paper.pdf.save(out, compress_streams=False)
    return Load(out.getvalue())


def of_page(_issuer: Issuer) -> Load:
    """A page of the web of 2 MiB, all links."""
    link = f'<link rel="credential" href="{BASE}/c/{{:06d}}">'
    page = "<!doctype html>" + "".join(link.format(number) for number in range(30_000))
    return Load(page.encode()[: 2 * MIB])


def of_words(_issuer: Issuer) -> Load:
    """A text of 1 MiB, all tokens and addresses."""
    token = base64url(b'{"a":1}') * 2
    return Load((f"{token}.{token}.{token} https://x.example/{token} " * 20_000).encode()[:MIB])


LOADS: Final[dict[str, Callable[[Issuer], Load]]] = {
    "JSON": of_json,
    "JSON, a clique": of_clique,
    "token": of_token,
    "status list": of_list,
    "issuer's document": of_controller,
    "PNG, baked": of_baked_png,
    "PNG, noise": lambda _: noise("PNG", "RGBA", 5),
    "JPEG": lambda _: noise("JPEG", "RGB", 3, quality=40, progressive=True),
    "WebP": lambda _: noise("WEBP", "RGB", 5, quality=10, method=0),
    "code in 25 MP": of_code,
    "SVG": of_svg,
    "PDF": of_pdf,
    "PDF, scanned": of_scanned_pdf,
    "web page": of_page,
    "text": of_words,
}
