"""What a mask costs: the four rules of ISO/IEC 18004:2015, 7.8.3.1, counted as segno counts them."""

from __future__ import annotations

from issuer.certificate.press.qr.grid import Grid


def penalty(symbol: int, grid: Grid) -> int:
    """Return the points of a packed symbol in which format and version are not stated yet; the fewest win."""
    alike = grid.neighbours & ~(symbol ^ symbol >> 1)
    return (
        _runs(alike)
        + 3 * (alike & alike >> grid.stride & grid.corners & ~(symbol ^ symbol >> grid.stride)).bit_count()
        + 40 * _finders(symbol)
        + _balance(symbol.bit_count() // 2, grid.side)
    )


def _runs(alike: int) -> int:
    """Return length less two for each run of five or more modules of one colour."""
    four = alike & alike >> 1
    four &= four >> 2
    return four.bit_count() + 2 * (four & ~(four << 1)).bit_count()


def _finders(symbol: int) -> int:
    """Return how often a line holds dark 1, light 1, dark 3, light 1, dark 1, with light for four before or after."""
    shifted = symbol >> 2
    found = symbol & shifted & symbol >> 3 & shifted >> 2 & shifted >> 4 & ~(symbol >> 1) & ~(symbol >> 5)
    if not found:
        return 0
    dark = symbol | symbol >> 1
    dark |= dark >> 2
    beside_light = found & ~(dark << 4 & dark >> 7)
    if found & (beside_light << 4 | beside_light << 6):
        return _apart(found, beside_light)
    return beside_light.bit_count()


def _apart(found: int, beside_light: int) -> int:
    """Count as segno does, from the left: a pattern that counts hides those that begin within it."""
    count = 0
    while found:
        lowest = found & -found
        if beside_light & lowest:
            count += 1
            found &= -(lowest << 7)
        else:
            found &= ~lowest
    return count


def _balance(dark: int, side: int) -> int:
    """Return ten for every five per cent between the dark modules and one half, in segno's floating point."""
    return 10 * int(abs(float(dark) / side**2 * 100 - 50) / 5)
