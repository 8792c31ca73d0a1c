"""The steps for an Open Badges 2.0 assertion: the same checks as for a credential, under rules of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from badges.ob1 import upgraded, version_of
from badges.ob2 import is_hosted, is_signed
from badges.problem import Malformed, Unsigned
from badges.rules import refuse
from badges.vocabulary import check_context, misspelt_within, types_of
from verifier.case import Case, Course, Step, passed
from verifier.ob2 import hosted, looks, revocation, signed
from verifier.ob2.inquiry import Inquiry
from verifier.verdict import Check

Take = Callable[[Inquiry, Case], Iterator[Check]]


def course(document: Mapping[str, Any]) -> Course:
    """Return the steps for `document`; each course is good for one verification."""
    inquiry = Inquiry()

    def step(take: Take, *names: str) -> Step:
        return Step(names, lambda case: take(inquiry, case))

    is_site = _says_hosted(document)
    standing: Take = hosted.standing if is_site else revocation.standing
    if is_site:
        proof = step(hosted.take_in, "status", "schema"), step(hosted.vouch, "key"), step(hosted.compare, "proof")
    else:
        proof = step(signed.take_in, "schema"), step(signed.find_keys, "key"), step(signed.verify, "proof")
    return Course(
        gates=(step(_shape, "shape"), *proof),
        looks=(
            step(looks.who, "issuer"),
            step(standing, "status"),
            step(looks.validity, "validity"),
            step(looks.supersession, "supersession"),
            step(looks.recipient, "recipient"),
            step(looks.refresh, "refresh"),
            step(looks.endorsement, "endorsement"),
        ),
    )


def both_worlds() -> Course:
    """Return the course of a document that claims to be of both generations: it ends at once."""

    def take(_case: Case) -> Iterator[Check]:
        raise Malformed("The document claims to be a verifiable credential and an Open Badges 2.0 assertion at once.")

    return Course(gates=(Step(("shape",), take),), looks=())


def _says_hosted(document: Mapping[str, Any]) -> bool:
    """Tell whether a site is to be asked, as it is about what an issuer left of an assertion that it revoked."""
    verification = document.get("verification", document.get("verify"))
    if isinstance(verification, Mapping):
        return is_hosted(verification) and not is_signed(verification)
    return document.get("revoked") is True


def _shape(inquiry: Inquiry, case: Case) -> Iterator[Check]:
    """OB 2.0, Open Badges Vocabulary: an assertion in the words of 2.0, each spelt in one way."""
    if case.document is None:
        raise LookupError("Nothing has been read yet.")
    document, version = case.document, version_of(case.document.credential)
    said = upgraded(document.credential, "Assertion")
    check_context(said)
    refuse(misspelt_within(said))
    if "Assertion" not in types_of(said):
        raise Malformed("type is not Assertion.")
    if not isinstance(said.get("id"), str):
        raise Malformed("id is missing.")
    if not _says_hosted(said):
        _check_signable(said, document.form)
    inquiry.said = said
    yield passed("shape", "shape_ob2", "" if version == "2.0" else f"It was said in the words of {version}.")


def _check_signable(said: Mapping[str, Any], form: str) -> None:
    verification = said.get("verification")
    if not isinstance(verification, Mapping) or is_hosted(verification) or not is_signed(verification):
        raise Malformed("verification/type is not one of HostedBadge and SignedBadge.")
    if form != "jws":
        raise Unsigned("The assertion says that it is signed, and no signature is with it.")
