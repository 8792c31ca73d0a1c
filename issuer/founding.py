"""A new organization: its name, the slug that stands in its addresses, and its first owner.

A name that an eye takes for that of another organization here is refused (SECURITY.md, G4).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from datetime import datetime
from itertools import count
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.accounts.arrival import seat
from issuer.accounts.roles import Role
from issuer.fault import Fault, Refused
from issuer.journal import write_journal
from issuer.lookalike import skeleton
from issuer.models import Organization, User
from keys.documents import did_for

SLUG_MOST: Final = 50
RESERVED: Final = frozenset({
    "account", "first", "forgotten", "invitation", "organizations", "passkey", "password", "provider", "sign-in",
    "sign-out",
})  # fmt: skip
"""Words that stand below /room themselves."""
_ODD: Final = re.compile(r"[^a-z0-9]+")
_LETTERS: Final = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


def found(
    session: Session, base_url: str, name: str, owner: User, language: str, now: datetime, *, alike: bool = False
) -> Organization:
    """Found an organization; strangers are told that it is known here only if its founder runs the installation.

    Raises Refused with `issuer_lookalike`. With `alike` such a name is taken, and held: strangers are not told that
    it is known until somebody at the machine approves it (`attestato issuers approve`).
    """
    known = list(session.scalars(select(Organization).order_by(Organization.id)))
    double = next((one for one in known if skeleton(one.facts.get("name", "")) == skeleton(name)), None)
    if double is not None and not alike:
        values = {"name": name, "known": double.facts.get("name", ""), "slug": double.slug}
        raise Refused(Fault("issuer_lookalike", column="community", values=values))
    slug = slug_for(name, RESERVED | {other.slug for other in known})
    organization = Organization(
        slug=slug,
        did=did_for(base_url, slug),
        base_url=base_url,
        language=language,
        facts={"name": name},
        created_at=now,
        approved_at=now if owner.operator and double is None else None,
    )
    session.add(organization)
    session.flush()
    write_journal(
        session, organization.id, now, "organization.founded", slug, by=owner.public_id, held=int(bool(double))
    )
    seat(session, owner, organization.id, Role.OWNER, now)
    return organization


def slug_for(name: str, taken: Container[str]) -> str:
    """Return a slug that says the name in small Latin letters, and that nobody has; `community` for other scripts."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode("ascii")
    slug = _ODD.sub("-", plain).strip("-")[:SLUG_MOST].strip("-") or "community"
    return next(one for number in count(1) if (one := slug if number == 1 else f"{slug}-{number}") not in taken)
