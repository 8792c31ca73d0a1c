"""What came of a proof: a sentence for people, and every fault that was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One proof on one store. It holds if it has no faults; `skipped` says why it could not be tried here."""

    proof: str
    told: str
    faults: Sequence[str] = ()
    skipped: str | None = None

    def __str__(self) -> str:
        if self.skipped is not None:
            return f"{self.proof}: skipped. {self.skipped}"
        if self.faults:
            return "\n".join((f"{self.proof}: DOES NOT HOLD. {self.told}", *(f"  {fault}" for fault in self.faults)))
        return f"{self.proof}: holds. {self.told}"
