"""From certificates to PDF: tagged PDF/A-3 with the signed credential inside. One function prints a batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from issuer.certificate.content import Certificate
from issuer.certificate.press.batch import print_batch
from issuer.fault import Fault


class RenderFailed(Exception):
    """A certificate that could not be printed; `fault` says why. The others of its batch are not touched."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Rendered:
    """One certificate with its PDF, or with the fault that kept it from being printed."""

    certificate: Certificate
    pdf: bytes | None
    fault: Fault | None = None


def render(certificates: Iterable[Certificate]) -> Iterator[bytes]:
    """Yield the PDF of each certificate, in order; raises RenderFailed at the first that cannot be printed."""
    for rendered in render_batch(certificates):
        if rendered.pdf is None:
            raise RenderFailed(rendered.fault or Fault("render_failed"))
        yield rendered.pdf


def render_batch(certificates: Iterable[Certificate]) -> Iterator[Rendered]:
    """Yield every certificate with its PDF or its fault: one that fails does not touch the others.

    The same certificate gives the same bytes.
    """
    for printed in print_batch(certificates):
        yield Rendered(printed.certificate, None if printed.fault else printed.pdf(), printed.fault)
