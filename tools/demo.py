"""The main job on real input: attendee exports become signed credentials and PDF certificates, each one verified.

Everything is done by the command an organizer types; the checking at the end needs neither the command, nor the
database, nor the network: it has the files and the folder that was published.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from verifier.policy import Policy
from verifier.resolver import DirectoryResolver
from verifier.verdict import Report
from verifier.verify import verify

HOUSE: Final = Path(__file__).resolve().parents[1]
DEMO: Final = HOUSE / "demo"
PUBLIC: Final = DEMO / "public"
KINDS: Final = {"attendance": "luma", "merit": "merit", "badge": "badge", "diploma": "diploma"}
FORMATS: Final = "json,jwt,pdf,png,svg"
SETTINGS: Final = {"ATTESTATO_DATA": str(DEMO / "instance"), "ATTESTATO_LANGUAGE": "en"}


class Failed(Exception):
    """A step that did not do what it promises; its words say what."""


@dataclass(frozen=True)
class Run:
    """What one `attestato issue` did."""

    kind: str
    people: int
    attended: int
    result: dict[str, Any]
    seconds: float

    @property
    def files(self) -> list[Path]:
        """Every file of every credential."""
        return [Path(file) for entry in self.result["credentials"] for file in entry["files"]]


def main() -> int:
    """Run the demo; 0 if every file stands and the altered one falls."""
    began = time.monotonic()
    try:
        runs = [issue(kind, roster) for kind, roster in KINDS.items()]
        step("publish every public document")
        attestato("publish", "--out", str(PUBLIC))
        files = [file for run in runs for file in run.files]
        step(f"verify all {len(files)} files, offline, with what was published and nothing else")
        checked = time.monotonic()
        valid = judge(files)
        checking = time.monotonic() - checked
        fall = alter(next(file for file in runs[0].files if file.suffix == ".json"))
    except Failed as failed:
        print(f"\nThe demo failed: {failed}", file=sys.stderr)
        return 1
    summary(runs, valid, checking, fall, time.monotonic() - began)
    return 0


def attestato(*arguments: str, accepted: tuple[int, ...] = (0,)) -> str:
    """Run the command and return its stdout; its progress and notes go to the terminal."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATTESTATO_")} | SETTINGS
    done = subprocess.run(
        [sys.executable, "-m", "issuer.cli", *arguments],
        cwd=HOUSE,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode not in accepted:
        raise Failed(f"attestato {' '.join(arguments)} ended with {done.returncode}.")
    return done.stdout


def issue(kind: str, roster: str) -> Run:
    """Issue one event; its list may have faulty rows, which are told."""
    event, people = f"examples/{kind}.toml", f"examples/rosters/{roster}.csv"
    step(f"attestato issue {event} {people}")
    read = json.loads(attestato("roster", people, "--json", accepted=(0, 1)))
    began = time.monotonic()
    out = attestato("issue", event, people, "--formats", FORMATS, "--out", f"demo/{kind}", "--json", accepted=(0, 1))
    seconds = time.monotonic() - began
    result = json.loads(out)
    for fault in result["faults"]:
        print(f"    line {fault['row']}: {fault['message']}")
    print(f"    {result['issued']} issued, {result['unchanged']} unchanged, in {seconds:.1f} s")
    attended = sum(person["attended"] is not False for person in read["recipients"])
    return Run(kind, len(read["recipients"]), attended, result, seconds)


def judge(files: list[Path]) -> Counter[Path]:
    """Verify every file in processes of their own; raise Failed if one does not stand, else count by folder."""
    with ProcessPoolExecutor() as pool:
        verdicts = list(pool.map(verdict_of, files, chunksize=8))
    fallen = [(file, verdict) for file, verdict in zip(files, verdicts, strict=True) if verdict != "valid"]
    for file, verdict in fallen[:10]:
        print(f"    {file}: {verdict}")
    if fallen:
        raise Failed(f"{len(fallen)} of {len(files)} files are not valid.")
    return Counter(file.parent for file in files)


@cache
def resolver() -> DirectoryResolver:
    """The published folder, and nothing else."""
    return DirectoryResolver(PUBLIC)


def report_on(data: bytes) -> Report:
    """Ask the verifier what it makes of these bytes."""
    return verify(data, resolver(), Policy(), datetime.now(UTC))


def verdict_of(file: Path) -> str:
    """Return the verdict on one file."""
    return str(report_on((HOUSE / file).read_bytes()).verdict)


def alter(file: Path) -> Report:
    """Change one letter of the name in a copy, and raise Failed unless the verifier notices."""
    data = (HOUSE / file).read_bytes()
    name = next(
        item["identityHash"]
        for item in json.loads(data)["credentialSubject"]["identifier"]
        if item["identityType"] == "name"
    )
    altered = re.sub(
        r"[a-z](?!.*[a-z])", lambda last: "aeiou"["eioua".find(last[0])] if last[0] in "aeiou" else "a", name
    )
    copy = DEMO / "altered.json"
    copy.write_bytes(data.replace(name.encode(), altered.encode()))
    step(f"change one letter in a copy: {name} becomes {altered}")
    report = report_on(copy.read_bytes())
    print(f"    {copy.relative_to(HOUSE)}: {report.verdict.headline('en')} ({report.verdict})")
    if report.outcome != "invalid":
        raise Failed("the altered copy was not refused.")
    return report


def step(text: str) -> None:
    """Say what is done now."""
    print(f"\n  {text}", flush=True)


def summary(runs: list[Run], valid: Counter[Path], checking: float, fall: Report, seconds: float) -> None:
    """Say what there is now, how fast it came about, and what to look at."""
    for line in told(runs, valid, checking, fall, seconds):
        print(line)


def told(runs: list[Run], valid: Counter[Path], checking: float, fall: Report, seconds: float) -> Iterator[str]:
    """Yield the lines of the summary."""
    yield "\n" + "─" * 78
    for run in runs:
        credentials = run.result["credentials"]
        count = sum(valid[folder] for folder in {file.parent for file in run.files})
        who = f"{run.attended} of {run.people} attended" if run.attended < run.people else f"{run.people} on the list"
        yield f"  {run.kind:<11} {who}, {len(credentials)} valid ({count} files)"
    issued = sum(run.result["issued"] for run in runs)
    if issued:
        yield f"\n  {issued} people received theirs, in five formats each, in {sum(run.seconds for run in runs):.1f} s."
    else:
        yield "\n  Everything was issued before: unchanged, nobody has anything twice."
    total = sum(valid.values())
    yield f"  {total} files verified offline in {checking:.1f} s, {total / checking:.0f} a second."
    yield f"  One letter changed in a copy: {fall.verdict}."
    yield f"  All of it took {seconds:.1f} s."
    yield "\n  The files     demo/attendance, merit, badge, diploma; index.csv in each says whose is whose"
    yield "  For the web   demo/public"
    yield "\n  Open next"
    for run in runs:
        first = next((file for file in run.files if file.suffix == ".pdf"), None)
        if first is not None:
            yield f"    {run.kind:<11} {first}"
    yield "\n  And then      make serve"
    entry = runs[0].result["credentials"][0]
    yield f"    {entry['name']}: {entry['url']}"
    yield "─" * 78


if __name__ == "__main__":
    sys.exit(main())
