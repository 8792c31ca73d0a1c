"""In which words a page speaks of a badge: one that is hosted is not signed, and nobody is told that it is."""

from __future__ import annotations

from typing import Final

from verifier.web.language import say

HOSTED: Final = frozenset({
    "page.explained.valid", "page.explained.unfamiliar", "page.explained.signature_invalid",
    "page.explained.key_not_controlled_by_issuer", "page.explained.issuer_unresolvable", "page.explained.revoked",
    "page.explained.not_yet_valid", "page.explained.expired",
    "page.headline.key_not_controlled_by_issuer", "page.headline.unfamiliar", "page.word.unfamiliar",
    "page.meaning.key", "page.meaning.proof", "page.meaning.status",
    "page.report.picture.title", "page.report.picture.text", "page.report.nothing.text",
})  # fmt: skip
"""Sentences that speak of a signature, and have another form for badges without one."""


def worded(code: str, hosted: bool) -> str:
    """Return the sentence of `code`, in its form for hosted badges where there is one."""
    return say(f"{code}.hosted" if hosted and code in HOSTED else code)
