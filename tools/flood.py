"""An honest visitor among hostile ones: a hundred bombs, cliques and slow servers at a running verifier, and one who
wants to know whether a badge stands. Prints how long that one waited; fails past two seconds, or at any answer 5xx
that does not say when to come back.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.hostile import SlowServer, attacks, honest_files

HOUSE: Final = Path(__file__).resolve().parents[1]
GOAL: Final = 2.0
"""Seconds within which the honest visitor is answered."""
HOSTILE: Final = 100
FAULT: Final = "an answer 5xx that does not say when to come back"


def multipart(field: str, data: bytes) -> tuple[bytes, str]:
    """Return a form with one field, and its content type."""
    name = '; filename="x"' if field == "file" else ""
    head = f'--x\r\nContent-Disposition: form-data; name="{field}"{name}\r\n\r\n'.encode()
    return head + data + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"


def post(port: int, caller: str, field: str, data: bytes) -> tuple[int, str, dict[str, str]]:
    """Return status, verdict and headers of one answer."""
    body, kind = multipart(field, data)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Content-Type": kind, "Accept": "application/json", "X-Forwarded-For": caller}
        line.request("POST", "/verify", body, headers)
        answer = line.getresponse()
        told = json.loads(answer.read() or b"{}")
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, str(told.get("verdict", "")), headers
    finally:
        line.close()


@contextmanager
def verifier(folder: Path) -> Iterator[int]:
    """Yield the port of a running verifier, behind what says it is a proxy."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    own = {"DATA": str(folder), "ROLES": "verifier", "PORT": str(port), "PROXIES": "1", "FETCH_LOOPBACK": "yes"}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ATTESTATO_")}
    environ |= {f"ATTESTATO_{name}": value for name, value in own.items()}
    command = [sys.executable, "-m", "issuer.cli", "serve"]
    process = subprocess.Popen(command, cwd=HOUSE, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            try:
                post(port, "2001:db8:ffff::1", "text", b"x")
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def flood(port: int, honest: list[bytes], hostile: int, seconds: float, seed: int) -> tuple[list[float], Counter[str]]:
    """Return how long each honest visitor waited, and what everybody was answered."""
    supply = list(islice(attacks(SlowServer(), seed), hostile))
    ends = time.monotonic() + seconds
    lock, told = threading.Lock(), Counter[str]()

    def attack(number: int) -> None:
        for turn in count(number):
            if time.monotonic() >= ends:
                break
            name, field, data = supply[turn % hostile]
            try:
                status, verdict, headers = post(port, f"2001:db8:{number:x}::1", field, data)
            except OSError as fault:
                with lock:
                    told[f"hostile, {name}: {type(fault).__name__}"] += 1
                continue
            with lock:
                told[f"hostile, {name}: {status} {verdict}"] += 1
                if status >= 500 and "retry-after" not in headers:
                    told[FAULT] += 1
            time.sleep(1 if status in (429, 503) else 0)

    threads = [threading.Thread(target=attack, args=(number,), daemon=True) for number in range(hostile)]
    for thread in threads:
        thread.start()
    waits = []
    for number in range(10**6):
        if time.monotonic() >= ends:
            break
        began = time.perf_counter()
        status, verdict, _ = post(port, f"2001:db9:{number % 4096:x}::1", "file", honest[number % len(honest)])
        waits.append(time.perf_counter() - began)
        with lock:
            told[f"honest: {status} {verdict}"] += 1
        time.sleep(0.1)
    for thread in threads:
        thread.join(30)
    return waits, told


def honest_among(hostile: int, seconds: float, seed: int) -> tuple[list[float], Counter[str]]:
    """Start a verifier, flood it, and return how long honest visitors waited and what everybody was answered."""
    honest = honest_files()
    with tempfile.TemporaryDirectory() as folder, verifier(Path(folder)) as port:
        for data in honest:
            # What it costs to begin is the debt of nobody whose wait is measured.
            post(port, "2001:db8:ffff::1", "file", data)
        return flood(port, honest, hostile, seconds, seed)


def wrong(told: Counter[str]) -> list[str]:
    """Return what should not have been answered."""
    return [name for name in told if name == FAULT or (name.startswith("honest") and name != "honest: 200 valid")]


def main() -> int:
    """Flood a verifier, and print what became of the honest visitor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hostile", type=int, default=HOSTILE)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    waits, told = honest_among(given.hostile, given.seconds, given.seed)
    waits.sort()
    for name, times in sorted(told.items()):
        print(f"  {name:<60}{times:>6}")
    middle, most = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
    print(f"\n  {len(waits)} honest visits among {given.hostile} hostile visitors, seed {given.seed}:")
    print(f"  median {middle:.2f} s, 99 of 100 within {most:.2f} s, longest {waits[-1]:.2f} s; the goal is {GOAL} s")
    return 1 if waits[-1] > GOAL or wrong(told) else 0


if __name__ == "__main__":
    sys.exit(main())
