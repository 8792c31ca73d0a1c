"""Which hosts are ours: that of the base URL, and those under which organizations promised to be found.

Everybody else is a stranger, of whom nothing is looked up here: so a foreign badge can be judged while the database is
away, by the hosts that it named last.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from issuer.models import Organization
from issuer.office import Office
from issuer.outage import outage_of
from verifier.did import InvalidDid, did_web_url

_BASES: Final = select(Organization.base_url).distinct()
_LAST: Final[WeakKeyDictionary[Engine, frozenset[str]]] = WeakKeyDictionary()


def is_ours(office: Office, host: str) -> bool:
    """Tell whether documents of `host`, its port included, are ours: of the base URL, or of one that is frozen."""
    return host.lower() == _host(office.settings.base_url) or host.lower() in learn(office)


def may_live_here(office: Office, issuer: str) -> bool:
    """Tell whether `issuer` may be an organization of this installation: its DID names a host of ours."""
    try:
        return is_ours(office, urlsplit(did_web_url(issuer)).netloc)
    except InvalidDid:
        return False


def learn(office: Office) -> frozenset[str]:
    """Return the hosts of all organizations; while the database is away, those that it named last.

    Raises DBAPIError where it never named any, and for any other fault.
    """
    engine = office.database.engine
    try:
        _LAST[engine] = frozenset(_host(row.base_url) for row in office.database.ask(_BASES))
    except DBAPIError as fault:
        if outage_of(fault) is None or engine not in _LAST:
            raise
    return _LAST[engine]


def _host(base_url: str) -> str:
    return urlsplit(base_url).netloc.lower()
