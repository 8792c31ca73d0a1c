"""Whatever is ordered is printed: on the fastest tier that vouches for it, on the next one whenever in doubt."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
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
from issuer.certificate.press.refused import Differs, OtherForm, Refused, TooLong, Unfit
from issuer.certificate.press.slow import Made, Slow, is_pinned

_MOST_KEYS: Final = 64
_MOST_PLATES: Final = 64
"""A plate takes some 2.4 MiB."""
_MOST_FORMS: Final = 8
_MOST_DESIGNS: Final = 256
"""A design holds its pictures."""
_ATTEMPTS: Final = 14
_OFF: Final = -1
_SETTLED: Final = 10**9
_COMPARED: Final = 12
"""So many prints of a design are each compared. Eight difficult names cost as much as twenty: for a dozen people they
would be most of the work, and say less of those who are printed."""


class Engine(Slow):
    """Keeps the plates of one process. Whoever prints holds the press lock."""

    def __init__(self, journal: Journal = JOURNAL) -> None:
        super().__init__(journal)
        self._fonts, self._files = Fonts(), FontFiles()
        self._plates: Bounded[tuple[str, Hashable], list[CompiledPlate]] = Bounded(_MOST_KEYS)
        self._unfit: Bounded[tuple[str, Hashable], str] = Bounded(_MOST_DESIGNS)
        self._compared: Bounded[tuple[str, Hashable], int] = Bounded(_MOST_DESIGNS)
        self._high: Bounded[tuple[str, Hashable], bool] = Bounded(_MOST_DESIGNS)

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
            with suppress(Differs):  # which is in the journal already
                return self._settled(order)
        except Refused as refused:
            self.journal.fell(refused.reason)
        # Any doubt goes to the slower tiers, which tell what is wrong if something is.
        except (Exception, FatalURLFetchingError) as error:  # noqa: BLE001
            self.journal.fell(type(error).__name__)
        return None

    def _settled(self, order: Order) -> Made:
        """Print an order: compared while its design is new, and on trust once difficult names were compared as well."""
        design = (order.family.name, order.design)
        compared = self._compared.get(design) or 0
        if compared == _OFF:
            raise Unfit("design not trusted")
        if compared == _SETTLED:
            return self._checked(order, shadow.is_sampled(order))
        if compared >= _COMPARED:
            # One beside each print: all at once would have whoever wants a single certificate wait for a second.
            trial = next(islice(order.trials(), compared - _COMPARED, None), None)
            if trial is None:
                self._compared.put(design, _SETTLED)
                return self._checked(order, shadow.is_sampled(order))
            with self._watched(design, compared - 1):
                self._try(trial)
        with self._watched(design, compared):
            return self._checked(order, True)

    @contextmanager
    def _watched(self, design: tuple[str, Hashable], compared: int) -> Iterator[None]:
        """Have a design off that differs; a print that fails says nothing of the next one of its design."""
        try:
            yield
        except Differs:
            self._compared.put(design, _OFF)
            raise
        self._compared.put(design, compared + 1)

    def _try(self, trial: Order) -> None:
        """Raise Differs for a name that comes out otherwise; one that cannot be printed fast harms nobody."""
        try:
            self._checked(trial, True)
        except Refused:
            return
        except Differs:
            raise
        except (Exception, FatalURLFetchingError) as error:  # noqa: BLE001 - as when it is somebody's name
            self.journal.fell(f"trial: {type(error).__name__}")

    def _checked(self, order: Order, is_compared: bool) -> Made:
        """Print an order; raises Differs where it is compared, and is not what WeasyPrint prints."""
        plate, struck, last = self._struck(order)
        if is_compared:
            self._compare(order, last, plate, struck)
        return Made(plate.plate, struck.tail, struck.tier)

    def _compare(self, order: Order, last: Order, plate: CompiledPlate, struck: Struck) -> None:
        """Raise Differs if a print is not what WeasyPrint prints; its plates are off from then on."""
        what = shadow.difference(order, plate, struck)
        if what is not None:
            self.journal.differed(order.family.name, plate.plate.sha256, what)
            self._unfit.put((last.family.name, last.key), "differed")
            self._plates.drop((last.family.name, last.key))
            raise Differs(what)

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
        again = self._high.get(key) is not None
        self._high.put(key, True)
        try:
            plate = CompiledPlate(order, order.skeleton(), self._fonts, self._files, high=again)
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
