"""A small name server on loopback: it answers TXT questions from a dictionary, and keeps silent when told to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset


@dataclass
class Zone:
    """What the server knows: the texts of each name, each text in its pieces; `silent` names are not answered."""

    texts: dict[str, list[list[str]]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def answer(self, data: bytes) -> bytes | None:
        question = dns.message.from_wire(data)
        name = question.question[0].name.to_text().lower().rstrip(".")
        self.asked.append(name)
        if name in self.silent:
            return None
        response = dns.message.make_response(question)
        response.flags |= dns.flags.RA
        if name in self.broken:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif name not in self.texts:
            response.set_rcode(dns.rcode.NXDOMAIN)
        else:
            records = [" ".join(f'"{piece}"' for piece in pieces) for pieces in self.texts[name]]
            if records:
                response.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *records))
        return response.to_wire()


@contextmanager
def serving(zone: Zone) -> Iterator[dns.resolver.Resolver]:
    """Answer from `zone`; hand out a resolver that asks nobody else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(0.1)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    data, caller = line.recvfrom(4096)
                    answer = zone.answer(data)
                    if answer is not None:
                        line.sendto(answer, caller)

        thread = threading.Thread(target=serve)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = line.getsockname()[1]
        try:
            yield resolver
        finally:
            over.set()
            thread.join()
