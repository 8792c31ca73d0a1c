"""From when and until when a credential is valid, whichever data model it is written in.

Clauses: VCDM 2.0 section 4.9 (`validFrom`, `validUntil`), VCDM 1.1 sections 4.5 and 4.6 (`issuanceDate`,
`expirationDate`). A credential that has dates of both is malformed (`verifier.shape`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from badges.datamodel import V2, data_model_of
from badges.times import read_stamp


def period_of(credential: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Return its beginning and its end in UTC, None for one that it does not say; Malformed when it is no time."""
    model = data_model_of(credential) or V2
    dates = [read_stamp(credential[name], name) if name in credential else None for name in (model.since, model.until)]
    return dates[0], dates[1]
