"""Open Badges 1.x said in the words of 2.0, where the rules are plain: hosted assertions, their classes and issuers.

As 1EdTech's validator upgrades them. 1.1 names its context; 1.0 names none, and a document's address is its id. A
signed assertion of 1.x names a bare key that no profile owns, and 0.5 has no address of its own: about those nothing
can be told here. A document of 2.0 comes back as it is, but for `verify`, to its context the same as `verification`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal

from badges.problem import Malformed, UnsupportedContext, UnsupportedProof
from badges.vocabulary import V1, V2, contexts_of

Json = Mapping[str, Any]
Kind = Literal["Assertion", "BadgeClass", "Issuer"]
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ZONELESS: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?", re.ASCII)
_SECONDS_MOST: Final = 253_402_300_799
"""The last second of the year 9999."""


def version_of(document: Json) -> str:
    """Return `1.0`, `1.1` or `2.0`, by the contexts that `document` names; `2.0` for those of others too."""
    contexts = contexts_of(document)
    if not contexts:
        return "1.0"
    return "1.1" if V1 in contexts and V2 not in contexts else "2.0"


def is_older_assertion(document: Json) -> bool:
    """Tell whether `document` names no context, and has what only assertions of Open Badges 1.0 and 0.5 have."""
    return not contexts_of(document) and "badge" in document and ("recipient" in document or "verify" in document)


def upgraded(document: Json, kind: Kind, address: str | None = None) -> dict[str, Any]:
    """Return `document`, which was had from `address` if it is said, in the words of Open Badges 2.0.

    UnsupportedContext or UnsupportedProof for what cannot be said in them; Malformed where it contradicts itself.
    """
    version = version_of(document)
    if version == "2.0":
        return _renamed(document)
    if "verify" in document and "verification" in document:
        raise Malformed("verification is said beside verify.")
    same = {name: value for name, value in document.items() if name not in ("@context", "verify")}
    same["@context"] = [V2, *(context for context in contexts_of(document) if context != V1)]
    if version == "1.0":
        same["type"] = kind
        same.setdefault("id", address)
    match kind:
        case "Assertion":
            return _assertion(document, same)
        case "BadgeClass" if "alignment" in same:
            same["alignment"] = [_alignment(item) for item in _every(same["alignment"])]
    return same


def _renamed(document: Json) -> dict[str, Any]:
    if "verify" in document and "verification" not in document:
        return {("verification" if name == "verify" else name): value for name, value in document.items()}
    return dict(document)


def _assertion(document: Json, same: dict[str, Any]) -> dict[str, Any]:
    draft = version_of(document) == "1.0" and isinstance(document.get("badge"), Mapping)
    if draft or isinstance(document.get("recipient"), str):
        raise UnsupportedContext("The badge is of a draft before Open Badges 1.0, which has no rules to verify it by.")
    verify = document.get("verify")
    if not isinstance(verify, Mapping) or not isinstance(verify.get("url"), str):
        raise Malformed("verify is not an object with a url.")
    if verify.get("type") not in ("hosted", "HostedBadge"):
        raise UnsupportedProof("The badge is signed as Open Badges 1.x had it, with a key that no profile owns.")
    if same.get("id") is None:
        same["id"] = verify["url"]
    if same["id"] != verify["url"]:
        raise Malformed("verify/url is not the id of the assertion.")
    same["verification"] = {"type": "HostedBadge"}
    for name in ("issuedOn", "expires"):
        if name in same:
            same[name] = _moment(same[name])
    return same


def _moment(value: Any) -> Any:
    """Say a time of 1.x, seconds since 1970 or without a zone, as 2.0 does; anything else is left to be refused."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _SECONDS_MOST:
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 11:
        return _moment(int(value))
    if isinstance(value, str) and _DAY.fullmatch(value):
        return f"{value}T00:00:00Z"
    return f"{value}Z" if isinstance(value, str) and _ZONELESS.fullmatch(value) else value


def _alignment(item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    newer = {"url": "targetUrl", "name": "targetName", "description": "targetDescription"}
    return {newer.get(name, name) if newer.get(name) not in item else name: value for name, value in item.items()}


def _every(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
