"""How fast certificates are printed on this machine, beside plain WeasyPrint on the same documents in the same run.

Ours is the engine: from the values of a certificate to the bytes of its file. The other is `HTML(string).write_pdf()`,
which knows nothing of another document. Both make tagged PDF/A-3a with an attached credential and a code. CPU of one
core, turn about; what is compiled is counted once, apart. Every n-th file of ours is read and compared with theirs.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from issuer.certificate.press.engine import Engine
from issuer.certificate.press.journal import Journal
from issuer.certificate.press.order import Order
from issuer.certificate.press.printed import Tier, join
from issuer.certificate.press.sheets import order as sheet_order
from issuer.certificate.whole import plain as plain_sheet
from tools import press_design
from tools.measured import Measured, Section, markdown
from tools.press_design import people
from tools.press_sheets import certificates

MANY: Final = 1_500
FEW: Final = 12
"""Certificates that plain WeasyPrint prints, between which ours are."""
ENDLESS: Final = 30_000
SAMPLED: Final = 250
GOALS: Final = {"rich": 100.0, "plain": 50.0}
GOAL: Final = 1_000.0
DESIGNS: Final = ("classic", "modern", "minimal")


def main() -> int:
    """Measure, and print a table."""
    print("\n".join(markdown([rows()])))
    return 0


def rows() -> Section:
    """Measure, and return the lines of the table."""
    return Section("Printing", [*_designs(), *_sheets(), *_two(), *_memory()])


def _designs() -> Iterator[Measured]:
    for is_rich in (True, False):
        name, crowd = ("rich", "plain")[not is_rich], people(MANY + 200, seed=3)
        orders = [press_design.order(one, is_rich) for one in crowd]
        plain = [partial(press_design.plain, one, is_rich) for one in crowd[-FEW:]]
        yield from _measured(f"a {name} design", orders, plain, GOALS[name])


def _sheets() -> Iterator[Measured]:
    for design in DESIGNS:
        crowd = certificates(design, MANY + 200)
        orders = [sheet_order(one) for one in crowd]
        yield from _measured(f"our {design}", orders, [partial(plain_sheet, one) for one in crowd[-FEW:]], None)


def _measured(
    what: str, orders: Sequence[Order], plain: Sequence[Callable[[], bytes]], goal: float | None
) -> Iterator[Measured]:
    """Print `orders` between the prints of `plain`, which are the last of them, and yield rate, ratio and file size."""
    engine = Engine(Journal())
    began = time.process_time()
    for one in orders[:200]:
        engine.print(one)
    compiling = time.process_time() - began
    rest, theirs, ours, sizes = orders[200:], [], [], []
    step = len(rest) // len(plain)
    for turn, slow in enumerate(plain):
        theirs.append(_cpu(slow))
        ours.append(_cpu(lambda turn=turn: _print(engine, rest[turn * step : (turn + 1) * step], sizes)) / step)
    _check(engine, orders[-len(plain) :], plain)
    mine, other = statistics.median(ours), statistics.median(theirs)
    hot = engine.journal.tiers.get(Tier.HOT, 0) / sum(engine.journal.tiers.values())
    fell = dict(engine.journal.reasons)
    print(f"{what}: {mine * 1e3:.2f} ms against {other * 1e3:.0f} ms, hot {hot:.0%}, fell {fell}", file=sys.stderr)
    yield Measured(f"{what}, a second and core", 1 / mine, "/s", beside={"plain WeasyPrint": 1 / other})
    yield Measured(f"{what}, times plain WeasyPrint", other / mine, "×", goal)
    yield Measured(f"{what}, first 200 with compiling", compiling, "s")
    yield Measured(f"{what}, tail of a file", statistics.mean(sizes) / 1024, "KiB")


def _print(engine: Engine, orders: Iterable[Order], sizes: list[int]) -> None:
    sizes.extend(len(engine.print(one).tail) for one in orders)


def _check(engine: Engine, orders: Sequence[Order], plain: Sequence[Callable[[], bytes]]) -> None:
    """Read every file that both have printed; raises where the texts differ."""
    for one, slow in zip(orders, plain, strict=True):
        made = engine.print(one)
        if text(join(made.plate.prefix, made.tail)) != text(slow()):
            raise ValueError(f"The text of {one.values['name']} is not what WeasyPrint prints.")


def text(pdf: bytes) -> bytes:
    """Return the text of a file, as poppler reads it."""
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout


def _two() -> Iterator[Measured]:
    """Print in two processes at once, each with its plates warm."""
    with multiprocessing.get_context("spawn").Pool(2, initializer=_warm) as pool:
        pool.map(_wait, range(2), chunksize=1)
        began = time.perf_counter()
        counts = pool.map(_work, range(8), chunksize=1)
        wall = time.perf_counter() - began
    yield Measured("a rich design, two processes, wall", sum(counts) / wall, "/s", GOAL)


_ENGINE: Final[list[Engine]] = []


def _warm() -> None:
    _ENGINE.append(Engine(Journal()))
    for one in people(300, seed=100):
        _ENGINE[0].print(press_design.order(one, True))


def _wait(_: int) -> None:
    """Give the other process time to take one of these as well: both are warm then."""
    time.sleep(2)


def _work(seed: int) -> int:
    crowd = people(MANY // 2, seed=200 + seed)
    for one in crowd:
        _ENGINE[0].print(press_design.order(one, True))
    return len(crowd)


def _memory() -> Iterator[Measured]:
    """Print thirty thousand in a process of its own, and yield its memory at the end, and how much that grew."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        curve, read = pool.apply(_curve)
    print("memory, MiB:", " ".join(f"{size:.0f}" for size in curve), f"{read} of 20 read", file=sys.stderr)
    yield Measured(f"memory over {ENDLESS:,}, at the end", curve[-1], "MiB")
    yield Measured("… of which grown since the first fifteenth", curve[-1] - curve[0], "MiB", 20.0, at_most=True)


def _curve() -> tuple[list[float], int]:
    """Return the memory after every fifteenth of the prints, and how many of twenty could be read."""
    engine, curve, read = Engine(Journal()), [], 0
    for number, one in enumerate(people(ENDLESS, seed=9), 1):
        made = engine.print(press_design.order(one, True))
        if number % (ENDLESS // 15) == 0:
            curve.append(resident())
        if number % (ENDLESS // 20) == 0:
            read += one.name[:4].encode() in text(join(made.plate.prefix, made.tail)) or not one.name.isascii()
    return curve, read


def resident() -> float:
    """Return the memory of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
