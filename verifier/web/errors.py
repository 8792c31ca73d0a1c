"""Errors as a person or a program can read them: a plain sentence on a page, RFC 9457 at an API address."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from verifier.web.accept import wants_json
from verifier.web.language import say

API: Final = ("/api/", "/credentials/", "/status/", "/healthz", "/readyz", "/metrics")
API_ENDINGS: Final = (".json", ".jwt")
TOLD: Final = {400, 404, 405, 408, 413, 415, 422, 429, 503}
"""Statuses with a sentence of their own; another 4xx borrows that of 400, another 5xx that of 500."""

log = structlog.get_logger(__name__)


def is_api() -> bool:
    """Whether the address of this request is for programs, whatever its `Accept` says."""
    return request.path.startswith(API) or request.path.endswith(API_ENDINGS)


def problem(status: int, code: str, *, type_: str = "about:blank", **values: object) -> Response:
    """Return an RFC 9457 answer: `page.error.CODE.title` and `.detail` say what happened."""
    body: dict[str, Any] = {
        "type": type_,
        "title": say(f"page.error.{code}.title"),
        "status": status,
        "detail": say(f"page.error.{code}.detail", **values),
    }
    response = jsonify(body)
    response.status_code = status
    response.mimetype = "application/problem+json"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def page(status: int, code: str) -> Response:
    """Return the page of an error, in two sentences and with a way on."""
    html = render_template(
        "error.html",
        status=status,
        title=say(f"page.error.{code}.title"),
        detail=say(f"page.error.{code}.detail"),
    )
    return make_response(html, status)


def answer(status: int, code: str) -> Response:
    """Return an error in the form that this request asks for."""
    if is_api() or wants_json(request.headers.get("Accept")):
        return problem(status, code)
    return page(status, code)


def install(app: Flask) -> None:
    """Turn every error that leaves a view of `app` into an answer, in this one place."""

    @app.errorhandler(HTTPException)
    def told(fault: HTTPException) -> Response:
        status = fault.code or HTTPStatus.INTERNAL_SERVER_ERROR
        if fault.response is not None or status < HTTPStatus.BAD_REQUEST:
            return make_response(fault.get_response())
        code = str(status) if status in TOLD else "400" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "500"
        response = answer(status, code)
        for name, value in fault.get_headers(request.environ):
            if name in {"Allow", "Retry-After"}:
                response.headers[name] = value
        return response

    app.register_error_handler(Exception, ours)


def ours(fault: Exception) -> Response:
    """Return the answer to a fault of ours, which is logged."""
    # The message may quote what was sent, so only the kind of error and its place are logged.
    log.error("unexpected", kind=type(fault).__name__, endpoint=request.endpoint, where=_place(fault))
    return answer(InternalServerError.code, "500")


def _place(fault: Exception) -> str:
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "nowhere"
