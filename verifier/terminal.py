"""Terminals that do not have all letters."""

from __future__ import annotations

import io
import sys


def say_everything() -> None:
    """Let letters that standard output or error lacks be written as their numbers, which is better than not at all."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def has_all_letters() -> bool:
    """Tell whether standard output takes any text."""
    return "utf" in (sys.stdout.encoding or "").lower()
