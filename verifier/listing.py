"""Lists of issuers in files: one kept by hand, or a registry in the form of the Digital Credentials Consortium.

By hand, in TOML or JSON, members `id` and `name` of each `issuer`, and `url` for people. A registry is
`{"meta": {"name"}, "registry": {ID: {"name", "location", "url"}}}`. Which of them a file is, it says by its members.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from templates import sentence
from verifier.reason import Basis, Reason
from verifier.verdict import plain

BYTES_MOST: Final = 16 * 2**20
NAME_MOST: Final = 200
_ID: Final = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]{1,1000}|https://[!-~]{1,1000}")
_MEMBERS: Final = frozenset({"id", "name", "url"})
_LINE: Final = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class ListFault:
    """One thing that is wrong with a list, and where: a code and its values, which steer no terminal."""

    code: str
    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        told = {name: plain(value, 400) if isinstance(value, str) else value for name, value in self.values.items()}
        object.__setattr__(self, "values", told)

    def message(self, language: str) -> str:
        """Return the sentence of this fault, from the catalogue's `fault.CODE`."""
        return sentence(f"fault.{self.code}", language, **self.values)


class BadList(ValueError):
    """A file that is no list of issuers; carries every fault."""

    def __init__(self, *faults: ListFault) -> None:
        super().__init__(*(fault.message("en") for fault in faults))
        self.faults = faults


def read_listing(data: bytes, file: str, title: str) -> dict[str, Reason]:
    """Return the issuers of a list, each with its reason; `title` is the name of a registry that has none.

    Raises BadList with all its faults, which name `file`.
    """
    if len(data) > BYTES_MOST:
        raise BadList(ListFault("setting_list_large", {"file": file}))
    found = _parse(data, file)
    registry, issuers = found.get("registry"), found.get("issuer")
    if isinstance(registry, dict) and issuers is None:
        meta = found.get("meta")
        named = meta.get("name") if isinstance(meta, dict) else None
        where = named if _is_name(named) else title
        entries: Iterator[tuple[str, Any, Any]] = ((f"registry/{key}", key, value) for key, value in registry.items())
        return _entries(entries, file, Basis.REGISTRY, where)
    if isinstance(issuers, list) and registry is None:
        listed = ((f"issuer {number}", _id_of(item), item) for number, item in enumerate(issuers, 1))
        return _entries(listed, file, Basis.LIST, "")
    raise BadList(ListFault("setting_list_shape", {"file": file}))


def _parse(data: bytes, file: str) -> dict[str, Any]:
    try:
        text = data.decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=_members) if text.lstrip().startswith("{") else tomllib.loads(text)
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise BadList(ListFault("setting_list_syntax", {"file": file, "line": line, "detail": "UTF-8"})) from fault
    except json.JSONDecodeError as fault:
        values = {"file": file, "line": fault.lineno, "detail": fault.msg}
        raise BadList(ListFault("setting_list_syntax", values)) from fault
    except (ValueError, RecursionError) as fault:
        place = _LINE.search(str(fault))
        line = int(place[1]) if place else data.count(b"\n") + 1
        detail = str(fault).partition(" (at ")[0][:200]
        raise BadList(ListFault("setting_list_syntax", {"file": file, "line": line, "detail": detail})) from fault
    if not isinstance(found, dict):
        raise BadList(ListFault("setting_list_shape", {"file": file}))
    return found


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:80]!r} stands twice")
    return members


def _id_of(item: Any) -> Any:
    return item.get("id") if isinstance(item, dict) else None


def _is_name(value: Any) -> TypeGuard[str]:
    """Tell whether `value` is a text of one line, that shows what it is."""
    return isinstance(value, str) and bool(value.strip()) and plain(value, NAME_MOST) == value


def _entries(entries: Iterator[tuple[str, Any, Any]], file: str, basis: Basis, where: str) -> dict[str, Reason]:
    found: dict[str, Reason] = {}
    faults = []
    for place, identifier, item in entries:
        values = {"file": file, "place": place[:120]}
        name = item.get("name") if isinstance(item, dict) else None
        strange = sorted(item.keys() - _MEMBERS) if basis is Basis.LIST and isinstance(item, dict) else []
        if not isinstance(identifier, str) or not _ID.fullmatch(identifier):
            faults.append(ListFault("setting_list_id", values))
        elif not _is_name(name):
            faults.append(ListFault("setting_list_name", values))
        elif strange:
            faults.append(ListFault("setting_list_key", values | {"key": strange[0][:80]}))
        elif identifier in found:
            faults.append(ListFault("setting_list_twice", values | {"id": identifier[:120]}))
        else:
            found[identifier] = Reason(basis, name, where)
    if faults:
        raise BadList(*faults)
    return found
