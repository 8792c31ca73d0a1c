"""A database that is not there, or has no room, is no fault of ours: machines come again, people are told."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from issuer.outage import is_of_the_world, outage_of
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
        ({"sqlite_errorname": "SQLITE_BUSY"}, "gone"),
        ({"sqlstate": "53100"}, "full"),
        ({"sqlstate": "53300"}, "gone"),
        ({"sqlstate": "57P03"}, "gone"),
        ({"sqlstate": "40P01"}, "gone"),
        ({"sqlstate": "57014"}, "gone"),
        ({"sqlstate": "42P01"}, None),
        ({}, "gone"),
    ],
    ids=str,
)
def test_an_outage_is_told_from_a_fault_of_ours(told: dict[str, str], outage: str | None) -> None:
    fault = OperationalError("", {}, Told(**told))

    assert outage_of(fault) == outage
    assert is_of_the_world(fault) == (outage is not None)


@pytest.mark.parametrize(
    ("fault", "is_so"),
    [
        (OSError(errno.ENOSPC, ""), True), (ConnectionResetError(errno.ECONNRESET, ""), True),
        (FileNotFoundError(errno.ENOENT, ""), False), (ValueError(), False),
    ],
    ids=str,
)  # fmt: skip
def test_a_disk_or_a_network_that_is_not_there_says_nothing_of_the_work(fault: Exception, is_so: bool) -> None:
    assert is_of_the_world(fault) is is_so


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
