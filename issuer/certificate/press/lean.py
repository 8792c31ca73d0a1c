"""What WeasyPrint does whenever it paints though nobody needs it: it packs pictures anew, and copies font files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Final

from issuer.certificate.press import weasy
from issuer.certificate.press.bounded import Bounded

pydyf = weasy.pydyf
_MOST_BYTES: Final = 8 * 2**20

_packed: Bounded[tuple[object, ...], Any] = Bounded(32)


@contextmanager
def lean() -> Iterator[None]:
    """Have pictures packed once and fonts made without their files. Under the press lock, which all hold who paint."""
    with _packed_once(), light_fonts():
        yield


@contextmanager
def light_fonts() -> Iterator[None]:
    """Have fonts made without a copy of their file, which only a subset is made of: a Chinese one has 20 MB."""
    real = weasy.fonts.get_hb_object_data
    weasy.fonts.get_hb_object_data = lambda _face: b""
    try:
        yield
    finally:
        weasy.fonts.get_hb_object_data = real


@contextmanager
def _packed_once() -> Iterator[None]:
    """Have a picture that was painted before packed as it was then."""
    real = weasy.RasterImage.get_x_object

    def get_x_object(image: Any, interpolate: bool, ratio: float) -> Any:
        if ratio != 1:
            return real(image, interpolate, ratio)
        key = (sha256(image.image_data.data).digest(), *_looks(image), interpolate)
        kept = _packed.get(key)
        if kept is None:
            kept = _packed.put(key, _fixed(real(image, interpolate, ratio)))
            _packed.shrink(_weight, _MOST_BYTES)
        return _copied(kept)

    weasy.RasterImage.get_x_object = get_x_object
    try:
        yield
    finally:
        weasy.RasterImage.get_x_object = real


def _looks(image: Any) -> tuple[object, ...]:
    """Return what WeasyPrint asks of a picture besides its bytes."""
    return (image.mode, image.width, image.height, image.format, image.invert_colors)


def _fixed(made: Any) -> Any:
    """Return a packed picture that holds its bytes itself, not the place where WeasyPrint keeps them."""
    extra = pydyf.Dictionary(made.extra)
    if "SMask" in extra:
        extra["SMask"] = _fixed(extra["SMask"])
    return pydyf.Stream([pydyf._to_bytes(part) for part in made.stream], extra, made.compress)


def _copied(kept: Any) -> Any:
    """Return a packed picture to be put into a file: it is numbered there, and names its mask by number."""
    extra = pydyf.Dictionary(kept.extra)
    if "SMask" in extra:
        extra["SMask"] = _copied(extra["SMask"])
    return pydyf.Stream(list(kept.stream), extra, kept.compress)


def _weight(kept: Any) -> int:
    mask = kept.extra.get("SMask")
    return sum(map(len, kept.stream)) + (_weight(mask) if mask is not None else 0)
