"""Attack the verifier with mutated credentials: none may be called valid that says what was never signed.

    tools/mutate.py [--inputs 10000] [--seed N] [--only FORMAT:NUMBER]

Genuine credentials in five formats are changed, and handed to `verify` and to `POST /verify`. What counts as a false
`valid` is written down in `tools/mutations/harm.py`. Then every octet of a signed credential is turned, and the
heaviest input of every kind is verified in a process of its own. Exit code 1 on any false `valid`, any answer 5xx, any
verification over five seconds, memory that grows, or more than 512 MiB. What brings a fault about is kept in
`out/mutate`; the same seed makes it again.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

HOUSE: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOUSE))

from tools.mutations.attack import GRACE, Attack, Tally, evenly  # noqa: E402  # As above.
from tools.mutations.flips import PLACES  # noqa: E402
from tools.mutations.harm import Harm  # noqa: E402
from tools.mutations.heaviest import LOADS  # noqa: E402
from tools.mutations.mutants import FORMATS, Mutants  # noqa: E402
from tools.mutations.scales import weigh  # noqa: E402
from verifier.child import ZYGOTE  # noqa: E402
from verifier.deadline import TOTAL_SECONDS  # noqa: E402

KEPT: Final = HOUSE / "out" / "mutate"
GROWTH_MOST: Final = 32
"""MiB by which the process may grow over the second half of the inputs; by then all that is kept for speed is kept."""
MEMORY_MOST: Final = 512
MIB: Final = 2**20


def mutate(attack: Attack, inputs: int) -> None:
    """Hand in so many mutants, watch the memory, and print a table."""
    numbers = list(evenly(inputs))
    half = len(numbers) // 2
    attack.mutate(numbers[:half])
    before = resident()
    attack.mutate(numbers[half:])
    grown = resident() - before
    if grown > GROWTH_MOST:
        attack.tally.faults.append(f"The process grew by {grown:.0f} MiB over the second half.")
    print_tally(attack.tally)
    ZYGOTE.close()
    here, child = (
        resource.getrusage(who).ru_maxrss / 1_024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    if max(here, child) >= MEMORY_MOST:
        attack.tally.faults.append(f"A process held {max(here, child):.0f} MiB.")
    print(f"  Memory at most: {here:.0f} MiB here, {child:.0f} MiB in a child; {grown:+.1f} MiB over the second half.")


def print_tally(tally: Tally) -> None:
    """Print the table: formats across; verdicts, what all answers come to, and the slowest of them down."""
    verdicts = sorted({verdict for _, verdict in tally.verdicts})
    rows = [(verdict, [tally.verdicts[name, verdict] for name in FORMATS]) for verdict in verdicts]
    inputs = [sum(counts) for counts in zip(*(counts for _, counts in rows), strict=True)]
    rows = [("inputs", inputs), *rows]
    rows += [(f"answers, {each}", [tally.harms[name, each] for name in FORMATS]) for each in Harm]
    print(f"\n  {'':34}" + "".join(f"{name:>9}" for name in (*FORMATS, "all")))
    for name, counts in rows:
        print(f"  {name:34}" + "".join(f"{count:9,}" for count in (*counts, sum(counts))))
    print(f"  {'slowest answer, s':34}" + "".join(f"{tally.slowest.get(name, 0):9.2f}" for name in FORMATS))


def turn(attack: Attack) -> None:
    """Turn every octet of a signed credential in every place, and print what came of it."""
    print(f"\n  {'every octet turned':34}" + "".join(f"{each:>12}" for each in Harm))
    for place in PLACES:
        found = attack.turn(place)
        print(f"  {place:34}" + "".join(f"{found[each]:12,}" for each in Harm), flush=True)


def weigh_all(attack: Attack) -> None:
    """Verify the heaviest input of every kind in a process of its own, and print a table."""
    print(f"\n  {'the heaviest input':24}{'octets':>12}{'seconds':>9}{'MiB':>6}{'child':>7}  verdict")
    for name, make in LOADS.items():
        load = make(attack.mutants.issuer)
        weight = weigh(attack.mutants.seed, load.data, load.documents)
        print(f"  {name:24}{len(load.data):12,}{weight.seconds:9.2f}{weight.here:6.0f}{weight.child:7.0f}", end="")
        print(f"  {weight.verdict}", flush=True)
        if weight.seconds > TOTAL_SECONDS + GRACE or max(weight.here, weight.child) >= MEMORY_MOST:
            attack.tally.faults.append(f"{name} is too heavy.")


def resident() -> float:
    """Return the MiB of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize() / MIB


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, attack, and tell whether the verifier stood."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--inputs", type=int, default=10_000, help="mutated inputs, evenly in five formats")
    asked.add_argument("--seed", default=str(random.SystemRandom().randrange(2**32)))
    asked.add_argument("--only", metavar="FORMAT:NUMBER", help="one mutant alone, as a fault names it")
    given = asked.parse_args(arguments)
    print(f"Seed {given.seed}.", flush=True)
    attack = Attack(Mutants(given.seed), KEPT)
    attack.prepare()
    if given.only:
        format_, _, number = given.only.partition(":")
        attack.mutate([(format_, int(number))])
        print_tally(attack.tally)
    else:
        mutate(attack, given.inputs)
        turn(attack)
        weigh_all(attack)
    print("\n".join(["", *(f"  FAULT: {fault}" for fault in attack.tally.faults)]))
    return 1 if attack.tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
