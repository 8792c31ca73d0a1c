"""Where two copies of one badge say different things, so far as anybody is shown them.

A copy that was baked years ago may say less than the issuer's site, and may spell it otherwise: an address alone or an
object with that `id`, one value or a list of one, capitals in a hash, another zone. None of that is a difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from badges.datatypes import is_moment, read_moment

_ASSERTION: Final = ("id", "recipient", "issuedOn", "expires", "evidence", "narrative", "verification")
_BADGE: Final = ("id", "name", "description", "criteria", "tags", "image")
_ISSUER: Final = ("id", "name", "url", "email", "description", "image")
_SAME: Final = {"hosted": "HostedBadge", "signed": "SignedBadge"}
_LINKED: Final = ("id", "narrative", "name", "description", "genre", "audience")
_RECIPIENT: Final = ("type", "identity", "hashed", "salt")

Json = Mapping[str, Any]


def differences(said: Json, counts: Json) -> list[str]:
    """Return the places at which `said` says other than `counts`, an assertion with class and issuer in place."""
    badge, said_badge = counts["badge"], said.get("badge")
    issuer, said_issuer = badge["issuer"], _held(said_badge).get("issuer")
    return [
        *_differing(said, counts, _ASSERTION, ""),
        *_differing(_linked(said_badge), badge, _BADGE, "badge/"),
        *_differing(_linked(said_issuer), issuer, _ISSUER, "badge/issuer/"),
    ]


def _differing(said: Json, counts: Json, names: tuple[str, ...], place: str) -> Iterator[str]:
    for name in names:
        value = _plain(name, said.get(name))
        if value is not None and value != _plain(name, counts.get(name)):
            yield place + name


def _held(value: Any) -> Json:
    return value if isinstance(value, Mapping) else {}


def _linked(value: Any) -> Json:
    return value if isinstance(value, Mapping) else {"id": value}


def _plain(name: str, value: Any) -> Any:
    """Return `value` in the one spelling in which it is compared; None when it is not there."""
    if isinstance(value, list):
        several = [item for item in (_plain(name, item) for item in value) if item is not None]
        return several[0] if len(several) == 1 else several or None
    match name:
        case "issuedOn" | "expires" if is_moment(value):
            return read_moment(value)
        case "recipient" if isinstance(value, Mapping):
            return [_spelt(value, part) for part in _RECIPIENT]
        case "verification" if isinstance(value, Mapping):
            kind = value.get("type")
            return _SAME.get(kind, kind) if isinstance(kind, str) else kind
        case "criteria" | "evidence" | "image" if isinstance(value, Mapping):
            parts = {part: value[part] for part in _LINKED if value.get(part)}
            return parts["id"] if list(parts) == ["id"] else parts
    return value


def _spelt(recipient: Json, part: str) -> Any:
    value = recipient.get(part)
    hashed = part == "identity" and recipient.get("hashed") is True
    return value.lower() if hashed and isinstance(value, str) else value or None
