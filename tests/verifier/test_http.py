"""Group E: the fetcher goes out to public addresses over https, and nowhere else."""

from __future__ import annotations

import datetime as dt
import http.server
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from verifier import http as fetching
from verifier.addresses import is_public
from verifier.deadline import within
from verifier.http import HttpResolver, _site
from verifier.resolver import Gone, Unreachable
from verifier.room import SMALL, stay

PRIVATE = [
    "127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1:0:0:80ff:fffe", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "100::1", "2130706433", "0x7f.1", "", "localhost",
]  # fmt: skip
PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_e1_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_e1_an_address_outside_is_public(address: str) -> None:
    assert is_public(address)


class Line:
    """What would be a connection; notes where it was asked to go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.went: list[tuple[str, int]] = []
        monkeypatch.setattr(fetching.socket, "create_connection", self._connect)

    def _connect(self, address: tuple[str, int], timeout: float) -> Any:
        self.went.append(address)
        raise OSError("Nothing answers.")


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    return Line(monkeypatch)


REFUSED = [
    "http://badges.example/", "https://127.0.0.1/", "https://localhost/", "https://0/", "https://2130706433/",
    "https://0x7f.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
    "https://169.254.169.254/", "https://100.64.0.1/", "https://user:pw@badges.example/", "https://badges.example@evil.example/",
    "https://badges.example\\@evil.example/", "https://badges.example/\t", "https://badges.example/%00",
    "https://badges.example/%0d%0aX: y", "https://badges.example/a b", "https://bаdges.example/", "https://badges。example/",
    "https://badges.example:22/", "https://badges.example:25/", "https://badges.example:6379/", "https://badges.example:11211/",
    "https://badges.example:8443/", "file:///etc/passwd", "gopher://badges.example/", "ftp://badges.example/",
    "HTTPS://badges.example/", "https://badges.example./", "https://intranet/", "https:/badges.example/", "", "https://",
    "https://badges.example/" + "a" * 2100,
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_e4_e5_an_address_that_is_unusual_is_refused_before_anything_is_asked(url: str, line: Line) -> None:
    looked: list[str] = []

    def lookup(host: str, port: int) -> list[str]:
        looked.append(host)
        return ["93.184.215.14"]

    with pytest.raises(Unreachable):
        HttpResolver(lookup=lookup).fetch(url)
    assert (looked, line.went) == ([], [])


@pytest.mark.parametrize("address", PRIVATE)
def test_e1_a_name_that_leads_inside_is_refused(address: str, line: Line) -> None:
    with pytest.raises(Unreachable):
        HttpResolver(lookup=lambda host, port: [address]).fetch("https://metadata.google.internal/")
    assert line.went == []


def test_e2_a_name_with_one_address_inside_is_refused(line: Line) -> None:
    with pytest.raises(Unreachable):
        HttpResolver(lookup=lambda host, port: ["93.184.215.14", "10.0.0.1"]).fetch("https://badges.example/")
    assert line.went == []


def test_e2_a_name_is_looked_up_once_and_the_answer_is_used(line: Line) -> None:
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])

    with pytest.raises(Unreachable):
        HttpResolver(lookup=lambda host, port: next(answers)).fetch("https://badges.example/")
    assert line.went == [("93.184.215.14", 443)]


def test_a_name_that_nobody_knows_is_refused(line: Line) -> None:
    def lookup(host: str, port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(Unreachable):
        HttpResolver(lookup=lookup).fetch("https://badges.example/")


def test_e8_every_refusal_reads_alike(line: Line) -> None:
    told = set()
    for url, addresses in (("https://a.example/", ["127.0.0.1"]), ("https://b.example/", ["8.8.8.8"]), ("ftp://x", [])):
        with pytest.raises(Unreachable) as refusal:
            HttpResolver(lookup=lambda host, port, found=addresses: found).fetch(url)
        told.add(str(refusal.value))
    assert len(told) == 1


class Site(http.server.BaseHTTPRequestHandler):
    """A site on this machine that does what its path says."""

    seen: list[dict[str, str]]

    def do_GET(self) -> None:  # noqa: C901  # One case a path.
        self.seen.append(dict(self.headers) | {"path": self.path})
        match self.path.strip("/").split("/"):
            case ["ok"]:
                self._answer(200, b"hello")
            case ["status", code]:
                self._answer(int(code), b"x")
            case ["to", *rest]:
                self._answer(302, b"", Location="/".join(rest) if rest else "/to/")
            case ["hop", n]:
                self._answer(302, b"", Location=f"/hop/{int(n) - 1}" if int(n) > 1 else "/ok")
            case ["kept", *rest]:
                self._answer(200, b"hello", **{"Cache-Control": "/".join(rest), "Age": "10"})
            case ["gone"]:
                self._answer(410, b'{"revoked": true}')
            case ["gzip"]:
                self._answer(200, b"x", **{"Content-Encoding": "gzip"})
            case ["size", n]:
                self._answer(200, bytes(int(n)))
            case ["chunks", n]:
                self._stream("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                for _ in range(0, 1_048_576, int(n)):
                    self._stream(f"{int(n):x}\r\n{' ' * int(n)}\r\n")
                self._stream("0\r\n\r\n")
            case ["announced", n]:
                self._stream("HTTP/1.1 100 Continue\r\n\r\n" * int(n))
                self._answer(200, b"hello")
            case ["cut"]:
                self._answer(200, b"x", **{"Content-Length": "100"})
            case ["slow"]:
                self.send_response(200)
                self.end_headers()
                for _ in range(200):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.05)

    def _stream(self, text: str) -> None:
        self.wfile.write(text.encode())

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A visitor who hangs up is no news."""


def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture(params=["http", "https"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, HttpResolver]]:
    """A site on loopback, and the fetcher as a developer would configure it."""
    Site.seen = []
    server = Server(("127.0.0.1", 0), Site)
    trust = None
    if request.param == "https":
        cert, key = certificate(tmp_path)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        trust = ssl.create_default_context(cafile=str(cert))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    fetcher = HttpResolver(loopback=True, lookup=lambda host, port: ["127.0.0.1"], trust=trust)
    yield f"{request.param}://localhost:{server.server_address[1]}", fetcher
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        ("https://a.example/x", "https://a.example/y?z", True),
        ("https://a.example/x", "https://www.A.example/x", True),
        ("https://a.example/x", "https://b.a.example/x", False),
        ("https://a.example/x", "https://a.example.evil.example/x", False),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://a.example:8443/x", False),
        ("https://a.example/x", "//b.example/x", False),
    ],
)
def test_a_site_is_scheme_host_and_port(here: str, there: str, same: bool) -> None:
    assert (_site(here) == _site(there)) is same


@pytest.mark.enable_socket
class TestOnLoopback:
    """What an answer may be, tried on a site of this machine."""

    def test_a_document_is_had_without_cookies_or_compression(self, site: Any) -> None:
        base, fetcher = site

        assert fetcher.fetch(f"{base}/ok#fragment") == b"hello"
        asked = Site.seen[0]
        assert asked["path"] == "/ok"
        assert asked["Accept-Encoding"] == "identity"
        assert asked["Host"] == base.partition("//")[2]
        assert not {"Cookie", "Authorization", "Referer"} & asked.keys()

    def test_e3_a_few_redirects_are_followed_and_each_is_judged(self, site: Any) -> None:
        base, fetcher = site

        assert fetcher.fetch(f"{base}/hop/3") == b"hello"
        for path in (
            "hop/4",
            "to/",
            "to/file:///etc/passwd",
            "to/gopher://x/",
            "to/http://10.0.0.1/",
            "to/https://localhost.evil/",
        ):
            with pytest.raises(Unreachable):
                fetcher.fetch(f"{base}/{path}")

    def test_e3_a_redirect_to_another_host_speaks_for_neither(self, site: Any) -> None:
        base, fetcher = site
        other = Server(("127.0.0.1", 0), Site)
        thread = threading.Thread(target=other.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        away = f"{base}/to/http://localhost:{other.server_address[1]}/ok"
        wanderer = HttpResolver(loopback=True, beyond=True, lookup=lambda *_: ["127.0.0.1"], trust=fetcher._trust)

        with pytest.raises(Unreachable):
            fetcher.fetch(away)
        assert [asked["path"] for asked in Site.seen] == [away.removeprefix(base)]
        assert wanderer.fetch(away) == b"hello"
        other.shutdown()
        other.server_close()
        thread.join()

    @pytest.mark.parametrize(
        ("control", "lifetime"),
        [
            ("max-age=60", 50.0),
            ("public,max-age=3600", 3590.0),
            ("no-store", 0.0),
            ("no-cache", 0.0),
            ("public", None),
            ("private,max-age=600", 0.0),
            ("max-age=60,max-age=3600", 50.0),
            ("max-age=3600,max-age=60", 50.0),
            ("s-maxage=9,max-age=60", 50.0),
        ],
    )
    def test_a_server_may_say_how_long_its_answer_can_be_used(
        self, control: str, lifetime: float | None, site: Any
    ) -> None:
        base, fetcher = site

        assert fetcher.retrieve(f"{base}/kept/{control}").lifetime == lifetime

    def test_what_was_taken_back_says_so(self, site: Any) -> None:
        base, fetcher = site

        with pytest.raises(Gone) as gone:
            fetcher.fetch(f"{base}/gone")
        assert gone.value.body == b'{"revoked": true}'

    def test_the_time_of_a_visitor_bounds_a_fetch(self, site: Any) -> None:
        base, fetcher = site

        with pytest.raises(Unreachable), within(0.4):
            fetcher.fetch(f"{base}/slow")

    @pytest.mark.parametrize("path", ["status/404", "status/500", "status/204", "gzip", "cut", "size/1048577"])
    def test_an_answer_that_is_no_whole_document_is_none(self, site: Any, path: str) -> None:
        base, fetcher = site

        with pytest.raises(Unreachable):
            fetcher.fetch(f"{base}/{path}")

    def test_e6_a_document_may_be_as_long_as_the_limit(self, site: Any) -> None:
        base, fetcher = site

        assert len(fetcher.fetch(f"{base}/size/1048576")) == 1_048_576

    @pytest.mark.parametrize("size", [512, 8_192, 1_048_576])
    def test_a_document_may_come_in_pieces(self, site: Any, size: int) -> None:
        base, fetcher = site

        assert len(fetcher.fetch(f"{base}/chunks/{size}")) == 1_048_576
        assert fetcher.fetch(f"{base}/announced/3") == b"hello"

    @pytest.mark.parametrize("path", ["chunks/1", "chunks/8", "announced/2000"])
    def test_e6_what_stands_around_a_body_is_limited_too(self, site: Any, path: str) -> None:
        base, fetcher = site

        with pytest.raises(Unreachable):
            fetcher.fetch(f"{base}/{path}")

    def test_what_is_large_needs_room_and_what_is_small_does_not(self, site: Any, no_room: None) -> None:
        base, fetcher = site

        assert len(fetcher.fetch(f"{base}/size/{SMALL + 1}")) == SMALL + 1
        with stay():
            assert len(fetcher.fetch(f"{base}/size/{SMALL}")) == SMALL
            with pytest.raises(Unreachable):
                fetcher.fetch(f"{base}/size/{SMALL + 1}")

    def test_e6_a_slow_answer_is_cut(self, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        base, fetcher = site
        monkeypatch.setattr(fetching, "TOTAL_SECONDS", 0.4)

        with pytest.raises(Unreachable):
            fetcher.fetch(f"{base}/slow")

    def test_without_leave_this_machine_is_not_asked(self, site: Any) -> None:
        base, _ = site

        with pytest.raises(Unreachable):
            HttpResolver(lookup=lambda host, port: ["127.0.0.1"]).fetch(f"{base}/ok")
        assert Site.seen == []


@pytest.mark.enable_socket
@pytest.mark.parametrize("site", ["https"], indirect=True)
def test_a_certificate_of_nobody_we_trust_is_refused(site: Any) -> None:
    base, _ = site

    with pytest.raises(Unreachable):
        HttpResolver(loopback=True, lookup=lambda host, port: ["127.0.0.1"]).fetch(f"{base}/ok")
    assert Site.seen == []


def test_names_that_nobody_answers_for_take_no_more_threads_than_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go, asked = threading.Event(), []

    def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        let_go.wait(20)
        return []

    monkeypatch.setattr("verifier.http._LOOKUPS", threading.BoundedSemaphore(2))
    slow = HttpResolver(lookup=lookup)

    for number in range(4):
        with pytest.raises(Unreachable), within(0.05):
            slow.fetch(f"https://{number}.example/")
    let_go.set()
    with pytest.raises(Unreachable):
        slow.fetch("https://4.example/")

    assert asked == ["0.example", "1.example", "4.example"]


def test_without_a_thread_left_there_is_no_answer_and_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("verifier.http._LOOKUPS", places := threading.BoundedSemaphore(1))
    monkeypatch.setattr(threading.Thread, "start", start)

    for _ in range(2):
        with pytest.raises(Unreachable):
            HttpResolver().fetch("https://a.example/")
    assert places.acquire(timeout=0)


def test_the_written_list_is_at_least_as_strict_as_the_library() -> None:
    for network in ("10.0.0.0/8", "192.168.0.0/16", "fc00::/7", "fe80::/10", "2001:db8::/32"):
        assert not is_public(str(next(ipaddress.ip_network(network).hosts())))
