"""Strict JSON: one meaning for every byte, or none.

Duplicate members, NaN, lone surrogates, integers that a double cannot hold and nesting beyond reason are refused
before anything else looks at the document (RFC 8259, section 4 and 6; I-JSON, RFC 7493).
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from badges.problem import Malformed, OutOfRange, Unreadable

MAX_BYTES: Final = 262_144
"""Octets of a credential, in whatever carrier it comes."""
MAX_DEPTH: Final = 64
MAX_NODES: Final = 5_000
MAX_INTEGER: Final = 2**53 - 1
MAX_DIGITS: Final = 400
"""Digits of one number as it is written; a longer one only costs time."""

_NUMERIC: Final = bytes(0x30 if chr(octet) in "0123456789.eE+-" else 0x20 for octet in range(256))
_STRUCTURE: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]|-?\d[\d.eE+-]*', re.DOTALL)


def strict_json(data: bytes, limit: int = MAX_BYTES, nodes_most: int = MAX_NODES) -> Any:
    """Return the JSON value in `data`: Unreadable when it is none, OutOfRange past a limit, else Malformed."""
    if len(data) > limit:
        raise OutOfRange(f"The document is longer than {limit:,} octets.")
    if not _is_flat(data):
        _check_nesting(data)
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text, object_pairs_hook=_members, parse_int=_integer, parse_constant=_constant, parse_float=_number
        )
    except UnicodeDecodeError as fault:
        raise Unreadable("The document is not UTF-8.") from fault
    except json.JSONDecodeError as fault:
        raise Unreadable(f"The document is not JSON: {fault.msg} at line {fault.lineno}.") from fault
    if not _is_small(data, nodes_most):
        _check_values(value, nodes_most)
    return value


def compact(value: Any) -> bytes:
    """Return JSON as we store, sign and serve it: members in their order, no spaces, UTF-8, no needless escapes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _is_flat(data: bytes) -> bool:
    """Tell, without looking closely, that nothing can be nested too deep and no number be too long."""
    opened = data.count(b"[") + data.count(b"{")
    return opened <= MAX_DEPTH and b"0" * (MAX_DIGITS + 1) not in data.translate(_NUMERIC)


def _is_small(data: bytes, nodes_most: int) -> bool:
    """Tell, without looking closely, that there cannot be too many values, nor half of a surrogate pair."""
    return b"\\u" not in data and data.count(b",") + data.count(b":") + data.count(b"[") < nodes_most


def _check_nesting(data: bytes) -> None:
    """Refuse depth and long numbers before the recursive parser meets them."""
    depth = 0
    for match in _STRUCTURE.finditer(data):
        token = match[0]
        if token in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise OutOfRange(f"The document is nested deeper than {MAX_DEPTH}.")
        elif token in b"]}":
            depth -= 1
        elif token[0] != 0x22 and len(token) > MAX_DIGITS:
            raise OutOfRange("A number is too long.")


def _check_values(value: object, nodes_most: int) -> None:
    nodes, waiting = 0, [value]
    while waiting:
        nodes += 1
        if nodes > nodes_most:
            raise OutOfRange(f"The document has more than {nodes_most:,} values.")
        match waiting.pop():
            case dict() as members:
                for name in members:
                    _check_text(name)
                waiting.extend(members.values())
            case list() as items:
                waiting.extend(items)
            case str() as text:
                _check_text(text)


def _check_text(text: str) -> None:
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Malformed("A text holds half of a surrogate pair.")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("An object has the same member twice.")
    return members


def _integer(text: str) -> int:
    number = int(text)
    if abs(number) > MAX_INTEGER:
        raise OutOfRange("An integer is beyond what every reader can hold.")
    return number


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise OutOfRange("A number is beyond what every reader can hold.")
    return number


def _constant(text: str) -> NoReturn:
    raise Malformed(f"{text} is not JSON.")
