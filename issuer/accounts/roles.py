"""What a member of an organization may do: a viewer looks, an organizer issues, an owner decides."""

from __future__ import annotations

from enum import Enum, StrEnum, auto
from typing import Final


class Role(StrEnum):
    """The place of a user in an organization."""

    VIEWER = auto()
    ORGANIZER = auto()
    OWNER = auto()


class Act(Enum):
    """What somebody wants to do in an organization."""

    LOOK = auto()
    """See events, lists and what was issued."""
    ISSUE = auto()
    """Import, design, issue, correct, revoke, send."""
    DECIDE = auto()
    """Members, keys, the organization's profile and what personal data its credentials hold."""


_ALLOWED: Final = {
    Role.VIEWER: frozenset({Act.LOOK}),
    Role.ORGANIZER: frozenset({Act.LOOK, Act.ISSUE}),
    Role.OWNER: frozenset(Act),
}


def may(role: Role, act: Act) -> bool:
    """Tell whether somebody in this role may do this; what is not allowed here is not allowed."""
    return act in _ALLOWED[role]
