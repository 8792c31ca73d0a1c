"""The refresh service is asked once, and what it gives counts only if it stands; the credential is judged on anyhow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from badges.datamodel import V1
from badges.model import CONTEXT_OB3
from badges.times import stamp
from keys.key import Algorithm, LocalSigner, PrivateKey
from tests.verifier.published import (
    BASE,
    DAY,
    ID,
    NOW,
    STATUS,
    World,
    credential,
    put,
    sign,
    status_list,
    to_bytes,
    token,
)  # fmt: skip
from tests.verifier.test_web import HTML, client_of, desk
from verifier.resolver import MemoryResolver
from verifier.verdict import Report
from verifier.verify import verify

STATUS_CONTEXT = "https://www.w3.org/ns/credentials/status/v1"
INTEGRITY = "https://w3id.org/security/data-integrity/v2"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
SERVICE = f"{BASE}/refresh/1"
STRANGER = PrivateKey.generate(Algorithm.EDDSA)
STRANGER_DID = f"did:key:{STRANGER.public().multikey()}"
STRANGER_KEY = LocalSigner(f"{STRANGER_DID}#{STRANGER.public().multikey()}", STRANGER)


def refreshable(**changes: Any) -> dict[str, Any]:
    """A credential that names a refresh service, unsigned."""
    service = {"id": SERVICE, "type": "1EdTechCredentialRefresh"}
    return {**put(credential(), "@context/2", EXTENSIONS), "refreshService": service, **changes}


def newer(**changes: Any) -> dict[str, Any]:
    return refreshable(**{"name": "New", "validFrom": stamp(NOW - DAY), **changes})


OLD = sign(refreshable())


def report_with(world: World, answer: Any, data: Any = OLD) -> Report:
    world.local = False
    world.publish(SERVICE, answer)
    return world.verify(data)


@pytest.mark.parametrize("secure", [sign, token], ids=["as JSON", "as a token"])
def test_a_newer_version_supersedes_and_the_sentence_leads_to_it(secure: Any, world: World) -> None:
    report = report_with(world, secure(newer()))

    assert (report.verdict, report.check("refresh").result) == ("superseded", "pass")
    assert stamp(NOW - DAY) in report.check("refresh").sentence("en")
    assert report.check("supersession").values == {"time": stamp(NOW - DAY), "id": SERVICE}


def test_the_page_leads_to_the_service_that_had_it(world: World) -> None:
    world.publish(SERVICE, sign(newer()))

    page = client_of(desk(world)).post("/verify", data={"text": to_bytes(OLD).decode()}, headers=HTML)

    assert f'href="{SERVICE}"' in page.get_data(as_text=True)


@pytest.mark.parametrize("secure", [sign, token], ids=["as JSON", "as a token"])
def test_the_same_version_says_that_nothing_is_newer(secure: Any, world: World) -> None:
    report = report_with(world, secure(refreshable()))

    assert (report.verdict, report.check("refresh").result) == ("valid", "pass")
    assert report.check("refresh").code == "refresh_nothing"


def test_a_version_older_than_the_one_at_hand_says_that_nothing_is_newer(world: World) -> None:
    report = report_with(world, sign(newer(validFrom=stamp(NOW - 40 * DAY))))

    assert (report.verdict, report.check("refresh").code) == ("valid", "refresh_nothing")


def test_a_version_that_is_not_in_force_yet_supersedes_nothing_yet(world: World) -> None:
    answer = sign(newer(validFrom=stamp(NOW + DAY)))

    report = report_with(world, answer)

    assert (report.verdict, report.check("refresh").code) == ("valid", "refresh_later")
    world.now = NOW + 2 * DAY
    assert world.verdict(OLD) == "superseded"


def altered(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "name": "Newest"}


def by_stranger() -> dict[str, Any]:
    return sign(newer(issuer={"id": STRANGER_DID, "type": ["Profile"], "name": "Python Milano"}), STRANGER_KEY)


UNTRUSTED = {
    "another credential": lambda: sign(newer(id=f"{ID}x")),
    "by somebody else": by_stranger,
    "in the issuer's name by somebody else": lambda: sign(newer(), STRANGER_KEY),
    "altered": lambda: altered(sign(newer())),
    "the same version, altered": lambda: altered(sign(refreshable())),
    "unsigned": newer,
    "a token that was altered": lambda: token(newer())[:-8] + b"AAAAAAAA",
    "not as the schema has it": lambda: sign(put(newer(), "credentialSubject/achievement/criteria", ...)),
    "with a term that nobody defines": lambda: {**sign(newer()), "grade": "A+"},
    "without a time": lambda: sign(put(newer(), "validFrom", ...)),
    "a status list": status_list,
    "a page": lambda: b"<html>",
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("make", UNTRUSTED.values(), ids=UNTRUSTED.keys())
def test_what_is_no_version_to_be_trusted_fails_the_check_and_not_the_credential(make: Any, world: World) -> None:
    report = report_with(world, make())

    assert report.verdict == "valid"
    assert (report.check("refresh").result, report.check("refresh").code) == ("fail", "refresh_unclear")
    assert report.check("refresh").note


def test_a_service_that_cannot_be_asked_is_told_and_the_credential_judged_as_it_is(world: World) -> None:
    report = world.verify(OLD)

    assert report.verdict == "valid"
    assert (report.check("refresh").result, report.check("refresh").code) == ("error", "refresh_unreachable")


def test_a_version_signed_in_a_way_nobody_knows_here_is_an_error_and_no_failure(world: World) -> None:
    report = report_with(world, put(sign(newer()), "proof/0/cryptosuite", "bbs-2023"))

    assert (report.verdict, report.check("refresh").result) == ("valid", "error")


def test_the_service_of_a_newer_version_is_not_asked_in_its_turn(world: World) -> None:
    second = {"id": f"{BASE}/refresh/2", "type": "1EdTechCredentialRefresh"}
    world.publish(second["id"], sign(newer(validFrom=stamp(NOW - DAY / 2))))

    report = report_with(world, sign(newer(refreshService=second)))

    assert report.verdict == "superseded"
    assert second["id"] not in world.asked
    assert world.asked.count(SERVICE) == 1


def test_nobody_is_asked_before_the_proof_has_passed(world: World) -> None:
    report = report_with(world, sign(newer()), altered(OLD))

    assert report.verdict == "signature_invalid"
    assert SERVICE not in world.asked


def test_a_service_named_refreshes_and_the_credentials_own_address_is_still_not_asked(world: World) -> None:
    report = report_with(world, sign(refreshable()))

    assert report.check("supersession").code == "supersession_not_asked"
    assert ID not in world.asked


def test_a_revoked_credential_leads_to_what_its_refresh_service_has(world: World) -> None:
    world.publish(STATUS, status_list(94_567))

    assert report_with(world, sign(newer())).verdict == "superseded"
    assert report_with(world, sign(refreshable())).verdict == "revoked"


def test_other_services_are_not_followed_and_said_so(world: World) -> None:
    """Of those that have a name at all, in VCDM 1.1."""
    dates = {"validFrom": "issuanceDate", "validUntil": "expirationDate"}
    old = {dates.get(name, name): value for name, value in refreshable().items()}
    old["@context"] = [V1.context, CONTEXT_OB3, EXTENSIONS, STATUS_CONTEXT, INTEGRITY]
    assert report_with(world, sign(old), sign(old)).check("refresh").code == "refresh_nothing"

    report = report_with(world, sign(newer()), sign(put(old, "refreshService/type", "ManualRefreshService2018")))

    assert (report.verdict, report.check("refresh").code) == ("valid", "refresh_not_followed")
    assert "ManualRefreshService2018" in report.check("refresh").note
    assert SERVICE not in world.asked


def test_without_a_service_nothing_is_offered(world: World) -> None:
    report = world.verify(sign(credential()))

    assert (report.check("refresh").result, report.check("refresh").code) == ("skipped", "refresh_none")


def telling(world: World, *marked: int) -> list[dict[str, Any]]:
    """Two entries, one of which says whether a newer version is to be had."""
    entry, url = credential()["credentialStatus"], f"{BASE}/status/refresh"
    purpose = {"credentialSubject/statusPurpose": "refresh"}
    world.publish(url, status_list(*marked, id=url, put=purpose))
    told = {**entry, "id": f"{url}#5", "statusPurpose": "refresh", "statusListIndex": "5", "statusListCredential": url}
    return [entry, told]


def test_a_status_list_can_say_that_a_newer_version_is_to_be_had(world: World) -> None:
    for marked, result, code in (((5,), "pass", "refresh_told"), ((), "skipped", "refresh_none")):
        report = world.verify(sign(credential(credentialStatus=telling(world, *marked))))
        assert (report.verdict, report.check("refresh").result, report.check("refresh").code) == ("valid", result, code)


def test_a_service_that_has_nothing_although_the_list_says_so_is_an_error(world: World) -> None:
    data = sign(refreshable(credentialStatus=telling(world, 5)))

    assert report_with(world, data, data).check("refresh").code == "refresh_withheld"
    telling(world)
    assert report_with(world, data, data).check("refresh").code == "refresh_nothing"


@dataclass
class Counting(MemoryResolver):
    documents: dict[str, bytes]
    asked: int = 0

    def fetch(self, url: str) -> bytes:
        self.asked += 1
        return super().fetch(url)


def test_the_status_is_looked_up_before_the_service_can_use_up_what_is_left(world: World) -> None:
    world.publish(SERVICE, sign(newer()))
    entries = [credential()["credentialStatus"]]
    for number in range(3):
        url = f"{BASE}/status/x{number}"
        world.publish(url, status_list(id=url))
        entries.append({**entries[0], "id": f"{url}#1", "statusListCredential": url})
    data = sign(refreshable(credentialStatus=entries))
    resolver = Counting(world.documents)

    report = verify(to_bytes(data), resolver, world.policy, NOW)

    assert report.check("status").result == "pass"
    assert report.verdict == "superseded"
    assert resolver.asked == 6


def test_a_newer_version_at_the_credentials_own_address_that_is_not_in_force_yet_is_told(world: World) -> None:
    world.publish(ID, sign(credential(validFrom=stamp(NOW + DAY))))

    report = world.verify(sign(credential()))

    assert (report.verdict, report.check("supersession").code) == ("valid", "supersession_later")
