"""Which addresses of the internet may be asked: public ones, and nothing that hides a private one inside.

The lists are IANA's registries of special-purpose addresses, written out: what the standard library calls global
has changed between its versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_DENIED_4: Final = tuple(map(IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)))  # fmt: skip
_ALLOWED_6: Final = IPv6Network("2000::/3")
_DENIED_6: Final = tuple(map(IPv6Network, (
    "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)))  # fmt: skip
_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


def is_public(text: str) -> bool:
    """Tell whether `text`, an IP address as the resolver of names gave it, is one that a stranger may make us ask."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return all(_is_public(inner) for inner in _with_embedded(address))


def _with_embedded(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """Yield the address, and every IPv4 address that it stands for."""
    if isinstance(address, IPv4Address):
        yield address
        return
    embedded = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in _NAT64):
        embedded.append(IPv4Address(int(address) & 0xFFFF_FFFF))
    found = [inner for inner in embedded if inner is not None]
    yield from found
    if address.ipv4_mapped is None and not any(address in network for network in _NAT64[:1]):
        yield address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _DENIED_4)
    return address in _ALLOWED_6 and not any(address in network for network in _DENIED_6)


def is_loopback(text: str) -> bool:
    """Tell whether `text` is an address of this very machine."""
    try:
        return ip_address(text).is_loopback
    except ValueError:
        return False
