"""One ticket, two names: either a name was mended in the list, or a number was given out twice; a person must look.

An id is trusted to mean one person. Where a later list has it with another name than any version of the award, the
row gets nothing new, and a fault says what can be done: silence would lose a person, or double one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from operator import attrgetter
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.database import looked_up
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
    statement = select(
        CredentialVersion.credential_id, CredentialVersion.number, CredentialVersion.row, Credential.token
    ).join(Credential, Credential.id == CredentialVersion.credential_id)
    found = looked_up(session, statement, CredentialVersion.credential_id, list(known))
    for line in sorted(found, key=attrgetter("number")):
        if line.row is not None:
            names[line.credential_id].append(line.row["name"])
            tokens[line.credential_id] = line.token
    return {
        person.row: Fault(
            "other_name",
            row=person.row,
            values={"before": names[number][-1], "name": person.name, "id": tokens[number]},
        )
        for number, person in known.items()
        if names[number] and key(person.name) not in {key(name) for name in names[number]}
    }
