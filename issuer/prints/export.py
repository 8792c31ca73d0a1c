"""Prints of a batch or an event as one stream: a ZIP of files, or one PDF for a printing press."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from issuer.archive import Award, awards_of
from issuer.fault import Fault
from issuer.office import Office
from issuer.prints.book.bind import bind
from issuer.prints.chosen import Chosen
from issuer.prints.folder import folder
from issuer.prints.hands import in_turn
from issuer.prints.print import Print
from issuer.prints.printing import prints

Told = Callable[[Award, Fault | None], None]
"""Hears of every award as it goes by, and of the fault that kept it out."""


def export_zip(office: Office, chosen: Chosen, now: datetime, told: Told, others: int = 0) -> Iterator[bytes]:
    """Yield a ZIP with a PDF for each award that is valid, and `index.csv`; see `folder.py`.

    `others` is how many processes may print as well; see `hands.py`.
    """
    yield from folder(_printed(office, _awards(office, chosen, others), told), office.settings.language, now)


def export_pdf(office: Office, chosen: Chosen, now: datetime, told: Told, others: int = 0) -> Iterator[bytes]:
    """Yield one PDF with a page and a bookmark for each award that is valid; see `book/`."""
    valid = (award for award in _awards(office, chosen, others) if award.state == "valid")
    leaves = (
        (award.name or award.token, made) for award, made in _printed(office, valid, told) if isinstance(made, Print)
    )
    yield from bind(leaves, chosen.slug, office.settings.language, now)


FORMATS: Final = {".zip": export_zip, ".pdf": export_pdf}
"""What the ending of a file asks for."""


def _awards(office: Office, chosen: Chosen, others: int) -> Iterator[Award]:
    for chunk in in_turn(office, chosen.credential_ids, others):
        yield from awards_of(office, chunk)


def _printed(office: Office, awards: Iterable[Award], told: Told) -> Iterator[tuple[Award, Print | Fault]]:
    for award, made in prints(office, awards):
        told(award, made if isinstance(made, Fault) else None)
        yield award, made
