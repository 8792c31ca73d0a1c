"""Statements are compiled once for all engines of a process: tests open hundreds of these, for a chunk or two each.

SQLAlchemy keeps what it compiled with the engine, and tells dialects apart by identity. Here all engines of one kind
talk to one version of a server, so what was compiled for one is right for the next.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Final

from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

KEPT: Final = 4_000
"""Statements that are kept; all of ours are some hundreds."""


def compile_once() -> None:
    """Let every engine that is made from now on share what was compiled; to be called once in a process."""
    cache: LRUCache[Any, Any] = LRUCache(KEPT)
    make = Engine.__init__

    @wraps(make)
    def made(self: Engine, *arguments: Any, **more: Any) -> None:
        make(self, *arguments, **more)
        self._compiled_cache = cache

    Engine.__init__ = made  # type: ignore[method-assign]
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign, assignment]
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign, assignment]
