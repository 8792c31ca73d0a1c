"""Pictures and samples of what will be issued, for whoever issues it: made by the press, promised to nobody."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from issuer.accounts.roles import Act
from issuer.accounts.visits import Seat
from issuer.certificate.render import RenderFailed
from issuer.journal import write_journal
from issuer.preparing.crowd import Crowd
from issuer.preparing.showing import Stage, picture, sample_sheets, shown
from issuer.room.guard import PLACE, Guard
from issuer.room.staging import Staging
from issuer.rows import RowFault

ACROSS: Final = 1400
"""Pixels of a preview, across: those of the picture on a credential's page."""
SAMPLES: Final = 3


class Samples:
    """Pictures of certificates that are not issued yet."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.office, self.staging = guard, guard.office, Staging(guard)

    def blueprint(self) -> Blueprint:
        """Return the addresses of pictures and samples."""
        pages = Blueprint("sample", __name__, url_prefix=f"{PLACE}/<slug>/prepare/<preparation>")
        issue = self.guard.seat(Act.ISSUE)
        pages.add_url_rule("/preview/<int:place>.png", "preview", issue(self.preview))
        pages.add_url_rule("/samples.pdf", "samples", issue(self.samples))
        return pages

    def preview(self, seat: Seat, preparation: str, place: int) -> Response:
        """Return somebody's certificate as a picture, by their place among those who get one."""
        on, everybody = self._staged(seat, preparation)
        one = self.staging.somebody(seat, preparation, everybody, place)
        if one is None:
            abort(404)
        try:
            return Response(picture(shown(on, one), ACROSS), content_type="image/png")
        except (RowFault, RenderFailed):
            abort(404)

    def samples(self, seat: Seat, preparation: str) -> AnyResponse:
        """Return three samples in one file: nobody's award, and nothing on them leads anywhere."""
        evening = self.staging.look(seat, preparation)
        if evening.batch:
            return redirect(url_for("issued.batch", slug=seat.slug, batch=evening.batch), HTTPStatus.SEE_OTHER)
        on, everybody = self._staged(seat, preparation)
        certificates = tuple(shown(on, everybody.at_hand[place]) for place in places(everybody))
        if not certificates:
            abort(404)
        answer = Response(sample_sheets(certificates), content_type="application/pdf")
        answer.headers["Content-Disposition"] = 'attachment; filename="samples.pdf"'
        now = self.guard.clock()
        self.office.database.write(
            lambda session: write_journal(session, seat.organization_id, now, "samples.made", preparation)
        )
        return answer

    def _staged(self, seat: Seat, preparation: str) -> tuple[Stage, Crowd]:
        evening = self.staging.stage(seat, preparation)
        if evening.stage is None or evening.crowd is None:
            abort(404)
        return evening.stage, evening.crowd


def places(everybody: Crowd) -> list[int]:
    """Return whom the samples show: those whose names are particular, and then whoever comes first."""
    faulty = {fault.row for fault in everybody.faults}
    others = (place for place, one in everybody.at_hand.items() if one.row not in faulty)
    return list(dict.fromkeys((*everybody.picks.values(), *others)))[:SAMPLES]
