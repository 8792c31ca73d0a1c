"""Prints are kept in two pieces, shared among processes, and made again whenever a bit of them is not as it was."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import zlib
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.certificate.press.printed import WHOLE, Plate
from issuer.prints.cabinet import Cabinet
from issuer.prints.print import Print
from issuer.prints.record import LENGTH, Damaged, read_head, read_tail, write_record
from issuer.prints.room import make_room


def plate(body):
    return Plate(body, sha256(body).hexdigest())


def key(number):
    return sha256(b"%d" % number).hexdigest()


SHARED = plate(b"%PDF-1.7 what all of them share " * 1000)
ONE, OTHER, ALONE = Print(SHARED, b"Ada" * 90), Print(SHARED, b"Grace" * 70), Print(WHOLE, b"%PDF-1.7 alone" * 40)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "prints"


@pytest.fixture
def cabinet(folder):
    cabinet = Cabinet(folder, 2**30)
    for number, one in enumerate((ONE, OTHER, ALONE)):
        cabinet.put(key(number), one)
    return cabinet


def files(folder, kind):
    return sorted(path for path in (folder / kind).rglob("*") if path.is_file())


def test_what_was_kept_is_found_again_by_another_process(cabinet, folder):
    again = Cabinet(folder, 2**30)

    assert [again.get(key(number)) for number in range(3)] == [ONE, OTHER, ALONE]
    assert again.get(key(3)) is None


def test_what_many_share_is_on_the_disk_once(cabinet, folder):
    assert [path.name for path in files(folder, "plates")] == [SHARED.sha256]
    assert sum(path.stat().st_size for path in files(folder, "tails")) == 3 * LENGTH + sum(
        len(one.tail) for one in (ONE, OTHER, ALONE)
    )


@pytest.mark.parametrize("one", [ONE, ALONE], ids=["shared", "alone"])
def test_checksum_length_and_entity_tag_are_those_of_the_whole_file(one):
    whole = one.pdf()

    assert whole == one.plate.prefix + one.tail == b"".join(one.pieces)
    assert (one.length, one.crc32) == (len(whole), zlib.crc32(whole))
    head = read_head(write_record(one)[:LENGTH])
    assert (head.length, head.etag) == (one.length, one.etag)


@given(first=st.binary(max_size=40), second=st.binary(max_size=40), third=st.binary(max_size=40))
def test_the_checksum_carries_over_any_two_pieces(first, second, third):
    assert Print(plate(first), second).crc32 == zlib.crc32(first + second)
    assert (Print(plate(first), second).etag == Print(plate(first), third).etag) == (second == third)


def test_length_and_entity_tag_are_known_without_the_tail(cabinet, folder):
    for path in files(folder, "tails"):
        os.truncate(path, LENGTH)

    assert [cabinet.head(key(number)).etag for number in range(3)] == [ONE.etag, OTHER.etag, ALONE.etag]
    assert cabinet.get(key(0)) is None


def test_every_turned_bit_of_a_record_is_noticed():
    record = bytearray(write_record(Print(SHARED, b"a short tail")))

    for place in range(len(record) * 8):
        record[place // 8] ^= 1 << place % 8
        with pytest.raises(Damaged):
            read_tail(bytes(record), read_head(bytes(record)))
        record[place // 8] ^= 1 << place % 8
    assert read_tail(bytes(record), read_head(bytes(record))) == b"a short tail"


@given(length=st.integers(0, LENGTH + 11))
def test_a_record_that_is_cut_short_is_noticed(length):
    record = write_record(Print(SHARED, b"a short tail"))[:length]

    with pytest.raises(Damaged):
        read_tail(record, read_head(record))


@pytest.mark.parametrize("how", ["cut", "altered", "gone"])
def test_a_plate_that_is_not_as_it_was_takes_its_tails_with_it_until_it_is_put_again(cabinet, folder, how):
    [path] = files(folder, "plates")
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(SHARED.prefix[:-1] if how == "cut" else SHARED.prefix[:-1] + b"!")
    fresh = Cabinet(folder, 2**30)

    assert [fresh.get(key(0)), fresh.head(key(1)), fresh.get(key(2))] == [None, None, ALONE]
    fresh.put(key(0), ONE)

    assert [fresh.get(key(0)), fresh.get(key(1))] == [ONE, OTHER]


def test_a_cabinet_that_was_emptied_under_a_running_process_fills_again(cabinet, folder):
    for path in (*files(folder, "tails"), *files(folder, "plates")):
        path.unlink()

    assert cabinet.get(key(0)) is None
    cabinet.put(key(0), ONE)

    assert Cabinet(folder, 2**30).get(key(0)) == ONE


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path):
    (tmp_path / "prints").write_text("no folder")
    cabinet = Cabinet(tmp_path / "prints", 2**30)

    cabinet.put(key(0), ONE)

    assert cabinet.get(key(0)) is None


def test_past_its_bound_what_was_used_longest_ago_goes_and_a_plate_after_its_tails(cabinet, folder):
    now = time.time()
    for number, path in enumerate(files(folder, "tails")):
        os.utime(path, (now - 100 + number, now - 100 + number))
    oldest, *younger = files(folder, "tails")
    most = sum(path.stat().st_size for kind in ("tails", "plates") for path in files(folder, kind)) - 1

    make_room(folder / "tails", folder / "plates", most, now)

    assert files(folder, "tails") == [] or oldest not in files(folder, "tails")
    assert set(files(folder, "tails")) <= set(younger)
    make_room(folder / "tails", folder / "plates", 0, now)
    assert files(folder, "tails") == files(folder, "plates") == []


def test_within_its_bound_nothing_goes(cabinet, folder):
    make_room(folder / "tails", folder / "plates", 2**20, time.time())

    assert [cabinet.get(key(number)) for number in range(3)] == [ONE, OTHER, ALONE]


def test_a_cabinet_that_is_written_to_stays_near_its_bound(folder):
    cabinet, most = Cabinet(folder, 200_000), 200_000

    for number in range(300):
        cabinet.put(key(number), Print(WHOLE, bytes([number % 256]) * 3_000))

    assert sum(path.stat().st_size for path in files(folder, "tails")) <= most * 1.1
    assert cabinet.get(key(299)) is not None


def test_a_draft_whose_process_is_gone_is_swept_and_a_new_one_is_not(cabinet, folder):
    now = time.time()
    for name, age in ((".old", 7_200), (".new", 60)):
        (folder / "tails" / name).write_bytes(b"half a tail")
        os.utime(folder / "tails" / name, (now - age, now - age))

    make_room(folder / "tails", folder / "plates", 2**30, now)

    assert [path.name for path in (folder / "tails").iterdir() if path.is_file()] == [".new"]


WRITER = """
import sys
from hashlib import sha256
from pathlib import Path
from issuer.certificate.press.printed import Plate
from issuer.prints.cabinet import Cabinet
from issuer.prints.print import Print
shared = b"what all of them share " * 5000
cabinet = Cabinet(Path(sys.argv[1]), 2**30)
plate = Plate(shared, sha256(shared).hexdigest())
print("ready", flush=True)
for turn in range(10**9):
    number = turn % 40
    cabinet.put(sha256(b"%d" % number).hexdigest(), Print(plate, b"%d," % number * 2000))
"""


def test_writers_that_are_killed_leave_whole_prints_or_none(folder):
    chance = random.Random(9)
    for _ in range(2):
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE) for _ in range(2)
        ]
        for writer in writers:
            assert writer.stdout.readline() == b"ready\n"
        time.sleep(chance.random() * 0.05)
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            writer.communicate()

        fresh = Cabinet(folder, 2**30)
        found = [fresh.get(key(number)) for number in range(40)]
        assert all(one is None or one.tail == b"%d," % number * 2000 for number, one in enumerate(found))
    assert any(found), "Some were written."
