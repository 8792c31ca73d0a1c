"""A shape: all that credentials of one achievement, list and time have in common, compiled once and filled for each.

A shape is made of an exemplar that passed every lint, and of what `compose` makes of marks. Each place where a value
may go is written down here, with the values that may go there; a mark in any other place is no shape.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from badges.anytext import EACH, takes_any_text
from badges.jsonld import canonize_anew, to_nquads
from badges.outline import NoOutline, Outline, outline
from badges.proof.eddsa import EDDSA_RDFC_2022
from badges.skeleton import NoSkeleton, fitting
from badges.stencil import Stencil, cut
from badges.strict import MAX_BYTES, compact
from badges.woven import Woven
from issuer.intent import Intent
from issuer.lints import SIZE_MOST, ToBeSigned
from issuer.marked import INDEX, SUBJECT, TOKEN, Hole, marked

PLACES: Final[Mapping[tuple[str, ...], frozenset[Hole]]] = {
    ("id",): frozenset({TOKEN}),
    ("credentialSubject", "id"): frozenset({SUBJECT}),
    ("credentialSubject", "identifier", EACH, "identityHash"): frozenset({("name",), ("email", "identityHash")}),
    ("credentialSubject", "identifier", EACH, "salt"): frozenset({("email", "salt")}),
    ("credentialSubject", "licenseNumber"): frozenset({("number",)}),
    ("credentialSubject", "narrative"): frozenset({("reason",), ("narrative",)}),
    ("credentialSubject", "role"): frozenset({("role",)}),
    ("credentialSubject", "result", EACH, "value"): frozenset({("hours",), ("grade",), ("rank",)}),
    ("evidence", EACH, "narrative"): frozenset({("basis",)}),
    ("evidence", EACH, "id"): frozenset({("evidence",)}),
    ("credentialStatus", "id"): frozenset({INDEX}),
    ("credentialStatus", "statusListIndex"): frozenset({INDEX}),
}
"""Where a value may stand, and which; in each of these places the schema takes any text (`badges.anytext`)."""

_KNOWN: Final = frozenset[Hole]().union(*PLACES.values())

ENDS: Final = frozenset({TOKEN, INDEX})
"""Holes whose values are the end of an address of ours; any other value is all of its text."""
ESSENTIAL: Final = frozenset({TOKEN, INDEX, SUBJECT, ("name",)})
ADDRESSES: Final = frozenset({SUBJECT, ("evidence",)})
_PROOF_VALUE: Final = 100
"""Letters that the value of a proof takes at the most."""


@dataclass(frozen=True)
class Shape:
    """What it takes to write, and to hash, the credential of an intent of this shape from its values alone.

    `holes` says in which order the values come. `body` is the unsigned JSON without its last brace, `proof` what
    stands before and behind the letters of the signature, `options` the hash of the proof's options, `room` how many
    octets a body may have, `common` what an intent must share to be of this shape.
    """

    holes: tuple[Hole, ...]
    body: Woven = field(repr=False)
    proof: tuple[bytes, bytes]
    options: bytes
    stencil: Stencil = field(repr=False)
    room: int
    common: tuple[Any, ...] = field(repr=False)

    @cached_property
    def addresses(self) -> tuple[int, ...]:
        """Which values are addresses: those that stand where `rfc3986_addresses` looks, and are no mere ends."""
        return tuple(place for place, hole in enumerate(self.holes) if hole in ADDRESSES)

    @property
    def weight(self) -> int:
        """Roughly, the octets that it takes to remember it: its JSON, the facts in it, and its statements twice."""
        fixed, labelled = self.stencil.fixed, self.stencil.labelled
        return 2 * len(self.body.pattern) + sum(map(len, fixed)) + 2 * sum(len(str(quad)) for quad in labelled)

    def hash_data(self, values: Sequence[str]) -> bytes:
        """Return what is signed: hash of the options, hash of the document (Data Integrity EdDSA, 3.2.4).

        Raises NotForStencil.
        """
        return self.options + sha256(self.stencil.canonical(values)).digest()


def common(intent: Intent) -> tuple[Any, ...]:
    """Return all of an intent that is no value: facts first, then issuer, key, list and times, and what its row has.

    Two times that are equal may still differ in their offset, and so be two moments (PEP 495).
    """
    times = (intent.valid_from, intent.valid_until, intent.awarded)
    return (
        intent.facts, intent.base_url, intent.did, intent.achievement_id, intent.key_id, intent.list_url,
        times, tuple([time and time.utcoffset() for time in times]),
        tuple([name for name, value in intent.row.items() if value is not None]),
    )  # fmt: skip


def shape_of(intent: Intent, exemplar: ToBeSigned) -> Shape:
    """Return the shape of `intent`, whose credential `exemplar` was linted, and is spent by it.

    Raises NoSkeleton when there is none that is certain, and whatever the long way refuses.
    """
    credential = exemplar.spend()
    like = marked(intent)
    drawn = _drawn(like.credential)
    _check_places(like.credential, like.marks, drawn)
    skeleton = fitting(drawn, to_nquads)
    nquads, marks = skeleton.nquads(drawn.holes), tuple(like.marks.values())
    if nquads is None or not skeleton.tame:
        raise NoSkeleton
    options = EDDSA_RDFC_2022.options(credential, intent.key_id, intent.valid_from)
    before, behind = compact({"proof": [{**options, "proofValue": f"z{marks[0]}"}]}).split(marks[0].encode("ascii"))
    return Shape(
        holes=tuple(like.marks),
        body=_body(like.credential, like.marks),
        proof=(b"," + before.removeprefix(b"{"), behind),
        options=sha256(canonize_anew({**options, "@context": credential["@context"]})).digest(),
        stencil=cut(nquads, marks),
        room=min(SIZE_MOST - _spaces(credential), MAX_BYTES - len(before) - len(behind) - _PROOF_VALUE),
        common=common(replace(intent, facts=copy.deepcopy(intent.facts))),
    )


def _drawn(credential: Any) -> Outline:
    try:
        return outline(credential)
    except NoOutline as fault:
        raise NoSkeleton from fault


def _check_places(credential: Any, marks: Mapping[Hole, str], drawn: Outline) -> None:
    """Raise NoSkeleton if a mark came out where its value may not stand, or as a word of JSON-LD, or one did not."""
    found: set[Hole] = set()
    for path, text in _texts(credential, ()):
        for hole, mark in marks.items():
            if mark not in text:
                continue
            found.add(hole)
            is_there = hole in PLACES.get(path, ()) and takes_any_text(path) and text in drawn.holes
            if not is_there or (text != mark and not (hole in ENDS and text.endswith(mark) and text.count(mark) == 1)):
                raise NoSkeleton
    if not found >= ESSENTIAL or not marks.keys() <= _KNOWN:
        raise NoSkeleton


def _texts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each text with the steps that lead to it; the names of members are texts too, and lead to nothing."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, (*path, EACH))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield (), name
            yield from _texts(item, (*path, name))


def _body(credential: Any, marks: Mapping[Hole, str]) -> Woven:
    """Return the JSON with holes; the quotes around a value are its own, but for the ends of addresses."""
    text = compact(credential).decode("utf-8").removesuffix("}")
    whole = [mark if hole in ENDS else json.dumps(mark) for hole, mark in marks.items()]
    return Woven.cut(text, whole)


def _spaces(value: Any) -> int:
    """Return how many octets longer JSON is with a space behind each comma and colon."""
    return len(json.dumps(value)) - len(json.dumps(value, separators=(",", ":")))
