"""Proofs at full size: processes killed, databases and brokers that go, disks that fill (docs/reliability.md)."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Final

from tools.proofs import afar, broker_loss, disk, doubt, ending, kill, nth, publishing, restart, twins
from tools.proofs.result import Result
from tools.proofs.size import Size

Proof = Callable[[Size, random.Random], Result]

PROOFS: Final[Mapping[str, Proof]] = {
    "kill-sqlite": kill.on_sqlite,
    "kill-rabbitmq": afar.on_rabbitmq,
    "kill-redis": afar.on_redis,
    "restart": restart.restarted,
    "doubt": doubt.in_doubt,
    "lose-redis": broker_loss.of_redis,
    "lose-rabbitmq": broker_loss.of_rabbitmq,
    "drain": ending.drained,
    "acknowledged": ending.acknowledged,
    "at-once": ending.at_once,
    "published": publishing.published,
    "disk": disk.full,
    "nth": nth.swept,
    "twins": twins.found,
    "kill-postgresql": kill.on_postgresql,
}
"""Every proof by its name, in the order in which they are made."""
