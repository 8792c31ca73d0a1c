"""The issuers of this installation: whom it vouches for, and what each of their keys is for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from issuer.keyring import SqlKeyStore
from issuer.models import Organization
from issuer.office import Office
from issuer.vouching import reasons_of
from keys.key import VerificationKey
from verifier.reason import Reason
from verifier.trust import Known


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
            with self._office.database.reading() as session:
                row = session.scalar(select(Organization).where(Organization.did == issuer))
                self._found[issuer] = reasons_of(row, self._clock()) if row is not None else ()
        return self._found[issuer]


class Purposes:
    """What the keys of the issuers here are for; of all others nothing is known."""

    def __init__(self, office: Office) -> None:
        self._store = SqlKeyStore(office.database)

    def __call__(self, issuer: str, key: VerificationKey) -> str | None:
        """Return the purpose of `key`, if it is one of `issuer` and that lives here."""
        spki = key.spki()
        return next((str(record.purpose) for record in self._store.records(issuer) if record.spki == spki), None)
