"""What one library signed another one checks, and takes nothing that the first would not."""

from __future__ import annotations

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.encoding import read_base58, write_base58
from keys.key import Algorithm, PrivateKey
from keys.second import all_stand, stands

KEYS = {algorithm: PrivateKey.generate(algorithm) for algorithm in Algorithm}
DATA = b"what is signed"


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_an_honest_signature_stands(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]

    assert stands(key.public(), key.sign(DATA), DATA)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_signature_by_another_key_over_other_data_or_of_another_length_does_not(algorithm: Algorithm) -> None:
    key, other = KEYS[algorithm], PrivateKey.generate(algorithm)
    signature = key.sign(DATA)

    assert not stands(other.public(), signature, DATA)
    assert not stands(key.public(), signature, DATA + b".")
    assert not any(stands(key.public(), bad, DATA) for bad in (b"", signature[:-1], signature + b"\0", bytes(64)))


@given(place=st.integers(0, 63), bit=st.integers(0, 7))
def test_one_wrong_bit_anywhere_is_noticed(place: int, bit: int) -> None:
    key = KEYS[Algorithm.EDDSA]
    spoilt = bytearray(key.sign(DATA))
    spoilt[place] ^= 1 << bit

    assert not stands(key.public(), bytes(spoilt), DATA)


@given(data=st.binary(max_size=200), signature=st.binary(min_size=64, max_size=64))
def test_it_takes_nothing_that_the_first_refuses(data: bytes, signature: bytes) -> None:
    key = KEYS[Algorithm.EDDSA].public()

    assert not stands(key, signature, data) or key.verify(signature, data)


@given(data=st.binary(max_size=80), zeros=st.integers(0, 5))
def test_base58_is_written_as_the_library_writes_it(data: bytes, zeros: int) -> None:
    octets = bytes(zeros) + data

    assert write_base58(octets) == base58.b58encode(octets).decode("ascii")
    assert read_base58(write_base58(octets)) == octets


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_all_stand_only_if_each_does(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    signed = [(key.sign(data), data) for data in (b"one", b"two", b"three")]

    assert all_stand(key.public(), signed)
    assert all_stand(key.public(), [])
    for place in range(3):
        spoilt = [(made, data + b"." * (number == place)) for number, (made, data) in enumerate(signed)]
        assert not all_stand(key.public(), spoilt)
