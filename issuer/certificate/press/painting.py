"""What is painted on a page, cut where holes are: the pieces between, and in which state each hole is entered."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from issuer.certificate.press import weasy
from issuer.certificate.press.lean import light_fonts
from issuer.certificate.press.refused import Refused


@dataclass(frozen=True)
class State:
    """What a content stream knows of what is set: WeasyPrint writes only what changes."""

    colours: tuple[Any, ...]
    fonts: tuple[Any, Any]
    in_text: bool
    tags: int | None

    @classmethod
    def of(cls, stream: Any) -> State:
        """Return the state in which `stream` is."""
        colours = (stream._current_color, stream._current_color_stroke)
        alphas = (stream._current_alpha, stream._current_alpha_stroke)
        in_text = bool(stream.stream) and stream.stream[-1] == b"ET"
        tags = None if stream._tags is None else len(stream._tags)
        return cls((*colours, *alphas), (stream._current_font, stream._old_font), in_text, tags)

    def put(self, stream: Any) -> None:
        """Bring a new stream into this state."""
        stream._current_color, stream._current_color_stroke = self.colours[:2]
        stream._current_alpha, stream._current_alpha_stroke = self.colours[2:]
        stream._current_font, stream._old_font = self.fonts
        if self.in_text:
            stream.stream.append(b"ET")

    def leads_to(self) -> tuple[Any, ...]:
        """Return what matters to what is painted next: the font only where the next text goes on in the same object."""
        return (self.colours, self.fonts if self.in_text else None, self.tags)


class FontUse:
    """How one file uses a font that many share: the widths and letters of its own."""

    __slots__ = ("bitmap", "colr", "hash", "missing", "png", "proto", "svg", "to_unicode", "widths")

    def __init__(self, proto: Any, widths: dict[int, int], to_unicode: dict[int, str]) -> None:
        if proto.svg or proto.png or proto.bitmap or proto.colr:
            raise Refused("font of pictures")
        self.proto, self.hash = proto, proto.hash
        self.bitmap = self.colr = self.png = self.svg = False
        self.widths, self.to_unicode, self.missing = widths, to_unicode, {}  # type: ignore[var-annotated]

    def get_unused_glyph_id(self, codepoint: int) -> int:  # noqa: ARG002 - as WeasyPrint calls it
        """Refuse: a letter that no font has is printed as a box, and that is for the slower tiers to say."""
        raise Refused("missing glyph")


class Fonts:
    """The fonts that this process has seen, by WeasyPrint's key and by their file.

    Two files can have one key: what is made bold of a face without a bold one is called as a bold one is. In a file of
    its own WeasyPrint takes the first for both; there the second is refused.
    """

    def __init__(self) -> None:
        self._protos: dict[tuple[int, int], Any] = {}

    def proto(self, key: int, pango_font: Any) -> Any:
        """Return what is kept of a font."""
        of = (key, _address(weasy.get_pango_font_hb_face(pango_font)))
        kept = self._protos.get(of)
        if kept is None:
            with light_fonts():
                kept = self._protos[of] = weasy.kept_font(pango_font)
        return kept

    def keep(self, key: int, font: Any) -> Any:
        """Return what is kept of a font that WeasyPrint has made something of."""
        of = (key, _address(font.hb_face))
        kept = self._protos.get(of)
        if kept is None:
            kept = self._protos[of] = weasy.kept(font)
        return kept

    def use(self, uses: Uses, key: int, pango_font: Any) -> FontUse:
        """Return how a file uses a font; raises Refused for another font of the same key."""
        proto = self.proto(key, pango_font)
        use = uses.get(key)
        if use is None:
            use = uses[key] = FontUse(proto, {}, {})
        elif use.proto is not proto:
            raise Refused("two fonts of one name")
        return use

    def used(self, fonts: Mapping[int, Any]) -> Uses:
        """Return how fonts are used so far, with maps of their own."""
        found = {}
        for key, font in fonts.items():
            if font.missing:
                raise Refused("missing glyph")
            proto = font.proto if isinstance(font, FontUse) else self.keep(key, font)
            found[key] = FontUse(proto, dict(font.widths), dict(font.to_unicode))
        return found


def _address(pointer: Any) -> int:
    return int(weasy.ffi.cast("uintptr_t", pointer))


Uses = dict[int, FontUse]
Met = Mapping[int, Mapping[int, int]]
"""Widths of glyphs, by font and number."""


class HoleStream(weasy.Stream):  # type: ignore[misc]
    """A stream for what is in a hole: it may use the resources of the page, and add none but fonts."""

    press_fonts: Fonts

    def add_font(self, pango_font: Any) -> tuple[Any, float]:
        """Return the use of a font, and its size."""
        key, _, size = weasy.get_pango_font_key(pango_font)
        return self.press_fonts.use(self._fonts, key, pango_font), size

    def set_alpha(self, alpha: float, stroke: bool = False, fill: bool | None = None) -> None:
        """Set an opacity that the page has already."""
        wanted = ([f"A{alpha}"] if stroke else []) + ([f"a{alpha}"] if fill or (fill is None and not stroke) else [])
        if any(name not in self._resources["ExtGState"] for name in wanted):
            raise Refused("opacity")
        super().set_alpha(alpha, stroke, fill)

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise Refused("resource in a hole")

    add_group = add_pattern = add_shading = add_image = set_state = set_alpha_state = set_blend_mode = _refuse


@dataclass
class Hole:
    """A place in the page's stream: the number of an island or None for the drawing, and the state around it.

    `known` are the letters before it that are the sheet's own, and `met` such in itself: what is
    painted behind is painted as they left it. `joined` tells whether what was in it went on in the text object right
    before it.
    """

    island: int | None
    before: State
    after: State
    cut_end: bool
    joined: bool
    known: Uses
    met: Met
    size: tuple[float, float] = (0.0, 0.0)
    style: Any = None


def keep_met(fonts: dict[int, Any], drawn: Mapping[int, Any], own: AbstractSet[tuple[int, int]]) -> Met:
    """Add to `fonts` how glyphs of `own` were `drawn` for the first time; return the width of each, by font."""
    met: dict[int, dict[int, int]] = {}
    for key, number in sorted(own):
        had = drawn.get(key)
        if had is None or number not in had.widths or number not in had.to_unicode:
            continue
        if key not in fonts:
            fonts[key] = FontUse(had.proto, {}, {})
        if fonts[key].widths.setdefault(number, had.widths[number]) == had.widths[number]:
            fonts[key].to_unicode.setdefault(number, had.to_unicode[number])
            met.setdefault(key, {})[number] = had.widths[number]
    return met


def cut(stream: Any, at: int, marker: bytes, in_text: bool) -> tuple[bool, bool]:
    """Take out what was painted since `at` and leave `marker`; tell whether it ended a text object: that end is left.

    `in_text` tells whether a text object ended right before. WeasyPrint joins a text to a text right before it by
    taking away the end of the first; then that is gone as well, and told second.
    """
    tokens = stream.stream
    joined = in_text and (len(tokens) < at or tokens[at - 1] != b"ET")
    ended = bool(tokens[-1] == b"ET") and (joined or len(tokens) > at)
    del tokens[at - 1 if joined else at :]
    tokens.append(marker)
    if ended:
        tokens.append(b"ET")
    return ended, joined
