"""Who did what in an organization, for all who have a seat there."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request

from issuer.accounts.roles import Act
from issuer.accounts.visits import Seat
from issuer.room.guard import PLACE, Guard
from issuer.trail import PAGE, deeds

SAID: Final = frozenset({
    "batch.discarded", "batch.reserved", "batch.signed", "credential.corrected", "credential.revoked",
    "event.prepared", "invitation.withdrawn", "job.paced", "job.paused", "job.resumed", "job.stopped", "job.timed",
    "list.added", "list.dropped", "list.thrown_away", "member.invited", "member.joined", "member.removed",
    "member.role", "organization.founded", "person.added", "samples.made",
})  # fmt: skip
"""Deeds that have a sentence; others are told by their code."""
_DIGITS: Final = 18


class Audit:
    """The page of the journal."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.database = guard, guard.office.database

    def blueprint(self) -> Blueprint:
        """Return the address of the journal."""
        pages = Blueprint("audit", __name__, url_prefix=f"{PLACE}/<slug>/audit")
        pages.add_url_rule("", "audit", self.guard.seat(Act.LOOK)(self.audit))
        return pages

    def audit(self, seat: Seat) -> str:
        """Show a page of what was done, the latest first."""
        asked = request.args.get("before", "")
        before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < _DIGITS else None
        with self.database.reading() as session:
            found = deeds(session, seat.organization_id, before)
        further = found[PAGE - 1].number if len(found) > PAGE else None
        return render_template("room/audit.html", seat=seat, deeds=found[:PAGE], further=further, said=SAID)
