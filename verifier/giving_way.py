"""Whoever waits for somebody else, a server or a child process, lets others work meanwhile.

The rim that shares out the work says how (`while_waiting`); without it, waiting is just waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Final

Waiting = Callable[[], AbstractContextManager[None]]

_NOW: Final[ContextVar[Waiting]] = ContextVar("waiting", default=nullcontext)


@contextmanager
def while_waiting(give_way: Waiting) -> Iterator[None]:
    """Let everything inside that waits do so within `give_way()`."""
    token = _NOW.set(give_way)
    try:
        yield
    finally:
        _NOW.reset(token)


@contextmanager
def giving_way() -> Iterator[None]:
    """Wait for somebody else inside of this; once it is left, it is this one's turn again."""
    give_way = _NOW.get()
    with while_waiting(nullcontext), give_way():
        yield
