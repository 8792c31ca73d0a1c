"""Two hundred files at once: each is judged by itself, and nobody else waits for it."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from tests.verifier.published import DID, EMAIL, NOW, World, credential, put, sign, to_bytes, token
from tests.verifier.test_web import HTML, desk
from verifier.batch import check_each
from verifier.bundle import ENTRIES_MOST, FILE_MOST, FILES_MOST, TooMuch, unpack
from verifier.giving_way import giving_way
from verifier.resolver import MemoryResolver
from verifier.verdict import Verdict
from verifier.verify import verify
from verifier.web import batch, health, site
from verifier.web.turnstile import Turnstile
from verifier.web.verify import Desk

GOOD = to_bytes(sign(credential()))
FORGED = to_bytes(put(sign(credential()), "name", "Diploma"))


def client_of(counter: Desk) -> FlaskClient:
    app = site.new_app(base_url="https://badges.example", practice=False, default_language="en")
    app.register_blueprint(batch.blueprint(counter))
    health.install(app, health.Numbers(), lambda: None)
    return app.test_client()


@pytest.fixture
def client(world: World) -> FlaskClient:
    return client_of(desk(world, {DID: "Python Milano"}))


def archive(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name, data in files:
            made.writestr(name, data)
    return buffer.getvalue()


def post(client: FlaskClient, *files: tuple[str, bytes], accept: str = "application/json", **fields: str) -> Any:
    uploads = MultiDict([("file", FileStorage(io.BytesIO(data), filename=name)) for name, data in files])
    uploads.update(fields)
    boundary, body = encode_multipart(uploads)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/verify/batch", data=body, content_type=kind, headers={"Accept": accept})


def test_each_file_has_its_own_verdict_under_its_own_name(client: FlaskClient) -> None:
    answer = post(client, ("ada.json", GOOD), ("mallory.json", FORGED), ("note.txt", b"hello"))

    assert [(report["source"], report["verdict"]) for report in answer.json] == [
        ("ada.json", "valid"),
        ("mallory.json", "signature_invalid"),
        ("note.txt", "unreadable"),
    ]
    assert [report["credential"] is None for report in answer.json] == [False, True, True]


def test_an_archive_counts_as_the_files_in_it(client: FlaskClient) -> None:
    packed = archive(("a/ada.json", GOOD), ("__MACOSX/a/._ada.json", b"x"), ("a/", b""), ("b.jwt", token(credential())))

    answer = post(client, ("all.zip", packed), ("mallory.json", FORGED))

    assert [(report["source"], report["verdict"]) for report in answer.json] == [
        ("all.zip/a/ada.json", "valid"),
        ("all.zip/b.jwt", "valid"),
        ("mallory.json", "signature_invalid"),
    ]


def test_a_table_has_a_line_for_each_and_tells_only_what_was_proved(client: FlaskClient) -> None:
    answer = post(client, ("ada.json", GOOD), ("=cmd|'/c calc'!A1", FORGED), accept="text/csv")

    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.mimetype == "text/csv"
    assert [line["verdict"] for line in lines] == ["valid", "signature_invalid"]
    assert (lines[0]["recipient"], lines[0]["issuer_id"], lines[0]["trust"]) == ("Ada Lovelace", DID, "known")
    assert {lines[1][name] for name in ("recipient", "title", "issuer", "issuer_id", "trust", "id")} == {""}
    assert lines[1]["source"].startswith("'=")
    assert "does not match" in lines[1]["detail"]
    assert EMAIL not in answer.text


def test_a_page_tallies_what_became_of_them_and_can_be_saved(client: FlaskClient) -> None:
    page = post(client, ("ada.json", GOOD), ("<img src=x>.json", FORGED), accept=HTML["Accept"]).text

    assert page.count("<tr>") == 3
    assert "Ada Lovelace" in page
    assert "<img src=x>" not in page
    assert page.index('class="invalid"') < page.index('class="valid"')
    assert 'href="data:text/csv;charset=utf-8;base64,' in page
    assert 'href="data:application/json;charset=utf-8;base64,' in page


def test_the_form_may_name_the_kind_of_answer(client: FlaskClient) -> None:
    answers = [post(client, ("ada.json", GOOD), accept=HTML["Accept"], format=form) for form in ("page", "csv", "json")]

    assert [answer.mimetype for answer in answers] == ["text/html", "text/csv", "application/json"]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_a_stranger_is_not_tallied_as_known(world: World) -> None:
    page = post(client_of(desk(world)), ("ada.json", GOOD), accept=HTML["Accept"]).text

    assert 'class="unfamiliar"' in page
    assert 'class="valid"' not in page


def test_nothing_at_all_is_said_to_be_nothing(client: FlaskClient) -> None:
    assert post(client).status_code == 400
    assert "Choose a file" in post(client, accept=HTML["Accept"]).text


def test_two_hundred_files_are_taken_and_one_more_is_not(world: World) -> None:
    files = [(f"{number}.txt", b"x") for number in range(FILES_MOST)]
    client = client_of(desk(world))

    assert len(post(client, *files).json) == FILES_MOST
    assert post(client, *files, ("more.txt", b"x")).status_code == 413
    assert post(client, ("a.zip", archive(*files, ("more.txt", b"x")))).status_code == 413


def test_an_archive_of_nothing_but_names_is_not_taken() -> None:
    with pytest.raises(TooMuch, match="batch_files"):
        unpack([("a.zip", archive(*((f"{number}/", b"") for number in range(ENTRIES_MOST + 1))))])


def test_an_archive_that_inflates_is_stopped() -> None:
    bomb = archive(*((f"{number}", bytes(FILE_MOST)) for number in range(7)))

    assert len(bomb) < 100_000
    with pytest.raises(TooMuch, match="batch_octets"):
        unpack([("bomb.zip", bomb)])
    assert [len(data) for _, data in unpack([("six.zip", archive(*((f"{n}", bytes(FILE_MOST)) for n in range(6))))])]


def test_a_file_that_is_too_long_is_cut_and_refused(world: World) -> None:
    [(name, data)] = unpack([("a.zip", archive(("long.json", bytes(FILE_MOST + 5_000))))])

    assert (name, len(data)) == ("a.zip/long.json", FILE_MOST + 1)
    assert world.verify(data).verdict in (Verdict.MALFORMED, Verdict.UNREADABLE)


@pytest.mark.parametrize(
    "damage",
    [slice(None, 60), slice(None, -10), slice(0, 0)],
    ids=["cut short", "without its end", "a beginning alone"],
)
def test_a_damaged_archive_is_said_to_be_one(damage: slice, client: FlaskClient) -> None:
    packed = archive(("ada.json", GOOD))

    answer = post(client, ("a.zip", b"PK\x03\x04" + packed[damage]))

    assert answer.status_code == 400
    assert "ZIP" in answer.json["detail"]


def test_a_damaged_entry_spoils_no_other(client: FlaskClient) -> None:
    packed = bytearray(archive(("mallory.json", FORGED), ("ada.json", GOOD), method=zipfile.ZIP_STORED))
    packed[100] ^= 1

    answer = post(client, ("a.zip", bytes(packed)))

    assert [report["verdict"] for report in answer.json] == ["unreadable", "valid"]


def test_an_archive_inside_of_an_archive_is_not_opened(client: FlaskClient) -> None:
    answer = post(client, ("a.zip", archive(("b.zip", archive(("ada.json", GOOD))))))

    assert [report["verdict"] for report in answer.json] == ["unreadable"]


def test_what_there_was_no_time_for_is_said_not_to_have_been_reached(world: World) -> None:
    asked = iter([True, False, False])

    reports = list(
        check_each(
            [("1", GOOD), ("2", GOOD), ("3", GOOD)],
            lambda data, source: verify(data, MemoryResolver(world.documents), world.policy, NOW, source),
            lambda: next(asked),
        )
    )

    assert [report.verdict.value for report in reports] == ["valid", "too_complex", "too_complex"]
    assert [report.outcome.value for report in reports] == ["valid", "indeterminate", "indeterminate"]


def test_a_batch_costs_its_sender_as_much_as_five_files(world: World) -> None:
    client = client_of(desk(world, burst=10))

    answers = [post(client, ("note.txt", b"x")) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) >= 9


def test_a_body_may_be_larger_than_one_file_and_no_larger_than_32_mib(world: World) -> None:
    client = client_of(desk(world))

    assert [report["verdict"] for report in post(client, ("a.bin", bytes(11 * 2**20)), ("ada.json", GOOD)).json] == [
        "malformed",
        "valid",
    ]
    assert post(client, *((f"{number}.bin", bytes(9 * 2**20)) for number in range(4))).status_code == 413


def test_the_report_as_json_is_the_one_of_the_command_line(client: FlaskClient, world: World) -> None:
    answer = post(client, ("ada.json", GOOD))

    expected = verify(
        GOOD, MemoryResolver(world.documents), desk(world, {DID: "Python Milano"}).policy(None), NOW, "ada.json"
    ).to_json()
    assert answer.json == json.loads(json.dumps([expected]))


def test_one_batch_runs_at_a_time_also_while_it_waits_for_its_archive(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, inside, most = client_of(desk(world)), [0], [0]

    def run(function: Any, data: bytes) -> Any:
        with giving_way():
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.1)
            inside[0] -= 1
        return function(data)

    monkeypatch.setattr("verifier.bundle.run", run)
    packed, told = archive(("a.json", GOOD)), []
    threads = [threading.Thread(target=lambda: told.append(post(client, ("a.zip", packed)))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert [answer.json[0]["verdict"] for answer in told] == ["valid"] * 3
    assert most == [1]


def test_a_file_that_is_sent_away_comes_again_but_not_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    came: list[str] = []

    class Full(Turnstile):
        def turn(self, who: str = "") -> Any:
            came.append(who)
            return super().turn(who)

    monkeypatch.setattr(batch, "SECONDS", 5 * batch.PAUSE)
    full = replace(desk(world), turnstile=Full(crowd=0))

    answer = post(client_of(full), ("a.json", GOOD))

    assert answer.json[0]["verdict"] == "too_complex"
    assert 2 <= len(came) <= 6
