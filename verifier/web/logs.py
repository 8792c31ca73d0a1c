"""Logs as one JSON object a line: events and codes, never a name, an address or a credential."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

LONGEST: Final = 300
KEPT: Final = frozenset({"event", "level", "timestamp", "logger", "kind", "endpoint", "where", "status", "code", "n"})
"""Members that a line may have. What is not named here does not reach the log, whoever put it in."""


def configure_logs() -> None:
    """Set structlog up for the whole process; doing so again changes nothing."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_kept,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _only_kept(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {
        name: value if isinstance(value, int) else str(value)[:LONGEST] for name, value in line.items() if name in KEPT
    }
