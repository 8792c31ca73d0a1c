"""A shape filled with the values of one intent: to make one is to lint those values, to sign it is to spend it.

What is the same for all of a shape was linted with its exemplar; here stands, for each lint, what it still asks of
the values, by the same rules. Whatever is refused here goes the long way, which says why, or signs it after all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from badges.stencil import NotForStencil
from issuer import lints
from issuer.intent import Intent
from issuer.lints import CONTROL, AlreadySpent, Lint, is_address
from issuer.marked import FIRST, Hole
from issuer.shape import Shape, common
from issuer.tokens import TOKEN

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False).encode


class NotOfShape(Exception):
    """An intent that is not certain to be right in this shape."""


class FilledIn:
    """What is to be signed of an intent, in bulk: to make one is to lint its values, to sign it is to spend it.

    Raises NotOfShape when a lint has anything against a value, or a value is no plain text.
    """

    __slots__ = ("_spendable", "intent", "shape", "values")

    def __init__(self, shape: Shape, intent: Intent) -> None:
        self.shape, self.intent = shape, intent
        self.values = tuple(_values(shape.holes, intent))
        ends, texts = self.values[:2], self.values[2:]
        try:
            body = shape.body.filled((*ends, *map(_ENCODE, texts))).encode("utf-8")
            for asks in _ASKED:
                if not asks(self, body):
                    raise NotOfShape
            self._spendable: tuple[bytes, bytes] | None = (shape.hash_data(self.values), body)
        except (UnicodeEncodeError, NotForStencil) as fault:
            raise NotOfShape from fault

    def spend(self) -> tuple[bytes, bytes]:
        """Return what a signature covers, and the JSON that it is put behind; AlreadySpent the second time."""
        if self._spendable is None:
            raise AlreadySpent(self.intent.token)
        spent, self._spendable = self._spendable, None
        return spent


def _values(holes: tuple[Hole, ...], intent: Intent) -> list[str]:
    """Return the values in the order of `holes`: plain texts, and no empty one, since it would be left out."""
    row, index, token = intent.row, intent.index, intent.token
    if type(token) is not str or not TOKEN.fullmatch(token) or type(index) is not int or index < 0:
        raise NotOfShape
    try:
        values = [row[hole[0]] if len(hole) == 1 else row[hole[0]][hole[1]] for hole in holes[len(FIRST) :]]
    except (KeyError, TypeError, IndexError) as fault:
        raise NotOfShape from fault
    values += (intent.subject_id, token, str(index))
    if {*map(type, values)} != {str} or "" in values:
        raise NotOfShape
    return values[-2:] + values[-3:-2] + values[:-3]


def _has_no_control_character(filled: FilledIn, _body: bytes) -> bool:
    return CONTROL.search("".join(filled.values)) is None


def _has_addresses(filled: FilledIn, _body: bytes) -> bool:
    try:
        return all(map(is_address, [filled.values[place] for place in filled.shape.addresses]))
    except ValueError:
        return False


def _is_of_the_shape(filled: FilledIn, _body: bytes) -> bool:
    return common(filled.intent) == filled.shape.common


def _has_room(filled: FilledIn, body: bytes) -> bool:
    return len(body) < filled.shape.room


IN_BULK: Final[Mapping[Lint, Callable[[FilledIn, bytes], bool] | None]] = {
    lints.vcdm_4_3_contexts: None,  # No value can stand there, nor be an object.
    lints.vcdm_4_9_validity: None,  # Both times are of the shape.
    lints.ob3_schema: None,  # Each place takes any text (`badges.anytext`).
    lints.ob3_members: None,  # Members are of the shape.
    lints.ob3_subject: None,  # So are criteria, kinds of identities and descriptions of results.
    lints.rdfc_control_characters: _has_no_control_character,
    lints.json_numbers: None,  # All values are texts.
    lints.rfc3986_addresses: _has_addresses,
    lints.bsl_2_1_status: None,  # The purpose is of the shape, and the id ends with the index.
    lints.limits_size: _has_room,
    lints.correspondence: _is_of_the_shape,  # Values are its own, and stand where `compose` puts them.
}
"""What each lint asks of the values of one intent; None when its answer is that for the exemplar."""
_ASKED: Final = tuple(asks for asks in IN_BULK.values() if asks is not None)


def all_lints_hold_in_bulk() -> bool:
    """Tell whether each lint there is has been thought of here; if not, nothing is signed in bulk."""
    return IN_BULK.keys() == set(lints.LINTS)
