"""The office of the engine's tests, on SQLite."""

from __future__ import annotations

import pytest

from issuer.office import open_office
from tests.issuer.engine.builders import settings_for


@pytest.fixture
def office(tmp_path):
    """An office that has issued nothing yet."""
    opened = open_office(settings_for(tmp_path))
    yield opened
    opened.close()
