"""The issuers of this installation: whom it vouches for, and what each of their keys is for.

Whoever has no address of ours lives elsewhere, and nothing is looked up of him.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, select

from issuer.hosts import may_live_here
from issuer.models import Organization, SigningKey
from issuer.office import Office
from issuer.vouching import VOUCHED, reasons_of
from keys.key import VerificationKey
from verifier.reason import Reason
from verifier.trust import Known

_RESIDENT: Final = (
    select(*VOUCHED, SigningKey.spki, SigningKey.purpose)
    .outerjoin(SigningKey, SigningKey.controller == Organization.did)
    .where(Organization.did == bindparam("issuer"))
)

_Rows = list[Row[*tuple[Any, ...]]]


class Residents:
    """The issuers who live here, each looked up once for one verification, in one question, then forgotten."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._found: dict[str, _Rows] = {}

    def of(self, issuer: str) -> _Rows:
        """Return the rows of `issuer`, one for each key; none for one who lives elsewhere, database or not."""
        if issuer not in self._found:
            at_home = may_live_here(self._office, issuer)
            self._found[issuer] = self._office.database.ask(_RESIDENT, {"issuer": issuer}) if at_home else []
        return self._found[issuer]


class Hosted(Known):
    """Issuers by their DID, as things stand.

    To live here is not enough: the operator has approved an issuer, or its domain vouches for it (docs/trust.md).
    """

    def __init__(self, residents: Residents, clock: Callable[[], datetime]) -> None:
        self._residents, self._clock = residents, clock

    def reasons(self, issuer: str) -> tuple[Reason, ...]:
        """Return why the issuer is known."""
        rows = self._residents.of(issuer)
        return reasons_of(rows[0], self._clock()) if rows else ()


@dataclass(frozen=True)
class Purposes:
    """What the keys of the issuers here are for; of others nothing is known."""

    residents: Residents

    def __call__(self, issuer: str, key: VerificationKey) -> str | None:
        """Return the purpose of `key`, if it is one of `issuer` and that lives here."""
        rows = self.residents.of(issuer)
        if not rows:
            return None
        spki = key.spki()
        return next((str(row.purpose) for row in rows if row.spki == spki), None)
