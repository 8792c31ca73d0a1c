"""Where an issuer's things may lie: on the hosts that its profile allows, else on its own.

Clauses: OB 2.0, VerificationObject and HostedBadge Verification. `startsWith` narrows: who shares a host with others
says which part of it is theirs, and then the whole host no longer counts. Where `allowedOrigins` stands beside it, both
must hold.
"""

from __future__ import annotations

from badges.ob2 import Profile
from verifier.origin import Address, read_address


def is_in_scope(url: str, issuer: Profile) -> bool:
    """Tell whether the assertion at `url` lies where `issuer` lets its assertions lie."""
    address = read_address(url)
    if address is None:
        return False
    if issuer.starts and not any(_starts(address, prefix) for prefix in issuer.starts):
        return False
    return bool(issuer.starts and not issuer.origins) or _host(address) in _hosts(issuer)


def is_at_home(url: str, issuer: Profile) -> bool:
    """Tell whether what lies at `url`, a badge class or a key, lies on a host of the issuer's."""
    address, home = read_address(url), read_address(issuer.id)
    if address is None:
        return False
    own = home is not None and address.origin == home.origin
    return own or _host(address) in _hosts(issuer) or any(_starts(address, prefix) for prefix in issuer.starts)


def host_of(url: str) -> str:
    """Return the host of an https address, with its port where it is not the usual one; empty for any other."""
    address = read_address(url)
    return _host(address) if address is not None else ""


def _hosts(issuer: Profile) -> set[str]:
    """Return the hosts that are allowed, each with its port where it is not the usual one."""
    if not issuer.origins:
        return {host_of(issuer.id)} - {""}
    return {origin.lower().removeprefix("https://").removesuffix("/") for origin in issuer.origins}


def _host(address: Address) -> str:
    return address.origin.removeprefix("https://")


def _starts(address: Address, prefix: str) -> bool:
    """Tell whether `address` starts with `prefix`; a prefix is of one origin, however it ends."""
    allowed = read_address(prefix)
    return allowed is not None and address.origin == allowed.origin and address.base.startswith(allowed.base)
