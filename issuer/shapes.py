"""The shapes that this process knows: made once a few intents of one kind have come, and kept while they are used."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Sequence
from contextlib import suppress
from typing import Final

from badges.kept import Kept
from badges.problem import BadgeError
from badges.proof.eddsa import EDDSA_RDFC_2022_ANEW
from badges.skeleton import NoSkeleton
from badges.strict import compact
from issuer.compose import compose
from issuer.facts import digest
from issuer.filled import FilledIn, NotOfShape, all_lints_hold_in_bulk
from issuer.intent import Intent
from issuer.lints import LintFault, ToBeSigned
from issuer.shape import Shape, common, shape_of
from keys.key import Algorithm

_log = logging.getLogger(__name__)

WORTH: Final = 2
"""Intents of one kind that must have come before a shape is made: it costs about as much as signing three others."""
TRIED: Final = 3
"""Intents of one kind that may be unfit to be the exemplar before it is left for another time."""
SHAPES_MOST: Final = 512
SHAPES_WEIGH: Final = 32 * 2**20
"""Octets that the shapes of a process may take together, roughly; an ordinary one takes twenty thousand."""
COUNTED_MOST: Final = 8_192
UNREADABLE: Final = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What comes of an intent that does not hold what `compose` needs."""

Kind = tuple[Hashable, ...] | None
"""All of an intent that is no value: facts, keys, times, list, and which members its row has."""


class Shapes:
    """Shapes by kind, and how many intents of each kind have come; safe to use from many threads."""

    def __init__(self) -> None:
        self._known: Kept[tuple[Shape | None]] = Kept(SHAPES_MOST, SHAPES_WEIGH)
        self._came: Kept[int] = Kept(COUNTED_MOST, COUNTED_MOST)

    def of(self, intents: Sequence[Intent]) -> list[Shape | None]:
        """Return the shape of each intent, None for one that goes the long way."""
        if not all_lints_hold_in_bulk():
            _log.error("A lint is not known to hold in bulk; everything goes the long way.")
            return [None] * len(intents)
        digests: dict[int, str] = {}
        kinds = [_kind(intent, digests) for intent in intents]
        alike: dict[Kind, list[Intent]] = {kind: [] for kind in kinds}
        for kind, intent in zip(kinds, intents, strict=True):
            alike[kind].append(intent)
        found = {kind: self._shape(kind, members) if kind else None for kind, members in alike.items()}
        return [found[kind] for kind in kinds]

    def _shape(self, kind: Kind, alike: Sequence[Intent]) -> Shape | None:
        known = self._known.get(kind)
        if known is not None:
            return known[0]
        came = (self._came.get(kind) or 0) + len(alike)
        self._came.put(kind, came, 1)
        for exemplar in filter(None, map(_linted, alike[:TRIED])) if came >= WORTH else ():
            with suppress(NotOfShape):  # For what this exemplar says, which tells nothing of others.
                shape = _proven(exemplar)
                self._known.put(kind, (shape,), shape.weight if shape else 1)
                return shape
        return None


def _kind(intent: Intent, digests: dict[int, str]) -> Kind:
    """Return the kind of an intent; None when it cannot be told. `digests` are those of facts, by their identity."""
    try:
        facts, *others = common(intent)
        if id(facts) not in digests:
            digests[id(facts)] = digest(facts)
        kind = (digests[id(facts)], *others)
        hash(kind)
    except UNREADABLE:
        return None
    return kind


def _linted(intent: Intent) -> ToBeSigned | None:
    try:
        return ToBeSigned(compose(intent).to_json(), intent)
    except (LintFault, BadgeError, *UNREADABLE):
        return None


def _proven(exemplar: ToBeSigned) -> Shape | None:
    """Return the shape of an exemplar, if there is one that gives of it what the long way gives: JSON and octets.

    Raises NotOfShape when there is one, and the values of the exemplar are not certain in it.
    """
    intent = exemplar.intent
    credential = compose(intent).to_json()
    options = EDDSA_RDFC_2022_ANEW.options(credential, intent.key_id, intent.valid_from)
    signed = compact({**credential, "proof": [{**options, "proofValue": "z"}]})
    try:
        shape = shape_of(intent, exemplar)
        hash_data, body = FilledIn(shape, intent).spend()
        anew = EDDSA_RDFC_2022_ANEW.hash_data(credential, options, Algorithm.EDDSA)
    except (NoSkeleton, BadgeError, *UNREADABLE) as fault:
        _log.info("Intents of one kind go the long way: %s", type(fault).__name__)
        return None
    if body + b"".join(shape.proof) != signed or hash_data != anew:
        _log.error("A shape gave other octets than the long way; intents of its kind go the long way.")
        return None
    return shape
