"""A dictionary of so many entries: what was not asked for longest makes room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """At most `most` entries."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """Return what is kept under `key`, and keep it longer."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def drop(self, key: K) -> None:
        """Keep nothing under `key`."""
        self._kept.pop(key, None)

    def shrink(self, weight: Callable[[V], int], most: int) -> None:
        """Let go of what was not asked for longest until all weigh no more than `most`, or one is left."""
        while len(self._kept) > 1 and sum(map(weight, self._kept.values())) > most:
            self._kept.popitem(last=False)

    def put(self, key: K, value: V) -> V:
        """Keep `value` and return it."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return value
