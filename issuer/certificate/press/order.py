"""What is ordered of the press: a sheet, what is in its holes, and what goes with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from issuer.certificate.press.token import Fields

ASCII: Final = "".join(map(chr, range(0x20, 0x7F)))
_TYPOGRAPHIC: Final = "\u2018\u2019\u2013\u2014\u201c\u201d\u2026"
LATIN: Final = ASCII + "".join(map(chr, (*range(0xA0, 0xAD), *range(0xAE, 0x180)))) + _TYPOGRAPHIC
"""Basic Latin, Latin-1, Latin Extended-A and typographic quotes: the letters that are in every file of a design."""


@dataclass(frozen=True)
class Attached:
    """A file inside the file."""

    name: str
    description: str
    relationship: str
    media_type: str


@dataclass(frozen=True)
class Family:
    """What all the sheets of one design share.

    `fetcher` makes the loader of a sheet's pictures, `cache` is WeasyPrint's cache of images. `letters` are the
    characters that the shared fonts have for a field, by the field's first word: what is not in them is in each file
    that needs it, so that no file tells of another. `codes` draws the inside of a code faster, or returns None.
    """

    name: str
    stylesheets: tuple[Any, ...]
    font_config: Any
    fetcher: Callable[[Mapping[str, tuple[str, bytes]]], Any]
    cache: Any
    variant: str | None = None
    tags: bool = False
    attached: Attached | None = None
    finisher: Callable[[Any, Any], None] | None = None
    letters: Mapping[str, str] = field(default_factory=dict)
    codes: Callable[[str], bytes | None] | None = None
    base_url: str = "asset:"


@dataclass(frozen=True)
class Skeleton:
    """A sheet with tokens instead of values, and the pictures it names: media type and bytes by address.

    `drawing` is the address of the picture that varies, `url` the field whose value stands where ADDRESS does.
    """

    html: str
    fields: Fields
    assets: Mapping[str, tuple[str, bytes]]
    drawing: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Order:
    """One sheet to be printed. Two orders of the same `family` and `key` have the same skeleton.

    `values` are texts by field; `measures` are maximal widths in millimetres by the name that `data-measure` gives
    a block; `drawing` makes an SVG that shows `pictured`. `verdict` judges the first of so many pages: None when it
    is good, else something that `again` makes another order from. `whole` prints the file slowly, with what others left
    or with nothing; `reference` lays it out for comparison. `trials` are difficult orders of the same `design`.
    """

    family: Family
    key: Hashable
    skeleton: Callable[[], Skeleton]
    values: Mapping[str, str]
    identifier: bytes
    whole: Callable[[bool], bytes]
    reference: Callable[[], Any]
    measures: Mapping[str, float] = field(default_factory=dict)
    drawing: Callable[[], bytes] | None = None
    pictured: str = ""
    attachment: bytes | None = None
    created: datetime | None = None
    verdict: Callable[[Any, int], Any] = lambda page, pages: None  # noqa: ARG005
    again: Callable[[Any], Order] | None = None
    design: Hashable = None
    trials: Callable[[], Iterable[Order]] = tuple
