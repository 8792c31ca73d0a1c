"""A list of any number of people, no two alike, for whoever measures."""

from __future__ import annotations


def people(count: int) -> bytes:
    """Return a list of `count` people, as a CSV of names and e-mail addresses."""
    lines = [f"Ada Lovelace {letters(number)},ada.{number}@example.org" for number in range(count)]
    return "\n".join(["name,email", *lines]).encode()


def letters(number: int) -> str:
    """Return a family name for a number."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:05}").capitalize()
