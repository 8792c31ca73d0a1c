"""Why an issuer is known, and under which name: a signature proves a key, and a name in a badge is a claim."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NAME_MOST: Final = 100
"""Letters of a name that are shown beside a domain."""
LABEL_MOST: Final = NAME_MOST + 256
"""Letters of such a name with its domain, which has 253 at the most."""


class Basis(StrEnum):
    """How an issuer came to be known."""

    DNS = "dns"
    FILE = "file"
    OPERATOR = "operator"
    LIST = "list"
    REGISTRY = "registry"


@dataclass(frozen=True)
class Reason:
    """One reason: `name` is what the issuer is called there, `where` the domain or the registry that vouches for it."""

    basis: Basis
    name: str
    where: str = ""

    @property
    def label(self) -> str:
        """The name as it may be shown.

        A domain vouches for an address and not for a name, so it is shown with it; no name is so long as to hide it.
        """
        if self.basis not in (Basis.DNS, Basis.FILE):
            return self.name
        name = self.name if len(self.name) <= NAME_MOST else f"{self.name[: NAME_MOST - 1]}…"
        return f"{name} ({self.where})"

    @property
    def code(self) -> str:
        """The sentence that says so."""
        return f"issuer_known_{self.basis.value}"

    def to_json(self) -> dict[str, str]:
        """Return the members that a report tells."""
        return {"by": self.basis.value, "name": self.name, "where": self.where}
