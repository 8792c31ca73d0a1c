"""A sheet laid out and painted once: its islands, the painting between its holes, and the objects of its PDF."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Final

from weasyprint import HTML, Document

from issuer.certificate.press import weasy
from issuer.certificate.press.island import Island, fill, islands_of, texts
from issuer.certificate.press.lean import lean
from issuer.certificate.press.order import Order, Skeleton
from issuer.certificate.press.own import own_words
from issuer.certificate.press.painting import Fonts, Hole, State, Uses, cut, keep_met
from issuer.certificate.press.refused import Refused, TooLong, Unfit

MARK: Final = b"%%press-hole "


class Drawn:
    """The picture that varies, in the place of WeasyPrint's own: it notes where and how it is painted."""

    def __init__(self, image: Any) -> None:
        self.image = image
        self.painting: Painting | None = None

    def get_intrinsic_size(self, resolution: Any, font_size: Any) -> tuple[Any, Any, Any]:
        """Return width, height and their ratio, of the picture that stands for all."""
        return self.image.get_intrinsic_size(resolution, font_size)  # type: ignore[no-any-return]

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Paint, as a hole."""
        if self.painting is None:
            raise Refused("picture drawn too early")
        self.painting.hole(stream, None, lambda: self.image.draw(stream, width, height, style), (width, height), style)


@dataclass
class Painting:
    """What is noted while a page is painted."""

    fonts: Fonts
    page: Any
    holes: list[Hole] = field(default_factory=list)
    own: set[int] = field(default_factory=set)

    def block(self, stream: Any, block: Any, paint: Any) -> None:
        """Paint an island, as a hole."""
        self.hole(stream, block.press_island, paint, words=own_words(block, self.fonts))

    def hole(
        self, stream: Any, island: int | None, paint: Any, size: Any = (0.0, 0.0), style: Any = None,
        words: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:  # fmt: skip
        """Paint what is in a hole, take it out again, and note in which state it was entered and left.

        Of the letters that were drawn those of its `words` are kept: they are there whoever it is for.
        """
        if stream is not self.page.stream:
            raise Unfit("hole in a group")
        before, at, known = State.of(stream), len(stream.stream), self.fonts.used(stream._fonts)
        stream._fonts, fonts = self.fonts.used(stream._fonts), stream._fonts
        try:
            paint()
            drawn = self.fonts.used(stream._fonts)
        finally:
            stream._fonts = fonts
        met = keep_met(fonts, drawn, words)
        marker = MARK + str(len(self.holes)).encode()
        ended, joined = cut(stream, at, marker, before.in_text)
        self.holes.append(Hole(island, before, State.of(stream), ended, joined, known, met, size, style))


@dataclass
class Compiled:
    """A sheet as it was compiled. `pieces` is one more than `holes`."""

    order: Order
    skeleton: Skeleton
    context: Any
    page: Any
    islands: tuple[Island, ...]
    holes: tuple[Hole, ...]
    pieces: tuple[bytes, ...]
    static: Uses
    pdf: Any
    stream: Any
    metadata: Any
    options: dict[str, Any]
    verdict: Any
    color_profiles: Any

    @cached_property
    def texts(self) -> dict[str, bool]:
        """The fields that stand in texts, and whether white space is kept there as it is."""
        found = [text for island in self.islands for text in texts(island.call.box)]
        kept = {name: text.style["white_space"] == "pre" for text in found for name in text.press_template.fields}
        loose = {name for text in found if text.style["white_space"] != "pre" for name in text.press_template.fields}
        return {name: is_kept and name not in loose for name, is_kept in kept.items()}

    def release(self) -> None:
        """Let go of what is needed no more once the prefix is written: it is larger than all the rest."""
        self.pdf, self.stream.stream, self.metadata = None, [], None
        self.options = {**self.options, "attachments": None}
        self.page.links = []

    @property
    def resources(self) -> Any:
        """The resources of the page."""
        return self.stream._resources


def compiled(order: Order, skeleton: Skeleton, fonts: Fonts, *, high: bool = True) -> Compiled:
    """Lay out and paint the skeleton of an order with its values in it; raises Refused.

    One that its order calls too high is painted only if `high`, and raises TooLong else.
    """
    family = order.family
    assets = family.fetcher(skeleton.assets)
    html = HTML(string=skeleton.html, base_url=family.base_url, url_fetcher=assets)
    cache = type(family.cache)(family.cache)
    options = weasy.options_of(family.variant, family.tags, cache, family.stylesheets)
    root, context = weasy.boxes_of(html, family.font_config, options)
    marked = islands_of(root, skeleton.fields)
    drawn = _drawn(root, skeleton.drawing)
    for block in marked:
        fill(block, order.values, order.measures)
    laid: dict[int, Island] = {}
    page_boxes = weasy.pages_of(html, root, context, partial(_note, laid))
    assets.check()
    verdict = order.verdict(page_boxes[0], len(page_boxes))
    if len(page_boxes) != 1 or len(laid) != len(marked) or (verdict is not None and not high):
        raise TooLong(verdict)
    page = weasy.WatchedPage(page_boxes[0])
    painting = Painting(fonts, page)
    for one in drawn:
        one.painting = painting
    metadata = weasy.metadata_of(html)
    document = Document([page], metadata, assets, family.font_config, {}, options["output_intent"])
    pdf = _painted(document, options, painting, order)
    islands = _islands(laid, page_boxes[0])
    if {hole.island for hole in painting.holes if hole.island is not None} != set(laid):
        raise Unfit("island not painted")
    return Compiled(
        order, skeleton, context, page, islands, tuple(painting.holes), _pieces(page.stream, len(painting.holes)),
        fonts.used(document.fonts), pdf, page.stream, metadata, options, verdict, document.color_profiles,
    )  # fmt: skip


def _note(laid: dict[int, Island], number: int, call: weasy.Call) -> None:
    """Keep how an island was laid out, the last time that it was not put off to another page."""
    if call.result is not None:
        laid[number] = Island.laid(number, call)


def _painted(document: Any, options: dict[str, Any], painting: Painting, order: Order) -> Any:
    family = order.family
    if family.attached is not None:
        made = order.created
        options["attachments"] = [
            weasy.Attachment(
                string=order.attachment or b"",
                name=family.attached.name,
                description=family.attached.description,
                relationship=family.attached.relationship,
                created=made,
                modified=made,
            )
        ]
    with lean():
        pdf = weasy.painted(document, options, painting.block)
    if family.finisher is not None:
        family.finisher(document, pdf)
    return pdf


def _drawn(root: Any, address: str | None) -> list[Drawn]:
    """Put our own picture in the place of the one that varies."""
    found = []
    for box in root.descendants():
        if address is not None and isinstance(box, weasy.boxes.ReplacedBox) and box.element.get("src") == address:
            box.replacement = Drawn(box.replacement)
            found.append(box.replacement)
    return found


def _islands(laid: dict[int, Island], page_box: Any) -> tuple[Island, ...]:
    final = {box.press_island: box for box in weasy.walk(page_box) if getattr(box, "press_island", None) is not None}
    return tuple(laid[number].ended(final[number]) for number in sorted(laid))


def _pieces(stream: Any, count: int) -> tuple[bytes, ...]:
    """Return what is painted before, between and after the holes."""
    pieces: list[list[Any]] = [[]]
    for token in stream.stream:
        if isinstance(token, bytes) and token.startswith(MARK):
            pieces.append([])
        else:
            pieces[-1].append(token)
    if len(pieces) != count + 1:
        raise Unfit("holes in disorder")
    return tuple(weasy.bytes_of(piece) for piece in pieces)
