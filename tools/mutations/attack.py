"""Mutated inputs handed to the verifier through every door, and what is noted of the answers."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tools.mutations.doors import Answer, Doors
from tools.mutations.flips import Flip, flips, original
from tools.mutations.harm import Harm, Told, harm, told
from tools.mutations.mutants import FORMATS, Mutant, Mutants
from verifier.deadline import TOTAL_SECONDS

GRACE: Final = 1.0
"""Seconds beyond the end of a verification in which, on a busy machine, what it ended is noticed and told."""


@dataclass
class Tally:
    """What was answered: verdicts and harms by format, the slowest of each, and everything that must not be.

    Inputs that bring a fault about are kept in the folder `kept`, if there is one.
    """

    kept: Path | None = None
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    harms: Counter[tuple[str, Harm]] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def note(self, mutant: Mutant, answer: Answer, genuine: Sequence[tuple[Told, bool]]) -> None:
        """Note an answer to `mutant`, and what is wrong with it."""
        kind = mutant.format
        self.slowest[kind] = max(self.slowest.get(kind, 0.0), answer.seconds)
        if answer.status >= 500:
            self.fault(mutant, f"answered {answer.status}")
        if answer.seconds > TOTAL_SECONDS + GRACE:
            self.fault(mutant, f"took {answer.seconds:.1f} s")
        if answer.report is not None:
            found = harm(answer.report, genuine)
            self.harms[kind, found] += 1
            if found is Harm.FALSE:
                self.fault(mutant, "is a false valid")

    def fault(self, mutant: Mutant, what: str) -> None:
        """Note a fault, and keep the input that brought it about."""
        name = f"{mutant.format}-{mutant.number}"
        if self.kept is not None:
            self.kept.mkdir(parents=True, exist_ok=True)
            (self.kept / name).write_bytes(mutant.data)
        self.faults.append(f"{mutant.format}:{mutant.number} ({mutant.what}) {what}")


class Attack:
    """A verifier, and everything that is in store for it."""

    def __init__(self, mutants: Mutants, kept: Path | None = None) -> None:
        self.mutants = mutants
        self.doors = Doors(mutants.issuer)
        self.tally = Tally(kept)
        self._told: dict[str, tuple[Told, bool]] = {}

    def prepare(self, formats: Iterable[str] = FORMATS) -> None:
        """See that every genuine credential is valid in these formats before anything is changed; else SystemExit."""
        for form, originals in self.mutants.originals.items():
            for each in originals:
                for format_ in (form, *(name for name in formats if name not in self.mutants.originals)):
                    found = told(self.doors.ask(self.mutants.baked(format_, each)).report or {})
                    if found is None:
                        raise SystemExit(f"{each.name} as {format_} is not valid, before any change.")
                    self._told[each.name] = (found, each.ordered)

    def mutate(self, numbers: Iterable[tuple[str, int]]) -> None:
        """Hand in mutants by format and number, through every door."""
        for format_, number in numbers:
            self._hand_in(self.mutants.mutant(format_, number))

    def _hand_in(self, mutant: Mutant) -> None:
        """Ask the function; post it as a file or a pasted text; and, of some, look at the page that people see."""
        genuine = [self._told[each.name] for each in mutant.genuine]
        dice = random.Random(mutant.number)
        answer = self.doors.ask(mutant.data)
        verdict = str((answer.report or {})["verdict"])
        self.tally.verdicts[mutant.format, verdict] += 1
        self.tally.note(mutant, answer, genuine)
        is_pasted = mutant.format in self.mutants.originals and dice.random() < 0.5
        posted = self.doors.post(mutant.data, pasted=is_pasted)
        self.tally.note(mutant, posted, genuine)
        if posted.report is not None and not is_pasted and posted.report["verdict"] != verdict:
            self.tally.fault(mutant, f"is {verdict}, and {posted.report['verdict']} at the address")
        if dice.random() < 0.25:
            page = self.doors.post(mutant.data, page=True)
            self.tally.note(mutant, page, genuine)
            if page.status == 200 and page.page_is_valid != (verdict == "valid"):
                self.tally.fault(mutant, f"is {verdict}, and its page does not say so")

    def turn(self, place: str, stride: int = 1) -> Counter[Harm]:
        """Turn every octet of one credential, and return what came of it."""
        genuine = [self._told[original(self.mutants, place).name]]
        found: Counter[Harm] = Counter()
        for flip in flips(self.mutants, place, stride):
            answer = self.doors.ask(flip.data)
            mutant = _as_mutant(flip)
            self.tally.note(mutant, answer, genuine)
            found[harm(answer.report or {}, genuine)] += 1
        return found


def _as_mutant(flip: Flip) -> Mutant:
    return Mutant(f"turned {flip.place}", flip.number, f"by {flip.mask}", flip.data, ())


def evenly(inputs: int) -> Iterator[tuple[str, int]]:
    """Yield so many mutants, of every format the same number."""
    for number in range(inputs // len(FORMATS)):
        for format_ in FORMATS:
            yield format_, number
