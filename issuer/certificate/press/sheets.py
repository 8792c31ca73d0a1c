"""Certificates as orders: what of a certificate varies from one to the next of its batch, and what does not."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from types import MappingProxyType
from typing import Final

from issuer.certificate.content import Certificate
from issuer.certificate.design import DESIGNS
from issuer.certificate.fetcher import Assets
from issuer.certificate.fit import Segment
from issuer.certificate.fonts import configuration
from issuer.certificate.illustrations import _code, pictures
from issuer.certificate.plates import Plates
from issuer.certificate.press.codes import operators
from issuer.certificate.press.order import ASCII, LATIN, Attached, Family, Order, Skeleton
from issuer.certificate.press.token import ADDRESS, Fields
from issuer.certificate.sheet import Figures, figures, page
from issuer.certificate.whole import (
    ATTACHMENT,
    DESCRIPTION,
    MEDIA_TYPE,
    RELATIONSHIP,
    VARIANT,
    css,
    identifier,
    laid_out,
    mend,
    plain,
    squeezed,
    too_high,
    whole,
)
from issuer.wording import Run

CODE: Final = "asset:hole/code"
TRIALS: Final = (
    "Li",
    "Žofia Đặng-Ångström",
    "Maria Antonietta Guglielmina di Savoia-Carignano van der Berghe De Luca",
    "AVATAR To. We, office Waffle",
    "أحمد عبد الرحمن",
    "Δημήτρης Παπαδόπουλος",
    "李 Wei 明",
    "สมชาย ใจดี",
)
"""Names that every design is tried with before it is trusted."""

NONE: Final[Mapping[str, float]] = MappingProxyType({})

_STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"
_ATTACHED: Final = Attached(ATTACHMENT, DESCRIPTION, RELATIONSHIP, MEDIA_TYPE)
_LETTERS: Final = {
    **dict.fromkeys(("address", "hours", "grade", "rank", "number", "small"), ASCII),
    **dict.fromkeys(("name", "reason", "role", "basis"), LATIN),
}
_SHARED: Final = frozenset({"event", "date", "from", "to", "place", "achievement", "criteria", "tags", "issuer"})
"""What a sentence says of the event and not of a person: it is part of the skeleton."""


@cache
def family(design: str) -> Family:
    """Return what all sheets of a design share."""
    return Family(
        name=design,
        stylesheets=(css(design),),
        font_config=configuration(),
        fetcher=Assets,
        cache=Plates(),
        variant=VARIANT,
        tags=True,
        attached=_ATTACHED,
        finisher=mend,
        letters=_LETTERS,
        codes=operators,
    )


def order(one: Certificate, squeeze: Mapping[str, float] = NONE) -> Order:
    """Return a certificate as an order; `squeeze` as it proved needed so far."""
    made, measured = family(one.layout.design), figures(one, squeeze)
    return Order(
        family=made,
        key=_key(one, measured),
        skeleton=partial(_skeleton, one, measured, made.cache),
        values=_values(one, measured),
        identifier=identifier(one),
        whole=lambda shared: whole(one, made.cache) if shared else plain(one),
        reference=lambda: laid_out(one, made.cache),
        measures={name: _as_written(value) for name, value in _measures(measured)},
        drawing=partial(_code, one.url),
        pictured=one.url,
        attachment=one.signed,
        created=one.created,
        verdict=too_high,
        again=lambda over: order(one, squeezed(squeeze, over)),
        design=(one.layout, one.practice),
        trials=lambda: (order(replace(one, name=name)) for name in TRIALS),
    )


def _measures(measured: Figures) -> tuple[tuple[str, float], ...]:
    return (("body", measured.body_measure), ("reason", measured.reason_measure))


def _as_written(value: float) -> float:
    """Return a measure as the sheet writes it, to three places."""
    return float(f"{value:.3f}")


def _key(one: Certificate, measured: Figures) -> Hashable:
    """Return everything of a certificate that is in its skeleton: what is not here is in a hole."""
    name = (tuple(tuple(segment.scale for segment in line) for line in measured.name.lines), measured.name.rtl)
    body = tuple((run.strong, kept, _outside(run)) for run, kept in zip(one.body, measured.whole, strict=True))
    sizes = tuple(f"{measured.sizes[which]:.3f}" for which in ("name", "title", "reason", "text"))
    said = (one.title, one.achievement, one.lead, one.issuer, bool(one.reason))
    small = len(one.small_print) if _numbered(one) else one.small_print
    drawn = (
        one.seed,
        one.practice,
        small,
        one.facts if one.layout.design == "minimal" or one.layout.kind == "badge" else (),
    )
    return (one.layout, name, body, sizes, said, drawn, len(measured.address), tuple(measured.squeeze.values()))


def _outside(run: Run) -> tuple[str, str] | str:
    """Return a run that is the event's as it is, and of one that is a person's the spaces around."""
    if run.field is None or run.field in _SHARED or not run.text.strip(" "):
        return run.text
    return run.text[: len(run.text) - len(run.text.lstrip(" "))], run.text[len(run.text.rstrip(" ")) :]


def _parts(one: Certificate, measured: Figures) -> Iterator[tuple[str, str]]:
    """Yield every field of a certificate, with its value."""
    yield "name", one.name
    yield "address", one.address
    yield "url", one.url
    yield "created", one.created.strftime(_STAMP)
    for row, line in enumerate(measured.name.lines):
        yield from ((f"name.{row}.{at}", segment.text) for at, segment in enumerate(line))
    yield from ((f"address.{at}", part) for at, part in enumerate(measured.address))
    for at, run in enumerate(one.body):
        if not isinstance(_outside(run), str):
            yield _field(run, at), run.text.strip(" ")
    yield from ((f"small.{at}", line) for at, line in enumerate(_numbered(one)))
    if one.reason:
        yield "reason", one.reason


def _field(run: Run, at: int) -> str:
    return f"{run.field}:{at}"


def _numbered(one: Certificate) -> tuple[str, ...]:
    """Return the small print where it tells a person's number."""
    return one.small_print if one.layout.kind == "diploma" else ()


def _values(one: Certificate, measured: Figures) -> Mapping[str, str]:
    return dict(_parts(one, measured))


def _skeleton(one: Certificate, measured: Figures, plates: Plates) -> Skeleton:
    """Return the sheet of a certificate with tokens in it."""
    fields = Fields(tuple(name for name, _ in _parts(one, measured)))
    assets: dict[str, tuple[str, bytes]] = {}
    drawn = dict(pictures(one, DESIGNS[one.layout.design], assets))
    assets[CODE] = assets.pop(drawn["code"])
    plates.add(assets)
    named = {**drawn, "code": CODE}
    html = page(_open(one, fields.token), _open_figures(measured, fields.token), named, fields.token("address"))
    return Skeleton(html, fields, assets, CODE, "url")


def _open(one: Certificate, token: Callable[[str], str]) -> Certificate:
    """Return the certificate with tokens for its values."""
    return replace(
        one,
        name=token("name"),
        url=ADDRESS,
        body=tuple(_open_run(run, at, token) for at, run in enumerate(one.body)),
        reason=token("reason") if one.reason else "",
        small_print=tuple(token(f"small.{at}") for at, _ in enumerate(_numbered(one))) or one.small_print,
    )


def _open_run(run: Run, at: int, token: Callable[[str], str]) -> Run:
    outside = _outside(run)
    if isinstance(outside, str):
        return run
    return replace(run, text=f"{outside[0]}{token(_field(run, at))}{outside[1]}")


def _open_figures(measured: Figures, token: Callable[[str], str]) -> Figures:
    lines = tuple(
        tuple(Segment(token(f"name.{row}.{at}"), segment.scale) for at, segment in enumerate(line))
        for row, line in enumerate(measured.name.lines)
    )
    address = tuple(token(f"address.{at}") for at in range(len(measured.address)))
    return replace(measured, name=replace(measured.name, lines=lines), address=address)
