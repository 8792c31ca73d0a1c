"""Whatever is ordered is printed: on the fastest tier that vouches for it, on the next one whenever in doubt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from weasyprint.urls import FatalURLFetchingError

from issuer.certificate.fonts import PRESS
from issuer.certificate.press import weasy
from issuer.certificate.press.bounded import Bounded
from issuer.certificate.press.fontfile import FontFiles
from issuer.certificate.press.journal import JOURNAL, Journal
from issuer.certificate.press.order import Order
from issuer.certificate.press.painting import Fonts
from issuer.certificate.press.plate import CompiledPlate
from issuer.certificate.press.printed import WHOLE, Plate, Tier
from issuer.certificate.press.refused import OtherForm, Refused, Unfit

_MOST_KEYS: Final = 192
_MOST_FORMS: Final = 8
_ATTEMPTS: Final = 14


@dataclass(frozen=True)
class Made:
    """What was printed: `plate` and `tail` make the file."""

    plate: Plate
    tail: bytes = field(repr=False)
    tier: Tier


class Engine:
    """Keeps the plates of one process. Whoever prints holds the press lock."""

    def __init__(self, journal: Journal = JOURNAL) -> None:
        self.journal = journal
        self._fonts, self._files = Fonts(), FontFiles()
        self._plates: Bounded[object, list[CompiledPlate]] = Bounded(_MOST_KEYS)
        self._unfit: Bounded[object, str] = Bounded(1024)

    def print(self, order: Order) -> Made:
        """Print an order; raises what WeasyPrint raises where not even that can print it."""
        with PRESS:
            made = self._fast(order) or self._whole(order)
        self.journal.printed(made.tier)
        return made

    def _fast(self, order: Order) -> Made | None:
        if not weasy.is_pinned():
            self.journal.fell("another WeasyPrint")
            return None
        try:
            return self._settled(order)
        except Refused as refused:
            self.journal.fell(refused.reason)
        # Any doubt goes to the slower tiers, which tell what is wrong if something is.
        except (Exception, FatalURLFetchingError) as error:  # noqa: BLE001
            self.journal.fell(type(error).__name__)
        return None

    def _whole(self, order: Order) -> Made:
        try:
            return Made(WHOLE, order.whole(True), Tier.SHARED)
        except (Exception, FatalURLFetchingError) as error:  # noqa: BLE001
            self.journal.fell(f"shared: {type(error).__name__}")
        return Made(WHOLE, order.whole(False), Tier.PLAIN)

    def _settled(self, order: Order) -> Made:
        """Print an order; what proves too high is ordered again, smaller, as often as WeasyPrint would be asked."""
        for _ in range(_ATTEMPTS):
            plate, tail, tier = self._printed(order)
            if plate.verdict is None:
                return Made(plate.plate, tail, tier)
            if order.again is None:
                raise Refused("too high")
            order = order.again(plate.verdict)
        raise Refused("too high at any size")

    def _printed(self, order: Order) -> tuple[CompiledPlate, bytes, Tier]:
        """Return the plate of an order's form, compiled if need be, and the order's tail."""
        key = (order.family.name, order.key)
        if reason := self._unfit.get(key):
            raise Unfit(reason)
        plates = self._plates.get(key)
        if plates is None:
            plates = self._plates.put(key, [])
        for index, plate in enumerate(plates):
            try:
                printed = plate.print(order)
            except OtherForm:
                continue
            plates.insert(0, plates.pop(index))
            return plate, *printed
        return self._compiled(order, key, plates)

    def _compiled(self, order: Order, key: object, plates: list[CompiledPlate]) -> tuple[CompiledPlate, bytes, Tier]:
        try:
            plate = CompiledPlate(order, order.skeleton(), self._fonts, self._files)
        except Unfit as unfit:
            self._unfit.put(key, unfit.reason)
            raise
        try:
            printed = plate.print(order)
        except OtherForm as other:
            raise Refused(f"not even itself: {other.reason}") from other
        plates.insert(0, plate)
        del plates[_MOST_FORMS:]
        return plate, *printed
