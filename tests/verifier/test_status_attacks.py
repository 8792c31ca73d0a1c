"""SECURITY.md, group C: status lists that are missing, forged, short, stale or about something else.

C1 is in `test_carriers.py`, C8 in `test_rollback.py`, all of it for every kind of list in `test_status_kinds.py`, the
memory of C2 in `tests/badges/test_status_list.py`; C10 and C11 are the issuer's, in `tests/issuer`.
"""

from __future__ import annotations

import gzip
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from badges.proof import jwt
from keys.encoding import base64url
from keys.key import Algorithm, LocalSigner, PrivateKey
from tests.verifier.published import (
    BASE,
    DAY,
    DID,
    NOW,
    STATUS,
    STATUS_KEY,
    World,
    credential,
    put,
    sign,
    signer,
    status_list,
    to_bytes,
)  # fmt: skip
from verifier.http import HttpResolver
from verifier.resolver import FirstOf, MemoryResolver
from verifier.verify import verify

STRANGER = PrivateKey.generate(Algorithm.EDDSA)
STRANGER_DID = f"did:key:{STRANGER.public().multikey()}"
SUBJECT = "credentialSubject"


def encoded(data: bytes) -> dict[str, Any]:
    return status_list(put={f"{SUBJECT}/encodedList": "u" + base64url(data)})


def problem(world: World, data: Any) -> str:
    report = world.verify(data)
    assert report.verdict == "status_unknown"
    assert report.check("status").result == "error"
    return report.problems[0].type.partition("#")[2]


ZEROS = bytes(16_384)
BOMBS = {
    "a gigabyte of zeros": gzip.compress(bytes(64 * 2**20)),
    "gzip in gzip": gzip.compress(gzip.compress(bytes(2**20))),
    "two members": gzip.compress(ZEROS) * 2,
    "a wrong checksum": gzip.compress(ZEROS)[:-8] + b"\1" + gzip.compress(ZEROS)[-7:],
    "trailing octets": gzip.compress(ZEROS) + b"x",
    "cut short": gzip.compress(ZEROS)[:-9],
    "not gzip": b"hello",
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS.keys())
def test_c2_a_list_that_does_not_decompress_says_nothing(data: bytes, world: World) -> None:
    world.publish(STATUS, encoded(data))

    assert problem(world, sign(credential())) in {"STATUS_VERIFICATION_ERROR", "STATUS_LIST_LENGTH_ERROR"}


def test_c3_a_list_hides_its_bits_in_a_crowd(world: World) -> None:
    world.publish(STATUS, encoded(gzip.compress(bytes(16_383))))
    assert problem(world, sign(credential())) == "STATUS_LIST_LENGTH_ERROR"

    world.publish(STATUS, encoded(gzip.compress(ZEROS)))
    assert world.verdict(sign(credential())) == "valid"


def test_c3_an_index_lies_within_the_list(world: World) -> None:
    last, beyond = (sign(put(credential(), "credentialStatus/statusListIndex", n)) for n in ("131071", "131072"))

    assert world.verdict(last) == "valid"
    assert problem(world, beyond) == "RANGE_ERROR"


@pytest.mark.parametrize(
    "index", ["-1", "1e3", " 5", "5 ", "1_000", "٣", 5, "5.0", "1" + "0" * 30, "", "05", "0x5", True]
)
def test_c4_an_index_is_a_decimal_number_in_text(index: Any, world: World) -> None:
    data = sign(put(credential(), "credentialStatus/statusListIndex", index))

    assert world.verdict(data) == "malformed"


@pytest.mark.parametrize("index", [0, 7, 8, 131_071])
def test_c5_the_first_bit_is_the_left_most(index: int, world: World) -> None:
    world.publish(STATUS, encoded(gzip.compress(b"\x80" + bytes(16_383))))

    verdict = world.verdict(sign(put(credential(), "credentialStatus/statusListIndex", str(index))))

    assert verdict == ("revoked" if index == 0 else "valid")


def _unsigned() -> dict[str, Any]:
    return {name: value for name, value in status_list().items() if name != "proof"}


def _by_stranger() -> dict[str, Any]:
    by = LocalSigner(f"{STRANGER_DID}#{STRANGER.public().multikey()}", STRANGER)
    return sign({**_unsigned(), "issuer": STRANGER_DID}, by)


UNTRUSTED = {
    "signed by somebody else": _by_stranger,
    "signed in the issuer's name by a stranger's key": lambda: sign(
        _unsigned(), LocalSigner(f"{DID}#status", STRANGER)
    ),
    "unsigned": _unsigned,
    "altered": lambda: {**status_list(), "validUntil": "2099-01-01T00:00:00Z"},
    "of another address": lambda: status_list(id=f"{BASE}/status/2"),
    "about something else": lambda: status_list(put={f"{SUBJECT}/statusPurpose": "suspension"}),
    "of another type": lambda: status_list(type=["VerifiableCredential"]),
    "with the old way of writing bits": lambda: status_list(put={f"{SUBJECT}/encodedList": "H4sI"}),
    "a badge": lambda: sign(credential(id=STATUS)),
    "stale": lambda: status_list(validUntil="2026-11-20T10:36:59Z"),
    "of the future": lambda: status_list(validFrom="2026-11-20T10:47:01Z"),
}


@pytest.mark.parametrize("make", UNTRUSTED.values(), ids=UNTRUSTED.keys())
def test_c6_a_list_that_its_issuer_does_not_vouch_for_says_nothing(make: Any, world: World) -> None:
    world.publish(STATUS, make())

    assert problem(world, sign(credential())) == "STATUS_VERIFICATION_ERROR"


ACCEPTED = {
    "about several things": lambda: status_list(put={f"{SUBJECT}/statusPurpose": ["suspension", "revocation"]}),
    "within the difference of clocks": lambda: status_list(
        validFrom="2026-11-20T10:46:59Z", validUntil="2026-11-20T10:47:00Z"
    ),
    "without an end, for the day the service ends": lambda: status_list(put={"validUntil": ...}),
    "as a token": lambda: jwt.encode(_unsigned(), LocalSigner(f"{DID}#status", STATUS_KEY)).encode(),
}


@pytest.mark.parametrize("make", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_c6_a_list_that_its_issuer_vouches_for_is_believed(make: Any, world: World) -> None:
    world.publish(STATUS, make())

    assert world.verdict(sign(credential())) == "valid"


@pytest.mark.parametrize("answer", [b"", b"<html>", b"null", b"[]", b"{}", b"\xff", b"a.b.c"])
def test_c7_what_is_no_list_is_unknown_never_valid(answer: bytes, world: World) -> None:
    world.publish(STATUS, answer)

    assert problem(world, sign(credential())) == "STATUS_VERIFICATION_ERROR"


def test_c7_a_list_that_cannot_be_had_is_unknown_never_valid(world: World) -> None:
    del world.documents[STATUS]

    assert problem(world, sign(credential())) == "STATUS_RETRIEVAL_ERROR"


class Listener(http.server.BaseHTTPRequestHandler):
    """Answers on this machine with what is published, and counts who comes."""

    def do_GET(self) -> None:
        self.server.hits += 1  # type: ignore[attr-defined]
        body = self.server.body  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def inside() -> Iterator[Any]:
    """A server on this machine that no stranger may have us ask."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    server.hits, server.body = 0, b""  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def listed_at(url: str) -> dict[str, Any]:
    entry = {**credential()["credentialStatus"], "id": f"{url}#1", "statusListCredential": url}
    return sign(credential(credentialStatus=entry))


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    "address",
    ["http://localhost:{}/1", "http://127.0.0.1:{}/1", "https://localhost:{}/1", "https://[::1]:{}/1",
     "http://2130706433:{}/1", "https://metadata.google.internal/1", "file:///etc/passwd", "urn:x:{}"],
)  # fmt: skip
def test_c9_a_list_at_an_address_inside_is_never_asked_for(address: str, inside: Any, world: World) -> None:
    url = address.format(inside.server_port)
    inside.body = to_bytes(status_list(id=url))
    documents = FirstOf(MemoryResolver(world.documents), HttpResolver(lookup=lambda host, port: ["127.0.0.1"]))

    report = verify(to_bytes(listed_at(url)), documents, world.policy, NOW)

    assert report.verdict == "status_unknown"
    assert report.check("status").code == "status_unknown"
    assert inside.hits == 0


@pytest.mark.enable_socket
def test_c9_the_same_list_is_read_where_this_machine_may_be_asked(inside: Any, world: World) -> None:
    url = f"http://localhost:{inside.server_port}/1"
    inside.body = to_bytes(status_list(id=url))
    documents = FirstOf(MemoryResolver(world.documents), HttpResolver(loopback=True))

    assert verify(to_bytes(listed_at(url)), documents, world.policy, NOW).verdict == "valid"
    assert inside.hits == 1


@pytest.mark.parametrize(
    ("member", "value", "verdict"),
    [
        ("statusPurpose", "colour", "status_unknown"),
        ("statusPurpose", ["revocation"], "malformed"),
        ("statusListCredential", ["https://a.example/1", "https://a.example/2"], "malformed"),
        ("statusSize", 0, "malformed"),
        ("statusSize", "1", "malformed"),
        ("id", STATUS, "malformed"),
    ],
)
def test_an_entry_that_says_something_else_is_not_passed(member: str, value: Any, verdict: str, world: World) -> None:
    assert world.verdict(sign(put(credential(), f"credentialStatus/{member}", value))) == verdict


@pytest.mark.parametrize("purpose", ["refresh", "message"])
def test_a_purpose_that_informs_never_invalidates(purpose: str, world: World) -> None:
    world.publish(STATUS, status_list(94_567, put={f"{SUBJECT}/statusPurpose": purpose}))

    assert world.verdict(sign(put(credential(), "credentialStatus/statusPurpose", purpose))) == "valid"


def test_a_larger_entry_is_set_by_any_of_its_bits(world: World) -> None:
    world.publish(STATUS, encoded(gzip.compress(b"\0\x10" + bytes(2 * 16_384 - 2))))
    messages = [{"status": hex(value), "message": f"m{value}"} for value in range(4)]
    data = put(put(credential(), "credentialStatus/statusSize", 2), "credentialStatus/statusMessage", messages)

    assert world.verdict(sign(put(data, "credentialStatus/statusListIndex", "5"))) == "revoked"
    assert world.verdict(sign(put(data, "credentialStatus/statusListIndex", "4"))) == "valid"


def test_of_two_entries_each_is_looked_up(world: World) -> None:
    other = f"{BASE}/status/2"
    entry = credential()["credentialStatus"]
    second = {**entry, "id": f"{other}#3", "statusPurpose": "suspension", "statusListIndex": "3",
              "statusListCredential": other}  # fmt: skip
    data = sign(credential(credentialStatus=[entry, second]))
    suspension = {f"{SUBJECT}/statusPurpose": "suspension"}

    for marked, verdict in ((3, "suspended"), (4, "valid")):
        world.publish(other, status_list(marked, id=other, put=suspension))
        assert world.verdict(data) == verdict
    del world.documents[other]
    assert world.verdict(data) == "status_unknown"


def test_a_credential_without_a_status_says_so(world: World) -> None:
    report = world.verify(sign({name: value for name, value in credential().items() if name != "credentialStatus"}))

    assert (report.verdict, report.check("status").result) == ("valid", "skipped")


def test_the_report_says_when_the_list_was_made(world: World) -> None:
    check = world.verify(sign(credential())).check("status")

    assert check.values["time"] == (NOW - DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert check.to_json()["detail"].endswith("as of 2026-11-19T10:42:00Z.")


def test_a_token_is_looked_up_in_the_same_list(world: World) -> None:
    world.publish(STATUS, status_list(94_567))
    data = jwt.encode(credential(), signer(Algorithm.ES256)).encode()

    report = world.verify(data)

    assert report.verdict == "revoked"
    assert json.dumps(report.to_json())
