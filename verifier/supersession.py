"""Is there a newer version? The address of a credential shows its current one; asking there must give nobody away.

OB 3.0: same `issuer.id` and `id`, newer `validFrom`. Whoever holds the documents at hand is asked always; anybody
outside only about what is revoked already, since every other question would tell them who is being checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from badges.document import parse
from badges.problem import BadgeError
from badges.times import read_stamp
from verifier.policy import Policy
from verifier.proofs import find_signatures, verify_signatures
from verifier.resolver import Resolver, Unreachable, local_part
from verifier.shape import BADGE, check_shape, issuer_of


@dataclass(frozen=True)
class Search:
    """What was found: the `validFrom` of a newer version, or whether anybody was asked; `code` says why not."""

    newer: datetime | None = None
    looked: bool = False
    code: str = ""


def newer_version(
    credential: Mapping[str, Any], resolver: Resolver, policy: Policy, now: datetime, *, ask_outside: bool
) -> Search:
    """Look at the credential's own address for a newer version with a valid proof of the same issuer."""
    url = credential["id"]
    if not url.startswith(("https://", "http://")):
        return Search(code="supersession_no_address")
    asked = resolver if ask_outside else local_part(resolver)
    if asked is None:
        return Search(code="supersession_not_asked")
    try:
        document = parse(asked.fetch(url))
        newer = read_stamp(document.credential.get("validFrom"), "validFrom")
        same = document.credential.get("id") == url and issuer_of(document.credential) == issuer_of(credential)
        if same and newer > read_stamp(credential["validFrom"], "validFrom"):
            check_shape(document, BADGE)
            signatures = find_signatures(document, resolver, now)
            verify_signatures(document, signatures, policy, now)
            return Search(newer=newer, looked=True)
    except Unreachable:
        return Search(code="supersession_not_found")
    except BadgeError:
        return Search(code="supersession_unclear")
    return Search(looked=same, code="supersession_unclear")
