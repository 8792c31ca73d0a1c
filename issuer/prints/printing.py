"""Prints of awards: out of the cabinet where they are kept, out of the press where they are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final

from badges.problem import Malformed
from issuer.archive import Award
from issuer.certificate.content import Certificate, Unprintable, certificate
from issuer.certificate.press.batch import print_batch
from issuer.certificate.render import RenderFailed
from issuer.fault import Fault
from issuer.office import Office
from issuer.prints.cabinet import Cabinet
from issuer.prints.key import key_of
from issuer.prints.print import Print, print_of
from issuer.prints.record import Head
from issuer.wording import InvalidWording

CHUNK: Final = 256
"""Awards that go to the press together: what their sheets share is made once."""


def cabinet(office: Office) -> Cabinet:
    """Return the cabinet of this installation; one for the whole process, since it holds plates in memory."""
    return _cabinet(office.settings.data / "cache" / "prints", office.settings.prints_mib * 2**20)


@lru_cache(maxsize=8)
def _cabinet(folder: Path, most: int) -> Cabinet:
    return Cabinet(folder, most)


def head_of(office: Office, award: Award) -> Head | None:
    """Return length and entity tag of a print that is kept; None where it must be made first."""
    return cabinet(office).head(key_of(award, practice=office.settings.practice))


def print_award(office: Office, award: Award) -> Print:
    """Return the print of one award; raises RenderFailed with the fault that keeps it from being printed."""
    [(_, made)] = prints(office, [award])
    if isinstance(made, Fault):
        raise RenderFailed(made)
    return made


def prints(office: Office, awards: Iterable[Award]) -> Iterator[tuple[Award, Print | Fault]]:
    """Yield each award with its print, or with the fault that kept it from being printed, in order.

    Memory does not grow with the number of awards: they are taken by the chunk.
    """
    waiting = iter(awards)
    while chunk := list(islice(waiting, CHUNK)):
        yield from _chunk(office, chunk)


def _chunk(office: Office, awards: Sequence[Award]) -> Iterator[tuple[Award, Print | Fault]]:
    shelf, practice = cabinet(office), office.settings.practice
    keys = [key_of(award, practice=practice) for award in awards]
    lacking = [shelf.head(key) is None for key in keys]
    fresh = _pressed(office, [award for award, lacks in zip(awards, lacking, strict=True) if lacks])
    for award, key, lacks in zip(awards, keys, lacking, strict=True):
        found = None if lacks else shelf.get(key)
        if found is not None:
            yield award, found
            continue
        # One whose head is whole and whose tail is not goes to the press alone.
        made = next(fresh if lacks else _pressed(office, [award]))
        if isinstance(made, Print):
            shelf.put(key, made)
        yield award, made


def _pressed(office: Office, awards: Sequence[Award]) -> Iterator[Print | Fault]:
    """Yield what came out of the press; what cannot even be read into a certificate is a fault of that award alone."""
    read = [_certificate(award, practice=office.settings.practice) for award in awards]
    pressed = print_batch(one for one in read if isinstance(one, Certificate))
    for one in read:
        if isinstance(one, Fault):
            yield one
            continue
        printed = next(pressed)
        yield printed.fault or print_of(printed)


def _certificate(award: Award, *, practice: bool) -> Certificate | Fault:
    try:
        return certificate(award.signed, award.layout, kept=award.kept, practice=practice)
    except (Malformed, InvalidWording, Unprintable) as error:
        return Fault("render_failed", values={"detail": f"{type(error).__name__}: {error}"[:300]})
