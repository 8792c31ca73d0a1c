"""Folders, mappings and caches of documents: the layout is exact, and nobody gets out of the folder."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.documents import did_for
from verifier.did import InvalidDid, did_key_document, did_web_url, split_method
from verifier.layout import UnsafePath, path_of
from verifier.resolver import (
    Absent,
    Bounded,
    DirectoryResolver,
    FirstOf,
    Gone,
    MemoryResolver,
    Resolver,
    Unreachable,
    local_part,
)  # fmt: skip

URL = "https://badges.example/status/1"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://badges.example/status/1", "badges.example/status/1/index.json"),
        ("http://localhost:8000/status/1", "localhost%3A8000/status/1/index.json"),
        ("https://badges.example/issuers/milano/did.json", "badges.example/issuers/milano/did.json"),
        ("did:web:badges.example:issuers:milano", "badges.example/issuers/milano/did.json"),
        ("did:web:localhost%3A8000:issuers:milano", "localhost%3A8000/issuers/milano/did.json"),
        ("did:web:badges.example", "badges.example/.well-known/did.json"),
        ("https://badges.example", "badges.example/index.json"),
        ("https://badges.example/", "badges.example/index.json"),
        ("https://BADGES.example:443/a/", "badges.example/a/index.json"),
        ("https://badges.example/a.b/c#x", "badges.example/a.b/c/index.json"),
        ("https://badges.example/achievements/x.svg", "badges.example/achievements/x.svg"),
        ("https://badges.example/caf%C3%A9", "badges.example/café/index.json"),
    ],
)
def test_every_document_has_one_place(url: str, path: str) -> None:
    assert path_of(url) == PurePosixPath(path)


@pytest.mark.parametrize(
    "url",
    [
        "https://h.example/../x", "https://h.example/a/../../x", "https://h.example/%2e%2e/x", "https://h.example/a%2Fb",
        "https://h.example/a%5Cb", "https://h.example/a\\b", "https://h.example/a%00", "https://h.example/a\0",
        "https://h.example//x", "https://h.example/a//b", "https://h.example/./a", "https://h.example/%252e%252e",
        "https://../x", "https://.h/x", "https://h.example:99999999/x", "https://u:p@h.example/x", "file:///etc/passwd",
        "ftp://h.example/x", "https://h.example/x?y=1", "https://[::1]/x", "https:///x", "x", "",
        "https://h.example/" + "a" * 256, "did:web:h.example:..", "did:ion:x", "https://h.example/a%0Ab",
        "https://h.example/%E9",
    ],
)  # fmt: skip
def test_what_could_lead_elsewhere_has_no_place(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        path_of(url)


@given(st.text(max_size=60))
def test_no_path_leads_out(text: str) -> None:
    try:
        path = path_of("https://h.example/" + text)
    except UnsafePath:
        return
    except UnicodeError:
        return
    assert ".." not in path.parts
    assert path.parts[0] == "h.example"


@pytest.mark.parametrize("base", ["http://localhost:8000", "https://badges.example"])
def test_the_address_of_an_issuer_is_where_its_document_is_published(base: str) -> None:
    host = base.partition("//")[2]

    assert did_web_url(did_for(base, "milano")) == f"https://{host}/issuers/milano/did.json"


@pytest.mark.parametrize(
    "did",
    [
        "did:web:[::1]", "did:web:127.0.0.1", "did:web:1", "did:web:0x7f.1", "did:web:a..b", "did:web:-a.b",
        "did:web:a.b:..", "did:web:a.b:c:.", "did:web:a.b:", "did:web:a.b::c", "did:web:a.b%3A0", "did:web:a.b:c/d",
        "did:web:a.b%3A99999", "did:web:A.b", "did:web:a.b:%2e%2e", "did:web:аpple.example", "did:web", "",
        "did:web:" + "a." * 300 + "b",
    ],
)  # fmt: skip
def test_a_did_web_is_a_host_name_and_a_plain_path(did: str) -> None:
    with pytest.raises(InvalidDid):
        did_web_url(did)


@pytest.mark.shared
def test_a_did_key_is_its_own_document(shared: Path) -> None:
    folder = shared / "vectors" / "w3c-ccg-did-method-key"
    seen = 0
    for file in sorted(folder.rglob("*.json")):
        for did, entry in json.loads(file.read_text()).items():
            if did.startswith(("did:key:z6Mk", "did:key:zDna", "did:key:z82L")):
                document = did_key_document(did)
                expected = entry.get("didDocument", entry)
                assert document["assertionMethod"] == [f"{did}#{did.removeprefix('did:key:')}"]
                assert expected["id"] == did
                seen += 1
    assert seen


def _did_key(octets: bytes) -> str:
    return "did:key:z" + base58.b58encode(octets).decode()


@pytest.mark.parametrize(
    "did",
    [
        "did:key:",
        "did:key:zabc",
        "did:key:uabc",
        _did_key(b"\xed\x01" + bytes(32)),
        _did_key(b"\xed\x01" + bytes(31)),
        _did_key(b"\x80\x26" + bytes(32)),
    ],
)
def test_a_did_key_without_a_sound_key_is_none(did: str) -> None:
    with pytest.raises(InvalidDid):
        did_key_document(did)


@pytest.mark.parametrize("url", [None, 7, "", "#", "a", "a#", "#b", "a b#c", "a#b c", "a#b#c", "a" * 2000 + "#b"])
def test_a_method_without_controller_or_fragment_is_none(url: object) -> None:
    assert split_method(url) is None


class TestDirectoryResolver:
    """A folder as `publish` writes it."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        place = tmp_path / "out" / "badges.example" / "status" / "1"
        place.mkdir(parents=True)
        (place / "index.json").write_bytes(b"{}")
        (tmp_path / "secret.json").write_bytes(b"secret")
        return tmp_path / "out"

    def test_a_document_is_read_from_its_place(self, root: Path) -> None:
        assert DirectoryResolver(root).fetch(URL) == b"{}"
        assert DirectoryResolver(root).fetch(URL + "#7") == b"{}"

    @pytest.mark.parametrize(
        "url",
        [
            "https://badges.example/status/2", "https://badges.example/status", "https://badges.example/../../secret.json",
            "https://badges.example/%2e%2e/%2e%2e/secret.json", "https://other.example/status/1", "did:ion:x", "",
        ],
    )  # fmt: skip
    def test_what_is_not_there_is_unreachable(self, root: Path, url: str) -> None:
        with pytest.raises(Unreachable):
            DirectoryResolver(root).fetch(url)

    def test_links_in_a_circle_lead_nowhere(self, root: Path) -> None:
        (root / "badges.example" / "round.json").symlink_to(root / "badges.example" / "round.json")

        with pytest.raises(Unreachable):
            DirectoryResolver(root).fetch("https://badges.example/round.json")

    def test_a_link_that_leads_out_is_not_followed(self, root: Path) -> None:
        (root / "badges.example" / "out.json").symlink_to(root.parent / "secret.json")
        (root / "badges.example" / "in.json").symlink_to(root / "badges.example" / "status" / "1" / "index.json")

        assert DirectoryResolver(root).fetch("https://badges.example/in.json") == b"{}"
        with pytest.raises(Unreachable):
            DirectoryResolver(root).fetch("https://badges.example/out.json")

    def test_a_document_that_is_too_long_is_unreachable(self, root: Path) -> None:
        (root / "badges.example" / "a.json").write_bytes(bytes(2**20))
        (root / "badges.example" / "b.json").write_bytes(bytes(2**20 + 1))

        assert DirectoryResolver(root).fetch("https://badges.example/a.json")
        with pytest.raises(Unreachable):
            DirectoryResolver(root).fetch("https://badges.example/b.json")


class Counting(MemoryResolver):
    """Documents that are counted as they are asked for."""

    def __init__(self, documents: dict[str, bytes]) -> None:
        super().__init__(documents)
        self.asked = 0

    def fetch(self, url: str) -> bytes:
        self.asked += 1
        return super().fetch(url)


def test_the_first_that_has_a_document_is_believed() -> None:
    first, second = MemoryResolver({"a": b"1"}), MemoryResolver({"a": b"2", "b": b"2"})

    assert FirstOf(first, second).fetch("a") == b"1"
    assert FirstOf(first, second).fetch("b") == b"2"
    with pytest.raises(Unreachable):
        FirstOf(first, second).fetch("c")


def test_who_owns_an_address_has_the_last_word() -> None:
    class Owner:
        local = True

        def __init__(self, said: Unreachable) -> None:
            self.said = said

        def fetch(self, url: str) -> bytes:
            raise self.said

    other = Counting({"a": b"1"})

    for last_word in (Absent(), Gone(b"{}")):
        with pytest.raises(type(last_word)):
            FirstOf(Owner(last_word), other).fetch("a")
    assert other.asked == 0
    assert FirstOf(Owner(Unreachable()), other).fetch("a") == b"1"


def test_one_verification_asks_once_for_each_and_not_for_many() -> None:
    inner = Counting({str(n): b"x" for n in range(9)})
    bounded = Bounded(inner)

    for _ in range(3):
        bounded.fetch("0#fragment")
    assert inner.asked == 1
    for n in range(1, 6):
        bounded.fetch(str(n))
    with pytest.raises(Unreachable):
        bounded.fetch("6")
    assert inner.asked == 6


def test_only_what_is_at_hand_is_local() -> None:
    class Far:
        def fetch(self, url: str) -> bytes:
            raise Unreachable

    far: Resolver = Far()
    near = MemoryResolver({"a": b"1"})

    assert local_part(far) is None
    assert local_part(Bounded(FirstOf(far, far))) is None
    found = local_part(Bounded(FirstOf(far, near)))
    assert found is not None
    assert found.fetch("a") == b"1"
