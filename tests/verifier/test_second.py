"""What the page hands to the browser for its second check: bytes, claims, hosts; and a policy that names them alone."""

from __future__ import annotations

import base64
import io
import json
import re
from html import unescape
from typing import Any

import pytest

from tests.verifier.published import BASE, DID, STATUS, World, credential, put, sign, to_bytes
from tests.verifier.test_web import HTML, client_of, desk
from verifier.web.second import HOSTS_MOST, content_security_policy, hosts


def handed(world: World, data: bytes, base_url: str = "https://verifier.example") -> tuple[dict[str, Any] | None, str]:
    """Return what the report on `data` embeds, and its content security policy."""
    client = client_of(desk(world), base_url)
    answer = client.post("/verify", data={"file": (io.BytesIO(data), "x")}, headers=HTML)
    found = re.search(r'<script type="application/json" id="second-data">(.*?)</script>', answer.text, re.DOTALL)
    return (json.loads(unescape(found[1])) if found else None), answer.headers["Content-Security-Policy"]


def test_the_exact_bytes_are_handed_over_and_the_two_hosts_that_could_be_asked(world: World) -> None:
    data = to_bytes(sign(credential())) + b"\n"

    given, policy = handed(world, data)

    assert given is not None
    assert base64.b64decode(given["credential"]) == data
    assert given["hosts"] == ["badges.example"]
    assert "connect-src 'self' https://badges.example;" in policy


def test_our_own_host_needs_no_leave(world: World) -> None:
    given, policy = handed(world, to_bytes(sign(credential())), BASE)

    assert given is not None
    assert given["hosts"] == []
    assert "connect-src 'self';" in policy


def test_of_a_document_that_could_not_be_read_nothing_is_handed_over(world: World) -> None:
    assert handed(world, b"hello")[0] is None


def test_of_a_broken_signature_no_host_is_named(world: World) -> None:
    given, policy = handed(world, to_bytes(put(sign(credential()), "name", "Altro")))

    assert given is not None
    assert (given["verdict"], given["hosts"]) == ("signature_invalid", [])
    assert "connect-src 'self';" in policy


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/x",
        "http://plain.example/x",
        "https://user@evil.example/x",
        "https://evil.example;script-src/x",
        "https://evil.example https://other.example/",
        "https://localhost/x",
        "https://evil.example:0/x",
        "https://ev\nil.example/x",
        "data:application/json,{}",
    ],
)
def test_no_address_that_is_none_reaches_the_policy(address: str) -> None:
    odd = {"issuer": "urn:x", "credentialStatus": {"statusListCredential": address}}

    named = hosts(odd, BASE)

    assert named == []
    assert "https:" not in content_security_policy({"hosts": named})


def test_a_good_address_does_and_not_too_many_of_them() -> None:
    entries = [{"statusListCredential": f"https://list{number}.example/1"} for number in range(9)]

    assert hosts({"issuer": DID, "credentialStatus": {"statusListCredential": STATUS}}, "https://x.example") == [
        "badges.example"
    ]
    assert len(hosts({"issuer": DID, "credentialStatus": entries}, "https://x.example")) == HOSTS_MOST


def test_what_a_stranger_wrote_cannot_end_the_block_it_stands_in(world: World) -> None:
    name = "</script><script>alert(1)</script><!--"
    data = to_bytes(sign(credential(name=name)))
    client = client_of(desk(world), "https://verifier.example")

    text = client.post("/verify", data={"file": (io.BytesIO(data), "x")}, headers=HTML).text

    assert "<script>alert" not in text
    assert text.count("</script>") == text.count("<script")
