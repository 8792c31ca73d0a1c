from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badges.problem import BadgeError, Malformed, OutOfRange, Unreadable
from badges.strict import MAX_BYTES, MAX_DEPTH, MAX_DIGITS, MAX_INTEGER, MAX_NODES, strict_json

plain_values = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
json_values = st.recursive(
    plain_values,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_what_json_can_say_is_read_as_it_was_written(value: object) -> None:
    assert strict_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param('{"iss": "good", "iss": "evil"}', Malformed, id="a member twice"),
        pytest.param('{"a": {"b": 1, "b": 1}}', Malformed, id="a member twice, further in"),
        pytest.param('{"a": NaN}', Malformed, id="NaN"),
        pytest.param('{"a": -Infinity}', Malformed, id="infinity"),
        pytest.param('{"a": 1e999}', OutOfRange, id="a number that becomes infinity"),
        pytest.param(r'{"a": "\ud800"}', Malformed, id="half a surrogate pair"),
        pytest.param(r'{"\udc00": 1}', Malformed, id="half a surrogate pair in a name"),
        pytest.param('{"a": 9007199254740992}', OutOfRange, id="an integer past 2^53-1"),
        pytest.param('{"a": ' + "9" * 5000 + "}", OutOfRange, id="5,000 digits"),
        pytest.param("[" * 50_000 + "]" * 50_000, OutOfRange, id="50,000 deep"),
        pytest.param("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), OutOfRange, id="one too deep"),
        pytest.param("[" + "0," * MAX_NODES + "0]", OutOfRange, id="one value too many"),
        pytest.param('{"a": [' + "0," * (MAX_NODES - 2) + "0]}", OutOfRange, id="one value too many, further in"),
        pytest.param("[" + "1." + "1" * MAX_DIGITS + "]", OutOfRange, id="a fraction too long"),
        pytest.param('"' + "x" * MAX_BYTES + '"', OutOfRange, id="too long"),
        pytest.param("{'a': 1}", Unreadable, id="single quotes"),
        pytest.param('{"a": 1} trailing', Unreadable, id="text after the end"),
        pytest.param("", Unreadable, id="nothing"),
    ],
)
def test_json_with_more_than_one_meaning_or_none_is_refused(text: str, error: type[BadgeError]) -> None:
    with pytest.raises(error):
        strict_json(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"iss": "good", "ISS": "evil"}', id="two members"),
        pytest.param(r'{"a": "\ud83d\ude00"}', id="a whole surrogate pair"),
        pytest.param('{"a": 9007199254740991}', id="2^53-1"),
        pytest.param("[" * MAX_DEPTH + "]" * MAX_DEPTH, id="as deep as allowed"),
        pytest.param("[" + "0," * (MAX_NODES - 2) + "0]", id="as many values as allowed"),
        pytest.param('{"a": [' + "0," * (MAX_NODES - 3) + "0]}", id="as many values as allowed, further in"),
        pytest.param("[" + "1." + "1" * (MAX_DIGITS - 2) + "]", id="a fraction as long as allowed"),
        pytest.param('{"a": "' + "1" * 500 + '", "b": "' + ",:[" * MAX_NODES + '"}', id="figures in a text"),
        pytest.param('{"a": "[[[[ { \\" ' + "[" * 200 + '"}', id="brackets inside a text"),
    ],
)
def test_the_nearest_thing_to_each_is_read(text: str) -> None:
    assert strict_json(text.encode()) is not None


def test_octets_that_are_not_utf_8_are_unreadable() -> None:
    with pytest.raises(Unreadable):
        strict_json(b'{"a": "\xff"}')


@given(st.binary(max_size=400))
def test_any_octets_are_read_or_refused_with_an_error_of_ours(data: bytes) -> None:
    try:
        strict_json(data)
    except BadgeError as error:
        assert error.problem.detail
