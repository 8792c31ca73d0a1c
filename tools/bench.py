"""Everything that is measured, in one table, beside others who do the same work in the same run.

Nothing is asserted of a time: a number is for people. What is made is looked at, though: signatures by verifiers of
others, files by their text, answers by their bodies; what is wrong there ends the run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools import bench_press, bench_read, bench_sign, bench_store, bench_verify, bench_wait
from tools.measured import Section, machine, markdown, versions

HOUSE: Final = Path(__file__).resolve().parents[1]
PAGE: Final = HOUSE / "docs" / "benchmarks.md"
BEGIN: Final = "<!-- what `make bench` found begins here -->"
END: Final = "<!-- and ends here -->"

Part = Callable[[], Iterable[Section]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and keep it in the documentation if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(parts())}; all without")
    parser.add_argument("--keep", action="store_true", help=f"write the table into {PAGE.relative_to(HOUSE)}, too")
    given = parser.parse_args(arguments)
    known = parts()
    if unknown := set(given.parts) - set(known):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    lines = [f"{datetime.now(UTC):%Y-%m-%d}: {machine()}; {versions()}.\n"]
    print(lines[0])
    for name in given.parts or known:
        for section in known[name]():
            found = list(markdown([section]))
            print("\n".join(found), flush=True)
            lines += found
    if given.keep:
        keep(PAGE, lines)
    return 0


def parts() -> Mapping[str, Part]:
    """Return what can be measured, by name."""
    return {
        "sign": lambda: [bench_sign.rows()],
        "store": bench_store.sections,
        "print": lambda: [bench_press.rows()],
        "read": lambda: [bench_read.rows()],
        "verify": bench_verify.sections,
        "wait": lambda: [bench_wait.rows()],
    }


def keep(page: Path, lines: Iterable[str]) -> None:
    """Put `lines` between the marks of a page; raises ValueError where it has none."""
    head, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page.name} has no place for a table.")
    table = "\n".join(lines).strip()
    page.write_text(f"{head}{BEGIN}\n\n{table}\n\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
