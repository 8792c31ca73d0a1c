"""What is remembered for speed: values by key, the least recently used forgotten first, within limits."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """At most `most` values that weigh at most `weight` together; safe to use from many threads."""

    def __init__(self, most: int, weight: int) -> None:
        self.most = most
        self.weight = weight
        self._held: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._weighs = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable) -> T | None:
        """Return the value of `key`, or None; it is now the one used last."""
        with self._lock:
            entry = self._held.get(key)
            if entry is None:
                return None
            self._held.move_to_end(key)
            return entry[0]

    def put(self, key: Hashable, value: T, weight: int) -> None:
        """Remember a value; one that is too heavy by itself is not remembered."""
        with self._lock:
            self._drop(key)
            if weight > self.weight:
                return
            self._held[key] = (value, weight)
            self._weighs += weight
            while len(self._held) > self.most or self._weighs > self.weight:
                self._drop(next(iter(self._held)))

    def pop(self, key: Hashable) -> None:
        """Forget the value of `key`, if there is one."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self._weighs = 0

    def _drop(self, key: Hashable) -> None:
        entry = self._held.pop(key, None)
        if entry is not None:
            self._weighs -= entry[1]
