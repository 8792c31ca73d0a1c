"""A wire to PostgreSQL that is cut at the worst moment: while somebody waits to hear whether a commit was done."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from typing import Final

from sqlalchemy.engine import make_url

COMMIT: Final = b"COMMIT\x00"
ONE_IN: Final = 4
"""One commit in so many is cut off, in turns after the server did it and before it heard of it.

Which ones is left to chance: were it each fourth, whoever begins anew could meet the next at the same place for ever.
"""


@dataclass
class Wire:
    """Passes everything on between whoever connects and the server at `host`, `port`."""

    host: str
    port: int
    chance: random.Random

    def __post_init__(self) -> None:
        self._cuts = count(1)

    async def serve(self, listening: socket.socket) -> None:
        """Pass on until the process ends."""
        server = await asyncio.start_server(self._connected, sock=listening)
        await server.serve_forever()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            answers, server = await asyncio.open_connection(self.host, self.port)
            back = asyncio.create_task(self._pass_back(answers, writer))
            await self._pass_on(reader, server, back)
            for end in (server, writer):
                end.close()
            back.cancel()

    async def _pass_on(
        self, reader: asyncio.StreamReader, server: asyncio.StreamWriter, back: asyncio.Task[None]
    ) -> None:
        while data := await reader.read(65_536):
            if COMMIT in data and not self.chance.randrange(ONE_IN):
                back.cancel()
                if next(self._cuts) % 2:
                    server.write(data)
                    await server.drain()
                    await asyncio.sleep(0.05)
                return
            server.write(data)
            await server.drain()

    async def _pass_back(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await answers.read(65_536):
                writer.write(data)
                await writer.drain()
            writer.close()


@contextmanager
def cut(url: str, chance: random.Random) -> Iterator[str]:
    """Let a wire run to the database at `url`, in a process of its own; yields the URL of its other end."""
    server = make_url(url)
    listening = socket.create_server(("127.0.0.1", 0))
    number = os.fork()
    if number == 0:
        try:
            asyncio.run(Wire(server.host or "127.0.0.1", server.port or 5432, chance).serve(listening))
        finally:
            os._exit(0)
    port = listening.getsockname()[1]
    listening.close()
    try:
        yield server.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
    finally:
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
