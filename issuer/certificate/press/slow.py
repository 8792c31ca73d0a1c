"""The slow tiers: a whole sheet by WeasyPrint, with what others left warm, or with nothing. They need no version."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import weasyprint
from weasyprint.urls import FatalURLFetchingError

from issuer.certificate.press.journal import JOURNAL, LOG, Journal
from issuer.certificate.press.order import Order
from issuer.certificate.press.printed import WHOLE, Plate, Tier

PINNED: Final = "70.0"
"""The fast tiers are known to equal this version of WeasyPrint, and off on any other."""


def is_pinned() -> bool:
    """Tell whether this is the WeasyPrint that the fast tiers were made for."""
    return bool(weasyprint.VERSION == PINNED)


@dataclass(frozen=True)
class Made:
    """What was printed: `plate` and `tail` make the file."""

    plate: Plate
    tail: bytes = field(repr=False)
    tier: Tier


class Slow:
    """Prints whole sheets. Whoever prints holds the press lock."""

    def __init__(self, journal: Journal = JOURNAL) -> None:
        self.journal = journal
        if not is_pinned():
            LOG.warning("WeasyPrint is not %s: certificates are printed the slow way.", PINNED)

    def print(self, order: Order) -> Made:
        """Print an order; raises what WeasyPrint raises where not even that can print it."""
        made = self.whole(order)
        self.journal.printed(made.tier)
        return made

    def whole(self, order: Order) -> Made:
        """Print a whole sheet."""
        try:
            return Made(WHOLE, order.whole(True), Tier.SHARED)
        except (Exception, FatalURLFetchingError) as error:  # noqa: BLE001
            self.journal.fell(f"shared: {type(error).__name__}")
        return Made(WHOLE, order.whole(False), Tier.PLAIN)
