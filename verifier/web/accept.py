"""Which of our forms a reader asks for: RFC 9110, 12.5.1, parameters of media types set aside."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

HTML = "text/html"
HEADER_MOST: Final = 512
"""Octets of a header whose meaning is kept in memory; most readers send one of a few."""


def preferred(header: str | None, offers: tuple[str, ...]) -> str:
    """Return the offer that `header` (an `Accept` field) weighs most; the first where it does not decide.

    An offer is as wanted as the most specific range that covers it says; the page of a browser lists
    `text/html` and the pages of `curl` say `*/*`: both are given the first offer.
    """
    header = header or "*/*"
    return (_preferred if len(header) <= HEADER_MOST else _preferred.__wrapped__)(header, offers)


@lru_cache(512)
def _preferred(header: str, offers: tuple[str, ...]) -> str:
    ranges = list(_ranges(header))
    weights = [(_weight(offer, ranges), -place) for place, offer in enumerate(offers)]
    return offers[-max(weights)[1]]


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for part in header.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = min(1.0, max(0.0, float(parameter[2:])))
                except ValueError:
                    weight = 0.0
        if media:
            yield media, weight


def _weight(offer: str, ranges: list[tuple[str, float]]) -> float:
    kind = offer.split("/")[0]
    for range_ in (offer, f"{kind}/*", "*/*"):
        found = [weight for media, weight in ranges if media == range_]
        if found:
            return max(found)
    return 0.0


def wants_json(header: str | None) -> bool:
    """Whether a reader would rather have JSON than a page."""
    return preferred(header, (HTML, "application/problem+json", "application/json")) != HTML
