"""What every test may ask for."""

from __future__ import annotations

import os
import secrets
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

# No test asserts a time, and the same commit gives the same answer; HYPOTHESIS_PROFILE=explore looks further.
settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))

SHARED = Path(os.environ.get("ATTESTATO_SHARED", Path(__file__).parents[2] / "shared"))
POSTGRESQL = os.environ.get("ATTESTATO_TEST_POSTGRESQL", "postgresql+psycopg://127.0.0.1:5432/postgres")
NOW = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)


def missing(what: str) -> None:
    """Skip for want of `what`, or fail where everything is required to be there."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"REQUIRE_ALL is set and {what} is missing.")
    pytest.skip(f"{what} is missing.")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of specification data and real exports; it stands beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("The folder of specification data (../shared) is not beside this checkout.")
    return SHARED


@pytest.fixture(scope="session")
def tool():
    """Return the path of a command of the system, or skip by its name."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            missing(f"the command {name}")
        return str(path)

    return find


@pytest.fixture
def postgresql() -> Iterator[str]:
    """Return the URL of an empty database on a PostgreSQL server, or skip; it is dropped afterwards."""
    name = f"attestato_{secrets.token_hex(8)}"
    try:
        server = psycopg.connect(POSTGRESQL.replace("+psycopg", ""), autocommit=True, connect_timeout=5)
    except psycopg.OperationalError:
        missing("PostgreSQL")
    with server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
        yield f"{POSTGRESQL.rpartition('/')[0]}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def now() -> datetime:
    """A moment that never changes."""
    return NOW


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process is left alone with it when the others are done."""
    items.sort(key=lambda item: "proofs" not in item.path.parts)


def pytest_terminal_summary(terminalreporter) -> None:
    """Say at the end what was skipped and why, each reason once."""
    reports = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in reports)
    terminalreporter.section("What was skipped, and why")
    for reason, times in sorted(reasons.items()):
        terminalreporter.write_line(f"Skipped: {times} test{'s' if times > 1 else ''}: {reason}")
    if not reasons:
        terminalreporter.write_line("Skipped: nothing.")
