"""Which Verifiable Credentials Data Model a credential is written in: the first context says it, and its dates tell.

Clauses: VCDM 1.1 sections 4.1, 4.5 and 4.6, VCDM 2.0 sections 4.3 and 4.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from badges.model import CONTEXT_V2

CONTEXT_V1: Final = "https://www.w3.org/2018/credentials/v1"


@dataclass(frozen=True)
class DataModel:
    """One version: its context, and what it calls the beginning and the end of the time a credential is valid."""

    version: str
    context: str
    since: str
    until: str


V1: Final = DataModel("1.1", CONTEXT_V1, "issuanceDate", "expirationDate")
V2: Final = DataModel("2.0", CONTEXT_V2, "validFrom", "validUntil")
DATA_MODELS: Final = (V1, V2)
DATES: Final = frozenset({"issued"}.union(*({model.since, model.until} for model in DATA_MODELS)))
"""Every name of such a date; `issued` was set aside by VCDM 1.1 and used by nobody."""


def data_model_of(credential: Mapping[str, Any]) -> DataModel | None:
    """Return the data model that the first context names; None when it is neither."""
    contexts = credential.get("@context")
    first = contexts[0] if isinstance(contexts, list) and contexts else contexts
    return next((model for model in DATA_MODELS if model.context == first), None)
