"""Markdown from strangers, made inert HTML: no script, no picture, no address but of a page or a mailbox."""

from __future__ import annotations

from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

LONGEST: Final = 8_000
"""Characters that are read as Markdown; past them a text is shown as it was written."""
TAGS: Final = {"p", "br", "em", "strong", "ul", "ol", "li", "code", "pre", "blockquote", "a", "hr"}
SCHEMES: Final = {"https", "http", "mailto"}

_PARSER: Final = MarkdownIt("commonmark", {"html": False}).disable("image")


def inert(text: str | None) -> Markup:
    """Return `text` as HTML of the allowed elements alone; links open without a trace of this page."""
    if not text:
        return Markup()
    if len(text) > LONGEST:
        return Markup("<p>{}</p>").format(text)
    cleaned = nh3.clean(
        _PARSER.render(text),
        tags=TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_leading_away,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow ugc",
    )
    return Markup(cleaned)  # noqa: S704 (cleaned by the line above)


def _leading_away(_tag: str, name: str, value: str) -> str | None:
    """Keep an address that says where it leads: one without a scheme would pass for a link of this page."""
    scheme, colon, _ = value.partition(":")
    return value if name != "href" or (colon and scheme.lower() in SCHEMES) else None


def safe_link(address: object) -> str | None:
    """Return `address` when a reader may be led there: a web address and nothing else."""
    text = address.strip() if isinstance(address, str) else ""
    return text if text.startswith(("https://", "http://")) and not set(text) & set(" \"'<>\\\t\r\n") else None
