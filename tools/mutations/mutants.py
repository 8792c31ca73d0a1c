"""Inputs made of genuine credentials by mutation: number N of a seed is the same each time, whatever came before."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from tests.verifier.published import to_bytes
from tools.mutations import attachments, chunks, elements, letters, members, octets, proofs, tokens
from tools.mutations.originals import Issuer, Original, of_json, of_jwt

FORMATS: Final = ("json", "jwt", "png", "svg", "pdf")
NEVER: Final = frozenset({"second", "forged"})
"""Ways after which nothing may be valid: two different credentials in one file, or a signature of a stranger alone."""
Made = tuple[str, bytes]


@dataclass(frozen=True)
class Mutant:
    """A mutated input: its number, what was done, and whose credentials an answer to it may tell, if any."""

    format: str
    number: int
    what: str
    data: bytes = field(repr=False)
    genuine: tuple[Original, ...]


class Mutants:
    """All mutants of a seed."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.issuer = Issuer(seed)

    @cached_property
    def originals(self) -> dict[str, Sequence[Original]]:
        """The genuine credentials of each form."""
        return {"json": tuple(of_json(self.issuer)), "jwt": tuple(of_jwt(self.issuer))}

    def baked(self, format_: str, original: Original) -> bytes:
        """Return `original` as a file of that format, in order."""
        match format_:
            case "png":
                return chunks.baked(original.data)
            case "svg":
                return elements.baked(original.data)
            case "pdf":
                return attachments.baked(original.data)
        return original.data

    def mutant(self, format_: str, number: int) -> Mutant:
        """Return that mutant."""
        dice = random.Random(f"{self.seed} {format_} {number}")
        form = format_ if format_ in self.originals else dice.choice(("json", "jwt"))
        original = dice.choice(self.originals[form])
        other = dice.choice([each for each in self.originals[form] if each.credential != original.credential])
        if format_ == form:
            what, data = self._inside(original, other, dice)
        else:
            what, data = self._outside(format_, original, other, dice)
        genuine = () if what in NEVER else (original, other)
        return Mutant(format_, number, what, data, genuine)

    def _inside(self, original: Original, other: Original, dice: random.Random) -> Made:
        """Mutate a credential itself."""
        chance = dice.random()
        if chance < 0.2:
            return octets.mutated(original.data, dice)
        if original.form == "jwt":
            return tokens.mutated(original.data, dice, other.data, self.issuer)
        if chance < 0.35:
            return letters.mutated(original.data, dice)
        document, donor = json.loads(original.data), json.loads(other.data)
        if chance < 0.6:
            what, changed = proofs.mutated(document, dice, donor, self.issuer)
        else:
            what, changed = members.mutated(document, dice, donor)
        return what, to_bytes(changed)

    def _outside(self, format_: str, original: Original, other: Original, dice: random.Random) -> Made:
        """Mutate a file that carries a credential: what it carries, how, or any octet."""
        chance = dice.random()
        if chance < 0.25:
            return octets.mutated(self.baked(format_, original), dice)
        if chance < 0.55:
            what, data = self._inside(original, other, dice)
            changed = Original(what, data, original.form)
            return what, self.baked(format_, changed)
        match format_:
            case "png":
                return chunks.mutated(chunks.baked(original.data), dice, other.data)
            case "svg":
                return elements.mutated(original.data, dice, other.data)
        return attachments.mutated(original.data, dice, other.data)
