"""The domain of an organization: what it must say, and asking whether it says so (docs/trust.md).

An organization that nobody at the machine approved asks in vain here: its name may be held because it looks like
another's, and its own domain could not tell that (SECURITY.md, G4).
"""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from issuer.accounts.roles import Act, may
from issuer.accounts.visits import Seat
from issuer.domain import LABEL, WAYS, host_of
from issuer.domain import PLACE as FILE_PLACE
from issuer.fault import Refused
from issuer.models import Organization
from issuer.room import forms
from issuer.room.forms import Form
from issuer.room.guard import PLACE, Guard
from issuer.vouching import is_proved, prove, the_world
from verifier.web.language import day

WORLD = "attestato.world"
"""The extension of the app that says whom to ask; without it, name servers and websites as they are."""


class Domain:
    """The page of the domain."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.office = guard, guard.office

    def blueprint(self) -> Blueprint:
        """Return the addresses of the page."""
        pages = Blueprint("domain", __name__, url_prefix=f"{PLACE}/<slug>/domain")
        pages.add_url_rule("", "domain", self.guard.seat(Act.LOOK)(self.domain))
        pages.add_url_rule("", "prove", self.guard.seat(Act.DECIDE)(self.prove), methods=["POST"])
        return pages

    def domain(self, seat: Seat) -> str:
        """Show what the domain must say, and what it said when it was last asked."""
        return self._page(seat)

    def prove(self, seat: Seat) -> Response | tuple[str, int]:
        """Ask the domain now; 422 with what is wrong where it does not vouch."""
        forms.read(Form())
        with self.office.database.reading() as session:
            approved = session.get_one(Organization, seat.organization_id).approved_at is not None
        if not approved and not self.guard.who().operator:
            return self._page(seat, "domain_held"), forms.WRONG
        world = current_app.extensions.get(WORLD) or the_world()
        try:
            prove(self.office, seat.slug, WAYS, self.guard.clock(), world)
        except Refused as refused:
            return self._page(seat, refused.faults[0].code), forms.WRONG
        return redirect(url_for("domain.domain", slug=seat.slug, done="1"), 303)

    def _page(self, seat: Seat, fault: str | None = None) -> str:
        with self.office.database.reading() as session:
            row = session.get_one(Organization, seat.organization_id)
        proved = row.domain_proved_at if is_proved(row, self.guard.clock()) else None
        return render_template(
            "room/profile_domain.html", seat=seat, did=row.did, host=host_of(row.facts.get("url")), fault=fault,
            proved=day(proved) if proved else None, label=LABEL, place=FILE_PLACE,
            decides=may(seat.role, Act.DECIDE), done="done" in request.args,
        )  # fmt: skip
