"""A database that is not there, or has no room: the pages say so, with a status by which machines come again."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response
from sqlalchemy.exc import DBAPIError

from issuer.outage import outage_of
from verifier.web import errors

AGAIN_AFTER: Final = "5"
"""Seconds after which it is worth asking again."""


def install(app: Flask) -> None:
    """Answer 503 while the database is not there, 507 while nothing can be written, 500 when it is a fault of ours."""

    @app.errorhandler(DBAPIError)
    def told(fault: DBAPIError) -> Response:
        outage = outage_of(fault)
        if outage is None:
            return errors.ours(fault)
        answer = errors.answer(*((507, "507") if outage == "full" else (503, "outage")))
        answer.headers["Retry-After"] = AGAIN_AFTER
        return answer
