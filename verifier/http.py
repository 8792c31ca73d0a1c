"""The one way out: documents over https from public addresses, bounded in time and size, following nobody inside.

A name is resolved once, every address it has is judged, and the connection goes to the very address that was judged,
with the name kept for TLS. Every redirect is judged anew. All refusals read alike, so that nobody learns from
them what answers inside a network.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from verifier.addresses import is_loopback, is_public
from verifier.caching import Answer
from verifier.deadline import left
from verifier.giving_way import giving_way
from verifier.hosts import HostLimit
from verifier.metered import MeteredAnswer
from verifier.resolver import DOCUMENT_MOST, Gone, Unreachable
from verifier.room import NoRoom

CONNECT_SECONDS: Final = 2.0
TOTAL_SECONDS: Final = 5.0
REDIRECTS_MOST: Final = 3
LOOKUPS_MOST: Final = 512
"""Names that are looked up at once, those included for which nobody waits any more."""
ACCEPT: Final = "application/vc, application/did+json, application/ld+json;q=0.9, application/json;q=0.8, */*;q=0.1"
_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_URL: Final = re.compile(
    rf"(?P<scheme>https?)://(?P<host>(?:{_LABEL}\.)*[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?)(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@/%-]*)?(?P<query>\?[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?(?:#.*)?",
    re.ASCII,
)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = 410
_NOT_KEPT: Final = re.compile(r"no-store|no-cache|private")
"""What a cache that serves several people must not keep (RFC 9111, 5.2.2)."""
_MAX_AGE: Final = re.compile(r"max-age=\"?([0-9]{1,9})\"?", re.ASCII | re.IGNORECASE)
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})|%(?:0[0-9A-Fa-f]|1[0-9A-Fa-f]|7[Ff]|5[Cc])")

_LOOKUPS: Final = threading.BoundedSemaphore(LOOKUPS_MOST)
Lookup = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True)
class _Target:
    """An address that may be asked: the name for TLS and `Host`, the judged addresses to connect to."""

    secure: bool
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


def look_up(host: str, port: int) -> Sequence[str]:
    """Return every address of `host`, as the system resolves it."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class HttpResolver:
    """Fetches documents from the network. With `loopback`, for development, this machine may be asked over http too.

    `most` is the limit of octets, `hosts` how often one host is asked. `beyond` lets redirects lead to another host:
    for what somebody names to have it read, and never for what counts because of where it is. `lookup` and `trust`
    are how names are resolved and certificates judged. With `post`, a body and its headers, it posts: for a partner.
    """

    local: Final = False

    def __init__(
        self,
        *,
        loopback: bool = False,
        most: int = DOCUMENT_MOST,
        hosts: HostLimit | None = None,
        beyond: bool = False,
        lookup: Lookup = look_up,
        trust: ssl.SSLContext | None = None,
        post: tuple[bytes, Mapping[str, str]] | None = None,
    ) -> None:
        self._post = post
        self._loopback = loopback
        self._hosts = hosts
        self._beyond = beyond
        self._most = most
        self._lookup = lookup
        self._trust = trust or ssl.create_default_context()

    def fetch(self, url: str) -> bytes:
        """Return the body of a 200 answer from `url`; Gone for a 410, Unreachable, in always the same words, else."""
        return self.retrieve(url).data

    def retrieve(self, url: str) -> Answer:
        """Return the body of a 200 answer from `url`, with the time it may be used; raises as `fetch` does."""
        with giving_way():
            return self._retrieve(url, time.monotonic() + left(TOTAL_SECONDS))

    def _retrieve(self, url: str, deadline: float) -> Answer:
        try:
            for _ in range(REDIRECTS_MOST + 1):
                answer = self._ask(self._judge(url, deadline), deadline)
                if isinstance(answer, Answer):
                    return answer
                url = self._onward(url, answer)
        except (OSError, ValueError, RuntimeError, NoRoom, http.client.HTTPException) as fault:
            raise Unreachable from fault  # RuntimeError: the system has no thread left.
        raise Unreachable

    def _onward(self, url: str, location: str) -> str:
        """Return where a redirect leads.

        Whoever can have a host redirect as they like must not speak for it: an address vouches for what it answers.
        """
        onward = urljoin(url, location)
        if self._post or (not self._beyond and _site(url) != _site(onward)):
            raise Unreachable
        return onward

    def _judge(self, url: str, deadline: float) -> _Target:
        match = _URL.fullmatch(url) if len(url) <= 2048 else None
        if match is None or _BAD_ESCAPE.search(url):
            raise Unreachable
        secure, host = match["scheme"] == "https", match["host"].lower()
        port = int(match["port"] or (443 if secure else 80))
        inside = self._loopback and host == "localhost"
        if not inside and (not secure or port != 443 or "." not in host):
            raise Unreachable
        addresses = tuple(self._resolve(host, port, deadline))
        fit = is_loopback if inside else is_public
        if not addresses or not all(fit(address) for address in addresses):
            raise Unreachable
        if self._hosts is not None and not self._hosts.take(host, time.monotonic()):
            raise Unreachable
        return _Target(secure, host, port, (match["path"] or "/") + (match["query"] or ""), addresses)

    def _resolve(self, host: str, port: int, deadline: float) -> list[str]:
        """Look up in a thread of its own, since the system's resolver knows no deadline."""
        found: list[str] = []
        ends, places = min(deadline, time.monotonic() + CONNECT_SECONDS), _LOOKUPS

        def resolve() -> None:
            try:
                with suppress(OSError, UnicodeError):
                    found.extend(self._lookup(host, port))
            finally:
                places.release()

        if not places.acquire(timeout=max(0.0, ends - time.monotonic())):
            return []
        thread = threading.Thread(target=resolve, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            places.release()
            raise
        thread.join(max(0.0, ends - time.monotonic()))
        return [] if thread.is_alive() else found

    def _ask(self, target: _Target, deadline: float) -> Answer | str:
        """Return the body, or where a redirect leads."""
        raw = _connect(target, deadline)
        line = raw
        if target.secure:
            line = self._trust.wrap_socket(raw, server_hostname=target.host, do_handshake_on_connect=False)
        guard = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, (line,))
        guard.daemon = True
        try:
            guard.start()
            line.settimeout(max(0.01, deadline - time.monotonic()))
            if isinstance(line, ssl.SSLSocket):
                line.do_handshake()
            answer = self._converse(line, target)
        finally:
            guard.cancel()
            line.close()
        if time.monotonic() >= deadline:
            raise Unreachable  # What was cut may look like a short answer that is whole.
        return answer

    def _converse(self, line: socket.socket, target: _Target) -> Answer | str:
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = line
        standard = target.port == (443 if target.secure else 80)
        headers = {
            "Host": target.host if standard else f"{target.host}:{target.port}",
            "Accept": ACCEPT,
            "Accept-Encoding": "identity",
            "User-Agent": "attestato-verifier",
            "Connection": "close",
        }
        body, more = self._post or (None, {})
        connection.request("POST" if self._post else "GET", target.path, body, headers | dict(more))
        response = MeteredAnswer(line)
        if response.status in _REDIRECTS:
            return response.getheader("Location") or ""
        plain = response.getheader("Content-Encoding", "identity").lower() == "identity"
        if response.status not in (200, _GONE) or not plain:
            raise Unreachable
        body = response.body(self._most)
        if len(body) > self._most or (response.length or 0) > 0:
            raise Unreachable
        if response.status == _GONE:
            raise Gone(body)
        return Answer(body, _lifetime(response))


def _site(url: str) -> tuple[str, str, str | None] | None:
    """Return scheme, host and port of an address; whether `www.` stands before the host is all the same."""
    match = _URL.fullmatch(url)
    return (match["scheme"], match["host"].lower().removeprefix("www."), match["port"]) if match else None


def _lifetime(response: http.client.HTTPResponse) -> float | None:
    """Return the seconds that a server lets its answer be used, its `Age` taken off; None when it does not say."""
    control = response.getheader("Cache-Control", "").lower()
    if _NOT_KEPT.search(control):
        return 0.0
    found = [float(seconds) for seconds in _MAX_AGE.findall(control)]
    age = response.getheader("Age", "0")
    if not found:
        return None
    return min(found) - (int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0)


def _connect(target: _Target, deadline: float) -> socket.socket:
    """Connect to the first of the judged addresses that answers, and to no other."""
    for address in target.addresses[:3]:
        left = min(CONNECT_SECONDS, deadline - time.monotonic())
        if left > 0:
            with suppress(OSError):
                return socket.create_connection((address, target.port), timeout=left)
    raise Unreachable


def _cut(line: socket.socket) -> None:
    """End a conversation whose time is up, whatever it is waiting for."""
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)
