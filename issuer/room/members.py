"""The members of an organization: who is in, who is invited, and in which role."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from issuer.accounts import members
from issuer.accounts.mailbox import mailbox
from issuer.accounts.members import Invited
from issuer.accounts.roles import Act, Role
from issuer.accounts.visits import Seat
from issuer.fault import Refused
from issuer.room import forms
from issuer.room.forms import Filled, Form
from issuer.room.guard import PLACE, Guard
from verifier.web.language import day

ROLES: Final = tuple(role.value for role in reversed(Role))
DONE: Final = frozenset({"role", "removed", "withdrawn"})


class Inviting(Form):
    """Whom, and as what."""

    email = forms.email()
    role = forms.one_of(*ROLES)


class Changing(Form):
    """Another role."""

    role = forms.one_of(*ROLES)


class Members:
    """The page on which an owner decides who may come in."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.office = guard, guard.office

    def blueprint(self) -> Blueprint:
        """Return the addresses of the members."""
        pages = Blueprint("members", __name__, url_prefix=f"{PLACE}/<slug>")
        for rule, name, view, methods in (
            ("/members", "members", self.members, ["GET", "POST"]),
            ("/members/<member>/role", "role", self.role, ["POST"]),
            ("/members/<member>/remove", "remove", self.remove, ["POST"]),
            ("/invitations/<invited>/withdraw", "withdraw", self.withdraw, ["POST"]),
        ):
            pages.add_url_rule(rule, name, self.guard.seat(Act.DECIDE)(view), methods=methods)
        return pages

    def members(self, seat: Seat) -> str | tuple[str, int]:
        """Show who is in; an invitation is answered with its link, which is shown this once."""
        if request.method != "POST":
            return self._page(seat, Filled({"role": Role.ORGANIZER.value}))
        values, filled = forms.read(Inviting())
        if not values:
            return self._page(seat, filled), 422
        email, role = mailbox(values["email"]) or "", Role(values["role"])
        now, by = self.guard.clock(), self.guard.who()
        try:
            token = self.office.database.write(lambda session: members.invite(session, seat, by, email, role, now))
        except Refused as refused:
            return self._page(seat, Filled(filled.said, {"email": refused.faults[0].code})), 422
        link = f"{self.office.settings.base_url}{PLACE}/invitation/{token}"
        return self._page(seat, Filled({"role": Role.ORGANIZER.value}), link=link, email=email)

    def role(self, seat: Seat, member: str) -> Response | tuple[str, int]:
        """Give a member another role."""
        now, by, data = self.guard.clock(), self.guard.who(), self.office.database
        self._must_be_member(seat, member)
        values, filled = forms.read(Changing())
        if not values:
            return self._page(seat, Filled({}, {"member": filled.faults["role"]})), 422
        try:
            role = Role(values["role"])
            found = data.write(lambda session: members.change_role(session, seat, by, member, role, now))
        except Refused as refused:
            return self._page(seat, Filled({}, {"member": refused.faults[0].code})), 422
        return self._done(seat, "role") if found else abort(404)

    def remove(self, seat: Seat, member: str) -> Response | tuple[str, int]:
        """Take a member's seat away; who leaves by themselves is led to the front."""
        now, by, data = self.guard.clock(), self.guard.who(), self.office.database
        self._must_be_member(seat, member)
        forms.read(Form())
        try:
            found = data.write(lambda session: members.remove(session, seat, by, member, now))
        except Refused as refused:
            return self._page(seat, Filled({}, {"member": refused.faults[0].code})), 422
        if not found:
            abort(404)
        return redirect(PLACE) if member == by.public_id else self._done(seat, "removed")

    def withdraw(self, seat: Seat, invited: str) -> Response:
        """Take an invitation back."""
        now, by = self.guard.clock(), self.guard.who()
        if not any(one.named == invited for one in self._invited(seat)):
            abort(404)
        forms.read(Form())
        if not self.office.database.write(lambda session: members.withdraw(session, seat, by, invited, now)):
            abort(404)
        return self._done(seat, "withdrawn")

    def _must_be_member(self, seat: Seat, member: str) -> None:
        """Answer 404 before anything else is said about a form for somebody who is not here."""
        with self.office.database.reading() as session:
            if not any(one.public_id == member for one in members.members_of(session, seat.organization_id)):
                abort(404)

    def _invited(self, seat: Seat) -> list[Invited]:
        with self.office.database.reading() as session:
            return members.invited_to(session, seat.organization_id, self.guard.clock())

    def _done(self, seat: Seat, what: str) -> Response:
        return redirect(url_for("members.members", slug=seat.slug, done=what))

    def _page(self, seat: Seat, filled: Filled, link: str | None = None, email: str | None = None) -> str:
        now, done = self.guard.clock(), request.args.get("done", "")
        with self.office.database.reading() as session:
            here = members.members_of(session, seat.organization_id)
            invited = members.invited_to(session, seat.organization_id, now)
        waiting = [(one, day(one.ends_at)) for one in invited]
        return render_template(
            "room/members.html", seat=seat, members=here, invited=waiting, filled=filled, roles=ROLES, link=link,
            email=email, done=done if done in DONE else "",
        )  # fmt: skip
