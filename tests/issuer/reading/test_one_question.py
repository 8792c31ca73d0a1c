"""Every public document costs one question of the database, and nothing that is kept is out of date."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from issuer import correct, revoke
from issuer.vouching import withdraw
from issuer.web.found import Finder
from issuer.web.ready import Ready
from issuer.web.verdicts import LONGEST
from tests.conftest import NOW
from tests.issuer.reading.conftest import House, questions

PAGE = {"Accept": "text/html", "Accept-Language": "en"}
JSON = {"Accept": "application/ld+json"}
VC = {"Accept": "application/vc"}
"""Headers of readers."""


def addresses(house: House) -> dict[str, tuple[str, dict[str, str]]]:
    """Return every kind of public document: its address, and how it is asked for."""
    said = json.loads(house.client().get(f"/c/{house.tokens[0]}.json").data)
    issuer, achievement = "/issuers/python-milano", said["credentialSubject"]["achievement"]
    kid = said["proof"][0]["verificationMethod"].partition("#")[2]
    return {
        "credential": (f"/c/{house.tokens[0]}.json", {}),
        "credential, asked for by its type": (f"/c/{house.tokens[0]}", VC),
        "profile": (issuer, JSON),
        "DID document": (f"{issuer}/did.json", {}),
        "JWKS": (f"{issuer}/jwks.json", {}),
        "key": (f"{issuer}/keys/{kid}", {}),
        "achievement": (urlsplit(achievement["id"]).path, JSON),
        "picture": (urlsplit(achievement["image"]["id"]).path, {}),
        "status list": (urlsplit(said["credentialStatus"]["statusListCredential"]).path, {}),
    }


def test_a_document_costs_one_question_the_first_time_and_every_time_and_unchanged(house: House) -> None:
    client, costs = house.client(), {}

    for name, (path, headers) in addresses(house).items():
        with questions() as first:
            whole = client.get(path, headers=headers)
        with questions() as second:
            again = client.get(path, headers=headers)
        with questions() as third:
            unchanged = client.get(path, headers={**headers, "If-None-Match": whole.headers["ETag"]})
        assert (whole.status_code, again.status_code, unchanged.status_code) == (200, 200, 304), name
        assert (again.data, unchanged.data) == (whole.data, b""), name
        assert dict(again.headers) == dict(whole.headers), name
        costs[name] = (len(first), len(second), len(third))

    assert costs == dict.fromkeys(costs, (1, 1, 1))


def test_a_page_that_was_seen_costs_one_question(house: House) -> None:
    client, path = house.client(), f"/c/{house.tokens[0]}"
    first = client.get(path, headers=PAGE)

    with questions() as again:
        second = client.get(path, headers=PAGE)
    with questions() as unchanged:
        third = client.get(path, headers={**PAGE, "If-None-Match": second.headers["ETag"]})

    assert (len(again), len(unchanged)) == (1, 1)
    assert (first.data, dict(first.headers)) == (second.data, dict(second.headers))
    assert (third.status_code, third.data) == (304, b"")
    assert third.headers["Cache-Control"] == second.headers["Cache-Control"] == "no-cache"


def test_a_page_that_is_given_again_says_when(house: House) -> None:
    moment = [NOW]
    client, path = house.client(lambda: moment[0]), f"/c/{house.tokens[0]}"
    first = client.get(path, headers=PAGE)

    moment[0] = NOW + timedelta(minutes=3, seconds=7)
    with questions() as asked:
        second = client.get(path, headers={**PAGE, "If-None-Match": first.headers["ETag"]})

    assert len(asked) == 1
    assert (second.status_code, second.text.count("11:45")) == (200, 2)
    assert '"checked": "2026-11-20T10:45:07Z"' in second.text
    assert first.text.replace("11:42", "11:45").replace(":42:00Z", ":45:07Z") == second.text


def test_after_a_while_a_page_is_made_anew_though_nothing_has_changed(house: House) -> None:
    moment = [NOW]
    client, path = house.client(lambda: moment[0]), f"/c/{house.tokens[0]}"
    client.get(path, headers=PAGE)

    moment[0] = NOW + LONGEST
    with questions() as asked:
        client.get(path, headers=PAGE)

    assert len(asked) > 1


def spoiled(house: House) -> None:
    """Revoke the award."""
    revoke.revoke(house.office, [house.tokens[0]], "Issued in error.", NOW - timedelta(seconds=1))


def corrected(house: House) -> None:
    """Give its person another name."""
    changes = correct.Changes(name="Zoë Quite-Another")
    correct.correct(house.office, house.tokens[0], changes, "The name was wrong.", NOW - timedelta(seconds=1))


def disowned(house: House) -> None:
    """Let nobody vouch for the issuer any more."""
    assert withdraw(house.office, "python-milano", NOW)


@pytest.mark.parametrize(
    ("change", "word"), [(spoiled, "Issued in error."), (corrected, "Quite-Another"), (disowned, "verdict unfamiliar")]
)
def test_what_changes_in_one_process_is_in_force_in_all_others_at_once(
    house: House, change: Callable[[House], None], word: str
) -> None:
    elsewhere, path = house.client(), f"/c/{house.tokens[0]}"
    before = [elsewhere.get(path, headers=PAGE) for _ in range(2)]
    assert word not in before[1].text

    change(house)
    after = elsewhere.get(path, headers={**PAGE, "If-None-Match": before[1].headers["ETag"]})

    assert after.status_code == 200
    assert word in after.text


def test_whoever_did_not_ask_would_tell_it_too_late(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client, path = house.client(), f"/c/{house.tokens[0]}"
    client.get(path, headers=PAGE)
    ready = client.application.wsgi_app
    assert isinstance(ready, Ready)
    once = ready._finder.find(path, "text/html")

    spoiled(house)
    monkeypatch.setattr(Finder, "find", lambda *_: once)

    assert "Issued in error." not in client.get(path, headers=PAGE).text


def test_a_revocation_is_in_the_list_that_another_process_serves_at_once(house: House) -> None:
    elsewhere, (path, _) = house.client(), addresses(house)["status list"]
    before = elsewhere.get(path)

    spoiled(house)
    after = elsewhere.get(path, headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert after.data != before.data


def sizes(client: FlaskClient, path: str, headers: dict[str, str]) -> tuple[bytes, bytes]:
    plain = client.get(path, headers={**headers, "Accept-Encoding": "identity"})
    packed = client.get(path, headers={**headers, "Accept-Encoding": "br, gzip;q=0.8"})
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert packed.headers["Vary"] == plain.headers["Vary"]
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"].startswith("W/")
    unchanged = client.get(path, headers={**headers, "If-None-Match": packed.headers["ETag"]})
    assert unchanged.status_code == 304
    return plain.data, packed.data


@pytest.mark.parametrize(("path", "headers"), [("/c/{}", PAGE), ("/c/{}.json", {}), ("/", PAGE), ("/verify", PAGE)])
def test_texts_travel_in_gzip_and_are_the_same(house: House, path: str, headers: dict[str, str]) -> None:
    client = house.client()
    path = path.format(house.tokens[0])
    if path.startswith("/c/"):
        plain, packed = sizes(client, path, headers)
    else:
        plain = client.get(path, headers=headers).data
        packed = client.get(path, headers={**headers, "Accept-Encoding": "gzip"}).data

    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain)


def test_a_verification_costs_four_questions_each_time_and_remembers_nothing(house: House) -> None:
    client, costs = house.client(), []
    signed = [json.loads(client.get(f"/c/{token}.json").data) for token in house.tokens]
    client.post("/credentials/verify", json={"verifiableCredential": signed[0]})

    for credential in (*signed, signed[0]):
        with questions() as asked:
            answer = client.post("/credentials/verify", json={"verifiableCredential": credential})
        assert answer.json["verdict"] == "valid"
        costs.append(len(asked))

    assert costs == [4, 4, 4, 4]


def test_what_is_made_of_what_was_sent_is_not_packed(house: House) -> None:
    signed = house.client().get(f"/c/{house.tokens[0]}.json").data
    answer = house.client().post("/verify", data={"text": signed.decode()}, headers={"Accept-Encoding": "gzip"})

    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_head_tells_what_get_would_and_sends_nothing(house: House) -> None:
    client = house.client()

    for path, headers in [*addresses(house).values(), (f"/c/{house.tokens[0]}", PAGE)]:
        for _ in range(2):
            head, get = client.head(path, headers=headers), client.get(path, headers=headers)
            assert (head.status_code, head.data) == (200, b"")
            assert dict(head.headers) == dict(get.headers)


def test_a_part_of_a_print_may_be_asked_for(house: House) -> None:
    client, path = house.client(), f"/c/{house.tokens[0]}.pdf"
    whole = client.get(path)

    part = client.get(path, headers={"Range": "bytes=0-7"})
    too_far = client.get(path, headers={"Range": f"bytes={len(whole.data)}-"})

    assert whole.headers["Accept-Ranges"] == "bytes"
    assert (part.status_code, part.data) == (206, whole.data[:8])
    assert part.headers["Content-Range"] == f"bytes 0-7/{len(whole.data)}"
    assert too_far.status_code == 416


def test_readers_are_told_apart_by_form_and_by_language(house: House) -> None:
    client, path = house.client(), f"/c/{house.tokens[0]}"
    asked = [
        PAGE,
        {**PAGE, "Accept-Language": "it"},
        VC,
        JSON,
        {"Accept": "*/*"},
        {**PAGE, "Accept-Language": "x" * 999},
    ]

    answers = [[client.get(path, headers=headers) for headers in asked] for _ in range(2)]

    kinds = [answer.content_type for answer in answers[0]]
    assert kinds[2:4] == ["application/vc", "application/ld+json"]
    assert [answer.data for answer in answers[0]] == [answer.data for answer in answers[1]]
    assert [answer.text.count('lang="it"') > 0 for answer in answers[0][:2]] == [True, True]
    assert 'html lang="en"' in answers[0][0].text
    assert 'html lang="it"' in answers[0][1].text
    assert all("Accept" in answer.headers["Vary"] for answer in answers[0])


def test_with_a_question_in_the_address_the_pages_answer(house: House) -> None:
    client, path = house.client(), f"/c/{house.tokens[0]}"
    client.get(path, headers=PAGE)

    assert 'html lang="it"' in client.get(f"{path}?lang=it", headers=PAGE).text


def test_no_more_is_kept_than_there_is_room_for(house: House) -> None:
    client = house.client()
    ready = client.application.wsgi_app
    assert isinstance(ready, Ready)
    ready._kept.weight = 100_000

    for _ in range(2):
        for token in house.tokens:
            assert client.get(f"/c/{token}", headers=PAGE).status_code == 200

    assert 0 < ready._kept._weighs <= 100_000


def test_what_is_given_again_is_counted_too(house: House) -> None:
    client = house.client()
    for _ in range(3):
        client.get(f"/c/{house.tokens[0]}", headers=PAGE)

    counted = client.get("/metrics").text

    assert 'attestato_http_answers_total{page="credential.page",status="200"} 3.0' in counted
    assert 'attestato_http_seconds_count{page="credential.page"} 3.0' in counted


@pytest.mark.parametrize(
    ("query", "headers"),
    [("", {"Range": "bytes=0-9"}), ("", {"Range": "bytes=0-9", "If-Range": '"other"'}), ("?utm_source=x&fbclid=y", {})],
    ids=["a part", "a part of another", "what others append to a link"],
)
def test_a_page_costs_no_more_however_it_is_asked_for(house: House, query: str, headers: dict[str, str]) -> None:
    client, path = house.client(), f"/c/{house.tokens[0]}"
    plain = client.get(path, headers=PAGE)

    with questions() as asked:
        answer = client.get(path + query, headers={**PAGE, **headers})

    assert len(asked) == 1
    assert (answer.status_code, answer.data, dict(answer.headers)) == (200, plain.data, dict(plain.headers))


def test_a_language_in_the_address_decides_and_reaches_nobody_else(house: House) -> None:
    client, path = house.client(), f"/c/{house.tokens[0]}"

    for query in ("?lang=it", "?l%61ng=it", "?utm_source=x&lang=it"):
        assert b'<html lang="it"' in client.get(path + query, headers=PAGE).data
    assert b'<html lang="en"' in client.get(f"{path}?utm_source=x", headers=PAGE).data
    assert b'<html lang="en"' in client.get(path, headers=PAGE).data
