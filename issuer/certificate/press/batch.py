"""Certificates in, prints out: the one way in which certificates are printed, many or one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from weasyprint.urls import FatalURLFetchingError

from issuer.certificate.content import Certificate
from issuer.certificate.fonts import PRESS
from issuer.certificate.press.printed import WHOLE, Printed, Tier
from issuer.certificate.press.sheets import order
from issuer.certificate.press.slow import Slow, is_pinned
from issuer.fault import Fault


@cache
def engine() -> Slow:
    """Return the one engine of this process; its plates stay warm. To be called under the press lock."""
    if not is_pinned():
        return Slow()
    # Another version may lack what the fast tiers import.
    from issuer.certificate.press.engine import Engine

    return Engine()


def print_batch(certificates: Iterable[Certificate]) -> Iterator[Printed]:
    """Yield every certificate in print, in order, or with the fault that kept it from being printed.

    One that fails does not touch the others. The same certificate gives the same bytes, whoever is printed beside it.
    """
    for one in certificates:
        yield _printed(one)


def _printed(one: Certificate) -> Printed:
    try:
        with PRESS:
            made = engine().print(order(one))
    # Whatever it is, it is this certificate's fault and no other's; WeasyPrint's own is no Exception (F5).
    except (Exception, FatalURLFetchingError) as error:  # noqa: BLE001
        detail = f"{type(error).__name__}: {error}"[:300]
        return Printed(one, WHOLE, b"", Tier.PLAIN, Fault("render_failed", values={"detail": detail}))
    return Printed(one, made.plate, made.tail, made.tier)
