"""Status of every kind: what one list must withstand, all must; then what each has of its own."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from badges.datamodel import V1, V2
from badges.model import CONTEXT_OB3
from badges.proof import jwt
from badges.status import BitString
from badges.times import stamp
from keys.encoding import base64url
from keys.key import Algorithm, LocalSigner, PrivateKey
from tests.verifier.published import (
    BASE,
    DAY,
    DID,
    ID,
    NOW,
    STATUS,
    STATUS_KEY,
    World,
    credential,
    in_order,
    put,
    sign,
    status_list,
)  # fmt: skip
from verifier.resolver import Bounded, MemoryResolver
from verifier.status.kinds import standings
from verifier.status.standing import Asking

INDEX = 94_567
LIST_KEY = LocalSigner(f"{DID}#status", STATUS_KEY)
STRANGER = PrivateKey.generate(Algorithm.EDDSA)
STRANGER_DID = f"did:key:{STRANGER.public().multikey()}"
STRANGER_KEY = LocalSigner(f"{STRANGER_DID}#{STRANGER.public().multikey()}", STRANGER)
STATUS_CONTEXT = "https://www.w3.org/ns/credentials/status/v1"
CONTEXT_2021 = "https://w3id.org/vc/status-list/2021/v1"
INTEGRITY = "https://w3id.org/security/data-integrity/v2"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


def octets(*marked: int, length: int = 131_072) -> bytes:
    bits = BitString(length)
    bits.set(marked)
    return bits.octets


def in_v1(document: dict[str, Any], *contexts: str) -> dict[str, Any]:
    """A credential of VCDM 1.1 that says what `document` says."""
    names = {"validFrom": "issuanceDate", "validUntil": "expirationDate"}
    return {names.get(name, name): value for name, value in document.items()} | {"@context": [V1.context, *contexts]}


class ListContract:
    """What every list of bits must withstand; a kind says how it is written."""

    entry: ClassVar[str]
    types: ClassVar[tuple[str, str]]
    other_types: ClassVar[tuple[str, str]]

    def encoded(self, data: bytes) -> str:
        raise NotImplementedError

    def secured(self, unsigned: dict[str, Any], by: LocalSigner = LIST_KEY) -> Any:
        return sign(unsigned, by)

    def badge(self, **changes: Any) -> dict[str, Any]:
        entry = {**credential()["credentialStatus"], "type": self.entry, **changes}
        return sign(self.model(credential(credentialStatus=entry)))

    def model(self, document: dict[str, Any]) -> dict[str, Any]:
        return document

    def list_of(self, data: bytes, by: LocalSigner = LIST_KEY, **changes: Any) -> Any:
        unsigned = {
            "@context": [V2.context],
            "id": STATUS,
            "type": ["VerifiableCredential", self.types[0]],
            "issuer": DID,
            "validFrom": stamp(NOW - DAY),
            "validUntil": stamp(NOW + DAY),
            "credentialSubject": {
                "id": f"{STATUS}#list",
                "type": self.types[1],
                "statusPurpose": "revocation",
                "encodedList": self.encoded(data),
            },
        }
        for path, value in changes.items():
            unsigned = put(unsigned, path.replace("__", "/"), value)
        return self.secured(self.model_of_list(unsigned), by)

    def model_of_list(self, document: dict[str, Any]) -> dict[str, Any]:
        return document

    def verdict(self, world: World, listed: Any, badge: Any = None) -> str:
        world.publish(STATUS, listed.encode() if isinstance(listed, str) else listed)
        return world.verdict(badge or self.badge())

    def test_the_bit_of_the_credential_decides(self, world: World) -> None:
        assert self.verdict(world, self.list_of(octets(INDEX))) == "revoked"
        assert self.verdict(world, self.list_of(octets(INDEX - 1, INDEX + 1))) == "valid"

    def test_c6_a_suspension_is_told_as_one(self, world: World) -> None:
        badge = self.badge(statusPurpose="suspension")
        suspending = self.list_of(octets(INDEX), credentialSubject__statusPurpose="suspension")

        assert self.verdict(world, suspending, badge) == "suspended"
        assert self.verdict(world, self.list_of(octets(INDEX)), badge) == "status_unknown"

    def test_c6_somebody_elses_list_says_nothing(self, world: World) -> None:
        assert self.verdict(world, self.list_of(octets(), STRANGER_KEY, issuer=STRANGER_DID)) == "status_unknown"
        assert self.verdict(world, self.list_of(octets(), STRANGER_KEY)) == "status_unknown"
        assert self.verdict(world, self.list_of(octets())) == "valid"

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("id", f"{BASE}/status/2"),
            ("validFrom", stamp(NOW + DAY / 2)),
            ("validUntil", stamp(NOW - DAY / 2)),
            ("credentialSubject__statusPurpose", "message"),
        ],
        ids=["of another address", "not in force yet", "expired", "about something else"],
    )
    def test_c6_a_list_that_is_not_in_order_says_nothing(self, path: str, value: str, world: World) -> None:
        assert self.verdict(world, self.list_of(octets(), **{path: value})) == "status_unknown"

    def test_c6_a_list_of_another_kind_is_not_this_list(self, world: World) -> None:
        listed = self.list_of(
            octets(), type=["VerifiableCredential", self.other_types[0]], credentialSubject__type=self.other_types[1]
        )

        assert self.verdict(world, listed) == "status_unknown"

    def test_c6_a_list_about_several_things_is_about_each(self, world: World) -> None:
        listed = self.list_of(octets(), credentialSubject__statusPurpose=["suspension", "revocation"])

        assert self.verdict(world, listed) == "valid"

    def test_c7_a_list_that_cannot_be_had_is_unknown(self, world: World) -> None:
        badge = self.badge()
        del world.documents[STATUS]

        assert world.verdict(badge) == "status_unknown"

    def test_c3_a_list_hides_its_bits_in_a_crowd_and_ends_somewhere(self, world: World) -> None:
        assert self.verdict(world, self.list_of(bytes(16_383))) == "status_unknown"
        assert self.verdict(world, self.list_of(bytes(16_384)), self.badge(statusListIndex="131071")) == "valid"
        assert self.verdict(world, self.list_of(bytes(16_384)), self.badge(statusListIndex="131072")) == (
            "status_unknown"
        )

    @pytest.mark.parametrize("index", [0, 7, 8, 131_071])
    def test_c5_the_first_bit_is_the_left_most(self, index: int, world: World) -> None:
        badge = self.badge(statusListIndex=str(index))

        assert self.verdict(world, self.list_of(b"\x80" + bytes(16_383)), badge) == (
            "revoked" if index == 0 else "valid"
        )

    def test_c4_an_index_is_text(self, world: World) -> None:
        assert self.verdict(world, self.list_of(octets()), self.badge(statusListIndex=INDEX)) == "malformed"

    def test_the_report_says_when_the_list_was_made(self, world: World) -> None:
        world.publish(STATUS, self.list_of(octets()))

        assert world.verify(self.badge()).check("status").values == {"time": stamp(NOW - DAY)}


class TestBitstring(ListContract):
    entry = "BitstringStatusListEntry"
    types = ("BitstringStatusListCredential", "BitstringStatusList")
    other_types = ("StatusList2021Credential", "StatusList2021")

    def encoded(self, data: bytes) -> str:
        return "u" + base64url(gzip.compress(data, mtime=0))

    def model_of_list(self, document: dict[str, Any]) -> dict[str, Any]:
        other = document["credentialSubject"]["type"] == self.other_types[1]
        return in_v1(document, CONTEXT_2021, INTEGRITY) if other else document


class TestBitstringInVcdm1(TestBitstring):
    """A list of bits for credentials of VCDM 1.1, both with the context that is made for it."""

    def model(self, document: dict[str, Any]) -> dict[str, Any]:
        return in_v1(document, CONTEXT_OB3, STATUS_CONTEXT, INTEGRITY)

    def model_of_list(self, document: dict[str, Any]) -> dict[str, Any]:
        other = document["credentialSubject"]["type"] == self.other_types[1]
        return in_v1(document, CONTEXT_2021 if other else STATUS_CONTEXT, INTEGRITY)


class TestBitstringAsToken(TestBitstring):
    def secured(self, unsigned: dict[str, Any], by: LocalSigner = LIST_KEY) -> bytes:
        return jwt.encode(unsigned, by).encode()


class TestStatusList2021(ListContract):
    """In a badge of VCDM 2.0; the list is one of 1.1, since its context and that of 2.0 contradict each other."""

    entry = "StatusList2021Entry"
    types = ("StatusList2021Credential", "StatusList2021")
    other_types = ("BitstringStatusListCredential", "BitstringStatusList")

    def encoded(self, data: bytes) -> str:
        return base64url(gzip.compress(data, mtime=0))

    def model(self, document: dict[str, Any]) -> dict[str, Any]:
        return {**document, "@context": [V2.context, CONTEXT_OB3, CONTEXT_2021]}

    def model_of_list(self, document: dict[str, Any]) -> dict[str, Any]:
        if document["credentialSubject"]["type"] == self.other_types[1]:
            return in_v1(document, STATUS_CONTEXT, INTEGRITY)
        return in_v1(document, CONTEXT_2021, INTEGRITY)

    def test_a_list_of_vcdm_2_is_no_json_ld_and_says_nothing(self, world: World) -> None:
        unsigned = {name: value for name, value in status_list().items() if name != "proof"}
        subject = {"type": self.types[1], "statusPurpose": "revocation", "encodedList": self.encoded(octets())}
        listed = {**unsigned, "@context": [V2.context, CONTEXT_2021], "credentialSubject": subject,
                  "type": ["VerifiableCredential", self.types[0]]}  # fmt: skip

        assert self.verdict(world, jwt.encode(listed, LIST_KEY)) == "status_unknown"

    def test_a_list_is_read_in_the_base64_of_either_draft_and_in_no_mixture(self, world: World) -> None:
        data = gzip.compress(bytes(range(256)) * 64, mtime=0)
        padded, url = base64.b64encode(data).decode(), base64url(data)
        assert "+" in padded
        mixed = next(url[:at] + padded[at:].rstrip("=") for at in range(len(url)) if "-" in url[:at] or "_" in url[:at])

        for text, verdict in (
            (padded, "valid"), (padded.rstrip("="), "valid"), (url, "valid"), (mixed, "status_unknown"),
            ("u" + url, "status_unknown"), (padded.rstrip("=") + "=" * 3, "status_unknown"),
        ):  # fmt: skip
            world.publish(STATUS, self.list_of(b"", credentialSubject__encodedList=text))
            assert world.verdict(self.badge(statusListIndex="0")) == verdict, text[-9:]


class TestStatusList2021InVcdm1(TestStatusList2021):
    """The badge is a credential of VCDM 1.1 as well, as all were when these lists were made."""

    def model(self, document: dict[str, Any]) -> dict[str, Any]:
        return in_v1(document, CONTEXT_OB3, CONTEXT_2021, INTEGRITY)


REVOKED = f"{BASE}/revoked"


def vcrl(*entries: Any, **changes: Any) -> dict[str, Any]:
    return {"id": REVOKED, "issuer": DID, "revokedCredential": list(entries), **changes}


def with_vcrl(url: str = REVOKED, **changes: Any) -> dict[str, Any]:
    unsigned = put(credential(**changes), "@context/2", EXTENSIONS)
    return {**unsigned, "credentialStatus": {"id": url, "type": "1EdTechRevocationList"}}


LISTED = {
    "an empty list": (vcrl(), "valid"),
    "a list of nothing": ({"id": REVOKED, "issuer": DID}, "valid"),
    "listed": (vcrl({"id": ID}), "revoked"),
    "listed as revoked": (vcrl({"id": f"{ID}x"}, {"id": ID, "revoked": True}), "revoked"),
    "listed as not revoked": (vcrl({"id": ID, "revoked": False}), "valid"),
    "one object in place of a list": ({**vcrl(), "revokedCredential": {"id": ID}}, "revoked"),
    "another": (vcrl({"id": f"{ID}x", "revoked": True}), "valid"),
    "by an issuer that is an object": (vcrl({"id": ID}, issuer={"id": DID}), "revoked"),
    "of somebody else": (vcrl(issuer=STRANGER_DID), "status_unknown"),
    "of nobody": ({"id": REVOKED, "revokedCredential": []}, "status_unknown"),
    "of another address": (vcrl(id=f"{REVOKED}2"), "status_unknown"),
    "with an entry that is none": (vcrl("x"), "status_unknown"),
    "with a revocation that is neither": (vcrl({"id": ID, "revoked": "no"}), "status_unknown"),
    "with an entry that is none after the right one": (vcrl({"id": ID, "revoked": False}, 7), "status_unknown"),
    "not a list": (["x"], "status_unknown"),
    "not JSON": (b"<html>", "status_unknown"),
}


@pytest.mark.parametrize(("listed", "verdict"), LISTED.values(), ids=LISTED.keys())
def test_the_list_of_1edtech_is_read_as_it_is_written(listed: Any, verdict: str, world: World) -> None:
    world.publish(REVOKED, listed)

    assert world.verdict(sign(with_vcrl())) == verdict


def test_a_reason_is_told_on_one_line_and_that_nobody_signed_the_list(world: World) -> None:
    world.publish(REVOKED, vcrl({"id": ID, "revocationReason": "Issued\x1b[2J in\nerror."}))

    check = world.verify(sign(with_vcrl())).check("status")

    assert check.code == "revoked_undated"
    assert check.note == "The issuer’s reason: Issued�[2J in�error. The list is not signed; its address vouches for it."


def test_a_list_of_thousands_is_read(world: World) -> None:
    world.publish(REVOKED, vcrl(*({"id": f"{ID}{number}"} for number in range(9_999)), {"id": ID}))

    assert world.verdict(sign(with_vcrl())) == "revoked"


ELSEWHERE = {
    "another host": "https://elsewhere.example/revoked",
    "a host that begins alike": "https://badges.example.evil.example/revoked",
    "another port": "https://badges.example:8443/revoked",
}


@pytest.mark.parametrize("url", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_an_unsigned_list_lies_with_its_issuer_or_is_not_even_asked_for(url: str, world: World) -> None:
    world.publish(url, vcrl(id=url))

    assert world.verdict(sign(with_vcrl(url))) == "status_unknown"
    assert url not in world.asked


@pytest.mark.parametrize("url", ["http://badges.example/revoked", "https://a@badges.example/revoked", "urn:x:1"])
def test_an_unsigned_list_needs_an_address_that_tls_protects(url: str, world: World) -> None:
    world.publish(url, vcrl(id=url))

    assert world.verdict(sign(with_vcrl(url))) == "malformed"


def test_an_issuer_without_an_address_has_no_unsigned_list(world: World) -> None:
    issuer = {"id": STRANGER_DID, "type": ["Profile"], "name": "Stranger"}
    world.publish(REVOKED, vcrl(issuer=STRANGER_DID))

    report = world.verify(sign(with_vcrl(issuer=issuer), STRANGER_KEY))

    assert report.verdict == "status_unknown"
    assert REVOKED not in world.asked


MESSAGES = [{"status": f"0x{value}", "message": text} for value, text in enumerate(("none", "asked", "late", "gone"))]
ENTRY = credential()["credentialStatus"]


def listing(value: int, size: int, index: int = 5) -> str:
    """A list of entries of `size` bits, of which the one at `index` holds `value`."""
    number = value << (131_072 * size - (index + 1) * size)
    return BitString(octets=number.to_bytes(16_384 * size, "big")).encode()


def with_messages(purpose: str = "message", messages: Any = MESSAGES, **changes: Any) -> dict[str, Any]:
    entry = {**ENTRY, "statusPurpose": purpose, "statusListIndex": "5", "statusSize": 2, "statusMessage": messages}
    return sign(credential(credentialStatus={**entry, **changes}))


def publish_value(world: World, value: int, purpose: str = "message", size: int = 2) -> None:
    changes = {"credentialSubject/encodedList": listing(value, size), "credentialSubject/statusPurpose": purpose}
    world.publish(STATUS, status_list(put=changes))


@pytest.mark.parametrize("value", range(4))
def test_a_message_is_told_and_does_not_invalidate(value: int, world: World) -> None:
    publish_value(world, value)

    report = world.verify(with_messages())

    assert (report.verdict, report.check("status").result) == ("valid", "skipped")
    assert report.check("status").note == f"The issuer’s message: {MESSAGES[value]['message']}."


def test_messages_go_by_their_value_and_not_by_their_place(world: World) -> None:
    publish_value(world, 3)

    assert "gone" in world.verify(with_messages(messages=MESSAGES[::-1])).check("status").note


def test_a_message_steers_no_terminal_and_says_where_more_is(world: World) -> None:
    publish_value(world, 0)
    odd = [{"status": "0x0", "message": "a\x1b[2Jb\u202e"}, *MESSAGES[1:]]

    check = world.verify(with_messages(messages=odd, statusReference="https://badges.example/codes")).check("status")

    assert check.note == "The issuer’s message: a�[2Jb�. See https://badges.example/codes."


def test_a_revocation_of_several_bits_says_what_it_means(world: World) -> None:
    publish_value(world, 2, "revocation")

    report = world.verify(with_messages("revocation"))

    assert (report.verdict, report.check("status").note) == ("revoked", "The issuer’s message: late.")


BAD_MESSAGES = {
    "none": {"statusMessage": ...},
    "too few": {"statusMessage": MESSAGES[:3]},
    "one twice": {"statusMessage": [*MESSAGES[:3], {"status": "0x2", "message": "again"}]},
    "one beyond": {"statusMessage": [*MESSAGES[:3], {"status": "0x4", "message": "beyond"}]},
    "not hexadecimal": {"statusMessage": [*MESSAGES[:3], {"status": "3", "message": "gone"}]},
    "without a text": {"statusMessage": [*MESSAGES[:3], {"status": "0x3"}]},
    "not a list": {"statusMessage": "0x0"},
    "a size that is text": {"statusSize": "2"},
    "no size": {"statusSize": 0},
    "a negative size": {"statusSize": -1},
    "a size that is no number": {"statusSize": True},
    "a reference that is none": {"statusReference": 7},
}


@pytest.mark.parametrize("changes", BAD_MESSAGES.values(), ids=BAD_MESSAGES.keys())
def test_what_values_mean_is_said_for_each_of_them(changes: dict[str, Any], world: World) -> None:
    publish_value(world, 0)
    entry = json.loads(json.dumps(with_messages()["credentialStatus"]))
    for name, value in changes.items():
        entry = put(entry, name, value)

    assert world.verdict(with_messages()) == "valid"
    assert world.verdict(sign(credential(credentialStatus=entry))) == "malformed"


def test_c3_a_herd_is_counted_in_entries_and_not_in_bits(world: World) -> None:
    for length, verdict in ((2 * 16_384, "valid"), (2 * 16_384 - 1, "status_unknown"), (16_384, "status_unknown")):
        encoded = "u" + base64url(gzip.compress(bytes(length)))
        changes = {"credentialSubject/encodedList": encoded}
        world.publish(STATUS, status_list(put=changes))
        assert world.verdict(with_messages("revocation")) == verdict


@settings(max_examples=20)
@given(size=st.integers(1, 5), index=st.sampled_from([0, 7, 8, 131_071]), data=st.data())
def test_a_value_of_any_size_is_found_at_its_place(size: int, index: int, data: Any) -> None:
    world, value = in_order(), data.draw(st.integers(0, 2**size - 1))
    messages = [{"status": hex(number), "message": f"m{number}"} for number in range(2**size)]
    changes = {"credentialSubject/encodedList": listing(value, size, index)}
    world.publish(STATUS, status_list(put=changes))

    report = world.verify(with_messages("revocation", messages, statusSize=size, statusListIndex=str(index)))

    assert report.verdict == ("revoked" if value else "valid")
    assert report.check("status").note == f"The issuer’s message: m{value}."


def test_what_only_informs_may_be_out_of_reach(world: World) -> None:
    world.publish(STATUS, status_list())
    other = f"{BASE}/status/9"
    informing = {**ENTRY, "id": f"{other}#1", "statusPurpose": "refresh", "statusListCredential": other}

    report = world.verify(sign(credential(credentialStatus=[ENTRY, informing])))

    assert report.verdict == "valid"
    assert report.check("status").note == (
        f"The status list {other} could not be had. The address could not be retrieved."
    )


def entries(*purposes: str) -> list[dict[str, Any]]:
    """One entry for each purpose, each in a list of its own."""
    return [
        {**ENTRY, "id": f"{BASE}/status/{purpose}#5", "statusPurpose": purpose, "statusListIndex": "5",
         "statusListCredential": f"{BASE}/status/{purpose}"}
        for purpose in purposes
    ]  # fmt: skip


def publish_entry(world: World, purpose: str, *marked: int) -> None:
    url = f"{BASE}/status/{purpose}"
    world.publish(url, status_list(*marked, id=url, put={"credentialSubject/statusPurpose": purpose}))


@pytest.mark.parametrize("turned", [False, True])
def test_of_a_revocation_and_a_suspension_the_graver_is_told(turned: bool, world: World) -> None:
    both = entries("revocation", "suspension")
    data = sign(credential(credentialStatus=both[::-1] if turned else both))
    for revoked, suspended, verdict in (
        ((), (), "valid"), ((5,), (), "revoked"), ((), (5,), "suspended"), ((5,), (5,), "revoked"),
    ):  # fmt: skip
        publish_entry(world, "revocation", *revoked)
        publish_entry(world, "suspension", *suspended)

        assert world.verdict(data) == verdict


def test_an_entry_of_a_kind_that_nobody_knows_is_unknown_unless_another_says_revoked(world: World) -> None:
    unknown = {"id": f"{BASE}/status/x", "type": "JsonSchema"}
    data = sign(credential(credentialStatus=[unknown, *entries("revocation")]))

    publish_entry(world, "revocation")
    assert world.verdict(sign(credential(credentialStatus=entries("revocation")))) == "valid"
    assert world.verdict(data) == "status_unknown"

    publish_entry(world, "revocation", 5)
    assert world.verdict(data) == "revoked"


def test_more_entries_than_anybody_has_are_refused(world: World) -> None:
    publish_entry(world, "revocation")
    many = [{**entries("revocation")[0], "id": f"{STATUS}#{number}"} for number in range(5)]

    assert world.verdict(sign(credential(credentialStatus=many[:4]))) == "valid"
    assert world.verdict(sign(credential(credentialStatus=many))) == "malformed"


def test_when_the_documents_of_one_verification_are_used_up_the_check_says_so() -> None:
    world = in_order()
    asking = Asking(ID, DID, Bounded(MemoryResolver(world.documents), most=1), world.policy, NOW)

    found = standings(credential(), asking)

    assert found.unknown is not None
    assert "Too many documents" in found.unknown.detail
