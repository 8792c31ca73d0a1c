"""The limits of a batch file, as SECURITY.md publishes them."""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 32 * 2**20
ROWS: Final = 100_000
CELL_BYTES: Final = 4 * 2**10
NAME_POINTS: Final = 200
"""Code points of a name."""

MARKS: Final = 8
"""Combining marks on one base."""

ENTRIES: Final = 1_000
"""Entries of a workbook's archive."""

INFLATED_BYTES: Final = 64 * 2**20
RATIO: Final = 100
"""Inflated bytes for each packed one, for entries past one mebibyte."""
