"""The page of an organization: who it is, what its certificates look like, who signs, and how data are used.

Owners decide; everybody else who has a seat reads the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from issuer import rules
from issuer.accounts.roles import Act, may
from issuer.accounts.visits import Seat
from issuer.certificate.assets import LIMIT
from issuer.certificate.layout import COLOURS, DESIGNS
from issuer.fault import Refused
from issuer.gallery import Picture
from issuer.models import Asset, Organization
from issuer.profile import PURPOSES, SIGNERS, Change, clean, said_of, save
from issuer.room import forms
from issuer.room.events import ZONES
from issuer.room.forms import Filled, Form
from issuer.room.guard import PLACE, Guard
from issuer.rows import is_web_address
from templates import LANGUAGES

Answer = AnyResponse | str | tuple[str, int]

TEXT_MOST: Final = 200
NOTICE_MOST: Final = 4_000
PARTS_MOST: Final = 60
"""Fields that come with the form, pictures included; other forms have fewer."""
FORM_OCTETS: Final = len(PURPOSES) * LIMIT + 2**18
_DIGITS: Final = 20


def _optional(rule: Any = None, most: int = TEXT_MOST) -> fields.String:
    """Return a field that may be empty, and holds what `rule` allows."""

    def check(text: str) -> None:
        if text and not all(letter.isprintable() or letter in "\r\n" for letter in text):
            raise ValidationError("field_letters")
        if text and rule is not None and (code := rule(text)) is not None:
            raise ValidationError(code)

    return fields.String(load_default="", validate=[validate.Length(max=most, error="field_long"), check])


def _link(text: str) -> str | None:
    return None if is_web_address(text) else "event_url"


def _line(text: str) -> str | None:
    return None if text.isprintable() else "field_letters"


def _number(text: str) -> str | None:
    return None if text.isascii() and text.isdigit() and len(text) <= _DIGITS else "linkedin_number"


class Describing(Form):
    """The whole profile; pictures come as files beside it."""

    name = forms.name()
    url = _optional(_link)
    email = _optional(rules.mail_address)
    no_logo = forms.mark()
    own_colour = forms.mark()
    colour = _optional(rules.colour)
    design = _optional(lambda text: None if text in DESIGNS else "field_missing")
    language = forms.one_of(*LANGUAGES)
    timezone = _optional(rules.zone)
    signer1, signer2, signer3 = _optional(_line), _optional(_line), _optional(_line)
    role1, role2, role3 = _optional(_line), _optional(_line), _optional(_line)
    no_image1, no_image2, no_image3 = forms.mark(), forms.mark(), forms.mark()
    sender = _optional(_line)
    reply_to = _optional(rules.mail_address)
    sign_email = forms.mark()
    controller = _optional(_line)
    contact = _optional(rules.mail_address)
    notice = _optional(most=NOTICE_MOST)
    linkedin = _optional(_number)


class Profile:
    """The page, and the pictures on it."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.database = guard, guard.office.database

    def blueprint(self) -> Blueprint:
        """Return the addresses of the page."""
        pages = Blueprint("profile", __name__, url_prefix=f"{PLACE}/<slug>/profile")
        pages.before_request(self._take_pictures)
        look, decide = self.guard.seat(Act.LOOK), self.guard.seat(Act.DECIDE)
        pages.add_url_rule("", "profile", look(self.profile))
        pages.add_url_rule("", "save", decide(self.save), methods=["POST"])
        pages.add_url_rule("/pictures/<picture>", "picture", look(self.picture))
        return pages

    def profile(self, seat: Seat) -> Answer:
        """Show the profile: as a form to who decides, to others as it is."""
        return self._page(seat, None)

    def save(self, seat: Seat) -> Answer:
        """Keep the profile, if nothing is wrong with it."""
        values, filled = forms.read(Describing())
        faults = dict(filled.faults) | _unnamed(filled.said)
        pictures, bad = _sent(filled.said)
        if faults or bad:
            return self._page(seat, Filled(filled.said, faults | bad)), forms.WRONG
        now, by = self.guard.clock(), self.guard.who()
        change = Change(values, pictures)
        try:
            self.database.write(lambda session: save(session, seat.organization_id, change, by, now))
        except Refused as refused:
            return self._page(seat, Filled(filled.said, {"name": refused.faults[0].code})), forms.WRONG
        return redirect(url_for("profile.profile", slug=seat.slug, done="1"), 303)

    def picture(self, seat: Seat, picture: str) -> Response:
        """Return a picture of the organization, as it was written anew."""
        own = Asset.organization_id == seat.organization_id
        with self.database.reading() as session:
            found = session.scalar(select(Asset).where(own, Asset.sha256 == picture))
        if found is None:
            raise NotFound
        response = Response(found.body, content_type=found.media_type)
        response.headers["Content-Disposition"] = "attachment"
        return response

    def _take_pictures(self) -> None:
        """Let a form that a member sends hold pictures; no other request here may be as large."""
        if request.endpoint == "profile.save" and self.guard.visitor() is not None:
            request.max_content_length, request.max_form_parts = FORM_OCTETS, PARTS_MOST

    def _page(self, seat: Seat, filled: Filled | None) -> str:
        with self.database.reading() as session:
            row = _row(session, seat)
            said, frozen = said_of(row), row.frozen_at is not None
        shown = said if filled is None else dict(filled.said)
        pictures = {name: said[name] for name in PURPOSES if said.get(name)}
        return render_template(
            "room/profile.html", seat=seat, said=shown, faults=filled.faults if filled else {}, frozen=frozen,
            pictures=pictures, decides=may(seat.role, Act.DECIDE), designs=DESIGNS, languages=LANGUAGES, zones=ZONES,
            signers=SIGNERS, colours=COLOURS, done="done" in request.args and filled is None,
        )  # fmt: skip


def _row(session: Session, seat: Seat) -> Organization:
    return session.get_one(Organization, seat.organization_id)


def _unnamed(said: Mapping[str, str]) -> dict[str, str]:
    """Return the places where a role stands and nobody who has it."""
    return {
        f"signer{place}": "field_missing"
        for place in SIGNERS
        if said.get(f"role{place}", "").strip() and not said.get(f"signer{place}", "").strip()
    }


def _sent(said: Mapping[str, str]) -> tuple[dict[str, Picture | None], dict[str, str]]:
    """Return the pictures that came with the form, or are to be taken away, and what is wrong with each."""
    pictures: dict[str, Picture | None] = {name: None for name in PURPOSES if said.get(f"no_{name}")}
    faults = {}
    for name, purpose in PURPOSES.items():
        sent = request.files.get(name)
        body = sent.read() if sent else b""
        if sent:
            sent.close()
        if body:
            try:
                pictures[name] = clean(body, purpose)
            except Refused as refused:
                faults[name] = refused.faults[0].code
    return pictures, faults
