"""One ticket, two names: either a name was mended in the list, or a number was given out twice; a person must look.

An id is trusted to mean one person. Where a later list has it with another name than any version of the award, the
row gets nothing new, and a fault says what can be done: silence would lose a person, or double one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.database import IN_ONE_QUESTION
from issuer.fault import Fault
from issuer.models import Credential, CredentialVersion
from issuer.roster.names import key

if TYPE_CHECKING:
    from issuer.roster import Recipient


def renamed(session: Session, again: Mapping[int, Recipient]) -> dict[int, Fault]:
    """Return a fault by row for everybody who is recognised by an id under a name that the award never had."""
    known = {number: person for number, person in again.items() if person.identity[0].startswith("id:")}
    names: dict[int, list[str]] = defaultdict(list)
    tokens: dict[int, str] = {}
    ids = list(known)
    for start in range(0, len(ids), IN_ONE_QUESTION):
        for number, token, row in session.execute(
            select(CredentialVersion.credential_id, Credential.token, CredentialVersion.row)
            .join(Credential, Credential.id == CredentialVersion.credential_id)
            .where(CredentialVersion.credential_id.in_(ids[start : start + IN_ONE_QUESTION]))
            .order_by(CredentialVersion.number)
        ):
            if row is not None:
                names[number].append(row["name"])
                tokens[number] = token
    return {
        person.row: Fault(
            "other_name",
            row=person.row,
            values={"before": names[number][-1], "name": person.name, "id": tokens[number]},
        )
        for number, person in known.items()
        if names[number] and key(person.name) not in {key(name) for name in names[number]}
    }
