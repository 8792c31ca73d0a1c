"""An honest visitor among hostile ones gets a verdict, and nobody a fault. `make flood` has full size and times."""

from __future__ import annotations

import pytest

from tools.flood import FAULT, honest_among, wrong


@pytest.mark.enable_socket
def test_bombs_cliques_and_slow_servers_keep_no_honest_visitor_from_a_verdict() -> None:
    waits, told = honest_among(hostile=12, seconds=4, seed=1)

    # Beside other tests a machine may be too busy for the two seconds of a wait; then the visitor is told so.
    assert set(wrong(told)) <= {"honest: 503 "}
    assert told["honest: 200 valid"] >= max(4, 0.9 * len(waits))
    assert told.total() > len(waits) + 12


def test_a_visitor_who_gets_no_verdict_would_be_noticed() -> None:
    assert wrong({"honest: 200 valid": 9, "honest: 503 ": 1, FAULT: 1}) == ["honest: 503 ", FAULT]
