"""What a process does before it lets anybody in, so that its first visitors wait no longer than all others.

The newest awards are verified and one of them is printed, as any visitor may have it done: then contexts are read,
outlines known, and fonts and a design at hand. Nothing is kept of it but what every visit leaves.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from issuer import archive
from issuer.archive import Award
from issuer.certificate import overlay
from issuer.certificate.content import certificate
from issuer.certificate.press.batch import print_batch
from issuer.models import SIGNED, CredentialVersion
from issuer.prints.print import print_of
from issuer.web.counter import PREVIEW_WIDTH, Counter
from verifier.verify import verify
from verifier.web.errors import log

AWARDS: Final = 3
"""So many make an outline known (`badges.shortway`)."""
_NEWEST: Final = (
    select(CredentialVersion.credential_id)
    .where(CredentialVersion.state == SIGNED)
    .order_by(CredentialVersion.id.desc())
    .limit(AWARDS)
)


def warm(counter: Counter) -> None:
    """Verify and print what is there; whatever comes in the way is the affair of those who visit, and is logged."""
    try:
        ids = list(dict.fromkeys(row[0] for row in counter.office.database.ask(_NEWEST)))
        awards = list(archive.awards_of(counter.office, ids))
        for award in awards:
            verify(award.signed, counter.desk.resolver, counter.desk.policy(None), counter.clock())
        if awards:
            _print(counter, awards[0])
    except Exception as fault:  # noqa: BLE001  # A service that is cold is better than none.
        log.warning("cold", kind=type(fault).__name__)


def _print(counter: Counter, award: Award) -> None:
    practice = counter.office.settings.practice
    for printed in print_batch([certificate(award.signed, award.layout, kept=award.kept, practice=practice)]):
        made = print_of(printed)
        overlay.png(made.plate, made.tail, PREVIEW_WIDTH)
