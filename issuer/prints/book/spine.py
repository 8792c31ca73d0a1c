"""What holds a book together: its tree of pages, a bookmark for each, and labels, each written as soon as it can be."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Final

from issuer.prints.book.writer import Writer

LEAVES: Final = 64
"""Pages of one node of the trees."""


def text_string(text: str) -> bytes:
    """Return a text string (ISO 32000-1, 7.9.2.2) in UTF-16, control characters left out."""
    kept = "".join(" " if ord(one) < 32 or 127 <= ord(one) < 160 else one for one in text)
    return b"<FEFF" + kept.encode("utf-16-be", "replace").hex().upper().encode() + b">"


class Spine:
    """Grows with every page; of those that are written only the numbers of their nodes are kept."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.pages, self.outlines, self.labels = writer.number(), writer.number(), writer.number()
        self.count = 0
        self._node = 0
        self._leaves: list[tuple[int, bytes]] = []
        self._nodes, self._label_nodes = array("Q"), array("Q")
        self._first = 0
        self._last: tuple[int, int, int, bytes] | None = None

    def parent(self) -> int:
        """Return the number of the node that the next page hangs on."""
        self._node = self._node or self._writer.number()
        return self._node

    def add(self, page: int, title: str) -> Iterator[bytes]:
        """Yield what can be written now that the page `page` is there, with its bookmark and label."""
        label = text_string(title)
        self._leaves.append((page, label))
        self.count += 1
        item = self._writer.number()
        self._first = self._first or item
        previous = self._last[0] if self._last else 0
        yield from self._bookmark(following=item)
        self._last = (item, previous, page, label)
        if len(self._leaves) == LEAVES:
            yield from self._close_node()

    def close(self) -> Iterator[bytes]:
        """Yield the rest of the trees."""
        yield from self._bookmark(following=0)
        if self._leaves:
            yield from self._close_node()
        kids = b" ".join(b"%d 0 R" % node for node in self._nodes)
        yield self._writer.write(self.pages, b"<</Type/Pages/Count %d/Kids[%b]>>" % (self.count, kids))
        kids = b" ".join(b"%d 0 R" % node for node in self._label_nodes)
        yield self._writer.write(self.labels, b"<</Kids[%b]>>" % kids)
        last = self._last[0] if self._last else 0
        ends = b"/First %d 0 R/Last %d 0 R/Count %d" % (self._first, last, self.count) if last else b""
        yield self._writer.write(self.outlines, b"<</Type/Outlines%b>>" % ends)

    def _bookmark(self, following: int) -> Iterator[bytes]:
        """Yield the bookmark before the one that is `following`, 0 for none."""
        if self._last is None:
            return
        item, previous, page, label = self._last
        body = b"<</Title %b/Parent %d 0 R/Dest[%d 0 R/Fit]" % (label, self.outlines, page)
        body += b"/Prev %d 0 R" % previous if previous else b""
        body += b"/Next %d 0 R" % following if following else b""
        yield self._writer.write(item, body + b">>")

    def _close_node(self) -> Iterator[bytes]:
        pages = b" ".join(b"%d 0 R" % page for page, _ in self._leaves)
        head = b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%b]>>" % (self.pages, len(self._leaves), pages)
        yield self._writer.write(self._node, head)
        first = self.count - len(self._leaves)
        labels = b"".join(b"%d<</P %b>>" % (first + place, label) for place, (_, label) in enumerate(self._leaves))
        number = self._writer.number()
        self._label_nodes.append(number)
        yield self._writer.write(number, b"<</Limits[%d %d]/Nums[%b]>>" % (first, self.count - 1, labels))
        self._nodes.append(self._node)
        self._node = 0
        self._leaves.clear()
