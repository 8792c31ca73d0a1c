"""The issuers of this installation: whom it vouches for, and what each of their keys is for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from issuer.models import Organization, SigningKey
from issuer.office import Office
from issuer.vouching import VOUCHED, reasons_of
from keys.key import VerificationKey
from verifier.reason import Reason
from verifier.trust import Known

_VOUCHED: Final = select(*VOUCHED).where(Organization.did == bindparam("issuer"))
_KEYS: Final = select(SigningKey.spki, SigningKey.purpose).where(SigningKey.controller == bindparam("issuer"))


class Hosted(Known):
    """Issuers by their DID, looked up in the store when asked for; for one verification, then forgotten.

    To live here is not enough: the operator has approved an issuer, or its domain vouches for it (docs/trust.md).
    """

    def __init__(self, office: Office, clock: Callable[[], datetime]) -> None:
        self._office, self._clock = office, clock
        self._found: dict[str, tuple[Reason, ...]] = {}

    def reasons(self, issuer: str) -> tuple[Reason, ...]:
        """Return why the issuer is known, as things stand."""
        if issuer not in self._found:
            row = next(iter(_asked(self._office, _VOUCHED, issuer)), None)
            self._found[issuer] = reasons_of(row, self._clock()) if row is not None else ()
        return self._found[issuer]


class Purposes:
    """What the keys of the issuers here are for, looked up once for one verification; of others nothing is known."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._found: dict[str, dict[bytes, str]] = {}

    def __call__(self, issuer: str, key: VerificationKey) -> str | None:
        """Return the purpose of `key`, if it is one of `issuer` and that lives here."""
        if issuer not in self._found:
            self._found[issuer] = {row.spki: row.purpose for row in _asked(self._office, _KEYS, issuer)}
        return self._found[issuer].get(key.spki())


def _asked(office: Office, statement: Any, issuer: str) -> list[Any]:
    return office.database.ask(statement, {"issuer": issuer})
