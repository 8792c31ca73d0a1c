"""Prove what is promised for the worst days: what is killed, restarted, filled or cut off loses and doubles nothing.

Without names, every proof is made, at full size; docs/reliability.md says what each is and which promise it is for.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.proofs import PROOFS
from tools.proofs.result import Result
from tools.proofs.size import SIZES, Size


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line; 1 when a proof does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("proofs", nargs="*", metavar="PROOF", help=f"of {', '.join(PROOFS)}; all without")
    parser.add_argument("--size", choices=tuple(SIZES), default="full", help="small and tiny are for tests")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32), help="of the chances taken")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.proofs if name not in PROOFS]
    if unknown:
        parser.error(f"There is no proof {unknown[0]}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # So that what was made for a proof is taken away.
    print(f"Seed {chosen.seed}.", flush=True)
    return max(_prove(name, chosen.seed, SIZES[chosen.size]) for name in chosen.proofs or PROOFS)


def _prove(name: str, seed: int, size: Size) -> int:
    result: Result = PROOFS[name](size, random.Random(seed))
    print(result, flush=True)
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main())
