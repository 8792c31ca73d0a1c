"""A crew: a process that does nothing but keep others working, and lets them finish when it is asked to end.

It imports everything once and forks, so that whoever falls is replaced within moments; it has no thread, no
connection and no file of its own that a child could spoil.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

PATIENCE: Final = 25.0
"""Seconds that a worker has to finish its chunk once it is asked to end; SECURITY, R19, allows 30."""
SHORTEST_LIFE: Final = 1.0
"""Seconds below which a worker that fell is not replaced at once, lest a broken machine does nothing else."""
LOOK: Final = 0.5
"""Seconds after which somebody who waits for signals looks by himself."""

_HEARD: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


@dataclass(frozen=True)
class Post:
    """One place in the crew: what is done there, until `asked` is set; `nice` is how much it steps back for others."""

    name: str
    work: Callable[[threading.Event], None]
    nice: int = 0


def _quiet(_name: str, _code: int) -> None:
    """Tell nobody of a worker that fell."""


@dataclass
class Crew:
    """Keeps every post manned. With `once`, whoever has nothing left to do is not replaced.

    A crew `of` a process ends with it, however that ends.
    """

    posts: Sequence[Post]
    once: bool = False
    of: int | None = None
    fell: Callable[[str, int], None] = _quiet
    _manned: dict[int, tuple[Post, float]] = field(default_factory=dict)
    _done: set[str] = field(default_factory=set)

    def run(self) -> int:
        """Work until asked to end by SIGTERM or SIGINT, as often as that may come; return 0 once all have ended."""
        gc.freeze()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
        try:
            self._keep()
        finally:
            self._end()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return 0

    def _keep(self) -> None:
        next_start = dict.fromkeys((post.name for post in self.posts), 0.0)
        while len(self._done) < len(self.posts) and self.of in (None, os.getppid()):
            manned = {post.name for post, _ in self._manned.values()} | self._done
            for post in self.posts:
                if post.name not in manned and time.monotonic() >= next_start[post.name]:
                    next_start[post.name] = time.monotonic() + SHORTEST_LIFE
                    self._man(post)
            heard = signal.sigtimedwait(_HEARD, LOOK)
            if heard is not None and heard.si_signo != signal.SIGCHLD:
                return
            self._bury()

    def _man(self, post: Post) -> None:
        number = os.fork()
        if number == 0:
            _live(post)
        self._manned[number] = (post, time.monotonic())

    def _bury(self) -> None:
        for number, (post, _) in list(self._manned.items()):
            ended, status = os.waitpid(number, os.WNOHANG)
            if not ended:
                continue
            del self._manned[number]
            code = os.waitstatus_to_exitcode(status)
            if code == 0 and self.once:
                self._done.add(post.name)
            elif code:
                self.fell(post.name, code)

    def _end(self) -> None:
        """Ask everybody to finish, and end whoever does not in time: what was not finished is done by the next."""
        for number in self._manned:
            _send(number, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while self._manned and time.monotonic() < until:
            signal.sigtimedwait(_HEARD, 0.1)
            self._bury()
        for number in self._manned:
            _send(number, signal.SIGKILL)
            os.waitpid(number, 0)


def _live(post: Post) -> None:
    """Be the worker of a post, and end with it."""
    code = 1
    try:
        asked = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: asked.set())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
        os.nice(post.nice)
        post.work(asked)
        code = 0
    finally:
        os._exit(code)


def _send(number: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, what)
