"""R9: whoever reads while lists are published sees whole lists that verify, none older than one before.

A process of its own revokes, one award after the other; here others read all the while.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import pytest

from badges.document import parse
from badges.status import BitString
from badges.times import read_stamp
from issuer.batch import reserve
from issuer.resolver import StoreResolver
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people
from tests.issuer.reading.conftest import House
from verifier.policy import Policy
from verifier.shape import issuer_of
from verifier.status.standing import Asking
from verifier.status.trusted import BITSTRING, trusted_list

PUBLISHED = 50
READ = 2_000
READERS = 3
PAUSE = 0.005
"""Seconds between two looks of one reader, so that they are spread over all that is published."""
REVOKER = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from issuer.office import open_office
from issuer.revoke import revoke
from issuer.settings import Settings

office = open_office(Settings.read(dict(zip(sys.argv[1::2], sys.argv[2::2]))))
print("ready", flush=True)
for number, token in enumerate(sys.stdin):
    now = datetime.fromisoformat("2026-11-20T10:00:00Z") + timedelta(seconds=number)
    revoke(office, [token.strip()], "Issued in error.", now)
    print("done", flush=True)
office.close()
"""


@contextmanager
def revoker(house: House) -> Iterator[Callable[[str], None]]:
    """Yield what has another process revoke one award, and returns once that is done."""
    settings = house.settings
    named = {
        "DATA": settings.data, "DATABASE_URL": settings.database_url, "BASE_URL": settings.base_url,
        "KEK_FILE": settings.kek_file,
    }  # fmt: skip
    arguments = [text for name, value in named.items() for text in (f"ATTESTATO_{name}", str(value))]
    command = [sys.executable, "-c", REVOKER, *arguments]
    folder = Path(__file__).parents[3]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        told, heard = process.stdin, process.stdout
        assert told is not None
        assert heard is not None
        assert heard.readline() == "ready\n"
        yield lambda token: _revoke(told, heard, token)
        told.close()


def _revoke(told: IO[str], heard: IO[str], token: str) -> None:
    told.write(f"{token}\n")
    told.flush()
    assert heard.readline() == "done\n"


def index_of(signed: bytes) -> int:
    return int(json.loads(signed)["credentialStatus"]["statusListIndex"])


def accepted(house: House, body: bytes, url: str) -> tuple[datetime, BitString]:
    """Return when a list was signed and what it says, once the verifier has accepted it."""

    class Served:
        def fetch(self, asked: str) -> bytes:
            return body if asked == url else StoreResolver(house.office, NOW).fetch(asked)

    credential: dict[str, Any] = dict(parse(body).credential)
    asking = Asking(url, issuer_of(credential), Served(), Policy(), NOW)
    listed = trusted_list(url, BITSTRING, "revocation", asking)
    return read_stamp(credential["validFrom"], "validFrom"), BitString.decode(listed.subject["encodedList"])


@contextmanager
def reading(read: Callable[[int, threading.Event], None]) -> Iterator[None]:
    """Have readers of the numbers from 1 at work until they have read enough; at once when something went wrong."""
    stopped = threading.Event()
    threads = [threading.Thread(target=read, args=(number, stopped)) for number in range(1, READERS + 1)]
    for thread in threads:
        thread.start()
    try:
        yield
    except BaseException:
        stopped.set()
        raise
    finally:
        for thread in threads:
            thread.join()


@pytest.mark.enable_socket
def test_readers_see_whole_lists_that_never_go_back_and_each_revocation_when_it_is_told(house: House) -> None:
    batch = reserve(house.office, make_event(slug="another"), people(PUBLISHED), now=NOW).batch_id
    tokens = [item.token for item in sign_batch(house.office, batch, now=NOW).credentials]
    client = house.client()
    indices = [index_of(client.get(f"/c/{token}.json").data) for token in tokens]
    url = json.loads(client.get(f"/c/{tokens[0]}.json").data)["credentialStatus"]["statusListCredential"]
    path = urlsplit(url).path
    seen: list[list[bytes]] = [[] for _ in range(READERS + 1)]
    over = threading.Event()

    readers = [house.client() for _ in seen]  # Python 3.11 cannot compile addresses in two threads at once.

    def read(number: int, stopped: threading.Event) -> None:
        reader = readers[number]
        while not stopped.is_set() and (not over.is_set() or len(seen[number]) < READ // READERS):
            seen[number].append(reader.get(path).data)
            over.wait(PAUSE)

    with reading(read), revoker(house) as revoke:
        late = []
        for number, token in enumerate(tokens):
            revoke(token)
            page = client.get(f"/c/{token}", headers={"Accept": "text/html"})
            seen[0].append(body := client.get(path).data)
            if "Issued in error." not in page.text or not accepted(house, body, url)[1].value(indices[number]):
                late.append(token)
        over.set()

    known = {body: accepted(house, body, url) for body in {body for bodies in seen for body in bodies}}
    assert late == []
    assert sum(map(len, seen)) >= READ
    for bodies in seen:
        moments = [known[body][0] for body in bodies]
        revoked = [sum(known[body][1].value(index) for index in indices) for body in bodies]
        assert moments == sorted(moments)
        assert revoked == sorted(revoked)
        assert revoked[-1] == PUBLISHED
