"""What the tests of the verifier may ask for."""

from __future__ import annotations

import pytest

from tests.verifier.published import World, in_order
from verifier.gate import Gate


@pytest.fixture
def world() -> World:
    """The issuer's documents, all in order."""
    return in_order()


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others hold all the room that there is for what is large."""
    monkeypatch.setattr("verifier.room._LARGE", Gate(0))
    monkeypatch.setattr("verifier.room.PATIENCE", 0.01)


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest) -> None:
    """Verification asks its resolver, and nobody else."""
    if request.node.get_closest_marker("enable_socket") is None:
        request.getfixturevalue("socket_disabled")
