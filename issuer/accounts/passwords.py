"""Passwords: kept as Argon2id hashes, and long rather than odd.

Clauses: RFC 9106 section 4 (the second recommended option, which is argon2-cffi's own), NIST SP 800-63B-4 section
3.1.1 (length, no rules about kinds of letters, nothing that is easily guessed for this person), ASVS 5.0 section 6.2.
"""

from __future__ import annotations

import os
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 12
LONGEST: Final = 256
"""Letters; a longer one only costs time."""
_TELLING: Final = 4
"""A word of fewer letters says too little about somebody to be looked for."""
_ROWS: Final = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890")

AT_ONCE: Final = 4
"""Hashes that one process makes at the same time: each takes 64 MiB and four threads."""
PATIENCE: Final = 5.0
"""Seconds that somebody waits for a turn."""
IN_LINE: Final = 32
"""Who waits or has a turn; the rest of the process's threads are for those who want something else."""

_HASHER: Final = PasswordHasher()
_TURNS: Final = BoundedSemaphore(AT_ONCE)
_LINE: Final = BoundedSemaphore(IN_LINE)


class Crowded(Exception):
    """So many passwords are being looked at that this one has to come again."""


def hashed(password: str) -> str:
    """Return what is kept of a password; raises Crowded."""
    with _turn():
        return _HASHER.hash(_normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one; without one it takes as long to say no (SECURITY.md, H10).

    Raises Crowded.
    """
    told = _normal(password) if len(password) <= LONGEST else ""
    try:
        with _turn():
            _HASHER.verify(kept or _NOBODY, told)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Tell whether a hash was made with less care than new ones are."""
    return _HASHER.check_needs_rehash(kept)


def weakness(password: str, about: Iterable[str] = ()) -> str | None:
    """Return the code of what is wrong with a new password; `about` are words about whoever chooses it."""
    if len(password) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    plain = _normal(password).casefold()
    left = plain
    for word in (part for text in about for part in text.casefold().replace("@", " ").replace(".", " ").split()):
        if len(word) >= _TELLING:
            left = left.replace(word, "")
    if len(left) < SHORTEST // 2:
        return "password_about_you"
    if len(set(plain)) < SHORTEST // 2 or any(plain in row * 8 or plain in row[::-1] * 8 for row in _ROWS):
        return "password_guessable"
    return None


def _normal(password: str) -> str:
    """Return a password in the one form that every keyboard gives (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for a turn: whoever tries passwords by the hundred must not take the machine's memory with them."""
    if not _LINE.acquire(blocking=False):
        raise Crowded
    try:
        if not _TURNS.acquire(timeout=PATIENCE):
            raise Crowded
        try:
            yield
        finally:
            _TURNS.release()
    finally:
        _LINE.release()


def _unguessed() -> str:
    """Return a hash that costs as much as any, and that no password is known to have: it was never one's."""
    salt, body = (b64encode(os.urandom(count)).decode().rstrip("=") for count in (_HASHER.salt_len, _HASHER.hash_len))
    cost = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${body}"


_NOBODY: Final = _unguessed()
