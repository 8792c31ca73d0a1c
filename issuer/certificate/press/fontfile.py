"""Fonts as PDF objects, made by WeasyPrint from the glyphs that a file uses."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import partial
from typing import Any

from issuer.certificate.press import weasy
from issuer.certificate.press.bounded import Bounded
from issuer.certificate.press.painting import Uses
from issuer.certificate.press.refused import Refused

_OPTIONS = {"hinting": False, "pdf_version": "1.7"}
Made = tuple[tuple[tuple[int, bytes], ...], dict[int, tuple[str, bytes]]]
"""Numbered objects as they are written in the body, and name and reference of each font by key."""


class FontFiles:
    """The font objects that this process made last: the same glyphs give the same bytes."""

    def __init__(self) -> None:
        self._subsets: Bounded[tuple[Any, tuple[int, ...]], bytes] = Bounded(128)

    def made(self, uses: Uses, start: int) -> Made:
        """Return the objects of these fonts, numbered from `start`."""
        pdf = weasy.pydyf.PDF()
        pdf.objects = [weasy.pydyf.Object() for _ in range(start)]
        fonts = {key: self._font(use.proto, use.widths, use.to_unicode) for key, use in sorted(uses.items())}
        named = weasy.fonts.build_fonts_dictionary(pdf, fonts, True, True, _OPTIONS)
        objects = tuple((item.number, item.indirect + b"\n") for item in pdf.objects[start:])
        return objects, {key: (font.hash, named[font.hash]) for key, font in fonts.items()}

    def _font(self, proto: Any, widths: Mapping[int, int], letters: Mapping[int, str]) -> Any:
        font = copy.copy(proto)
        font.widths, font.to_unicode, font.missing = dict(sorted(widths.items())), dict(sorted(letters.items())), {}
        font.clean = partial(self._clean, font, proto)
        return font

    def _clean(self, font: Any, proto: Any, letters: Mapping[int, str], hinting: bool) -> None:
        """Put the subset into `font`, as its own `clean` does."""
        wanted = (proto, tuple(sorted(letters)))
        kept = self._subsets.get(wanted)
        if kept is None:
            fresh = copy.copy(proto)
            fresh.variations = dict(proto.variations)
            fresh.missing = {}
            type(fresh).clean(fresh, letters, hinting)
            if not fresh.file_content:
                raise Refused("font that has no subset")
            kept = self._subsets.put(wanted, fresh.file_content)
        font.file_content = kept
