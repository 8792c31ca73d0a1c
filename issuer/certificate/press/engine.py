"""Whatever is ordered is printed: on the fastest tier that vouches for it, on the next one whenever in doubt."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Final

from weasyprint.urls import FatalURLFetchingError

from issuer.certificate.fonts import PRESS
from issuer.certificate.press import shadow
from issuer.certificate.press.bounded import Bounded
from issuer.certificate.press.fontfile import FontFiles
from issuer.certificate.press.journal import JOURNAL, Journal
from issuer.certificate.press.order import Order
from issuer.certificate.press.painting import Fonts
from issuer.certificate.press.plate import CompiledPlate, Struck
from issuer.certificate.press.refused import OtherForm, Refused, TooLong, Unfit
from issuer.certificate.press.slow import Made, Slow, is_pinned

_MOST_KEYS: Final = 64
_MOST_PLATES: Final = 64
"""A plate takes some 2.4 MiB."""
_MOST_FORMS: Final = 8
_ATTEMPTS: Final = 14
_OFF: Final = -1
_STAGES: Final[tuple[Callable[[Order], Iterable[Order]], ...]] = (lambda order: (order,), lambda order: order.trials())
"""What is compared before the first print of a design, and before the second."""


class Engine(Slow):
    """Keeps the plates of one process. Whoever prints holds the press lock."""

    def __init__(self, journal: Journal = JOURNAL) -> None:
        super().__init__(journal)
        self._fonts, self._files = Fonts(), FontFiles()
        self._plates: Bounded[tuple[str, Hashable], list[CompiledPlate]] = Bounded(_MOST_KEYS)
        self._unfit: Bounded[tuple[str, Hashable], str] = Bounded(1024)
        self._trusted: Bounded[tuple[str, Hashable], int] = Bounded(1024)

    def print(self, order: Order) -> Made:
        """Print an order; raises what WeasyPrint raises where not even that can print it."""
        with PRESS:
            made = self._fast(order) or self.whole(order)
        self.journal.printed(made.tier)
        return made

    def _fast(self, order: Order) -> Made | None:
        if not is_pinned():
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

    def _settled(self, order: Order) -> Made:
        """Print an order, once its design is trusted; what the sample finds to differ is not what is delivered."""
        self._try(order)
        plate, struck, last = self._struck(order)
        if shadow.is_sampled(order) and not self._is_equal(order, last, plate, struck):
            raise Unfit("differed")
        return Made(plate.plate, struck.tail, struck.tier)

    def _try(self, order: Order) -> None:
        """Compare the first print of a design with WeasyPrint's own, and difficult ones before there is a second."""
        design = (order.family.name, order.design)
        stage = self._trusted.get(design) or 0
        if stage == _OFF:
            raise Unfit("design not trusted")
        if stage < len(_STAGES):
            self._trusted.put(design, _OFF)
            for trial in _STAGES[stage](order):
                self._check(trial)
            self._trusted.put(design, stage + 1)

    def _check(self, trial: Order) -> None:
        """Raise Unfit if a trial comes out otherwise than WeasyPrint prints it; one that is refused harms nobody."""
        try:
            plate, struck, last = self._struck(trial)
        except Refused:
            return
        if not self._is_equal(trial, last, plate, struck):
            raise Unfit("differed")

    def _is_equal(self, order: Order, last: Order, plate: CompiledPlate, struck: Struck) -> bool:
        """Tell whether a print is what WeasyPrint prints; if not, its plates are off from then on."""
        what = shadow.difference(order, plate, struck)
        if what is not None:
            self.journal.differed(order.family.name, plate.plate.sha256, what)
            self._unfit.put((last.family.name, last.key), "differed")
            self._plates.drop((last.family.name, last.key))
        return what is None

    def _struck(self, order: Order) -> tuple[CompiledPlate, Struck, Order]:
        """Print an order; what proves too high is ordered again, smaller, as often as WeasyPrint would be asked."""
        for _ in range(_ATTEMPTS):
            try:
                plate, struck = self._printed(order)
            except TooLong as too_long:
                verdict = too_long.verdict
            else:
                verdict = plate.verdict
                if verdict is None:
                    return plate, struck, order
            if order.again is None or verdict is None:
                raise Refused("too high")
            order = order.again(verdict)
        raise Refused("too high at any size")

    def _printed(self, order: Order) -> tuple[CompiledPlate, Struck]:
        """Print on the plate of an order's form, compiled if need be."""
        key = (order.family.name, order.key)
        if reason := self._unfit.get(key):
            raise Unfit(reason)
        plates = self._plates.get(key)
        if plates is None:
            plates = self._plates.put(key, [])
        for index, plate in enumerate(plates):
            try:
                struck = plate.print(order)
            except OtherForm:
                continue
            plates.insert(0, plates.pop(index))
            return plate, struck
        return self._compiled(order, key, plates)

    def _compiled(
        self, order: Order, key: tuple[str, Hashable], plates: list[CompiledPlate]
    ) -> tuple[CompiledPlate, Struck]:
        try:
            plate = CompiledPlate(order, order.skeleton(), self._fonts, self._files)
        except Unfit as unfit:
            self._unfit.put(key, unfit.reason)
            raise
        try:
            struck = plate.print(order)
        except OtherForm as other:
            raise Refused(f"not even itself: {other.reason}") from other
        plates.insert(0, plate)
        del plates[_MOST_FORMS:]
        self._plates.shrink(len, _MOST_PLATES)
        return plate, struck
