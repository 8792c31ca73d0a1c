"""Contexts and schemas of the specifications, as package data: pinned by sha256, never fetched.

`SOURCES.json` tells for each file its address, its sha256 and the package that it was taken from.
Data Integrity 1.0, section 2.4: contexts are "already retrieved", and their hashes are known.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

_HERE: Final = files(__name__)


class AlteredContext(RuntimeError):
    """A file of this package does not have the sha256 that it was pinned by."""


@cache
def sources() -> Mapping[str, Mapping[str, str]]:
    """Return every pinned document's entry by its address."""
    entries = json.loads(_HERE.joinpath("SOURCES.json").read_bytes())
    return {entry["url"]: entry for entry in entries}


@cache
def pinned(url: str) -> Any:
    """Return the JSON that is pinned for `url`; KeyError for an address that is not."""
    entry = sources()[url]
    data = _HERE.joinpath(entry["file"]).read_bytes()
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise AlteredContext(entry["file"])
    return json.loads(data)
