"""The modules of the second check beside the Python that they repeat: the same vectors, the same answers."""

from __future__ import annotations

import hashlib
import json
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from badges.jsonld import canonize
from keys.key import Algorithm, PrivateKey
from templates import LANGUAGES
from tests.badges.conftest import EXAMPLES
from tests.browser.conftest import ROOT, Site, Stranger, Visit
from tests.verifier.published import BASE, KEYS, credential, put, sign, status_list
from verifier.web import language
from verifier.web.facts import facts
from verifier.web.markdown import inert
from verifier.web.static import fingerprint

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

VENDOR = ROOT / "templates" / "static" / "check" / "vendor"
EDDSA, ECDSA = "w3c-vc-di-eddsa", "w3c-vc-di-ecdsa"
VECTORS = [
    (f"{EDDSA}/eddsa-rdfc-2022", "DataInt", "keyPair.json"),
    (f"{EDDSA}/eddsa-rdfc-2022/employ", "DataInt", "keyPair.json"),
    (f"{EDDSA}/eddsa-jcs-2022", "JCS", "keyPair.json"),
    (f"{EDDSA}/Ed25519Signature2020", "EdSig", "keyPair.json"),
    (f"{ECDSA}/ecdsa-rdfc-2019-p256", "ECDSAP256", "p256KeyPair.json"),
    (f"{ECDSA}/ecdsa-rdfc-2019-p256/employ", "ECDSAP256", "p256KeyPair.json"),
    (f"{ECDSA}/ecdsa-rdfc-2019-p384", "ECDSAP384", "p384KeyPair.json"),
    (f"{ECDSA}/ecdsa-rdfc-2019-p384/employ", "ECDSAP384", "p384KeyPair.json"),
    (f"{ECDSA}/ecdsa-jcs-2019-p256", "JCSECDSAP256", "p256KeyPair.json"),
    (f"{ECDSA}/ecdsa-jcs-2019-p384", "JCSECDSAP384", "p384KeyPair.json"),
]


def call(visit: Visit, module: str, function: str, *arguments: Any) -> Any:
    """Call `function`, JavaScript of the module `m` and its arguments, in the browser."""
    source = f"async ([url, given]) => {{ const m = await import(url); return ({function})(m, ...given); }}"
    return visit.page.evaluate(source, [f"/static/{fingerprint()}/check/{module}.js", list(arguments)])


@pytest.fixture(scope="module")
def laboratory(stranger: Stranger) -> Visit:
    """A page of ours whose modules can be called."""
    return stranger.visit("/verify", kept=True)


@pytest.fixture
def with_examples(stranger: Stranger, shared: Path) -> Visit:
    """The same, with the contexts of W3C's vectors among ours."""
    folder = shared / "vectors" / "contexts"

    def sources(route: Any) -> None:
        entries = route.fetch().json()
        route.fulfill(json=[*entries, *({"url": url, "file": file} for url, file in EXAMPLES.items())])

    def example(route: Any) -> None:
        route.fulfill(path=folder / route.request.url.rpartition("/")[2], content_type="application/ld+json")

    def prepare(page: Any) -> None:
        page.route("**/contexts/SOURCES.json", sources)
        for file in EXAMPLES.values():
            page.route(f"**/contexts/{file}", example)

    return stranger.visit("/verify", prepare)


HASH = """async (m, signed, bits) => {
  const { proof, ...unsecured } = signed;
  const { proofValue, ...options } = proof;
  const name = proof.cryptosuite ?? proof.type;
  const octets = await m.hashData(name, unsecured, options, bits);
  return Array.from(octets, (it) => it.toString(16).padStart(2, "0")).join("");
}"""
STANDS = """async (m, signed, key, url) => {
  const { fromMultikey } = await import(url);
  try {
    await m.checkProof(signed, signed.proof, await fromMultikey(key));
    return "stands";
  } catch (fault) {
    return fault.code;
  }
}"""


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "tag", "pair"), VECTORS, ids=[folder for folder, _, _ in VECTORS])
def test_w3c_s_vectors_have_the_same_hashes_and_signatures(
    with_examples: Visit, shared: Path, folder: str, tag: str, pair: str
) -> None:
    case = shared / "vectors" / folder
    signed = json.loads((case / f"signed{tag}.json").read_text())
    key = json.loads((shared / "vectors" / folder.split("/")[0] / pair).read_text())["publicKeyMultibase"]
    keys = f"/static/{fingerprint()}/check/keys.js"

    hashed = call(with_examples, "signatures", HASH, signed, 384 if tag.endswith("384") else 256)
    stands = call(with_examples, "signatures", STANDS, signed, key, keys)
    broken = call(with_examples, "signatures", STANDS, {**signed, "validFrom": "2020-01-01T00:00:00Z"}, key, keys)

    assert hashed == (case / f"combinedHash{tag}.txt").read_text()
    assert (stands, broken) == ("stands", "signature")


DOCUMENTS = [
    credential(),
    credential(name="Ünïcode “quoted” \u2028 \U0001f600 line\nbreak \t tab"),
    sign(credential()),
    {name: value for name, value in status_list(3, 5).items() if name != "proof"},
    put(credential(), "evidence/1", {"type": ["Evidence"], "name": "Altra prova", "description": "x"}),
]


@pytest.mark.parametrize("place", range(len(DOCUMENTS)))
@pytest.mark.parametrize("bits", [256, 384])
def test_documents_have_the_same_canonical_form(laboratory: Visit, place: int, bits: int) -> None:
    document = {name: value for name, value in DOCUMENTS[place].items() if name != "proof"}

    quads = call(laboratory, "rdf", "(m, document, bits) => m.canonize(document, bits)", document, bits)

    assert quads.encode() == canonize(document, f"sha{bits}")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"grade": "A+"}, id="a term that no context defines"),
        pytest.param({"id": "c/1"}, id="a relative address"),
        pytest.param({"@context": ["https://www.w3.org/ns/credentials/v2", "https://evil.example/v1"]}, id="a context"),
        pytest.param({"@context": [*credential()["@context"], {"name": None}]}, id="a context written inline"),
    ],
)
def test_what_python_refuses_to_canonize_the_browser_refuses_too(laboratory: Visit, change: dict[str, Any]) -> None:
    refused = "(m, document) => m.canonize(document).then(() => null, (fault) => fault.code)"

    assert call(laboratory, "rdf", refused, {**credential(), **change}) == "letters"
    assert call(laboratory, "rdf", refused, credential()) is None


def any_json(dice: random.Random, depth: int = 0) -> Any:
    letters = 'aZ09 é€ß\u2028\ud7ff\ue000\ufb33\U0001f600"\\/\n\x00\x7f\u0301'
    text = "".join(dice.choice(letters) for _ in range(dice.randrange(8)))
    number = dice.choice([0, -0.0, 1.0, 1e21, 1e-7, 123456789.125, 5e-324, 2**53 - 1, -1, dice.uniform(-1e6, 1e6)])
    if depth < 3 and dice.random() < 0.6:
        inner = [any_json(dice, depth + 1) for _ in range(dice.randrange(5))]
        return inner if dice.random() < 0.5 else {text + str(i): value for i, value in enumerate(inner)}
    return dice.choice([text, number, True, False, None])


def test_json_has_the_same_canonical_form(laboratory: Visit) -> None:
    dice = random.Random(20261120)
    values = [any_json(dice) for _ in range(500)]

    forms = call(
        laboratory, "jcs", "(m, texts) => texts.map((it) => m.canonical(JSON.parse(it)))", list(map(json.dumps, values))
    )

    assert [form.encode() for form in forms] == [rfc8785.dumps(value) for value in values]


def test_keys_of_every_kind_are_read_and_unsound_ones_are_not(laboratory: Visit) -> None:
    multikey = "(m, key) => m.fromMultikey(key).then((it) => it.algorithm, (fault) => fault.code)"
    jwk = "(m, key) => m.fromJwk(key).then((it) => it.algorithm, (fault) => fault.code)"
    small = {"kty": "OKP", "crv": "Ed25519", "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
    off_curve = {**KEYS[Algorithm.ES256].public().jwk(), "y": KEYS[Algorithm.ES256].public().jwk()["x"]}
    short = {"kty": "RSA", "e": "AQAB", "n": "v" * 171}

    for algorithm, key in KEYS.items():
        assert call(laboratory, "keys", jwk, key.public().jwk()) == algorithm
        assert call(laboratory, "keys", jwk, {**key.public().jwk(), "d": "AQAB"}) == "key"
        if algorithm is not Algorithm.RS256:
            assert call(laboratory, "keys", multikey, key.public().multikey()) == algorithm
    assert {call(laboratory, "keys", jwk, key) for key in (small, off_curve, short)} == {"key"}


def test_compressed_points_of_both_signs_are_read(laboratory: Visit) -> None:
    same = """async (m, key, jwk) => m.equal(await m.fromMultikey(key), await m.fromJwk(jwk))"""

    for algorithm in (Algorithm.ES256, Algorithm.ES384):
        keys = [PrivateKey.generate(algorithm).public() for _ in range(6)]
        assert all(call(laboratory, "keys", same, key.multikey(), key.jwk()) for key in keys)
        assert call(laboratory, "keys", same, keys[0].multikey(), keys[1].jwk()) is False


ADDRESSES = [
    ("did:web:badges.example", "https://badges.example/.well-known/did.json"),
    ("did:web:badges.example:issuers:milano", f"{BASE}/issuers/milano/did.json"),
    ("did:web:badges.example%3A8443:x", "https://badges.example:8443/x/did.json"),
    *((did, None) for did in ("did:web:127.0.0.1", "did:web:0x7f.1", "did:web:a.example:..:b", "did:web:a.example/x",
                              "did:web:a_b.example", "did:web:A.example", "did:web:", "did:web:a.example%2Fx")),
]  # fmt: skip


def test_a_did_web_has_the_same_address(laboratory: Visit) -> None:
    read = """(m, dids) => dids.map((did) => { try { return m.didWebUrl(did); } catch { return null; } })"""

    found = call(laboratory, "controllers", read, [did for did, _ in ADDRESSES])

    assert found == [address for _, address in ADDRESSES]


def test_dates_and_numbers_are_written_as_the_page_writes_them(site: Site, laboratory: Visit) -> None:
    dice = random.Random(20261120)
    start = datetime(2025, 12, 28, 21, 0, tzinfo=UTC)
    spans = [
        (start + timedelta(hours=dice.randrange(24 * 20)), dice.choice([1, 3, 9, 26, 80, 24 * 35, 24 * 380]))
        for _ in range(60)
    ]
    pairs = [(since, since + timedelta(hours=hours)) for since, hours in spans]
    numbers = [
        "2.5",
        "2.50",
        "1000",
        "1234567.8915",
        "0.0005",
        "-3",
        "+4",
        "1e3",
        "1e20",
        "abc",
        "12 h",
        "",
        ".5",
        "5.",
    ]
    zones = ("UTC", "Europe/Rome", "America/New_York")
    ask = """(m, pairs, numbers, page) => ({
      spans: pairs.map(([from, to]) => m.span(from, to, page)),
      numbers: numbers.map((it) => m.number(it, page)),
    })"""
    told = [[round(since.timestamp() * 1000), round(until.timestamp() * 1000)] for since, until in pairs]

    for spoken in LANGUAGES:
        with site.instance.app.test_request_context(f"/?lang={spoken}"):
            for zone in zones:
                written = call(laboratory, "written", ask, told, numbers, {"language": spoken, "zone": zone})

                assert written["spans"] == [language.span(*pair, zone).replace("\u00a0", " ") for pair in pairs]
                assert written["numbers"] == [language.number(text) for text in numbers]


STRANGE_FACTS: list[tuple[str, Any]] = [
    ("credentialSubject/identifier", ...),
    ("credentialSubject/identifier/0/hashed", True),
    ("credentialSubject/achievement", [credential()["credentialSubject"]["achievement"]]),
    ("credentialSubject/achievement/name", {"@value": " Corso ", "@language": "it"}),
    ("credentialSubject/achievement/criteria/id", "javascript:alert(1)"),
    ("credentialSubject/achievement/criteria/id", "https://milano.python.it/criteri"),
    ("credentialSubject/role", "relatrice"),
    ("credentialSubject/licenseNumber", "2026-17"),
    ("credentialSubject/activityStartDate", "2026-02-30T00:00:00Z"),
    ("evidence", ...),
    ("evidence/0/genre", "Portfolio"),
    ("evidence/1", {"id": "https://a.example/x", "narrative": "*Testo*"}),
    ("issuer", "did:web:badges.example:issuers:milano"),
    ("validUntil", ...),
    ("awardedDate", ...),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), STRANGE_FACTS)
def test_the_same_facts_are_taken_from_a_credential(laboratory: Visit, path: str, value: Any) -> None:
    document = put(credential(), path, value)
    expected = facts(document)

    found = call(laboratory, "facts", "(m, document) => m.factsOf(document)", document)

    plain = (
        "recipient",
        "title",
        "description",
        "criteria",
        "event",
        "place",
        "basis",
        "role",
        "narrative",
        "number",
        "hours",
    )
    assert {name: found[name] for name in plain} == {name: getattr(expected, name) for name in plain}
    times = {
        "starts": "starts",
        "ends": "ends",
        "awarded": "awarded",
        "validFrom": "valid_from",
        "validUntil": "valid_until",
    }
    for name, member in times.items():
        moment = getattr(expected, member)
        assert found[name] == (None if moment is None else moment.timestamp() * 1000)
    assert found["issuer"] == (expected.issuer_name or expected.issuer_id)
    assert found["tags"] == list(expected.tags)
    assert found["criteriaUrl"] == expected.criteria_url
    assert [item["value"] for item in found["results"]] == [item.text for item in expected.results]
    assert [(item["name"], item["text"]) for item in found["evidence"]] == [(i.name, i.text) for i in expected.evidence]


PIECES = (
    "Presenza *registrata* all’ingresso.",
    "**forte** e `codice`",
    '[un link](https://a.example/x "titolo")',
    "[cattivo](javascript:alert(1))",
    "<b>grassetto</b> & &amp; &eacute; &#233;",
    "1. primo\n2. secondo",
    "- uno\n- due",
    "> citazione",
    "# Titolo",
    "---",
    "```python\nprint(1)\n```",
    "<https://a.example/>",
    "a\\*b 2 < 3",
    "日本語 العربية",
    "![figura](https://a.example/x.png)",
    '[rif][1]\n\n[1]: https://a.example/ "T"',
    "riga  \naltra",
)
TEXT = """(m, pairs) => pairs.map(([html, source]) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  return m.says(page.body.textContent, source);
})"""


def test_prose_is_known_again_behind_its_markup(laboratory: Visit) -> None:
    dice = random.Random(20261120)
    sources = [*PIECES, *("\n\n".join(dice.sample(PIECES, 4)) for _ in range(60))]

    known = call(laboratory, "prose", TEXT, [(str(inert(text)), text) for text in sources])

    assert [text for text, same in zip(sources, known, strict=True) if not same] == []


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ("<p>Presenza non registrata</p>", "Presenza registrata"),
        ("<p>Presenza</p>", "Presenza registrata"),
        ("<p>Presenza registrata</p><p>e lode</p>", "Presenza *registrata*"),
        ("<p>Esame superato</p>", "Esame non superato"),
        ("<p>30</p>", "[18](https://a.example/30)"),
    ],
)
def test_a_word_more_or_less_in_prose_is_noticed(laboratory: Visit, html: str, source: str) -> None:
    assert call(laboratory, "prose", TEXT, [(html, source)]) == [False]


def test_a_bomb_in_a_list_is_cut_off(laboratory: Visit) -> None:
    bomb = """async (m) => {
      const zeros = new Blob([new Uint8Array(40_000_000)]).stream().pipeThrough(new CompressionStream("gzip"));
      const packed = new Uint8Array(await new Response(zeros).arrayBuffer());
      return m.inflated(packed).then(() => null, (fault) => fault.code);
    }"""

    assert call(laboratory, "status", bomb) == "list"


def test_code_of_others_is_what_its_note_says_it_is() -> None:
    note = (VENDOR / "README.md").read_text("utf-8")
    pinned = dict(re.findall(r"^\| (\S+\.js) \|.*`([0-9a-f]{64})` \|$", note, re.MULTILINE))
    scripts = {path.relative_to(VENDOR).as_posix(): path for path in VENDOR.rglob("*.js")}

    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in scripts.items()} == pinned
    assert all(list(path.parent.glob("LICENSE*")) for path in scripts.values())
