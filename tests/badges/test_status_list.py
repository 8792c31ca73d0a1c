from __future__ import annotations

import base64
import gzip
import subprocess
import sys
import tracemalloc
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from badges.jsonld import canonize
from badges.problem import Malformed, StatusOutOfRange, StatusTooShort, StatusUntrusted
from badges.status import MAX_INFLATED, MINIMUM_LENGTH, BitString, read_index, status_list_credential
from keys.encoding import base64url, read_base64url


def test_index_0_is_the_left_most_bit() -> None:
    bits = BitString()
    bits.set([0])

    assert gzip.decompress(read_base64url(bits.encode()[1:]))[:1] == b"\x80"


@settings(max_examples=30)
@given(st.sets(st.integers(0, MINIMUM_LENGTH - 1), max_size=30) | st.just({0, 7, 8, 131_071}))
def test_the_bits_set_are_the_bits_read_back(indices: set[int]) -> None:
    bits = BitString()
    bits.set(indices)

    back = BitString.decode(bits.encode())

    assert len(back) == MINIMUM_LENGTH
    assert all(back.get(index) for index in indices)
    neighbours = {index + 1 for index in indices} - indices - {MINIMUM_LENGTH}
    assert not any(back.get(index) for index in neighbours)


def test_the_same_bits_are_the_same_text() -> None:
    assert BitString().encode() == BitString().encode()


@pytest.mark.parametrize("index", [-1, MINIMUM_LENGTH, 10**10])
def test_an_index_beyond_the_list_is_out_of_range(index: int) -> None:
    with pytest.raises(StatusOutOfRange):
        BitString().get(index)


ROOT = Path(__file__).parents[2]


def encoded(octets: bytes) -> str:
    return "u" + base64url(octets)


LIST = gzip.compress(bytes(MINIMUM_LENGTH // 8), mtime=0)


def test_the_list_that_the_next_tests_break_is_read() -> None:
    assert len(BitString.decode(encoded(LIST))) == MINIMUM_LENGTH


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(encoded(LIST)[1:], id="no multibase prefix"),
        pytest.param("z" + encoded(LIST)[1:], id="another multibase"),
        pytest.param(encoded(LIST) + "=", id="padding"),
        pytest.param(encoded(LIST[:-1]), id="cut short"),
        pytest.param(encoded(LIST + b"x"), id="octets after the end"),
        pytest.param(encoded(LIST + LIST), id="two gzip members"),
        pytest.param(encoded(LIST[:-8] + b"\0\0\0\0" + LIST[-4:]), id="a wrong checksum"),
        pytest.param(encoded(zlib.compress(bytes(16_384))), id="zlib instead of gzip"),
        pytest.param(encoded(b"not gzip"), id="not compressed"),
        pytest.param(None, id="null"),
        pytest.param(["u"], id="a list"),
    ],
)
def test_a_list_that_is_not_one_whole_gzip_is_not_trusted(text: object) -> None:
    with pytest.raises(StatusUntrusted):
        BitString.decode(text)


def test_a_bomb_is_stopped_while_it_is_small() -> None:
    squeezer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(squeezer.compress(bytes(1 << 20)) for _ in range(256)) + squeezer.flush()
    text = encoded(bomb)

    tracemalloc.start()
    with pytest.raises(StatusUntrusted):
        BitString.decode(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 64 * 2**20


CHILD = """
import resource, sys
from badges.problem import StatusUntrusted
from badges.status import BitString
text = sys.stdin.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    BitString.decode(text)
except StatusUntrusted:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_c2_a_gigabyte_of_zeros_takes_no_more_memory_than_the_longest_list() -> None:
    squeezer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(squeezer.compress(bytes(1 << 20)) for _ in range(1024)) + squeezer.flush()

    ended = subprocess.run(
        [sys.executable, "-c", CHILD], input=encoded(bomb).encode(), capture_output=True, check=True, cwd=ROOT
    )

    assert int(ended.stdout) < 24 * 1024  # Kibibytes: the 16 MiB of a list, a block, and the text itself.


def test_a_list_may_be_as_long_as_the_limit_and_not_an_octet_longer() -> None:
    assert len(BitString.decode(encoded(gzip.compress(bytes(MAX_INFLATED))))) == MAX_INFLATED * 8
    with pytest.raises(StatusUntrusted):
        BitString.decode(encoded(gzip.compress(bytes(MAX_INFLATED + 1))))


@settings(max_examples=60)
@given(
    size=st.integers(1, 8),
    index=st.just(0) | st.sampled_from([7, 8, 131_071]) | st.integers(0, 131_071),
    data=st.data(),
)
def test_an_entry_of_several_bits_is_read_where_it_stands_the_highest_bit_first(
    size: int, index: int, data: Any
) -> None:
    value = data.draw(st.integers(0, 2**size - 1))
    number = value << (MINIMUM_LENGTH - 1 - index) * size
    bits = BitString.decode(BitString(octets=number.to_bytes(MINIMUM_LENGTH * size // 8, "big")).encode(), size)

    assert bits.value(index, size) == value
    assert [bits.value(near, size) for near in (index - 1, index + 1) if 0 <= near < MINIMUM_LENGTH].count(0) >= (
        1 if index in (0, MINIMUM_LENGTH - 1) else 2
    )
    with pytest.raises(StatusOutOfRange):
        bits.value(MINIMUM_LENGTH, size)


@pytest.mark.parametrize("size", range(1, 9))
def test_c3_a_herd_is_counted_in_entries(size: int) -> None:
    least = MINIMUM_LENGTH * size // 8

    assert len(BitString.decode(encoded(gzip.compress(bytes(least))), size)) == least * 8
    with pytest.raises(StatusTooShort):
        BitString.decode(encoded(gzip.compress(bytes(least - 1))), size)


def test_a_list_of_2021_has_no_prefix_and_is_base64_of_either_kind() -> None:
    packed = gzip.compress(bytes(range(256)) * 64, mtime=0)
    standard, url = base64.b64encode(packed).decode(), base64url(packed)
    assert {"+", "/"} & set(standard)

    assert BitString.decode_2021(url).octets == BitString.decode_2021(standard).octets == bytes(range(256)) * 64
    for text in ("u" + url, standard + "=", url[:-20] + "+" + url[-19:], "", None, 7):
        with pytest.raises(StatusUntrusted):
            BitString.decode_2021(text)


def test_a_list_shorter_than_the_crowd_it_must_hide_in_is_refused() -> None:
    with pytest.raises(StatusTooShort):
        BitString.decode(encoded(gzip.compress(bytes(MINIMUM_LENGTH // 8 - 1))))


@pytest.mark.parametrize(("value", "index"), [("0", 0), ("131071", 131_071)])
def test_an_index_is_a_decimal_number(value: object, index: int) -> None:
    assert read_index(value) == index


@pytest.mark.parametrize(
    "value", ["-1", "1e3", " 5", "5 ", "1_000", "٣", "5.0", "05", "", None, 5, 5.0, True, -1, 10**30]
)
def test_anything_else_is_no_index(value: object) -> None:
    with pytest.raises(Malformed):
        read_index(value)


def test_a_list_credential_can_be_signed_and_one_for_the_day_the_service_ends_has_no_end() -> None:
    start, end = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 12, 20, tzinfo=UTC)
    url = "https://badges.example.org/status/1"

    document = status_list_credential(url, {"id": "did:web:x"}, BitString(), start, end)

    assert canonize(document)
    assert document["validUntil"] == "2026-12-20T00:00:00Z"
    assert "validUntil" not in status_list_credential(url, "did:web:x", BitString(), start, None)
