"""The office of the engine's tests, on SQLite."""

from __future__ import annotations

import shutil

import pytest

from issuer.office import open_office
from tests.issuer.engine.builders import settings_for
from tests.issuer.engine.conftest import unused

__all__ = ["unused"]


@pytest.fixture
def office(unused, tmp_path):
    """An office that has issued nothing yet."""
    shutil.copytree(unused, tmp_path, dirs_exist_ok=True)
    opened = open_office(settings_for(tmp_path))
    yield opened
    opened.close()
