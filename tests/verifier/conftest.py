"""What the tests of the verifier may ask for."""

from __future__ import annotations

import pytest

from tests.verifier.published import World, in_order


@pytest.fixture
def world() -> World:
    """The issuer's documents, all in order."""
    return in_order()


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest) -> None:
    """Verification asks its resolver, and nobody else."""
    if request.node.get_closest_marker("enable_socket") is None:
        request.getfixturevalue("socket_disabled")
