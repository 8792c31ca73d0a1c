"""What a killed run left behind: reserved, and never signed. The worker signs it, with the same bytes as ever."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from issuer.issue import CHUNK, Run
from issuer.models import INTENT, CredentialVersion
from issuer.office import Office

LEFT_ALONE: Final = timedelta(minutes=5)
"""For how long a reservation belongs to the run that made it."""


def sign_what_was_left(office: Office, now: datetime) -> int:
    """Sign every first version whose run has ended without doing so; return how many there were.

    A correction is finished by correcting again, because the version before it must fall in the same moment.
    """
    statement = (
        select(CredentialVersion.organization_id, CredentialVersion.id)
        .where(
            CredentialVersion.state == INTENT,
            CredentialVersion.number == 1,
            CredentialVersion.fault.is_(None),
            CredentialVersion.valid_from <= now - LEFT_ALONE,
        )
        .order_by(CredentialVersion.id)
    )
    left: dict[int, list[int]] = defaultdict(list)
    with office.database.reading() as session:
        for organization_id, version_id in session.execute(statement):
            left[organization_id].append(version_id)
    for organization_id, version_ids in left.items():
        run = Run(office, organization_id, len(version_ids), now)
        for start in range(0, len(version_ids), CHUNK):
            run.sign(version_ids[start : start + CHUNK])
    return sum(map(len, left.values()))
