"""A PDF is joined when it is served; whoever has it already is answered without a look at it."""

from __future__ import annotations

import os

import pytest

from issuer.prints.record import LENGTH


@pytest.fixture
def prints(instance):
    """Return where the tails of this installation lie."""
    folder = instance.office.settings.data / "cache" / "prints" / "tails"
    return lambda: [path for path in folder.rglob("*") if path.is_file()]


def test_a_pdf_is_the_same_from_the_press_and_from_the_cabinet(client, instance):
    first = client.get(f"/c/{instance.good}.pdf")
    again = client.get(f"/c/{instance.good}.pdf")

    assert first.data == again.data
    assert first.data.startswith(b"%PDF-")
    assert first.headers["ETag"] == again.headers["ETag"]
    assert int(again.headers["Content-Length"]) == len(first.data)


def test_whoever_has_a_pdf_is_told_so_without_a_look_at_it(client, instance, prints):
    tag = client.get(f"/c/{instance.good}.pdf").headers["ETag"]
    for path in prints():
        os.truncate(path, LENGTH)

    seen = client.get(f"/c/{instance.good}.pdf", headers={"If-None-Match": tag})

    assert (seen.status_code, seen.data, seen.headers["ETag"]) == (304, b"", tag)
    assert {path.stat().st_size for path in prints()} == {LENGTH}, "Nothing was printed again."


def test_whoever_has_another_one_gets_it_and_what_is_damaged_is_printed_again(client, instance, prints):
    body = client.get(f"/c/{instance.good}.pdf").data
    for path in prints():
        os.truncate(path, LENGTH)

    seen = client.get(f"/c/{instance.good}.pdf", headers={"If-None-Match": '"another"'})

    assert (seen.status_code, seen.data) == (200, body)
    whole = [path for path in prints() if path.stat().st_size > LENGTH]
    assert len(whole) == 1, "Others that are damaged wait until somebody asks for them."


def test_a_part_of_a_pdf_is_that_part(client, instance):
    body = client.get(f"/c/{instance.good}.pdf").data

    part = client.get(f"/c/{instance.good}.pdf", headers={"Range": "bytes=100-199"})

    assert (part.status_code, part.data) == (206, body[100:200])
