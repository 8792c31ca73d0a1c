"""A database that is not there, or has no room, is no fault of ours: machines come again, people are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from issuer.outage import outage_of
from tests.issuer.engine.builders import settings_for
from wsgi import create_app


class Told(Exception):
    """An error of a driver, with what it says of itself."""

    def __init__(self, **told: str) -> None:
        super().__init__("told")
        self.__dict__.update(told)


@pytest.mark.parametrize(
    ("told", "outage"),
    [
        ({"sqlite_errorname": "SQLITE_FULL"}, "full"),
        ({"sqlite_errorname": "SQLITE_IOERR_WRITE"}, "full"),
        ({"sqlite_errorname": "SQLITE_ERROR"}, None),
        ({"sqlstate": "53100"}, "full"),
        ({"sqlstate": "53300"}, "gone"),
        ({"sqlstate": "57P03"}, "gone"),
        ({"sqlstate": "42P01"}, None),
        ({}, "gone"),
    ],
    ids=str,
)
def test_an_outage_is_told_from_a_fault_of_ours(told: dict[str, str], outage: str | None) -> None:
    assert outage_of(OperationalError("", {}, Told(**told))) == outage


@pytest.mark.parametrize(
    ("told", "status"),
    [({"sqlite_errorname": "SQLITE_FULL"}, 507), ({}, 503), ({"sqlite_errorname": "SQLITE_ERROR"}, 500)],
    ids=str,
)
def test_an_answer_says_which_it_is(tmp_path: Path, told: dict[str, str], status: int) -> None:
    def fails() -> str:
        raise OperationalError("", {}, Told(**told))

    app = create_app(settings_for(tmp_path))
    app.add_url_rule("/fails", "fails", fails)

    answer = app.test_client().get("/fails", headers={"Accept": "application/json"})

    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) == (status != 500)
