"""Web addresses as people write, print and paste them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urljoin, urlsplit

LONGEST: Final = 2_048
_LINK: Final = re.compile(r"https?://\S+", re.IGNORECASE | re.ASCII)
_BARE: Final = re.compile(r"[a-z0-9.-]+\.[a-z]{2,}(:\d+)?/\S+", re.IGNORECASE | re.ASCII)
"""An address as it is printed on a certificate, without its scheme."""
_AMONG_WORDS: Final = re.compile(r"https?://[\w.~!$&'()*+,;=:@/%?#\[\]-]+", re.IGNORECASE | re.ASCII)
_AFTER: Final = ".,;:!?'*_"
"""What ends a sentence and not an address."""
_PAIRS: Final = {")": "(", "]": "["}


def as_link(text: str) -> str:
    """Return `text` as an address with its scheme, or nothing when it is none."""
    text = text.strip()
    if len(text) > LONGEST:
        return ""
    if _LINK.fullmatch(text):
        return text
    return f"https://{text}" if _BARE.fullmatch(text) else ""


def links_among(text: str) -> list[str]:
    """Return the addresses that stand in a text, in their order, without the marks that follow them.

    One that is too long to be followed is among them: it is not passed over in favour of another.
    """
    return [_trimmed(found) for found in _AMONG_WORDS.findall(text)]


def without_links(text: str) -> str:
    """Return the words of a text, without the addresses among them."""
    return _AMONG_WORDS.sub(" ", text)


def _trimmed(link: str) -> str:
    while link and (link[-1] in _AFTER or (link[-1] in _PAIRS and link.count(link[-1]) > link.count(_PAIRS[link[-1]]))):
        link = link[:-1]
    return link


def different(links: Iterable[str]) -> list[str]:
    """Return the addresses that are not the same one: scheme and host have no case, a fragment asks for nothing."""
    return list({_same(link): link for link in reversed(list(links))}.values())[::-1]


def _same(link: str) -> str:
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), fragment="").geturl()


def on_page(link: str, page: str) -> str:
    """Return the address that a page means by `link`, or nothing when it leads elsewhere than to the page's own origin.

    Of a page that was handed in as a file, `page` is empty: it has no origin, and only whole addresses mean anything.
    """
    try:
        whole = urljoin(page, link) if page else link
        ours, its = urlsplit(page), urlsplit(whole)
    except ValueError:
        return ""
    same = (ours.scheme.lower(), ours.netloc.lower()) == (its.scheme.lower(), its.netloc.lower())
    return whole if _LINK.fullmatch(whole) and len(whole) <= LONGEST and (same or not page) else ""
