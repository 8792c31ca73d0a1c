"""The event of an evening: the same as last time but for the date, or a short form with good defaults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any, Final
from zoneinfo import available_timezones

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from issuer.accounts.roles import Act
from issuer.accounts.visits import Seat
from issuer.certificate.layout import COLOURS, DESIGNS, PAPERS
from issuer.fault import Fault, Refused
from issuer.kinds import KINDS
from issuer.models import Organization
from issuer.preparing.earlier import earlier, moved, tables_of, tables_of_both
from issuer.preparing.event import event_file, settled
from issuer.preparing.event_form import BY_KEY, FIELDS, SIGNERS, blank, said_of
from issuer.preparing.event_form import tables_of as meant
from issuer.preparing.showing import picture, shown
from issuer.room.forms import CSRF
from issuer.room.guard import PLACE, Guard
from issuer.room.staging import Evening, Staging, ask_for
from issuer.roster.model import Recipient
from issuer.rules import ACHIEVEMENT_TYPES
from templates import LANGUAGES, sentence
from verifier.web.language import say, spoken

Answer = AnyResponse | str | tuple[str, int]

THUMBNAIL: Final = 480
"""Pixels across of a design in the form."""
PLACES: Final = ("Europe/", "America/", "Asia/", "Africa/", "Australia/", "UTC")
ZONES: Final = tuple(sorted(zone for zone in available_timezones() if zone.startswith(PLACES)))
_FOLDED: Final = frozenset({
    "award", "description", "criteria", "tags", "type", "wording", "valid_for", "paper", "slug", "award_slug", "no_note"
})  # fmt: skip


class Events:
    """The page on which an organizer says what took place."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.office, self.staging = guard, guard.office, Staging(guard)

    def blueprint(self) -> Blueprint:
        """Return the addresses of the page."""
        pages = Blueprint("event", __name__, url_prefix=f"{PLACE}/<slug>/prepare/<preparation>")
        issue = self.guard.seat(Act.ISSUE)
        pages.add_url_rule("/event", "event", issue(self.event))
        pages.add_url_rule("/event", "save", issue(self.save), methods=["POST"])
        pages.add_url_rule("/event/again", "again", issue(self.again), methods=["POST"])
        pages.add_url_rule("/design/<design>.png", "design", issue(self.design))
        return pages

    def event(self, seat: Seat, preparation: str) -> Answer:
        """Show the form: as it was saved, like an earlier evening, or blank; who has earlier ones chooses first."""
        evening = self.staging.look(seat, preparation)
        if evening.batch:
            return redirect(url_for("issued.batch", slug=seat.slug, batch=evening.batch))
        if evening.is_another and self._take_up(seat, evening):
            return redirect(url_for("issue.issue", slug=seat.slug, preparation=preparation))
        if evening.tables:
            return self._form(seat, evening, said_of(evening.tables))
        like = request.args.get("like", "")
        with self.office.database.reading() as session:
            known = earlier(session, seat.organization_id, 1)
            tables = tables_of(session, seat.organization_id, like) if like else None
        if tables is not None:
            said = said_of(tables) | dict.fromkeys(("date", "last", "slug"), "")
            return self._form(seat, evening, said)
        if known and "new" not in request.args:
            return redirect(url_for("issue.issue", slug=seat.slug, preparation=preparation))
        return self._form(seat, evening, blank(evening.settings, evening.language))

    def save(self, seat: Seat, preparation: str) -> Answer:
        """Keep what the form says, if nothing is wrong with it."""
        evening = self.staging.look(seat, preparation)
        ask_for(*FIELDS)
        if evening.batch:
            return redirect(url_for("issued.batch", slug=seat.slug, batch=evening.batch), HTTPStatus.SEE_OTHER)
        said = {name: text for name, text in request.form.items() if name != CSRF}
        draft = meant(said)
        faults = dict(draft.faults)
        try:
            tables = self._settled(seat, draft.tables)
            if not faults:
                self.staging.save(seat, preparation, tables)
        except Refused as refused:
            for fault in refused.faults:
                faults.setdefault(_field(fault), fault)
        if faults:
            return self._form(seat, evening, said, faults), HTTPStatus.UNPROCESSABLE_ENTITY
        return self._on(seat, preparation)

    def again(self, seat: Seat, preparation: str) -> Answer:
        """Keep the same as an earlier evening, on another day."""
        evening = self.staging.look(seat, preparation)
        ask_for("like", "name", "date")
        if evening.batch:
            return redirect(url_for("issued.batch", slug=seat.slug, batch=evening.batch), HTTPStatus.SEE_OTHER)
        with self.office.database.reading() as session:
            tables = tables_of(session, seat.organization_id, request.form.get("like", ""))
        if tables is None:
            raise NotFound
        try:
            day = date.fromisoformat(request.form.get("date", ""))
            self.staging.save(seat, preparation, self._settled(seat, moved(tables, day, _name())))
        except (ValueError, Refused):
            # The form says what is wrong, beside its fields.
            said = said_of(tables) | {"date": request.form.get("date", ""), "name": _name(), "last": "", "slug": ""}
            faults = {} if _is_date(said["date"]) else {"date": Fault("evening_date")}
            return self._form(seat, evening, said, faults), HTTPStatus.UNPROCESSABLE_ENTITY
        return self._on(seat, preparation)

    def design(self, seat: Seat, preparation: str, design: str) -> Response:
        """Return how a design looks for a kind of certificate, from the press; the name is one of the list."""
        evening = self.staging.look(seat, preparation)
        kind = request.args.get("kind", "attendance")
        if design not in DESIGNS or kind not in KINDS:
            raise NotFound
        language = evening.language if evening.language in LANGUAGES else LANGUAGES[0]
        said = blank(evening.settings, language, kind) | {
            "design": design, "name": seat.name, "date": self.guard.clock().date().isoformat(), "slug": "design",
            "award_slug": f"design-{kind}",
        }  # fmt: skip
        if not said.get("own_colour"):
            said["colour"] = COLOURS[design]
        who = Recipient(1, say("room.issue.somebody"), None, True, None, ("name:x",), values={
            "reason": sentence("room.issue.reason", language)
        })  # fmt: skip
        with self.office.database.reading() as session:
            organization = session.get_one(Organization, seat.organization_id)
            on = self.staging.stage_of(session, organization, event_file(organization, meant(said).tables), design)
        return Response(picture(shown(on, who), THUMBNAIL), content_type="image/png")

    def _take_up(self, seat: Seat, evening: Evening) -> bool:
        """Let a further list be of the event that it is a further list of; False where that is not to be found."""
        with self.office.database.reading() as session:
            tables = tables_of_both(session, seat.organization_id, *(evening.again or ("", "")))
        if tables is not None:
            self.staging.save(seat, evening.public_id, tables)
        return tables is not None

    def _settled(self, seat: Seat, tables: Mapping[str, Any]) -> dict[str, Any]:
        with self.office.database.reading() as session:
            organization = session.get_one(Organization, seat.organization_id)
            return settled(session, organization, dict(tables))

    def _form(
        self, seat: Seat, evening: Evening, said: Mapping[str, str], faults: Mapping[str, Fault] | None = None
    ) -> str:
        told = {name: _told(name, fault) for name, fault in (faults or {}).items()}
        kind = KINDS.get(said.get("kind", ""), KINDS["attendance"])
        language = said.get("language") if said.get("language") in LANGUAGES else spoken()
        return render_template(
            "room/event.html", seat=seat, evening=evening, said=said, faults=told, kind=kind, kinds=KINDS,
            designs=DESIGNS, papers=PAPERS, signers=SIGNERS, zones=ZONES, types=sorted(ACHIEVEMENT_TYPES),
            spoken_in=language, open=bool(told.keys() & _FOLDED),
            defaults={part: sentence(f"new.{kind.name}.{part}", str(language)) for part in ("description", "criteria")},
        )  # fmt: skip

    def _on(self, seat: Seat, preparation: str) -> AnyResponse:
        return redirect(url_for("issue.issue", slug=seat.slug, preparation=preparation), HTTPStatus.SEE_OTHER)


def _field(fault: Fault) -> str:
    """Return the field beside which a fault stands."""
    key = fault.column or ""
    if key.startswith("certificate.signatory."):
        place, _, inner = key.removeprefix("certificate.signatory.").partition(".")
        return f"{'role' if inner == 'role' else 'signer'}{place}"
    return BY_KEY.get(key, "wording" if fault.code == "column_unknown" else "name")


def _told(name: str, fault: Fault) -> str:
    """Return the sentence of a fault, which calls the key of an event file by the label of its field."""
    values = {"key": say(f"room.issue.field.{name.rstrip('123')}"), **fault.values}
    values["key"] = say(f"room.issue.field.{name.rstrip('123')}")
    return Fault(fault.code, values=values).message(spoken())


def _name() -> str:
    return request.form.get("name", "").strip()


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
