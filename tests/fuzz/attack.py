"""Attack one target under atheris: `python -m tests.fuzz.attack NAME FOLDER [libFuzzer's options]`.

FOLDER is filled with the target's seeds. What brings a target down is written where `-artifact_prefix` says.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["badges", "verifier", "keys"], enable_loader_override=False):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    name, folder, *options = sys.argv[1:]
    target = TARGETS[name]
    for seed in target.seeds():
        (Path(folder) / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    atheris.Setup([sys.argv[0], *options, folder], target.attack)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
