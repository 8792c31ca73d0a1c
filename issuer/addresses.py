"""The addresses that settings may name: what each must be, and the one way it is written."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_DRIVERS: Final = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def base_url(text: str) -> str:
    """Return the base URL without a slash at its end; ValueError names the code of what is wrong with it.

    did:web knows neither IP addresses nor plain http, so both are refused; only localhost may do without TLS.
    """
    parts = _split(text, "setting_base_url")
    host, port = parts.hostname or "", parts.port
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("setting_base_url")
    if parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"):
        raise ValueError("setting_base_url_path")
    if _is_ip(host):
        raise ValueError("setting_base_url_ip")
    if not _is_name(host):
        raise ValueError("setting_base_url_host")
    if parts.scheme == "http" and not _is_local(host):
        raise ValueError("setting_base_url_https")
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def database_url(text: str) -> str:
    """Return the database's URL with the driver that we ship; ValueError for anything but SQLite and PostgreSQL."""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in _DRIVERS:
        raise ValueError("setting_database_url")
    return f"{_DRIVERS[scheme]}://{rest}"


def broker_url(text: str) -> str:
    """Return the address of a message broker (RabbitMQ or Redis)."""
    return _service(text, ("amqp", "amqps", "redis", "rediss"), "setting_broker_url")


def smtp_url(text: str) -> str:
    """Return the address of a mail server, as `smtp://user:password@host:587`."""
    return _service(text, ("smtp", "smtps"), "setting_smtp_url")


def is_loopback(url: str) -> bool:
    """Tell whether a base URL leads nowhere but to this machine."""
    return _is_local(urlsplit(url).hostname or "")


def _split(text: str, code: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as fault:
        raise ValueError(code) from fault
    return parts


def _service(text: str, schemes: tuple[str, ...], code: str) -> str:
    parts = _split(text, code)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(code)
    return text


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return re.fullmatch(r"[0-9.]+|0x[0-9a-f]+", host) is not None
    return True


def _is_local(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")


def _is_name(host: str) -> bool:
    labels = host.split(".")
    dotted = len(labels) > 1 or _is_local(host)
    return dotted and len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
