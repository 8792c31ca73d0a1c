"""An honest visitor among hostile ones gets a verdict, and nobody a fault. `make flood` has full size and times."""

from __future__ import annotations

import pytest

from tools.flood import FAULT, honest_among, wrong


@pytest.mark.enable_socket
def test_bombs_cliques_and_slow_servers_keep_no_honest_visitor_from_a_verdict() -> None:
    waits, told = honest_among(hostile=16, seconds=4, seed=1)

    assert wrong(told) == []
    assert len(waits) == told["honest: 200 valid"] >= 4
    assert told.total() > len(waits) + 16
    assert {name.partition(",")[0] for name in told} == {"honest: 200 valid", "hostile"}


def test_a_visitor_who_gets_no_verdict_would_be_noticed() -> None:
    assert wrong({"honest: 200 valid": 9, "honest: 503 ": 1, FAULT: 1}) == ["honest: 503 ", FAULT]
