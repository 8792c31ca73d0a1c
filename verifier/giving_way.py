"""Whoever waits for somebody else, a server or a child process, lets others work meanwhile.

The rim that shares out the work says how, and how urgent this work is beside other work (`while_waiting`); without
it, waiting is just waiting, and everybody is as urgent as the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Final

Waiting = Callable[[], AbstractContextManager[None]]

_NOW: Final[ContextVar[tuple[Waiting, float]]] = ContextVar("waiting", default=(nullcontext, 0.0))


@contextmanager
def while_waiting(give_way: Waiting, debt: float = 0.0) -> Iterator[None]:
    """Let everything inside that waits do so within `give_way()`; `debt` is how much others come before it."""
    token = _NOW.set((give_way, debt))
    try:
        yield
    finally:
        _NOW.reset(token)


@contextmanager
def giving_way() -> Iterator[None]:
    """Wait for somebody else inside of this; once it is left, it is this one's turn again."""
    give_way, debt = _NOW.get()
    with while_waiting(nullcontext, debt), give_way():
        yield


def debt() -> float:
    """Return how much others come before the work that is done here: seconds that its visitor has had of late."""
    return _NOW.get()[1]
