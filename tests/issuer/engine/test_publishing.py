"""What everybody may have: documents that verify what was issued, from this service or from a folder."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from badges.document import parse
from badges.reading import read_credential
from issuer.archive import award
from issuer.batch import reserve
from issuer.correct import Changes, correct
from issuer.faces import UnknownFace, face
from issuer.keyring import controllers
from issuer.office import Office, open_office
from issuer.outcome import Signed
from issuer.public import document
from issuer.publish import publish
from issuer.resolver import StoreResolver
from issuer.revoke import revoke
from issuer.work.issuing import sign_batch
from keys.key import Algorithm, VerificationKey
from keys.store import Purpose
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people, settings_for
from verifier.layout import path_of
from verifier.policy import Policy
from verifier.resolver import Absent, DirectoryResolver, Unreachable
from verifier.verdict import Verdict
from verifier.verify import verify

BASE = "https://badges.example.org"


def issue(office: Office, count: int = 2) -> Signed:
    batch = reserve(office, make_event(), people(count), now=NOW)
    return sign_batch(office, batch.batch_id, now=NOW)


def body(office: Office, path: str) -> dict:  # type: ignore[type-arg]
    found = document(office, path, NOW)
    assert found is not None, path
    return json.loads(found.body)  # type: ignore[no-any-return]


def test_what_was_issued_verifies_from_the_published_folder_alone(office: Office, tmp_path: Path) -> None:
    out, resolver = tmp_path / "out", DirectoryResolver(tmp_path / "out")
    valid, revoked, old = (item.url for item in issue(office, 3).credentials)
    before = (StoreResolver(office, NOW).fetch(old), StoreResolver(office, NOW).fetch(revoked))
    revoke(office, [revoked], "Errore", NOW)
    correct(office, old, Changes(name="Ada Lovelace"), None, NOW)

    publish(office, out, now=NOW)

    def verdict(data: bytes) -> Verdict:
        return verify(data, resolver, Policy(), NOW + timedelta(minutes=1)).verdict

    assert verdict((out / path_of(valid)).read_bytes()) is Verdict.VALID
    assert verdict((out / path_of(old)).read_bytes()) is Verdict.VALID
    assert verdict(before[0]) is Verdict.SUPERSEDED
    assert verdict(before[1]) is Verdict.REVOKED


def test_publishing_again_touches_nothing_that_did_not_change(office: Office, tmp_path: Path) -> None:
    issue(office)
    count = publish(office, tmp_path / "out", now=NOW)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()}

    assert publish(office, tmp_path / "out", now=NOW) == count
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()} == before
    assert len(before) == count


def test_a_final_publication_has_lists_without_an_end(office: Office, tmp_path: Path) -> None:
    url = issue(office).credentials[0].url
    publish(office, tmp_path / "out", now=NOW, final=True)
    data = (tmp_path / "out" / path_of(url)).read_bytes()
    years = NOW.replace(year=2036)
    usual = StoreResolver(office, NOW)

    assert verify(data, DirectoryResolver(tmp_path / "out"), Policy(), years).verdict is Verdict.VALID
    assert verify(data, usual, Policy(), years).verdict is Verdict.STATUS_UNKNOWN


def test_no_draft_is_left_where_a_file_could_not_be_written(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(office)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        publish(office, tmp_path / "out", now=NOW)

    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


def test_every_address_that_a_credential_names_is_there(office: Office) -> None:
    token = issue(office).credentials[0].token
    found = award(office, token)
    assert found is not None
    credential = read_credential(json.loads(found.signed))
    achievement = credential.subject.achievement
    addresses = [
        credential.id,
        credential.status.list_url,
        achievement.id,
        str(achievement.image and achievement.image.id),
    ]
    resolver = StoreResolver(office, NOW)

    assert all(resolver.fetch(url) for url in addresses)
    assert resolver.fetch(credential.id) == found.signed
    assert resolver.fetch(f"{credential.id}.json") == found.signed


def test_the_public_documents_say_what_they_are(office: Office) -> None:
    issue(office)
    did = controllers(office.database)["python-milano"]
    place = "/issuers/python-milano"

    assert body(office, place)["id"] == did
    assert body(office, f"{place}/did.json")["id"] == did
    kid = body(office, f"{place}/jwks.json")["keys"][0]["kid"].partition("#")[2]
    key = VerificationKey.from_jwk(
        {name: value for name, value in body(office, f"{place}/keys/{kid}").items() if name in ("kty", "crv", "x")}
    )
    assert key.multikey() == body(office, f"{place}/did.json")["verificationMethod"][0]["publicKeyMultibase"]


@pytest.mark.parametrize(
    "path",
    ["/issuers/nobody", "/issuers/nobody/did.json", "/achievements/" + "a" * 26, "/status/1", "/", "/issuers/../x",
     "/issuers/python-milano/keys/none", "/status/01", "/etc/passwd"],
)  # fmt: skip
def test_what_is_not_there_is_none(office: Office, path: str) -> None:
    issue(office)

    assert document(office, path, NOW) is None
    assert document(office, "/issuers/python-milano", NOW) is not None


def test_the_same_document_has_the_same_tag_and_another_another(office: Office) -> None:
    issue(office)
    one, again, other = (document(office, f"/issuers/python-milano{end}", NOW) for end in ("", "", "/did.json"))

    assert one is not None
    assert again is not None
    assert other is not None
    assert one.etag == again.etag != other.etag


def test_our_own_addresses_are_answered_from_the_store_and_others_are_not(office: Office) -> None:
    issue(office)
    resolver = StoreResolver(office, NOW)

    assert resolver.fetch(f"{BASE}/issuers/python-milano/did.json")
    with pytest.raises(Absent):
        resolver.fetch(f"{BASE}/c/{'a' * 26}")
    with pytest.raises(Unreachable) as unreachable:
        resolver.fetch("https://other.example.org/issuers/python-milano/did.json")
    assert not isinstance(unreachable.value, Absent)


def test_rotation_leaves_every_old_badge_valid(office: Office) -> None:
    did = ""
    for turn in range(4):
        batch = reserve(office, make_event(), people(3 * (turn + 1)), now=NOW)
        did = controllers(office.database)["python-milano"]
        office.keyring().rotate(did, Purpose.CREDENTIAL, Algorithm.EDDSA, NOW)  # While the batch is running.
        sign_batch(office, batch.batch_id, now=NOW)
        office.keyring().rotate(did, Purpose.STATUS_LIST, Algorithm.EDDSA, NOW)
    everybody = sign_batch(office, reserve(office, make_event(), people(12), now=NOW).batch_id, now=NOW)
    resolver = StoreResolver(office, NOW)
    methods = set()
    for item in everybody.credentials:
        data = resolver.fetch(item.url)
        methods.add(parse(data).credential["proof"][0]["verificationMethod"])

        assert verify(data, resolver, Policy(), NOW).verdict is Verdict.VALID

    assert (everybody.unchanged, len(methods)) == (12, 4)


def test_a_token_stays_the_same_bytes_when_keys_are_rotated(office: Office) -> None:
    found = award(office, issue(office).credentials[0].token)
    assert found is not None
    first = face(office, found, "jwt").body
    did = controllers(office.database)["python-milano"]
    office.keyring().rotate(did, Purpose.CREDENTIAL, Algorithm.ES256, NOW)

    assert face(office, found, "jwt").body == first
    assert verify(first, StoreResolver(office, NOW), Policy(), NOW).verdict is Verdict.VALID


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA"])
def test_a_token_is_signed_with_the_algorithm_that_was_asked_for(office: Office, algorithm: str) -> None:
    found = award(office, issue(office).credentials[0].token)
    assert found is not None
    token = face(office, found, "jwt", algorithm)

    assert (parse(token.body).header or {})["alg"] == algorithm
    assert verify(token.body, StoreResolver(office, NOW), Policy(), NOW).verdict is Verdict.VALID


def test_a_face_that_nobody_makes_is_said_to_be_unknown(office: Office) -> None:
    found = award(office, issue(office).credentials[0].token)
    assert found is not None

    with pytest.raises(UnknownFace):
        face(office, found, "docx")
    with pytest.raises(UnknownFace):
        face(office, found, "jwt", "HS256")


def test_a_print_that_is_missing_is_made_again_as_it_was(office: Office) -> None:
    found = award(office, issue(office).credentials[0].token)
    assert found is not None
    first = face(office, found, "pdf").body
    shutil.rmtree(office.settings.data / "cache")

    assert face(office, found, "pdf").body == first


def test_a_folder_is_laid_out_by_host_with_its_port(tmp_path: Path) -> None:
    office = open_office(replace(settings_for(tmp_path), base_url="http://localhost:8000"))
    url = issue(office, 1).credentials[0].url
    publish(office, tmp_path / "out", now=NOW)
    office.close()
    data = (tmp_path / "out" / "localhost%3A8000" / "c" / url[-26:] / "index.json").read_bytes()

    assert verify(data, DirectoryResolver(tmp_path / "out"), Policy(), NOW).verdict is Verdict.VALID


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA"])
def test_a_token_that_is_asked_for_after_publishing_verifies_with_what_was_published(
    office: Office, tmp_path: Path, algorithm: str
) -> None:
    [token] = (item.token for item in issue(office, 1).credentials)
    publish(office, tmp_path / "out", now=NOW)
    found = award(office, token)
    assert found is not None

    late = face(office, found, "jwt", algorithm).body

    report = verify(late, DirectoryResolver(tmp_path / "out"), Policy(), NOW + timedelta(minutes=1))
    assert report.verdict is Verdict.VALID


def test_pictures_of_a_practice_installation_say_so_and_verify_all_the_same(tmp_path: Path) -> None:
    settings = replace(settings_for(tmp_path), base_url="http://localhost:8000")
    office = open_office(settings)
    found = award(office, issue(office, 1).credentials[0].token)
    assert found is not None
    for extension in ("png", "svg"):
        body = face(office, found, extension).body
        serious = face(
            replace(office, settings=replace(settings, base_url="https://badges.example.org")), found, extension
        )

        assert body != serious.body
        assert verify(body, StoreResolver(office, NOW), Policy(), NOW).verdict is Verdict.VALID
    office.close()
