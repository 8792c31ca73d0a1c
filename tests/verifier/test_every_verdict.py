"""Every verdict has a file that produces it in every form, a twin that does not, and one meaning through every door."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from badges.times import stamp
from keys.key import LocalSigner
from templates import LANGUAGES, sentence
from tests.verifier.backpack import ISSUER, Site
from tests.verifier.courses import COURSES, IMPOSSIBLE, Row, rows
from tests.verifier.published import BASE, DID, EMAIL, ID, World, credential, in_order, put, sign
from tests.verifier.test_batch import client_of as batch_client_of
from tests.verifier.test_batch import post as post_batch
from tests.verifier.test_endorsements import ADA, endorsed
from tests.verifier.test_web import client_of, desk
from verifier.cli import EXIT_CODES, verify_command
from verifier.policy import Policy
from verifier.resolver import Absent, Gone, MemoryResolver, Unreachable
from verifier.verdict import CHECKS, Report, Result, Verdict
from verifier.web.vcalm import STANDS, TOKEN
from verifier.web.verify import Desk

ROWS = {f"{course}: {verdict}": (course, verdict, row) for course, verdict, row in rows()}
PASS, FAIL, ERROR, SKIPPED = Result


@cache
def reported(name: str) -> tuple[Report, Report]:
    """The report on the file of a row, and on its twin, each in a world of its own."""
    row = ROWS[name][2]
    worlds = row.world(), row.world()
    return worlds[0].verify(row.make(worlds[0])), worlds[1].verify(row.twin(worlds[1]))


@pytest.mark.parametrize("name", ROWS)
def test_a_file_produces_its_verdict_and_its_twin_does_not(name: str) -> None:
    _, verdict, row = ROWS[name]

    report, twin = reported(name)

    assert report.verdict is verdict
    assert twin.verdict is row.twin_verdict
    assert row.twin_verdict is not verdict


@pytest.mark.parametrize("course", COURSES)
def test_every_verdict_has_a_file_in_every_form_or_a_reason_why_there_is_none(course: str) -> None:
    produced, impossible = set(COURSES[course]), set(IMPOSSIBLE.get(course, {}))

    assert produced | impossible == set(Verdict)
    assert produced & impossible == set()


# What else a check can find, beside what leads to a verdict.

SERVICE = {"id": f"{BASE}/refresh", "type": "1EdTechCredentialRefresh"}
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


def known(world: World) -> Any:
    world.policy = Policy(known_issuers={DID: "Python Milano"}, recipient=EMAIL)
    return sign(credential())


def refreshed(answer: Any) -> Any:
    """A credential with a refresh service that gives this answer."""

    def make(world: World) -> Any:
        old = {**put(credential(), "@context/2", EXTENSIONS), "refreshService": SERVICE}
        if answer is not None:
            world.publish(SERVICE["id"], answer(old))
        return sign(old)

    return make


def at_home(world: World) -> Any:
    world.publish(ID, sign(credential()))
    return sign(credential())


def by_nobody_knows_whom(_world: World) -> Any:
    nowhere = "did:web:nowhere.example"
    said = ADA.says("Well done.", issuer={"id": nowhere, "type": ["Profile"], "name": "Nobody"})
    return endorsed(sign(said, LocalSigner(f"{nowhere}#key", ADA.key)))


ELSE: dict[str, tuple[Any, tuple[str, Result], Verdict]] = {
    "an address that gives nothing": (
        lambda _: b"https://nowhere.example/c/1", ("parse", ERROR), Verdict.ISSUER_UNRESOLVABLE
    ),
    "a term that nobody defined": (
        lambda _: {**sign(credential()), "grade": "A+"}, ("shape", FAIL), Verdict.MALFORMED
    ),
    "a known issuer": (known, ("issuer", PASS), Verdict.VALID),
    "whoever was asked about": (known, ("recipient", PASS), Verdict.VALID),
    "its own address has the same": (at_home, ("supersession", PASS), Verdict.VALID),
    "nothing new": (refreshed(sign), ("refresh", PASS), Verdict.VALID),
    "a service that lies": (
        refreshed(lambda old: {**sign(old), "name": "Diploma"}), ("refresh", FAIL), Verdict.VALID
    ),
    "a service that is not there": (refreshed(None), ("refresh", ERROR), Verdict.VALID),
    "endorsed": (lambda _: endorsed(ADA.endorses("Well done.")), ("endorsement", PASS), Verdict.VALID),
    "a broken endorsement": (
        lambda _: endorsed({**ADA.endorses("Well done."), "name": "x"}), ("endorsement", FAIL), Verdict.VALID
    ),
    "endorsed by nobody knows whom": (by_nobody_knows_whom, ("endorsement", ERROR), Verdict.VALID),
}  # fmt: skip
"""Files by which a check has a result that the files of the verdicts do not lead to."""


@pytest.mark.parametrize(("make", "found", "verdict"), ELSE.values(), ids=ELSE.keys())
def test_a_result_that_leads_to_no_verdict_of_its_own_has_a_file_too(
    make: Any, found: tuple[str, Result], verdict: Verdict, world: World
) -> None:
    report = world.verify(make(world))

    assert report.verdict is verdict
    assert report.check(found[0]).result is found[1]
    assert usual().check(found[0]).result is not found[1]


@cache
def usual() -> Report:
    """The report on a credential with nothing unusual: the twin of all these."""
    return in_order().verify(sign(credential()))


CAN: dict[str, set[Result]] = {
    "parse": {PASS, FAIL, ERROR},
    "shape": {PASS, FAIL, ERROR, SKIPPED},
    "schema": {PASS, FAIL, SKIPPED},
    "key": {PASS, FAIL, ERROR, SKIPPED},
    "proof": {PASS, FAIL, ERROR, SKIPPED},
    "issuer": {PASS, SKIPPED},
    "status": {PASS, FAIL, ERROR, SKIPPED},
    "validity": {PASS, FAIL, SKIPPED},
    "supersession": {PASS, FAIL, SKIPPED},
    "recipient": {PASS, FAIL, SKIPPED},
    "refresh": {PASS, FAIL, ERROR, SKIPPED},
    "endorsement": {PASS, FAIL, ERROR, SKIPPED},
}
"""What each check can find. That anything breaks for a reason of ours, and is an error, is tried in test_totality."""


def test_every_check_has_a_file_for_each_result_that_it_can_have() -> None:
    produced: dict[str, set[Result]] = {name: set() for name in CHECKS}

    for report in (report for name in ROWS for report in reported(name)):
        for check in report.checks:
            produced[check.name].add(check.result)
    for _, (name, result), _ in ELSE.values():
        produced[name].add(result)

    assert produced == CAN


# Through every door the same.


class Asked(Site):
    """A world for the command and the pages: what it does not have, nobody has."""

    def fetch(self, url: str) -> bytes:
        try:
            return super().fetch(url)
        except Gone:
            raise
        except Unreachable as fault:
            raise Absent from fault


def resolver_of(world: World) -> MemoryResolver:
    return Asked(world.documents, getattr(world, "gone", {}))


def desk_of(world: World) -> Desk:
    made = desk(world)
    policy = lambda recipient: replace(world.policy, recipient=recipient or world.policy.recipient)  # noqa: E731
    resolver = resolver_of(world)
    return replace(made, resolver=resolver, sources=resolver, policy=policy, clock=lambda: world.now)


def file_of(data: bytes) -> dict[str, Any]:
    return {"file": (io.BytesIO(data), "x")}


def page_of(client: FlaskClient, data: bytes, language: str) -> str:
    answer = client.post(f"/verify?lang={language}", data=file_of(data), headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return html.unescape(answer.text)


TO_THE_BROWSER = re.compile(r'<script type="application/json".*?</script>', re.DOTALL)
"""What is handed to the visitor's browser, which fills the places of these sentences itself."""
UNFILLED = re.compile(r"%\(\w+\)|%s|\{\{|\}\}|\{%|>\s*(?:None|page\.[a-z_.]+|check\.[a-z_0-9]+|verdict\.[a-z_]+)\s*<")
"""What is left in a text when a sentence is missing or a place in it was not filled."""


def headline_of(report: Report, language: str) -> str:
    """What a page says first; a valid credential of somebody unknown is never called genuine."""
    code = "unfamiliar" if is_unfamiliar(report) else report.verdict.value
    of_hosted = ".hosted" if report.hosted and code in ("unfamiliar", "key_not_controlled_by_issuer") else ""
    return sentence(f"page.headline.{code}{of_hosted}", language)


def is_unfamiliar(report: Report) -> bool:
    return report.verdict is Verdict.VALID and report.issuer.trust != "known"


CARRIERS = ("PNG", "SVG", "PDF", "QR code")
BY_THEMSELVES = {name: row for name, row in ROWS.items() if row[0] not in CARRIERS}
CARRIED = (Verdict.VALID, Verdict.UNREADABLE, Verdict.AMBIGUOUS, Verdict.SIGNATURE_INVALID, Verdict.REVOKED)
SPOKEN = {name: row for name, row in ROWS.items() if name in BY_THEMSELVES or row[1] in CARRIED}
"""Rows whose every word is looked at: inside a carrier most are those of the credential by itself."""


@pytest.mark.parametrize(("course", "verdict", "row"), SPOKEN.values(), ids=SPOKEN.keys())
def test_page_and_json_say_what_the_report_says(course: str, verdict: Verdict, row: Row) -> None:
    world = row.world()
    data = row.make(world)
    client = client_of(desk_of(world))
    tone = "unfamiliar" if verdict is Verdict.VALID else verdict.outcome.value

    told = client.post("/verify", data=file_of(data), headers={"Accept": "application/json"}).json
    pages = {language: page_of(client, data, language) for language in LANGUAGES}

    report = world.verify(data)
    assert (told["verdict"], told["outcome"]) == (verdict.value, verdict.outcome.value)
    assert told | {"source": ""} == report.to_json() | {"source": ""}
    for language, page in pages.items():
        page = TO_THE_BROWSER.sub("", page)
        assert f'class="verdict {tone}"' in page
        assert headline_of(report, language) in page
        assert UNFILLED.findall(page) == []


def test_what_is_left_of_a_missing_sentence_would_be_seen() -> None:
    for left in ("%(name)s", "{{ name }}", "<p>page.headline.x</p>", "<td> None </td>", "<b>check.revoked</b>"):
        assert UNFILLED.search(left)
    assert not UNFILLED.search("<p>None of it is signed: 100 % sure.</p>")


@pytest.mark.parametrize(("course", "verdict", "row"), BY_THEMSELVES.values(), ids=BY_THEMSELVES.keys())
def test_vcalm_says_what_the_report_says(course: str, verdict: Verdict, row: Row) -> None:
    world = row.world()
    body: Any = row.make(world).decode()
    with suppress(ValueError):
        body = json.loads(body)

    answer = client_of(desk_of(world)).post("/credentials/verify", json={"verifiableCredential": body})

    if isinstance(body, str) and not TOKEN.fullmatch(body):
        assert answer.status_code == 400  # Neither a credential nor a token: no request of VCALM.
        assert verdict in (Verdict.UNREADABLE, Verdict.AMBIGUOUS)
        return
    told = answer.json
    assert (told["verdict"], told["outcome"]) == (verdict.value, verdict.outcome.value)
    assert told["verified"] is (verdict in STANDS)
    assert [check["name"] for check in told["checks"]] == list(CHECKS)


def run(world: World, *arguments: str) -> Any:
    """Run `attestato verify` in a world, at its moment, for its policy."""
    command = verify_command(own=lambda: resolver_of(world), known=lambda: dict(world.policy.known_issuers))
    asked = ("--recipient", world.policy.recipient) if world.policy.recipient else ()
    return CliRunner().invoke(command, [*arguments, "--now", stamp(world.now), *asked])


@pytest.mark.parametrize(("course", "verdict", "row"), SPOKEN.values(), ids=SPOKEN.keys())
def test_the_command_says_what_the_report_says(course: str, verdict: Verdict, row: Row, tmp_path: Path) -> None:
    world = row.world()
    (tmp_path / "x").write_bytes(row.make(world))
    source = str(tmp_path / "x")

    told = run(world, source, "--json")
    spoken = {language: run(world, source, "--language", language) for language in LANGUAGES}

    assert json.loads(told.output)["verdict"] == verdict.value
    assert told.exit_code == EXIT_CODES[verdict.outcome]
    for language, said in spoken.items():
        report = reported(f"{course}: {verdict}")[0]
        headline = headline_of(report, language) if is_unfamiliar(report) else verdict.headline(language)
        assert said.exit_code == EXIT_CODES[verdict.outcome]
        assert headline in " ".join(said.output.split())
        assert UNFILLED.findall(said.output) == []


@pytest.mark.parametrize("course", COURSES)
def test_of_an_issuer_who_is_known_every_door_says_that_it_is_genuine(course: str, tmp_path: Path) -> None:
    row = COURSES[course][Verdict.VALID]
    world = row.world()
    world.policy = Policy(known_issuers={DID: "Python Milano", ISSUER: "Officina del Po"})
    data = row.make(world)
    (tmp_path / "x").write_bytes(data)
    client = client_of(desk_of(world))

    for language in LANGUAGES:
        page = page_of(client, data, language)
        said = run(world, str(tmp_path / "x"), "--language", language)

        assert 'class="verdict valid"' in page
        assert sentence("page.headline.valid", language) in page
        assert Verdict.VALID.headline(language) in " ".join(said.output.split())


def still(course: str) -> Iterator[tuple[Verdict, bytes]]:
    """Yield the files of a course that need no other world than the usual one."""
    for verdict, row in COURSES[course].items():
        world, untouched = row.world(), row.world()
        data = row.make(world)
        if world == untouched:
            yield verdict, data


@pytest.mark.parametrize("course", ["VCDM 2.0", "token", "PNG", "SVG", "PDF", "2.0 signed"])
def test_many_at_once_are_told_as_each_by_itself(course: str, tmp_path: Path) -> None:
    found = list(still(course))
    world = COURSES[course][Verdict.VALID].world()
    paths = [tmp_path / f"{number}" for number in range(len(found))]
    for path, (_, data) in zip(paths, found, strict=True):
        path.write_bytes(data)

    told = run(world, *map(str, paths), "--json")
    batch = post_batch(batch_client_of(desk_of(world)), *((f"{n}", data) for n, (_, data) in enumerate(found)))

    wanted = [verdict.value for verdict, _ in found]
    assert len(wanted) >= 7
    assert [report["verdict"] for report in json.loads(told.output)] == wanted
    assert [report["verdict"] for report in batch.json] == wanted
    assert told.exit_code == 1


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ((Verdict.VALID, Verdict.VALID), 0),
        ((Verdict.VALID, Verdict.UNSUPPORTED_PROOF), 2),
        ((Verdict.UNSUPPORTED_PROOF, Verdict.UNSIGNED, Verdict.VALID), 1),
    ],
    ids=["all stand", "one cannot be told", "one does not stand"],
)
def test_the_exit_code_of_many_is_that_of_the_worst(verdicts: tuple[Verdict, ...], code: int, tmp_path: Path) -> None:
    world = in_order()
    paths = [tmp_path / f"{number}" for number in range(len(verdicts))]
    for path, verdict in zip(paths, verdicts, strict=True):
        path.write_bytes(COURSES["VCDM 2.0"][verdict].make(world))

    assert run(world, *map(str, paths)).exit_code == code
