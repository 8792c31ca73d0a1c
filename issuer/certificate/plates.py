"""Drawings that many sheets share, painted once: the operators of the first painting are kept and played again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

from pydyf import _to_bytes
from weasyprint.images import SVGImage

OWN: Final = "asset:own/"
"""How the ids of our own drawings begin: no text, transparency or gradient in them, so they name no resource."""


class Plate(SVGImage):  # type: ignore[misc]
    """One of our own drawings."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(ET.fromstring(data), name, None, None)  # noqa: S314
        self._played: dict[tuple[float, float], tuple[bytes, dict[str, Any]]] = {}

    def draw(self, stream: Any, concrete_width: float, concrete_height: float, style: Any) -> None:
        """Paint at a size for the first time, or play back what was painted at that size before."""
        size = (round(concrete_width, 3), round(concrete_height, 3))
        states = stream._resources["ExtGState"]
        if size not in self._played:
            before, known = len(stream.stream), set(states)
            stream.push_state()
            super().draw(stream, concrete_width, concrete_height, style)
            stream.pop_state()
            fresh = {name: state for name, state in states.items() if name not in known}
            self._played[size] = (b"\n".join(_to_bytes(item) for item in stream.stream[before:]), fresh)
        else:
            operators, fresh = self._played[size]
            stream.stream.append(operators)
            states.update(fresh)


MOST: Final = 128
"""Pictures, and pieces of them, past which a cache begins anew: the code of each sheet that is laid out is one."""


class Plates(dict[str, Any]):
    """WeasyPrint's cache of images, of one batch; pictures of the organization stay in it too."""

    def add(self, assets: Mapping[str, tuple[str, bytes]]) -> None:
        """Make a plate of every own drawing among `assets` that is not one yet. Called before a sheet is laid out."""
        if len(self) > MOST:
            self.clear()
        for name, (_, data) in assets.items():
            if name.startswith(OWN) and name not in self:
                self[name] = Plate(data, name)
