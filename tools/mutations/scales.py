"""One verification in a process of its own, weighed: what it answers, how long it takes, how much memory it holds.

    python -m tools.mutations.scales SEED < load

is the process; `weigh` starts it. What is weighed is made outside of it and comes as JSON, so that making it weighs
nothing.
"""

from __future__ import annotations

import base64
import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HOUSE: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Weight:
    """A verdict, seconds, and MiB at most: of the process itself, and of the largest that it started."""

    verdict: str
    seconds: float
    here: float
    child: float


def weigh(seed: str, data: bytes, documents: dict[str, bytes]) -> Weight:
    """Verify `data` in a new process, in the world of `seed` with `documents` besides."""
    told = {url: base64.b64encode(document).decode() for url, document in documents.items()}
    load = json.dumps({"data": base64.b64encode(data).decode(), "documents": told})
    done = subprocess.run(
        [sys.executable, "-m", "tools.mutations.scales", seed],
        input=load.encode(), cwd=HOUSE, capture_output=True, check=True,
    )  # fmt: skip
    return Weight(**json.loads(done.stdout))


def main(seed: str) -> int:
    """Be the process."""
    from tools.mutations.doors import Doors
    from tools.mutations.originals import Issuer
    from verifier.child import ZYGOTE
    from verifier.resolver import MemoryResolver

    load = json.loads(sys.stdin.buffer.read())
    data = base64.b64decode(load.pop("data"))
    issuer = Issuer(seed)
    more = {url: base64.b64decode(text) for url, text in load.pop("documents").items()}
    doors = Doors(issuer)
    doors.resolver = MemoryResolver({**issuer.documents, **more})
    answer = doors.ask(data)
    assert answer.report is not None
    ZYGOTE.close()
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_024
    print(json.dumps({"verdict": answer.report["verdict"], "seconds": answer.seconds, "here": here(), "child": child}))
    return 0


def here() -> float:
    """Return the most MiB that this program held; getrusage would tell of the program that started it, too."""
    told = Path("/proc/self/status").read_text("ascii")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1_024


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
