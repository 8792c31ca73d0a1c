"""Whatever is handed in, the answer is a report; and it is `valid` only for what was signed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier.published import DID, STATUS, World, credential, in_order, put, sign, to_bytes, token
from verifier import steps
from verifier.case import Step
from verifier.resolver import MemoryResolver
from verifier.verdict import CHECKS, Check, Report, Result, Verdict, plain
from verifier.verify import verify

WORLD = in_order()
SIGNED = sign(credential())
BYTES = to_bytes(SIGNED)
TOKEN = token(credential())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from([DID, STATUS]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def _paths(value: Any, path: str = "") -> list[str]:
    if isinstance(value, dict):
        return [found for name in value for found in (path + name, *_paths(value[name], f"{path}{name}/"))]
    if isinstance(value, list):
        return [found for n, item in enumerate(value) for found in (f"{path}{n}", *_paths(item, f"{path}{n}/"))]
    return []


def check_report(report: Report) -> None:
    assert [check.name for check in report.checks] == list(CHECKS)
    assert json.loads(json.dumps(report.to_json()))["verdict"] == report.verdict
    for language in ("it", "en"):
        assert report.verdict.headline(language)
        assert all(check.sentence(language) for check in report.checks)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_octets_make_a_report_that_is_not_valid(data: bytes) -> None:
    report = WORLD.verify(data)

    check_report(report)
    assert report.outcome != "valid"


@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from(_paths(SIGNED)), value=VALUES)
def test_any_value_anywhere_makes_a_report(path: str, value: Any) -> None:
    changed = put(SIGNED, path, value)

    report = WORLD.verify(to_bytes(changed))

    check_report(report)
    assert report.outcome != "valid" or changed == SIGNED


@settings(max_examples=120, deadline=None)
@given(
    data=st.sampled_from([BYTES, TOKEN]),
    start=st.integers(0, len(BYTES)),
    length=st.integers(0, 40),
    new=st.binary(max_size=40),
)
def test_any_piece_replaced_makes_a_report(data: bytes, start: int, length: int, new: bytes) -> None:
    start %= len(data)
    changed = data[:start] + new + data[start + length :]

    report = WORLD.verify(changed)

    check_report(report)
    if report.outcome == "valid":
        # Words around it are no part of it: what was judged is what was signed.
        assert report.signed == TOKEN if data is TOKEN else json.loads(report.signed) == SIGNED


@settings(max_examples=120, deadline=None)
@given(url=st.sampled_from(sorted(WORLD.documents)), answer=st.binary(max_size=200) | VALUES.map(repr).map(str.encode))
def test_any_answer_of_the_network_makes_a_report(url: str, answer: bytes) -> None:
    world = in_order()
    world.documents[url] = answer

    report = world.verify(BYTES)

    check_report(report)
    assert report.outcome != "valid"


@settings(max_examples=100, deadline=None)
@given(
    value=VALUES,
    path=st.sampled_from(_paths(json.loads(WORLD.documents["https://badges.example/issuers/milano/did.json"]))),
)
def test_any_document_of_an_issuer_makes_a_report(path: str, value: Any) -> None:
    world = in_order()
    url = "https://badges.example/issuers/milano/did.json"
    world.documents[url] = to_bytes(put(json.loads(world.documents[url]), path, value))

    check_report(world.verify(BYTES))


@pytest.mark.parametrize("gates", [True, False], ids=["gates", "looks"])
@pytest.mark.parametrize("fault", [RuntimeError, RecursionError, MemoryError, KeyError, ValueError])
def test_a_step_that_breaks_is_never_a_step_that_passed(
    gates: bool, fault: type[Exception], world: World, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def broken(case: Any) -> Any:
        raise fault("broken")
        yield

    part = "gates" if gates else "looks"
    every = getattr(steps.COURSE, part)
    for place, step in enumerate(every):
        changed = (*every[:place], Step(step.names, broken), *every[place + 1 :])
        with monkeypatch.context() as patch:
            patch.setattr("verifier.courses.COURSE", replace(steps.COURSE, **{part: changed}))
            report = world.verify(BYTES)

        check_report(report)
        assert report.outcome != "valid", step.name
        assert report.check(step.name).code == "internal"


def test_a_resolver_that_breaks_is_an_answer() -> None:
    class Broken(MemoryResolver):
        def fetch(self, url: str) -> bytes:
            raise ZeroDivisionError

    report = verify(BYTES, Broken({}), WORLD.policy, WORLD.now)

    check_report(report)
    assert report.verdict == "unsupported_proof"


def test_a_step_left_out_is_not_passed() -> None:
    passed = [Check(name, Result.PASS, "read", {"format": "JSON"}) for name in CHECKS]

    assert Report("", "json", tuple(passed)).verdict == "valid"
    for place, name in enumerate(CHECKS):
        skipped = [*passed[:place], Check(name, Result.SKIPPED, "not_reached"), *passed[place + 1 :]]
        mandatory = name in {"parse", "shape", "schema", "key", "proof", "status", "validity"}
        assert (Report("", "json", tuple(skipped)).verdict == "valid") is not mandatory, name


def test_a_check_that_did_not_pass_leads_to_a_verdict() -> None:
    with pytest.raises(ValueError, match="verdict"):
        Check("proof", Result.FAIL, "signature_invalid")
    with pytest.raises(ValueError, match="verdict"):
        Check("proof", Result.PASS, "proof", verdict=Verdict.REVOKED)
    with pytest.raises(ValueError, match="check"):
        Check("colour", Result.PASS, "proof")


def test_a_strangers_text_cannot_steer_a_terminal_or_fill_it() -> None:
    assert plain("a\x1b[31mb\r\nc\u202ed") == "a\ufffd[31mb\ufffd\ufffdc\ufffdd"
    assert len(plain("x" * 5_000)) == 200


def test_the_json_has_exactly_the_promised_members(world: World) -> None:
    told = world.verify(BYTES).to_json()

    assert list(told) == [
        "source", "format", "verdict", "outcome", "checks", "problemDetails", "issuer", "credential",
        "endorsements",
    ]  # fmt: skip
    assert list(told["issuer"]) == ["id", "name", "trust", "listed"]
    assert all(list(check) == ["name", "result", "detail"] for check in told["checks"])
    assert told["credential"] == SIGNED
