"""The issuers that this installation vouches for: those that live on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from issuer import public
from issuer.office import Office
from keys.documents import did_for


class Hosted(Mapping[str, str]):
    """Names of issuers by their DID, looked up in the store when asked for; for one verification, then forgotten."""

    def __init__(self, office: Office, clock: Callable[[], datetime]) -> None:
        self._office, self._clock = office, clock
        self._prefix = did_for(office.settings.base_url, "")
        self._found: dict[str, str | None] = {}

    def __getitem__(self, did: str) -> str:
        if did not in self._found:
            self._found[did] = self._look_up(did)
        if (name := self._found[did]) is None:
            raise KeyError(did)
        return name

    def _look_up(self, did: str) -> str | None:
        slug = did.removeprefix(self._prefix)
        if not did.startswith(self._prefix) or not slug or ":" in slug or "/" in slug:
            return None
        found = public.document(self._office, f"/issuers/{slug}", self._clock())
        return str(json.loads(found.body).get("name", slug)) if found else None

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
