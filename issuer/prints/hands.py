"""More hands for a long list: processes that print what comes later, while this one prints what comes now.

They put their prints into the cabinet and hand over nothing else. Whatever they do not do is done by whoever asks for
it, so that a hand that falls costs time alone; it ends by itself once nobody can ask it any more.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from issuer.archive import awards_of
from issuer.certificate.press.journal import JOURNAL
from issuer.office import Office
from issuer.prints.printing import CHUNK, head_of

LONG: Final = 2_000
"""Awards from which on a second process prints more than its start costs."""
_AHEAD: Final = 2
"""Chunks that wait for each hand: none runs out of work, and none runs far ahead of who reads."""
_SAMPLE: Final = 16


class Hand:
    """A process that prints."""

    def __init__(self) -> None:
        # In a session of its own, so that Ctrl-C reaches the run alone, which then ends it.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "issuer.prints.hand"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    def ask(self, ids: Sequence[int]) -> None:
        """Ask for prints; they are made in the order in which they are asked for."""
        with suppress(OSError):
            print(json.dumps(list(ids)), file=self._process.stdin, flush=True)

    def wait(self) -> None:
        """Wait until what was asked for first is printed, or never will be."""
        with suppress(StopIteration, ValueError):
            JOURNAL.add(json.loads(next(iter(self._process.stdout or ()))))

    def end(self) -> None:
        """Let go: what it is printing is not waited for."""
        self._process.kill()
        with suppress(OSError):
            self._process.communicate()


def in_turn(office: Office, ids: Sequence[int], others: int) -> Iterator[Sequence[int]]:
    """Yield `ids` by the chunk and in order, each once the hand that prints it is done; `others` is how many to ask."""
    chunks = [ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK)]
    hands = [Hand() for _ in range(others)] if others and len(ids) >= LONG and _lacks_many(office, ids) else []
    turns: list[Hand | None] = [None, *hands]
    asked = 0
    try:
        for at, chunk in enumerate(chunks):
            for later in range(asked, min(at + _AHEAD * len(turns), len(chunks))):
                if (hand := turns[later % len(turns)]) is not None:
                    hand.ask(chunks[later])
                asked = later + 1
            if (hand := turns[at % len(turns)]) is not None:
                hand.wait()
            yield chunk
    finally:
        for one in hands:
            one.end()


def _lacks_many(office: Office, ids: Sequence[int]) -> bool:
    """Tell whether most of a sample is not kept yet."""
    some = list(awards_of(office, ids[:: max(1, len(ids) // _SAMPLE)]))
    return sum(head_of(office, one) is None for one in some) * 2 > len(some)
