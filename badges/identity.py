"""Who a credential is about, without telling everybody: identities in clear or as salted hashes.

OB 3.0, IdentityObject: `identityHash` is `sha256$` and the hex SHA-256 of the UTF-8 identifier followed by the salt.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any, Final

from badges.model import IdentityObject

_ADDRESS: Final = re.compile(r"[!-.0-9;-?A-~]+@[A-Za-z0-9.-]+")
"""An e-mail address in ASCII, and no web address with an @ in it."""


def hash_identity(text: str, salt: str = "") -> str:
    """Return `sha256$…` of `text` followed by `salt`."""
    return "sha256$" + hashlib.sha256((text + salt).encode("utf-8")).hexdigest()


def normal_email(address: str) -> str:
    """Return an address as we hash it: trimmed and in lower case, all of it."""
    return address.strip().lower()


def email_identity(address: str, salt: str) -> IdentityObject:
    """Return the hashed identity of an e-mail address; `salt` is random and belongs to one credential."""
    return IdentityObject("emailAddress", hash_identity(normal_email(address), salt), hashed=True, salt=salt)


def name_identity(name: str) -> IdentityObject:
    """Return the identity of a name, in clear: what the award says."""
    return IdentityObject("name", name)


def matches(identity: Mapping[str, Any], text: str) -> bool:
    """Tell whether `text` is who this IdentityObject means; as it stands, or normalised like an address."""
    claimed = str(identity.get("identityHash", ""))
    candidates = {text, text.strip(), normal_email(text)}
    if identity.get("hashed") is not True:
        return claimed in candidates or _is_same_address(claimed, text.strip())
    salt = identity.get("salt")
    kind, _, digest = claimed.lower().partition("$")
    if kind not in {"sha256", "md5"}:
        return False
    for candidate in candidates:
        data = (candidate + (salt if isinstance(salt, str) else "")).encode("utf-8", "surrogatepass")
        if hmac.compare_digest(hashlib.new(kind, data, usedforsecurity=False).hexdigest().encode(), digest.encode()):
            return True
    return False


def _is_same_address(one: str, other: str) -> bool:
    """Tell whether both are e-mail addresses and, but for capitals, the same one."""
    are_addresses = _ADDRESS.fullmatch(one) is not None and _ADDRESS.fullmatch(other) is not None
    return are_addresses and one.lower() == other.lower()
