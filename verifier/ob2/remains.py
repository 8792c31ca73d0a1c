"""What an address leaves of a badge that its issuer took back, so that the badge can still be judged: as revoked.

Clause: OB 2.0, Revoking Hosted Assertions: the answer is 410, and what it says besides is the issuer's choice.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from badges.problem import BadgeError
from badges.strict import strict_json
from badges.vocabulary import V2
from verifier.ob2.world import World, world_of
from verifier.resolver import Gone


def asked(fetch: Callable[[str], bytes], url: str, *, baked: bool = False) -> bytes:
    """Return what `fetch` has of `url`; of an assertion that was taken back, an assertion that says just that.

    An address that was `baked` into a picture is one of an assertion: it stands where nothing else may. For any other,
    the answer must say itself that it is of one, else Gone is raised as `fetch` did.
    """
    try:
        return fetch(url)
    except Gone as gone:
        if not (baked or _is_of(gone.body, url)):
            raise
    return json.dumps({"@context": V2, "type": "Assertion", "id": url, "revoked": True}).encode("utf-8")


def _is_of(body: bytes, url: str) -> bool:
    try:
        left = strict_json(body)
    except BadgeError:
        return False
    return isinstance(left, dict) and left.get("id") == url and world_of(left) is World.ASSERTION
