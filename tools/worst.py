"""Look for documents that take long to verify though they keep every published limit; print the worst that were found.

    python tools/worst.py [SECONDS [SEED]]

Each is a badge with as many values as are allowed, hung with random things of the words of Open Badges: wide or deep,
with long lists or none, under names of their own or shared ones; as JSON or as a token.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass, field
from typing import Any, Final

from badges.contexts import pinned
from badges.model import CONTEXT_OB3
from badges.proof import jwt
from badges.strict import MAX_NODES
from keys.key import LocalSigner
from tools.samples import DID, KEY, NOW, badge, key_name, octets, published, signed
from verifier.policy import Policy
from verifier.resolver import MemoryResolver
from verifier.verify import verify

TYPES: Final = (
    "Evidence", "Achievement", "Alignment", "Profile", "Result", "ResultDescription", "Related", "Image", "Address",
    "AchievementSubject", "IdentifierEntry", "EndorsementSubject", "RubricCriterionLevel",
)  # fmt: skip
ROOM: Final = MAX_NODES - 300
MOST_IN_A_LIST: Final = 990
TOLD: Final = 8


@dataclass
class Maker:
    """Makes one document at random, within the number of values that is left."""

    chance: random.Random
    words: dict[str, list[str]]
    left: int = ROOM
    style: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pick = self.chance.choice
        self.style = {
            "types": pick([1, 1, 3]), "named": pick([0.95, 0.98, 1]), "names": pick([5, 300, 10**6]),
            "members": pick([2, 5, 9]), "lists": pick([0, 0.2, 0.6]), "length": pick([3, 30, 400, 950]),
            "things": pick([0.2, 0.5, 0.8]), "depth": pick([2, 5, 20, 55]), "fan": pick([1, 2, 8, 60]),
        }  # fmt: skip

    def document(self) -> dict[str, Any]:
        """Return a badge with evidence of all kinds."""
        evidence: list[Any] = []
        while self.left > 0 and len(evidence) < MOST_IN_A_LIST:
            evidence.append(self.thing(0))
        return {**badge(1), "evidence": evidence}

    def thing(self, depth: int) -> dict[str, Any]:
        """Return an object of some types with some of their members."""
        types = self.chance.sample(TYPES, self.chance.randint(1, int(self.style["types"])))
        made: dict[str, Any] = {"type": types}
        if self.chance.random() < self.style["named"]:
            made["id"] = f"urn:o:{self.chance.randrange(int(self.style['names']))}"
        self.left -= 3 + len(types)
        members = sorted({name for kind in types for name in self.words[kind]})
        for name in self.chance.sample(members, min(len(members), int(self.style["members"]))):
            if self.left > 0:
                made[name] = self.value(depth)
        return made

    def value(self, depth: int) -> Any:
        """Return a list of texts, a list of things, or a text; each text is an identifier, so that it fits anywhere."""
        roll = self.chance.random()
        if roll < self.style["lists"]:
            count = min(self.left, self.chance.randint(1, int(self.style["length"])))
        elif roll < self.style["lists"] + self.style["things"] and depth < self.style["depth"]:
            return [
                self.thing(depth + 1) for _ in range(self.chance.randint(1, int(self.style["fan"]))) if self.left > 0
            ]
        else:
            count = 1
        self.left -= count + 1
        return [f"urn:v:{self.chance.randrange(10**6)}" for _ in range(count)]


def words() -> dict[str, list[str]]:
    """Return the members that each type of Open Badges has, but for its names."""
    definitions = pinned(CONTEXT_OB3)["@context"]
    inner = {kind: definitions[kind]["@context"] for kind in TYPES}
    left_out = ("id", "type")
    return {kind: sorted(name for name in inner[kind] if name[0] != "@" and name not in left_out) for kind in TYPES}


def main(seconds: float = 60.0, seed: int = 1) -> int:
    """Try documents for so many seconds, and print those that took longest."""
    chance, known, resolver = random.Random(seed), words(), MemoryResolver(published())
    proof = signed(badge(1), DID)["proof"]
    signer = LocalSigner(key_name(DID), KEY)
    tried: list[tuple[float, int, str, str]] = []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        maker = Maker(chance, known)
        document = maker.document()
        as_token = chance.random() < 0.5
        data = jwt.encode(document, signer).encode() if as_token else octets({**document, "proof": proof})
        began = time.process_time()
        verdict = verify(data, resolver, Policy(), NOW).verdict.value
        tried.append((time.process_time() - began, len(data), verdict, str(maker.style)))
    print(f"{len(tried)} documents; those that took the most CPU:")
    for taken, size, verdict, style in sorted(tried, reverse=True)[:TOLD]:
        print(f"{taken:6.2f} s {size:8,} octets  {verdict:<18} {style}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(kind(text) for kind, text in zip((float, int), sys.argv[1:], strict=False))))
