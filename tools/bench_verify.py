"""How fast a badge is verified on this machine, beside openbadgeslib and @digitalbazaar/vc, in one run.

CPU of one core, caches warm: the issuer's document and the list are at hand, as after the first badge of a batch.
Every badge is another one, and every answer is looked at. Nothing is asserted: a number is for people.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3 import OB3LdpVerifier

from badges import jsonld, model
from badges.identity import name_identity
from badges.proof import EDDSA_RDFC_2022, suite
from badges.shortway import ShortWay
from badges.status import BitString, status_list_credential
from keys.key import Algorithm, LocalSigner, PrivateKey
from tools.interop import digitalbazaar
from verifier.did import did_key_document, did_web_url
from verifier.policy import Policy
from verifier.resolver import MemoryResolver
from verifier.verdict import Verdict
from verifier.verify import verify
from verifier.web import health, site
from verifier.web.limits import Buckets
from verifier.web.turnstile import Turnstile
from verifier.web.verify import Desk, blueprint

MANY: Final = 500
COLD: Final = 100
NOW: Final = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
BASE: Final = "https://badges.example"
DID: Final = "did:web:badges.example:issuers:milano"
ABROAD: Final = "did:web:university.example"
LIST: Final = f"{BASE}/status/1"
KEY: Final = PrivateKey.generate(Algorithm.EDDSA)
OF_ITSELF: Final = f"did:key:{KEY.public().multikey()}"
EXTENSIONS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


@dataclass(frozen=True)
class Row:
    """One line of the table: what was done, seconds of CPU for each, and what it is meant to be."""

    name: str
    seconds: float
    goal: str = "–"


def main() -> int:
    """Measure, and print a table."""
    own = [signed(badge(number), DID) for number in range(MANY)]
    rows = [*ours(own), *theirs(own)]
    reference = rows[1].seconds
    print(f"\n  {'verifying one badge, CPU of one core':<52}{'here':>12}{'goal':>12}{'ratio':>10}")
    for row in rows:
        ratio = row.seconds / reference
        print(f"  {row.name:<52}{row.seconds * 1000:>9.2f} ms{row.goal:>12}{ratio:>9.1f}×")
    print()
    return 0


def ours(own: Sequence[dict[str, Any]]) -> list[Row]:
    """Measure ourselves: badges of our own kind, and of kinds that strangers issue."""
    data = [octets(credential) for credential in own]
    resolver = MemoryResolver(published())
    for each in data[:20]:
        check(each, resolver)
    strange = [octets(signed(foreign(number, OF_ITSELF), OF_ITSELF)) for number in range(COLD)]
    abroad = [octets(signed(foreign(number, ABROAD), ABROAD)) for number in range(COLD)]
    client = page(resolver)
    return [
        Row("own, of an outline that was never seen", cpu(lambda each: cold(each, resolver), data[:COLD]), "6 ms"),
        Row("own, of an outline that was seen", warm(data, resolver), "1 ms"),
        Row("the same one again", cpu(lambda each: check(each, resolver), data[:1] * MANY)),
        Row("on the page, with its answer", cpu(lambda each: client(each), data[:COLD])),
        Row("a stranger's (did:key), outline never seen", cpu(lambda each: cold(each, resolver), strange), "12 ms"),
        Row("a stranger's (did:web), outline never seen", cpu(lambda each: cold(each, resolver), abroad), "12 ms"),
        Row("a stranger's (did:web), outline seen", warm(abroad, resolver)),
    ]


def theirs(own: Sequence[dict[str, Any]]) -> list[Row]:
    """Measure others on our own badges; their status check has no list to fetch and no signature of it to verify."""
    verifier = OB3LdpVerifier(pubkey_pem=pem())
    rows = [Row(f"openbadgeslib {version('openbadgeslib')}, own", cpu(verifier.verify, own[:COLD]))]
    lacking = digitalbazaar.absent()
    if lacking:
        print(f"  Without {lacking}, there is nothing to compare with.")
        return rows
    documents = {address_of(url): json.loads(each) for url, each in published().items()}
    told = digitalbazaar.ask("time", documents, own, NOW.isoformat().replace("+00:00", "Z"))
    if told["verified"] != len(own):
        raise SystemExit("Digital Bazaar's library did not verify all of them.")
    return [*rows, Row(f"@digitalbazaar/vc {digitalbazaar.version()}, own", told["seconds"] / len(own))]


def warm(data: Sequence[bytes], resolver: MemoryResolver) -> float:
    """Return the seconds each badge takes, but for the first few, by which the outline is learned."""
    for each in data[:3]:
        check(each, resolver)
    return cpu(lambda each: check(each, resolver), data[3:])


def cold(data: bytes, resolver: MemoryResolver) -> None:
    """Verify a badge as if none like it had come before."""
    jsonld._SHORT = ShortWay()  # type: ignore[misc]
    check(data, resolver)


def check(data: bytes, resolver: MemoryResolver) -> None:
    """Verify, and see that it was."""
    report = verify(data, resolver, Policy(), NOW)
    if report.verdict is not Verdict.VALID:
        raise SystemExit(f"A badge that is in order was told {report.verdict}: {report.problems}")


def page(resolver: MemoryResolver) -> Callable[[bytes], None]:
    """Return what hands in a badge at the page, as a browser does."""
    numbers = health.Numbers()
    app = site.new_app(base_url=BASE, practice=False, default_language="en")
    app.register_blueprint(
        blueprint(Desk(
            resolver=resolver, sources=resolver, policy=lambda recipient: Policy(recipient=recipient),
            clock=lambda: NOW, buckets=Buckets(burst=1_000_000), turnstile=Turnstile(), count=numbers.verified,
        ))
    )  # fmt: skip
    health.install(app, numbers, lambda: None)
    client = app.test_client()

    def hand_in(data: bytes) -> None:
        answer = client.post("/verify", data={"text": data.decode()}, headers={"Accept": "text/html"})
        if answer.status_code != 200:
            raise SystemExit(f"The page answered {answer.status_code}.")

    return hand_in


def cpu(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Return the seconds of CPU that `work` takes for each item."""
    began = time.process_time()
    for item in items:
        work(item)
    return (time.process_time() - began) / len(items)


def badge(number: int) -> dict[str, Any]:
    """Return a credential like those we issue; no two alike."""
    achievement = model.Achievement(
        id=f"{BASE}/achievements/x",
        name="Attestato di partecipazione",
        description="Took part in the evening from start to end.",
        criteria="Checked in at the door. Nothing was assessed.",
        achievement_type="CertificateOfCompletion",
        image=model.Image(f"{BASE}/achievements/x.svg"),
        language="it",
        tags=("python", "community"),
        result_descriptions=(model.ResultDescription(f"{BASE}/achievements/x#hours", "Ore"),),
    )
    subject = model.AchievementSubject(
        id=f"urn:uuid:6ba7b810-9dad-41d1-80b4-{number:012}",
        achievement=achievement,
        identifiers=(name_identity(f"Ada {number} D’Angelo"),),
        activity_start=NOW - timedelta(days=36),
        activity_end=NOW - timedelta(days=35),
        results=(model.Result(f"{BASE}/achievements/x#hours", "2.5"),),
    )
    return model.OpenBadgeCredential(
        id=f"{BASE}/c/{number:026}",
        name="Attestato di partecipazione",
        issuer=model.Profile(DID, "Python Milano", "https://milano.python.it/", "ciao@milano.python.it"),
        subject=subject,
        valid_from=NOW - timedelta(days=30),
        valid_until=NOW + timedelta(days=700),
        awarded=NOW - timedelta(days=35),
        status=model.StatusEntry(LIST, number),
        evidence=(model.Evidence("Serata Python", "Event", "Milano", "Presence was scanned at the door."),),
    ).to_json()


def foreign(number: int, issuer: str) -> dict[str, Any]:
    """Return a credential as a university might issue it: more contexts, and more things within things."""
    made = badge(number)
    made["@context"] = [*made["@context"], EXTENSIONS]
    made["issuer"] = {
        "id": issuer, "type": ["Profile"], "name": "Università di Esempio", "phone": "+39 02 1234", "official": "Ada",
        "address": {"type": ["Address"], "addressCountry": "IT", "addressLocality": "Milano", "geo": {
            "type": "GeoCoordinates", "latitude": 45.46, "longitude": 9.19}},
        "otherIdentifier": [
            {"type": "IdentifierEntry", "identifier": "0123", "identifierType": "nationalIdentityNumber"}
        ],
        "parentOrg": {"id": "https://ministry.example/", "type": ["Profile"], "name": "Ministero"},
    }  # fmt: skip
    achievement = made["credentialSubject"]["achievement"]
    achievement["alignment"] = [
        {"type": ["Alignment"], "targetName": f"Skill {skill}", "targetUrl": f"https://esco.example/{skill}",
         "targetFramework": "ESCO", "targetCode": f"S{skill}"} for skill in range(6)
    ]  # fmt: skip
    achievement["resultDescription"] += [
        {"id": f"urn:uuid:r{result}", "type": ["ResultDescription"], "name": "Grade", "resultType": "LetterGrade",
         "allowedValue": ["A", "B", "C", "D"], "requiredValue": "C"} for result in range(2)
    ]  # fmt: skip
    del made["credentialStatus"]
    return made


def signed(credential: dict[str, Any], issuer: str) -> dict[str, Any]:
    """Return the credential with a proof by the issuer's key."""
    return suite.sign(EDDSA_RDFC_2022, credential, LocalSigner(key_name(issuer), KEY), NOW - timedelta(days=30))


def key_name(issuer: str) -> str:
    """Return the verification method of an issuer."""
    return f"{issuer}#{issuer[8:] if issuer == OF_ITSELF else 'key-2026'}"


def published() -> dict[str, bytes]:
    """Return what the issuers publish: their documents, and a list of who was revoked."""
    listed = status_list_credential(LIST, DID, BitString(), NOW - timedelta(days=1), NOW + timedelta(days=29))
    return {LIST: octets(signed(listed, DID))} | {did_web_url(did): octets(document(did)) for did in (DID, ABROAD)}


def document(did: str) -> dict[str, Any]:
    """Return the document of an issuer with one key."""
    made = did_key_document(OF_ITSELF)
    method = {**made["verificationMethod"][0], "id": key_name(did), "controller": did}
    return {**made, "id": did, "verificationMethod": [method], "assertionMethod": [method["id"]]}


def address_of(url: str) -> str:
    """Return the identifier whose document is at `url`, or the address itself."""
    return next((did for did in (DID, ABROAD) if did_web_url(did) == url), url)


def octets(value: Any) -> bytes:
    """Return JSON in one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def pem() -> bytes:
    """Return the public key as openbadgeslib takes it."""
    return KEY.public().material.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


if __name__ == "__main__":
    sys.exit(main())
