"""Many prints as one PDF: a page and a bookmark for each award, in their order, ready for a printing press."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from issuer.prints.book.leaf import Leaves
from issuer.prints.book.spine import Spine, text_string
from issuer.prints.book.writer import HEADER, Writer
from issuer.prints.print import Print


def bind(leaves: Iterable[tuple[str, Print]], title: str, language: str, made_at: datetime) -> Iterator[bytes]:
    """Yield one PDF of all `leaves`, each a print with the title of its bookmark, piece by piece.

    Memory does not grow with them but by some bytes a page. Raises UnfitForBook for a print that no page can be taken
    of, which none of ours is.
    """
    writer = Writer()
    spine, copies = Spine(writer), Leaves(writer)
    root, info = writer.number(), writer.number()
    intents = b""
    yield HEADER
    for name, one in leaves:
        page = writer.number()
        yield from copies.copy(one, spine.parent(), page)
        yield from spine.add(page, name)
        if not intents:
            written, intents = copies.intent(one)
            yield written
    yield from spine.close()
    yield writer.write(root, _catalogue(spine, intents, language))
    yield writer.write(info, _info(title, made_at))
    yield from writer.end(root, info)


def _catalogue(spine: Spine, intents: bytes, language: str) -> bytes:
    return (
        b"<</Type/Catalog/Pages %d 0 R/Outlines %d 0 R/PageLabels %d 0 R/PageMode/UseOutlines"
        b"/ViewerPreferences<</DisplayDocTitle true>>/Lang(%b)%b>>"
        % (
            spine.pages,
            spine.outlines,
            spine.labels,
            language.encode("ascii"),
            b"/OutputIntents " + intents if intents else b"",
        )
    )


def _info(title: str, made_at: datetime) -> bytes:
    stamp = made_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ").encode()
    return b"<</Title %b/Producer(Attestato)/CreationDate(%b)/ModDate(%b)>>" % (text_string(title), stamp, stamp)
