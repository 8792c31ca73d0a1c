"""A batch: how far it is, told from the tables, and what there is to take away once it is done."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from io import StringIO
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from issuer.accounts.roles import Act, may
from issuer.accounts.visits import Seat
from issuer.fault import Refused
from issuer.outcome import read_outcome
from issuer.prints.chosen import choose
from issuer.prints.export import FORMATS
from issuer.room.guard import PLACE, Guard
from issuer.room.issuing import line_of
from issuer.room.staging import ask_for
from issuer.room.told import Told, job_of, tell
from issuer.work import control
from verifier.table import harmless
from verifier.web.language import spoken

DEEDS: Final = {"pause": control.pause, "resume": control.resume, "stop": control.stop}
CHAT_MOST: Final = 200
"""People whose links are put into one message."""
HEADER: Final = ("row", "name", "email", "url", "state")


class Batches:
    """The page of a batch, its progress, its deeds and its files."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.office = guard, guard.office

    def blueprint(self) -> Blueprint:
        """Return the addresses of a batch."""
        pages = Blueprint("issued", __name__, url_prefix=f"{PLACE}/<slug>/batches/<batch>")
        look, issue = self.guard.seat(Act.LOOK), self.guard.seat(Act.ISSUE)
        pages.add_url_rule("", "batch", look(self.batch))
        pages.add_url_rule("/progress", "progress", look(self.progress))
        pages.add_url_rule("/<any(pause, resume, stop):deed>", "deed", issue(self.deed), methods=["POST"])
        pages.add_url_rule("/certificates.zip", "zip", look(self.zip))
        pages.add_url_rule("/certificates.pdf", "pdf", look(self.pdf))
        pages.add_url_rule("/certificates.csv", "csv", look(self.csv))
        return pages

    def batch(self, seat: Seat, batch: str) -> str:
        """Show a batch: while it is worked on, how far it is; afterwards, what to do with it."""
        asked = request.args.get("after", "")
        after = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else -1
        return self._page("room/batch.html", seat, self._told(seat, batch, after))

    def progress(self, seat: Seat, batch: str) -> str:
        """Return the part of the page that changes."""
        return self._page("room/batch_told.html", seat, self._told(seat, batch))

    def deed(self, seat: Seat, batch: str, deed: str) -> AnyResponse:
        """Let the work pause, go on, or stop; what has ended meanwhile stays as it is."""
        now = self.guard.clock()

        def work(session: Session) -> None:
            job = job_of(session, seat.organization_id, batch)
            if job is None:
                abort(404)
            ask_for()
            DEEDS[deed](session, control.find_job(session, job.public_id), now)

        with suppress(Refused):
            self.office.database.write(work)
        return redirect(url_for("issued.batch", slug=seat.slug, batch=batch), HTTPStatus.SEE_OTHER)

    def zip(self, seat: Seat, batch: str) -> Response:
        """Return a ZIP with a PDF for each, and a table."""
        return self._export(seat, batch, ".zip", "application/zip")

    def pdf(self, seat: Seat, batch: str) -> Response:
        """Return one PDF for a printing press."""
        return self._export(seat, batch, ".pdf", "application/pdf")

    def csv(self, seat: Seat, batch: str) -> Response:
        """Return a table of who has which credential; no cell of it is a formula (SECURITY.md, G7)."""
        told = self._told(seat, batch)
        return _file(self._lines(batch), "text/csv; charset=utf-8", f"{told.event_slug}.csv")

    def _lines(self, batch: str) -> Iterator[bytes]:
        yield _line(HEADER)
        for one in read_outcome(self.office.database, batch).credentials:
            yield _line((one.row, one.name, one.email, one.url, one.state))

    def _export(self, seat: Seat, batch: str, ending: str, media_type: str) -> Response:
        told = self._told(seat, batch)
        made = FORMATS[ending](self.office, choose(self.office, batch), self.guard.clock(), lambda _award, _fault: None)
        return _file(made, media_type, f"{told.event_slug}{ending}")

    def _told(self, seat: Seat, batch: str, after: int = -1) -> Told:
        with self.office.database.reading() as session:
            found = tell(session, seat.organization_id, batch, after, self.guard.clock())
        if found is None:
            abort(404)
        return found

    def _page(self, template: str, seat: Seat, told: Told) -> str:
        issue = may(seat.role, Act.ISSUE)
        chat = "\n".join(f"{one.name}: {one.url}" for one in told.people) if told.ready <= CHAT_MOST else ""
        faults = [(line_of(fault), fault.message(spoken())) for fault in told.faults]
        return render_template(template, seat=seat, told=told, may_issue=issue, chat=chat, faults=faults)


def _line(cells: tuple[object, ...]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerow([harmless(cell) for cell in cells])
    return text.getvalue().encode("utf-8")


def _file(pieces: Iterator[bytes], media_type: str, name: str) -> Response:
    answer = Response(pieces, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
