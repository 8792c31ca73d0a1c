"""Where links are on the sheet."""

from __future__ import annotations

from typing import Any

from issuer.certificate.press import weasy

Rectangle = tuple[float, ...]
"""Lower left and upper right corner, in points from the lower left of the sheet."""


def place(page_height: float, x: float, y: float, width: float, height: float) -> Rectangle:
    """Return a rectangle of the sheet, in pixels from its upper left, in points from the lower left."""
    return corners(page_height, (x, y, x + width, y + height))


def links_in(box: Any, page_height: float) -> list[Rectangle]:
    """Return where the links in a laid-out block are, in the order in which WeasyPrint annotates them."""
    links: list[Any] = []
    weasy.gather_anchors(box, {}, links, [], {None: []})
    return [corners(page_height, at) for _, _, at, _ in links]


def corners(page_height: float, at: tuple[float, ...]) -> Rectangle:
    """Return a rectangle that is given by two corners in pixels from the upper left."""
    matrix = weasy.Matrix(0.75, 0, 0, -0.75, 0, page_height * 0.75)
    return (*matrix.transform_point(*at[:2]), *matrix.transform_point(*at[2:]))
