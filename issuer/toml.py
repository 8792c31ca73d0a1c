"""A TOML file with the line of every key, so that a fault can say where it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from issuer.fault import Fault, Refused

LIMIT: Final = 256 * 1024
"""Bytes of a file that we read at all."""

Path = tuple[str | int, ...]
"""Where a value stands: names of tables and keys, and numbers within arrays of tables."""

_KEY: Final = re.compile(r"""[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*""")
_TOKEN: Final = re.compile(
    r"""
    \"{3} (?:[^\\]|\\.)*? \"{3,5} | '{3} .*? '{3,5}     # strings of several lines
    | \"(?:[^"\\\n]|\\.)*\" | '[^'\n]*'                # strings of one
    | \#[^\n]* | [\[\]{}] | \n | .                      # a comment, a bracket, a line end, anything
    """,
    re.DOTALL | re.VERBOSE,
)
_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")


@dataclass(frozen=True)
class Toml:
    """The values of a file, and the line of each key; numbers with a point are exact decimals."""

    values: dict[str, Any]
    lines: dict[Path, int]

    def line(self, path: Path) -> int | None:
        """Return the line of `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_toml(data: bytes) -> Toml:
    """Read a file; raises Refused with the line when it is no TOML."""
    if len(data) > LIMIT:
        raise Refused(Fault("toml_large", values={"limit": LIMIT // 1024}))
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        values = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise Refused(Fault("toml_encoding", row=line)) from fault
    except tomllib.TOMLDecodeError as fault:
        raise Refused(_syntax(str(fault), text)) from fault
    except RecursionError as fault:
        raise Refused(Fault("toml_syntax", values={"detail": "too deep"})) from fault
    return Toml(values, dict(_statements(text)))


def _syntax(message: str, text: str) -> Fault:
    place = _PLACE.search(message)
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    return Fault("toml_syntax", row=line, values={"detail": _PLACE.sub("", message).strip()})


def _statements(text: str) -> Iterator[tuple[Path, int]]:
    """Yield path and line of every header and key of a valid file."""
    at, line = 0, 1
    table: Path = ()
    counts: dict[Path, int] = {}
    while at < len(text):
        if text[at] in " \t\n":
            line += text[at] == "\n"
            at += 1
            continue
        if text[at] == "#":
            at = _line_end(text, at)
            continue
        if text[at] == "[":
            brackets = 2 if text.startswith("[[", at) else 1
            names, at = _dotted(text, at + brackets)
            table = _numbered(names, counts, new=brackets == 2)
            yield table, line
            at = _line_end(text, at)
            continue
        names, at = _dotted(text, at)
        yield table + names, line
        after = _value_end(text, at)
        line, at = line + text.count("\n", at, after), after


def _dotted(text: str, at: int) -> tuple[Path, int]:
    names: list[str | int] = []
    while match := _KEY.match(text, at):
        names += tomllib.loads(f"{match[1]} = 0")
        at = match.end()
        if text[at : at + 1] != ".":
            break
        at += 1
    return tuple(names), at


def _numbered(names: Path, counts: dict[Path, int], *, new: bool) -> Path:
    """Return the path of a header with the number of each array of tables in it; `new` begins another element."""
    path: Path = ()
    for place, name in enumerate(names, 1):
        path += (name,)
        if new and place == len(names):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += (counts[path],)
    return path


def _value_end(text: str, at: int) -> int:
    """Return where the value that begins at `at` ends: at the first line end outside of strings and brackets."""
    depth = 0
    for token in _TOKEN.finditer(text, at):
        sign = token[0]
        if sign == "\n" and depth == 0:
            return token.start()
        depth += (sign in "[{") - (sign in "]}") if len(sign) == 1 else 0
    return len(text)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
