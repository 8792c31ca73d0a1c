"""Another organization: whoever runs the installation founds it, and names that look alike are held."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from issuer.fault import Refused
from issuer.founding import found
from issuer.models.account import User
from issuer.room import forms
from issuer.room.forms import Filled, Form
from issuer.room.guard import PLACE, Guard, log
from verifier.web.language import spoken


class Founding(Form):
    """A name; `anyway` founds one that looks like another's, of whom strangers are not told that it is known."""

    community = forms.name()
    anyway = forms.mark()


class Organizations:
    """The page on which an operator founds an organization."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.office = guard, guard.office

    def blueprint(self) -> Blueprint:
        """Return the address of the page."""
        pages = Blueprint("organizations", __name__, url_prefix=PLACE)
        pages.add_url_rule("/organizations", "organizations", self.guard.signed_in(self.organizations))
        found_one = self.guard.signed_in(self.found)
        pages.add_url_rule("/organizations/new", "found", found_one, methods=["GET", "POST"])
        return pages

    def organizations(self) -> str:
        """Show one's organizations, also to who has but one."""
        return render_template("room/organizations.html", seats=list(self.guard.who().seats.values()))

    def found(self) -> Response | str | tuple[str, int]:
        """Found an organization; who does not run the installation may not, and it is written down."""
        who = self.guard.who()
        if not who.operator:
            log.warning("not_allowed", kind="FOUND", endpoint=request.endpoint)
            raise Forbidden
        if request.method != "POST":
            return render_template("room/found.html", filled=Filled(), alike=False)
        values, filled = forms.read(Founding())
        if not values:
            return forms.again("room/found.html", filled, alike=False)
        now, language, base_url = self.guard.clock(), spoken(), self.office.settings.base_url

        def work(session: Session) -> str:
            owner = session.get_one(User, who.user_id)
            held = bool(values.get("anyway"))
            return found(session, base_url, values["community"], owner, language, now, alike=held).slug

        try:
            return redirect(f"{PLACE}/{self.office.database.write(work)}")
        except Refused as refused:
            faults = {"community": refused.faults[0].code}
            page = render_template("room/found.html", filled=Filled(filled.said, faults), alike=True)
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
