"""A file of every verdict in every form that is read, each with a twin, one change away, of another verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import base58

from badges.baking import bake_png, bake_svg
from badges.datamodel import V1, V2
from badges.proof import SUITES
from badges.proof.eddsa import EDDSA_RDFC_2022
from badges.times import stamp
from keys.encoding import base64url
from keys.key import Algorithm, LocalSigner, PrivateKey
from tests.verifier import backpack, test_ob2_hosted, test_ob2_signed
from tests.verifier.elder import elder, jose_token, written
from tests.verifier.pictures import code, pdf, sheet
from tests.verifier.pictures import written as drawn
from tests.verifier.published import (
    BASE,
    DAY,
    DID,
    EMAIL,
    ID,
    KEYS,
    NOW,
    STATUS,
    World,
    controller_document,
    credential,
    in_order,
    key_name,
    put,
    sign,
    signer,
    status_list,
    to_bytes,
    token,
)
from tests.verifier.test_status_kinds import INTEGRITY, STATUS_CONTEXT
from verifier.policy import Policy
from verifier.verdict import Verdict

Make = Callable[[Any], bytes]
INDEX = 94_567
HELD = f"{BASE}/held/1"
OTHER = f"{BASE}/held/2"
EVIL = "https://elsewhere.example/v1"


@dataclass(frozen=True)
class Row:
    """How a file of a verdict is made, and its twin; either may change the world that it is made in."""

    make: Make
    twin: Make
    twin_verdict: Verdict = Verdict.VALID
    world: Callable[[], World] = in_order


@dataclass(frozen=True)
class Form:
    """A form of credential: how it is written and secured, with which of the issuer's keys."""

    unsigned: Callable[..., dict[str, Any]]
    secure: Callable[..., bytes]
    algorithm: Algorithm

    @property
    def number(self) -> int:
        """Where the key stands in the issuer's document."""
        return list(KEYS).index(self.algorithm)

    def good(self, _world: World) -> bytes:
        return self.secure(self.unsigned())

    def of(self, path: str, value: Any) -> Make:
        """A credential that was signed with a change."""
        return lambda _world: self.secure(put(self.unsigned(), path, value))

    def by(self, name: str, key: PrivateKey) -> Make:
        return lambda _world: self.secure(self.unsigned(), LocalSigner(name, key))

    def published(self, *changes: tuple[str, Any]) -> Make:
        def make(world: World) -> bytes:
            document = controller_document()
            for path, value in changes:
                document = put(document, path, value)
            world.publish(DID, document)
            return self.good(world)

        return make

    def listed(self, purpose: str, *marked: int) -> Make:
        def make(world: World) -> bytes:
            world.publish(STATUS, status_list(*marked, put={"credentialSubject/statusPurpose": purpose}))
            return self.of("credentialStatus/statusPurpose", purpose)(world)

        return make

    def at(self, moment: Any) -> Make:
        def make(world: World) -> bytes:
            world.now = moment
            return self.good(world)

        return make

    def asked_about(self, person: str) -> Make:
        def make(world: World) -> bytes:
            world.policy = Policy(recipient=person)
            return self.good(world)

        return make

    def replaced(self, since: Any) -> Make:
        """The credential, while its address has another version, in force since then."""

        def make(world: World) -> bytes:
            member = (V1 if "issuanceDate" in self.unsigned() else V2).since
            world.publish(ID, self.secure(self.unsigned(**{member: stamp(since)})))
            return self.good(world)

        return make

    def without(self, *urls: str) -> Make:
        def make(world: World) -> bytes:
            for url in urls or tuple(world.documents):
                del world.documents[url]
            return self.good(world)

        return make


def in_json(unsigned: Callable[..., dict[str, Any]]) -> Form:
    return Form(unsigned, lambda document, by=None: to_bytes(sign(document, by)), Algorithm.EDDSA)


def elder_with_status(**changes: Any) -> dict[str, Any]:
    """A badge of VCDM 1.1 with a status, in the context that has words for it."""
    contexts = [*elder()["@context"][:2], STATUS_CONTEXT, INTEGRITY]
    status = {"credentialStatus": credential()["credentialStatus"]}
    return elder(**{"@context": contexts, **status, **changes})


def of_any(form: Form) -> dict[Verdict, Row]:
    """Rows that are made in the same way of every form of Open Badges 3.0."""
    key, number = key_name(form.algorithm), form.number
    stranger = PrivateKey.generate(Algorithm.EDDSA)
    did = f"did:key:{stranger.public().multikey()}"
    method = f"verificationMethod/{number}"
    good = form.good
    return {
        Verdict.MALFORMED: Row(form.of("credentialSubject/achievement/description", ...), good),
        Verdict.ISSUER_UNRESOLVABLE: Row(form.without(), good),
        Verdict.KEY_NOT_CONTROLLED_BY_ISSUER: Row(form.by(f"{did}#{did[8:]}", stranger), good),
        Verdict.UNKNOWN_KEY: Row(form.published((f"{method}/id", f"{DID}#another")), form.published()),
        Verdict.KEY_NOT_AUTHORISED: Row(
            form.published((f"assertionMethod/{number}", ...), ("authentication", [key])),
            form.published(("authentication", [key])),
        ),
        Verdict.KEY_REVOKED: Row(
            form.published((f"{method}/revoked", "2026-11-20T10:41:00Z")),
            form.published((f"{method}/revoked", "2026-11-20T10:43:00Z")),
        ),
        Verdict.SIGNATURE_INVALID: Row(
            form.by(key, PrivateKey.generate(form.algorithm)), form.by(key, KEYS[form.algorithm])
        ),
        Verdict.SUPERSEDED: Row(form.replaced(NOW - DAY), form.replaced(NOW - 31 * DAY)),
        Verdict.REVOKED: Row(form.listed("revocation", INDEX), form.listed("revocation", INDEX + 1)),
        Verdict.SUSPENDED: Row(form.listed("suspension", INDEX), form.listed("suspension", INDEX + 1)),
        Verdict.NOT_YET_VALID: Row(form.at(NOW - 31 * DAY), form.at(NOW)),
        Verdict.EXPIRED: Row(form.at(NOW + 701 * DAY), form.at(NOW)),
        Verdict.RECIPIENT_MISMATCH: Row(form.asked_about("eve@example.org"), form.asked_about(EMAIL)),
        Verdict.STATUS_UNKNOWN: Row(form.without(STATUS), good),
        Verdict.VALID: Row(good, form.without(STATUS), Verdict.STATUS_UNKNOWN),
    }


def alike(form: Form, *names: str) -> dict[str, Any]:
    return form.unsigned(evidence=[{"type": ["Evidence"], "name": name} for name in names])


def of_json(form: Form) -> dict[Verdict, Row]:
    """The rows of a credential with an embedded proof."""
    good = form.good

    def changed(path: str, value: Any) -> Make:
        return lambda world: to_bytes(put(json.loads(good(world)), path, value))

    def presented(*credentials: dict[str, Any]) -> bytes:
        held = [json.loads(form.secure(each)) for each in credentials]
        contexts = form.unsigned()["@context"][:1]
        return to_bytes({"@context": contexts, "type": "VerifiablePresentation", "verifiableCredential": held})

    def expiring(moment: Any) -> Make:
        def make(_world: World) -> bytes:
            document = form.unsigned()
            options = SUITES["eddsa-rdfc-2022"].options(document, key_name(Algorithm.EDDSA), NOW - 30 * DAY)  # type: ignore[attr-defined]
            options |= {"expires": stamp(moment)}
            value = signer().sign(EDDSA_RDFC_2022.hash_data(document, options, Algorithm.EDDSA))
            return to_bytes({**document, "proof": [{**options, "proofValue": "z" + base58.b58encode(value).decode()}]})

        return make

    proof = json.loads(form.secure(form.unsigned()))["proof"]
    return of_any(form) | {
        Verdict.UNREADABLE: Row(lambda world: good(world)[:-5], good),
        Verdict.AMBIGUOUS: Row(
            lambda _: presented(form.unsigned(), form.unsigned(name="Another")), lambda _: presented(form.unsigned())
        ),
        Verdict.UNSUPPORTED_CONTEXT: Row(changed(f"@context/{len(form.unsigned()['@context'])}", EVIL), good),
        Verdict.TOO_COMPLEX: Row(
            lambda _: to_bytes({**alike(form, *"xxxxxxxx"), "proof": proof}),
            lambda _: form.secure(alike(form, *"abcdefgh")),
        ),
        Verdict.UNSIGNED: Row(lambda _: to_bytes(form.unsigned()), good),
        Verdict.UNSUPPORTED_PROOF: Row(changed("proof/0/cryptosuite", "bbs-2023"), good),
        Verdict.PROOF_EXPIRED: Row(expiring(NOW - DAY), expiring(NOW + DAY)),
    }


def with_payload(compact: bytes, payload: bytes) -> bytes:
    head, _, signature = compact.decode().split(".")
    return f"{head}.{base64url(payload)}.{signature}".encode()


def of_token(form: Form) -> dict[Verdict, Row]:
    """The rows of a token; it is signed, or is none."""
    good = form.good

    def ending(moment: Any) -> Make:
        return lambda _world: jose_token(None, None, exp=int(moment.timestamp()))

    def pasted(*documents: dict[str, Any]) -> bytes:
        return b"Here they are: " + b" and ".join(form.secure(each) for each in documents)

    return of_any(form) | {
        Verdict.UNREADABLE: Row(lambda world: with_payload(good(world), b"hello"), good),
        Verdict.AMBIGUOUS: Row(
            lambda _: pasted(form.unsigned(), form.unsigned(name="Another")),
            lambda _: pasted(form.unsigned(), form.unsigned()),
        ),
        Verdict.UNSUPPORTED_CONTEXT: Row(form.of("@context/2", EVIL), good),
        Verdict.TOO_COMPLEX: Row(
            lambda _: form.secure(alike(form, *"xxxxxxxx")), lambda _: form.secure(alike(form, *"abcdefgh"))
        ),
        Verdict.UNSUPPORTED_PROOF: Row(
            lambda _: written({"alg": "PS256"}, form.unsigned()), lambda _: written({}, form.unsigned())
        ),
        Verdict.PROOF_EXPIRED: Row(ending(NOW - DAY), ending(NOW + DAY)),
    }


Wrap = Callable[[World, bytes], bytes]


def carried(wrap: Wrap, *own: tuple[Verdict, Row]) -> dict[Verdict, Row]:
    """The rows of JSON, each inside of something else, and the carrier's own."""

    def inside(make: Make) -> Make:
        def made(world: World) -> bytes:
            data = make(world)  # What is inside may leave the world without any document.
            return wrap(world, data)

        return made

    rows = of_json(in_json(credential))
    found = {verdict: Row(inside(row.make), inside(row.twin), row.twin_verdict) for verdict, row in rows.items()}
    return found | dict(own)


def both(world: World) -> list[bytes]:
    return [to_bytes(sign(credential())), to_bytes(sign(credential(name="Another")))]


PNG = drawn(sheet(size=(4, 4)))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>x</title></svg>'
ONCE = to_bytes(sign(credential()))


def led_to(world: World, *held: bytes) -> bytes:
    """A picture of codes that lead to what is held under addresses."""
    for url, data in zip((HELD, OTHER), held, strict=False):
        world.publish(url, data)
    return drawn(sheet(*(code(url) for url in (HELD, OTHER)[: len(held)])))


def two_chunks(world: World, *held: bytes) -> bytes:
    first, second = (bake_png(PNG, each) for each in held)
    return first[:-12] + second[33:]


def two_elements(_world: World, *held: bytes) -> bytes:
    first, second = (bake_svg(SVG, each) for each in held)
    element = second[second.index(b"<openbadges:") : second.index(b"<title>")]
    return first.replace(b"<title>", element + b"<title>")


PNG_ROWS = carried(
    lambda _world, data: bake_png(PNG, data),
    (Verdict.UNREADABLE, Row(lambda _: PNG, lambda _: bake_png(PNG, ONCE))),
    (Verdict.AMBIGUOUS, Row(lambda w: two_chunks(w, *both(w)), lambda w: two_chunks(w, ONCE, ONCE))),
)
SVG_ROWS = carried(
    lambda _world, data: bake_svg(SVG, data),
    (Verdict.UNREADABLE, Row(lambda _: SVG, lambda _: bake_svg(SVG, ONCE))),
    (Verdict.AMBIGUOUS, Row(lambda w: two_elements(w, *both(w)), lambda w: two_elements(w, ONCE, ONCE))),
)
PDF_ROWS = carried(
    lambda _world, data: pdf(("credential.json", data)),
    (Verdict.UNREADABLE, Row(lambda _: pdf(("x.txt", b"x")), lambda _: pdf(("credential.json", ONCE)))),
    (
        Verdict.AMBIGUOUS,
        Row(
            lambda w: pdf(*zip(("a.json", "b.json"), both(w), strict=True)),
            lambda _: pdf(("a.json", ONCE), ("b.json", ONCE)),
        ),
    ),
)
CODE_ROWS = carried(
    lambda world, data: led_to(world, data),
    (Verdict.UNREADABLE, Row(lambda _: drawn(sheet()), lambda w: led_to(w, ONCE))),
    (Verdict.AMBIGUOUS, Row(lambda w: led_to(w, *both(w)), lambda w: led_to(w, ONCE))),
)


def of_elder(cases: dict[str, Any], *own: tuple[Verdict, Row]) -> dict[Verdict, Row]:
    """The rows of Open Badges 2.0: the first of each verdict among those of its own tests, and what is missing."""

    def data(make: Callable[[Any], Any]) -> Make:
        def made(world: Any) -> bytes:
            document = make(world)
            return document if isinstance(document, bytes) else to_bytes(document)

        return made

    found: dict[Verdict, Row] = {}
    for case in cases.values():
        found.setdefault(case.verdict, Row(data(case.make), data(case.twin), case.twin_verdict, backpack.elder))
    return found | {verdict: Row(row.make, row.twin, row.twin_verdict, backpack.elder) for verdict, row in own}


def addresses(*urls: str) -> bytes:
    return " and ".join(urls).encode()


HOSTED = to_bytes(backpack.hosted())
SIGNED = backpack.compact(backpack.signable())
HOSTED_ROWS = of_elder(
    test_ob2_hosted.CASES,
    (Verdict.UNREADABLE, Row(lambda _: HOSTED[:-5], lambda _: HOSTED)),
    (
        Verdict.AMBIGUOUS,
        Row(
            lambda _: addresses(backpack.ASSERTION, f"{backpack.SITE}/assertions/124"),
            lambda _: addresses(backpack.ASSERTION, backpack.ASSERTION),
        ),
    ),
)
SIGNED_ROWS = of_elder(
    test_ob2_signed.CASES,
    (Verdict.UNREADABLE, Row(lambda _: with_payload(SIGNED, b"hello"), lambda _: SIGNED)),
    (
        Verdict.AMBIGUOUS,
        Row(
            lambda _: SIGNED + b" " + backpack.compact(backpack.signable(evidence="https://x.example")),
            lambda _: SIGNED + b" " + SIGNED,
        ),
    ),
)

COURSES: dict[str, dict[Verdict, Row]] = {
    "VCDM 2.0": of_json(in_json(credential)),
    "VCDM 1.1": of_json(in_json(elder_with_status)),
    "token": of_token(Form(credential, token, Algorithm.ES256)),
    "2.0 hosted": HOSTED_ROWS,
    "2.0 signed": SIGNED_ROWS,
    "PNG": PNG_ROWS,
    "SVG": SVG_ROWS,
    "PDF": PDF_ROWS,
    "QR code": CODE_ROWS,
}

IMPOSSIBLE: dict[str, dict[Verdict, str]] = {
    "token": {Verdict.UNSIGNED: "Without a signature it is no token, and with an empty one its signature is wrong."},
    "2.0 hosted": {
        Verdict.TOO_COMPLEX: "Nothing is brought into a canonical form.",
        Verdict.UNSIGNED: "No hosted badge is signed.",
        Verdict.UNSUPPORTED_PROOF: "Its address is its proof.",
        Verdict.UNKNOWN_KEY: "There is no key.",
        Verdict.KEY_NOT_AUTHORISED: "There is no key.",
        Verdict.KEY_REVOKED: "There is no key.",
        Verdict.PROOF_EXPIRED: "There is no proof that could end before the badge does.",
        Verdict.SUPERSEDED: "2.0 has no versions.",
        Verdict.SUSPENDED: "2.0 knows revoked badges only.",
        Verdict.STATUS_UNKNOWN: "The copy on the site is proof and status in one; without it the issuer says nothing.",
    },
    "2.0 signed": {
        Verdict.TOO_COMPLEX: "Nothing is brought into a canonical form.",
        Verdict.PROOF_EXPIRED: "There is no proof that could end before the badge does.",
        Verdict.SUPERSEDED: "2.0 has no versions.",
        Verdict.SUSPENDED: "2.0 knows revoked badges only.",
    },
}
"""Verdicts that a course cannot come to, and why."""


def rows() -> Iterator[tuple[str, Verdict, Row]]:
    """Yield every row with its course and verdict."""
    for course, found in COURSES.items():
        for verdict, row in found.items():
            yield course, verdict, row
