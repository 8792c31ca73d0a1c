"""The credential that a web page names as its own. Runs in a child process.

Only what a page says about itself counts: `<link rel="credential">`, then `<link rel="alternate">` of the kinds below,
the most telling first. Links that are there to be clicked, and pictures for social networks, are not asked.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin

from lxml import etree

from badges.problem import Unreadable

KINDS: Final = (
    "application/vc", "application/vc+ld+json", "application/vc+jwt", "application/vp+ld+json", "application/ld+json",
    "application/json", "image/svg+xml", "image/png",
)  # fmt: skip
"""Kinds of an alternate that may be the credential; of the first that a page has, all count, and of the others none."""
_LINKS_MOST: Final = 2_000


def data_of_page(page: bytes) -> list[bytes]:
    """Return the addresses that a page gives for its credential, as they are written there or against its base."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(page, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Unreadable("The page is not HTML.") from fault
    if root is None:
        raise Unreadable("The page is empty.")
    base = next((element.get("href", "") for element in root.iter("base")), "")
    ranked: dict[int, list[str]] = {}
    for count, element in enumerate(root.iter("link")):
        rank = _rank(element)
        if rank is not None and count < _LINKS_MOST:
            ranked.setdefault(rank, []).append(_against(base, element.get("href", "").strip()))
    first = ranked[min(ranked)] if ranked else []
    return [address.encode("utf-8", "replace") for address in first]


def _rank(element: etree._Element) -> int | None:
    """Return how telling a link is, the least first; None for one that is not asked."""
    relations = element.get("rel", "").lower().split()
    if not element.get("href", "").strip():
        return None
    if "credential" in relations:
        return 0
    kind = element.get("type", "").partition(";")[0].strip().lower()
    return 1 + KINDS.index(kind) if "alternate" in relations and kind in KINDS else None


def _against(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address
