"""The rosette of an event: three rings of guilloche, drawn from the event's id and the same wherever it stands.

Every curve is r(t) = middle(t) + half(t) cos(n t + phase) with whole frequencies only, so that it closes on itself
without a seam. All curves of a ring share two envelopes and differ in phase: that is what weaves the lace. As n is
a multiple of the number of petals, one petal of each ring is written down and turned around the centre.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from math import cos, pi, sin
from typing import Final

RADIUS: Final = 500
"""Units from the centre to the edge of the drawing; nothing of the rosette lies outside of it."""

_SAMPLES_PER_WAVE: Final = 4
_WAVES_A_PETAL: Final = {7: (2, 3), 8: (1, 2), 9: (1, 2), 10: (1, 2), 11: (1, 2), 12: (1, 2), 14: (1,), 16: (1,)}
"""How often a curve of the lace may swing within one petal: fewer make an airier lace."""


@dataclass(frozen=True)
class Ring:
    """One ring: `curves` of frequency `waves` between two envelopes, each a circle that swells into `petals` lobes."""

    outer: float
    outer_swell: float
    inner: float
    inner_swell: float
    petals: int
    waves: int
    curves: int


def rings(seed: str) -> tuple[Ring, Ring, Ring]:
    """Return the three rings of `seed`, from the outermost in.

    The ranges are narrow on purpose: any draw from them is a good rosette, its rings never touch, and there are still
    millions of them.
    """
    draw = _draws(seed)

    def between(low: int, high: int) -> int:
        return low + next(draw) % (high - low + 1)

    lobes = tuple(_WAVES_A_PETAL)[next(draw) % len(_WAVES_A_PETAL)]
    waves = lobes * _WAVES_A_PETAL[lobes][next(draw) % len(_WAVES_A_PETAL[lobes])]
    swell, dip = between(22, 44), between(-16, 10)
    lace = Ring(494 - swell, swell, between(304, 318) - min(dip, 0), dip, lobes, waves, between(8, 10))
    follow = dip * between(5, 9) / 10
    braid = Ring(between(278, 284), follow, between(240, 248), follow, lobes, lobes * (2 if lobes < 12 else 1), 3)
    star, point = between(5, 17) * (1, -1)[next(draw) % 2], between(8, 26) * (1, -1)[next(draw) % 2]
    rays = lobes if next(draw) % 3 else (lobes + 1) // 2
    heart = Ring(between(204, 212), star, between(92, 122), point, rays, rays * (1 if rays > 7 else 2), between(7, 9))
    return lace, braid, heart


@lru_cache(maxsize=256)
def petals(seed: str) -> tuple[tuple[str, int], ...]:
    """Return, a ring of `seed`, the SVG path data of one petal and how many of them go round the origin."""
    return tuple(
        ("".join(_petal(ring, 2 * pi * index / ring.curves) for index in range(ring.curves)), ring.petals)
        for ring in rings(seed)
    )


def rosette(
    seed: str, colour: str | tuple[str, str, str], *, weight: float = 2.4, background: str | None = None
) -> str:
    """Return the rosette of `seed` as an SVG document of a few kilobytes, square, without a size of its own.

    `colour` is one for all or one a ring, from the outermost in; `weight` is the width of a line in units of a
    five-hundredth of the radius; `background` fills the disc behind it, None leaves it open.
    """
    disc = f'<circle r="{RADIUS}" fill="{background}"/>' if background else ""
    box = f"{-RADIUS} {-RADIUS} {2 * RADIUS} {2 * RADIUS}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{disc}{lines(seed, colour, weight)}</svg>'


def lines(seed: str, colour: str | tuple[str, str, str], weight: float = 2.4) -> str:
    """Return the rosette as a group to stand in a larger drawing, around its origin, RADIUS from centre to edge."""
    colours = (colour,) * 3 if isinstance(colour, str) else colour
    mark = sha256(seed.encode()).hexdigest()[:6]
    groups = []
    for ring, (one, (data, count)) in enumerate(zip(colours, petals(seed), strict=True)):
        name = f"{'abc'[ring]}{mark}"
        turned = "".join(
            f'<use href="#{name}" transform="rotate({360 * index / count:.7g})"/>' for index in range(1, count)
        )
        groups.append(f'<g stroke="{one}"><path id="{name}" d="{data}"/>{turned}</g>')
    return f'<g fill="none" stroke-width="{weight:g}" stroke-linecap="round">{"".join(groups)}</g>'


def _draws(seed: str) -> Iterator[int]:
    """Yield whole numbers that depend on `seed` alone, without an end."""
    block = seed.encode()
    while True:
        block = sha256(b"rosette" + block).digest()
        yield from (int.from_bytes(block[at : at + 4], "big") for at in range(0, 32, 4))


def _petal(ring: Ring, phase: float) -> str:
    """Return one curve over one petal; neighbouring segments share their handles, hence the `s` commands."""
    count = max(ring.waves // ring.petals * _SAMPLES_PER_WAVE, 4)
    step = 2 * pi / ring.petals / count
    (x, y), (dx, dy) = _point(ring, phase, 0)
    third = step / 3
    at = (round(x), round(y))
    parts = [f"M{at[0]} {at[1]}c{round(x + dx * third) - at[0]} {round(y + dy * third) - at[1]} "]
    for index in range(1, count + 1):
        (x, y), (dx, dy) = _point(ring, phase, index * step)
        near = (round(x - dx * third) - at[0], round(y - dy * third) - at[1])
        end = (round(x) - at[0], round(y) - at[1])
        parts.append(("s" if index > 1 else "") + f"{near[0]} {near[1]} {end[0]} {end[1]}")
        at = (at[0] + end[0], at[1] + end[1])
    return "".join(parts).replace(" -", "-")


def _point(ring: Ring, phase: float, angle: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the point at `angle` and its derivative; up is the start, so that the drawing stands upright."""
    lobe, wave = ring.petals * angle, ring.waves * angle + phase
    middle, middle_swell = (ring.outer + ring.inner) / 2, (ring.outer_swell + ring.inner_swell) / 2
    half, half_swell = (ring.outer - ring.inner) / 2, (ring.outer_swell - ring.inner_swell) / 2
    reach = half + half_swell * cos(lobe)
    radius = middle + middle_swell * cos(lobe) + reach * cos(wave)
    slope = -(middle_swell + half_swell * cos(wave)) * ring.petals * sin(lobe) - reach * ring.waves * sin(wave)
    east, north = sin(angle), -cos(angle)
    return (radius * east, radius * north), (slope * east - radius * north, slope * north + radius * east)
