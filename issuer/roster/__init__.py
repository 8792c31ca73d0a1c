"""An attendee list, as the tools of organizers export it, read to people."""

from __future__ import annotations

from issuer.roster.model import Recipient, Repair, Roster
from issuer.roster.read import read

__all__ = ["Recipient", "Repair", "Roster", "read"]
