"""How many certificates were printed on which tier, and why some were not on a faster one."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import Final

from issuer.certificate.press.printed import Tier

LOG: Final = logging.getLogger("attestato.press")


class Journal:
    """Counts of this process; a reason is one of a few short phrases, never a word of a certificate."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tiers: Counter[Tier] = Counter()
        self._reasons: Counter[str] = Counter()

    def printed(self, tier: Tier) -> None:
        """Count a certificate."""
        with self._lock:
            self._tiers[tier] += 1

    def fell(self, reason: str) -> None:
        """Count a reason."""
        with self._lock:
            self._reasons[reason] += 1

    def take(self) -> dict[str, dict[str, int]]:
        """Return the counts, as JSON has them, and begin anew: for whoever adds them to those of another process."""
        with self._lock:
            told = {
                "tiers": {tier.name.lower(): count for tier, count in sorted(self._tiers.items())},
                "reasons": dict(self._reasons.most_common()),
            }
            self._tiers, self._reasons = Counter(), Counter()
        return told

    def add(self, told: Mapping[str, Mapping[str, int]]) -> None:
        """Count what another process counted."""
        with self._lock:
            self._tiers.update({Tier[name.upper()]: count for name, count in told["tiers"].items()})
            self._reasons.update(told["reasons"])

    def differed(self, design: str, sha256: str, what: str) -> None:
        """Tell that a plate printed something else than WeasyPrint does: it is not used again."""
        self.fell(f"differed: {what}")
        LOG.error(
            "A fast print of the design %s is not what WeasyPrint prints (%s): plate %s is off.", design, what, sha256
        )

    @property
    def tiers(self) -> Mapping[Tier, int]:
        """How many certificates were printed on each tier."""
        with self._lock:
            return dict(self._tiers)

    @property
    def reasons(self) -> Mapping[str, int]:
        """How often each reason kept a certificate from a faster tier."""
        with self._lock:
            return dict(self._reasons)


JOURNAL: Final = Journal()
"""Of this process."""
