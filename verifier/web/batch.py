"""`/verify/batch`: up to two hundred files, or a ZIP of them; a page, a table or JSON with a line for each."""

from __future__ import annotations

import base64
import time
from collections import Counter
from contextlib import closing, nullcontext
from typing import Final

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import ServiceUnavailable

from verifier.batch import as_csv, check_each, not_reached
from verifier.bundle import FILES_MOST, Named, TooMuch, unpack
from verifier.giving_way import debt, while_waiting
from verifier.verdict import Report
from verifier.web.accept import preferred
from verifier.web.errors import answer
from verifier.web.limits import network
from verifier.web.turnstile import Turnstile
from verifier.web.verify import Desk
from verifier.web.view import view

LARGEST_BODY: Final = 32 * 2**20
SECONDS: Final = 45.0
"""For all files of one batch; those that are left are said to be left."""
PATIENCE: Final = 20.0
"""Seconds that a batch waits for the one before it."""
CROWD: Final = 12
"""Batches that wait, and the one that runs."""
PAUSE: Final = 0.2
"""Seconds after which a file that was sent away comes again."""
COST: Final = 5
"""What a batch takes from its sender's bucket: as much as five files that come one by one."""
FORMS: Final = ("text/html", "application/json", "text/csv")
TONES: Final = ("invalid", "indeterminate", "unfamiliar", "valid")
"""What became of a file, what needs a look first."""
NAMES: Final = {"page": FORMS[0], "json": FORMS[1], "csv": FORMS[2]}


def blueprint(desk: Desk) -> Blueprint:
    """Return the pages for many files at once; one batch runs at a time in each process, whatever it waits for."""
    pages = Blueprint("batch", __name__)
    alone = Turnstile(together=1, patience=PATIENCE, crowd=CROWD)

    @pages.get("/verify/batch")
    def form() -> str:
        return render_template("batch.html", fault=None)

    @pages.post("/verify/batch")
    def check() -> Response:
        desk.admit(COST)
        request.max_content_length = LARGEST_BODY
        request.max_form_parts = FILES_MOST + 20
        who = network(request.remote_addr)
        with alone.turn(who), while_waiting(nullcontext, debt()):
            desk.reception.read(request, who, alone.is_awaited)
            try:
                files = unpack(_uploads())
            except TooMuch as fault:
                return _refused(413 if fault.code != "batch_archive" else 400, fault.code)
            if not files:
                return _refused(400, "nothing")
            return _answer(desk, _checked(desk, files))

    return pages


def _uploads() -> list[Named]:
    uploads = request.files.getlist("file")
    if len(uploads) > FILES_MOST:
        raise TooMuch("batch_files")
    named = []
    for upload in uploads:
        with closing(upload):
            named.append((upload.filename or "file", upload.read()))
    return [(name, data) for name, data in named if data]


def _checked(desk: Desk, files: list[Named]) -> list[Report]:
    ends = time.monotonic() + SECONDS

    def in_time() -> bool:
        return time.monotonic() < ends

    def check(data: bytes, source: str) -> Report:
        while True:
            try:
                return desk.check(data, source, who=network(request.remote_addr))
            except ServiceUnavailable:
                if not in_time():
                    return not_reached(source)
                time.sleep(PAUSE)

    return list(check_each(files, check, in_time))


def _answer(desk: Desk, reports: list[Report]) -> Response:
    now = desk.clock()
    form = NAMES.get(request.form.get("format", "")) or preferred(request.headers.get("Accept"), FORMS)
    if form == "application/json":
        response = jsonify([report.to_json() for report in reports])
    elif form == "text/csv":
        response = Response(as_csv(reports, now), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="attestato-report.csv"'
    else:
        response = make_response(_page(desk, reports))
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(desk: Desk, reports: list[Report]) -> str:
    now = desk.clock()
    rows = [(report.source, view(report, now)) for report in reports]
    counts = Counter(seen.tone for _, seen in rows)
    return render_template(
        "batch_report.html",
        rows=rows,
        counts=[(tone, counts[tone]) for tone in TONES if counts[tone]],
        checked=now,
        csv=_data("text/csv", as_csv(reports, now)),
        json=_data("application/json", jsonify([report.to_json() for report in reports]).get_data()),
    )


def _data(media_type: str, body: bytes) -> str:
    """Return `body` as an address that a browser saves: nothing of a batch is kept here to be asked for later."""
    return f"data:{media_type};charset=utf-8;base64,{base64.b64encode(body).decode('ascii')}"


def _refused(status: int, code: str) -> Response:
    if preferred(request.headers.get("Accept"), FORMS) != FORMS[0]:
        return answer(status, code)
    return make_response(render_template("batch.html", fault=code), status)
