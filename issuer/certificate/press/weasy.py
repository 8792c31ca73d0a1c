"""The one module that reaches into WeasyPrint: its private functions, as slow.PINNED has them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pydyf as pydyf
from weasyprint import DEFAULT_OPTIONS as DEFAULT_OPTIONS
from weasyprint import Attachment as Attachment
from weasyprint import Document
from weasyprint import draw as draw
from weasyprint import pdf as pdf_module
from weasyprint.anchors import gather_anchors as gather_anchors
from weasyprint.css.counters import CounterStyle
from weasyprint.css.properties import Dimension as Dimension
from weasyprint.document import Page
from weasyprint.formatting_structure import boxes as boxes
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.formatting_structure.text import transform as transform
from weasyprint.html import get_html_metadata
from weasyprint.images import RasterImage as RasterImage
from weasyprint.images import SVGImage as SVGImage
from weasyprint.layout import LayoutContext, absolute, block, layout_document
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.matrix import Matrix as Matrix
from weasyprint.pdf import VARIANTS, _w3c_date_to_pdf, generate_pdf
from weasyprint.pdf import fonts as fonts
from weasyprint.pdf.metadata import DocumentMetadata as DocumentMetadata
from weasyprint.pdf.stream import Stream as Stream
from weasyprint.text.ffi import FROM_UNITS as FROM_UNITS
from weasyprint.text.ffi import ffi as ffi
from weasyprint.text.ffi import gobject, harfbuzz
from weasyprint.text.ffi import pango as pango
from weasyprint.text.fonts import get_pango_font_hb_face as get_pango_font_hb_face
from weasyprint.text.fonts import get_pango_font_key as get_pango_font_key
from weasyprint.text.line_break import Layout as Layout

pdf_date: Final = _w3c_date_to_pdf

ffi.cdef("gpointer g_object_ref (gpointer object);")


def kept_font(pango_font: Any) -> Any:
    """Return what WeasyPrint keeps of a font, for the life of the process: Pango never frees it again."""
    gobject.g_object_ref(pango_font)
    _, description, size = get_pango_font_key(pango_font)
    return kept(fonts.Font(pango_font, description, size))


def kept(font: Any) -> Any:
    """Return a copy of what WeasyPrint made of a font, whose face is never freed; it has not been subset."""
    harfbuzz.hb_face_reference(font.hb_face)
    found = copy.copy(font)
    # Subsets are made of HarfBuzz's face; a copy of a whole Chinese font takes 20 MB.
    found.file_content = b""
    return found


@dataclass(frozen=True)
class Call:
    """A block as it was before WeasyPrint laid it out, and with what it was called: enough to do it again."""

    box: Any
    absolute: bool
    given: tuple[Any, ...]
    shapes: tuple[Any, ...]
    bottom: float
    came: tuple[Any, ...]
    result: Any


Seen = Callable[[int, Call], None]


def options_of(variant: str | None, tags: bool, cache: Any, stylesheets: tuple[Any, ...]) -> dict[str, Any]:
    """Return WeasyPrint's options, those of a PDF variant filled in as WeasyPrint fills them."""
    options = {**DEFAULT_OPTIONS, "pdf_variant": variant, "pdf_tags": tags or None}
    options |= {"cache": cache, "stylesheets": list(stylesheets)}
    for name, value in (VARIANTS[variant][1] if variant else {}).items():
        if options[name] is None:
            options[name] = value
    return options


def boxes_of(html: Any, font_config: Any, options: dict[str, Any]) -> tuple[Any, Any]:
    """Return the root box of a document before layout, and its layout context."""
    counters = CounterStyle()
    context = Document._build_layout_context(html, font_config, counters, {}, options)
    root = build_formatting_structure(
        html.etree_element,
        context.style_for,
        context.get_image_from_uri,
        html.base_url,
        context.target_collector,
        counters,
        context.footnotes,
    )
    return root, context


def metadata_of(html: Any) -> Any:
    """Return the metadata that a document's head gives its PDF."""
    return DocumentMetadata(**get_html_metadata(html))


def pages_of(html: Any, root: Any, context: LayoutContext, seen: Seen) -> list[Any]:
    """Return the laid-out page boxes; whenever a marked block is laid out, `seen` is told how."""
    with _watched(seen):
        return list(layout_document(html, root, context))


@contextmanager
def _watched(seen: Seen) -> Iterator[None]:
    """Have every call that lays out a marked block noted. Under the press lock, which all of us hold who lay out."""
    absolutely, in_flow = absolute.absolute_box_layout, block.block_level_layout

    def lay_absolute(context: Any, box: Any, around: Any, fixed: Any, bottom: Any, skip: Any) -> Any:
        number = getattr(box, "press_island", None)
        if number is None:
            return absolutely(context, box, around, fixed, bottom, skip)
        before = box.deepcopy()
        result = absolutely(context, box, around, fixed, bottom, skip)
        seen(number, Call(before, True, (around, bottom, skip), (), context.page_bottom, (), result[0]))
        return result

    def lay_in_flow(context: Any, box: Any, bottom: Any, skip: Any, around: Any, *rest: Any, **named: Any) -> Any:
        number = getattr(box, "press_island", None)
        if number is None:
            return in_flow(context, box, bottom, skip, around, *rest, **named)
        before, given = box.deepcopy(), _given(rest, named)
        shapes = tuple(context.excluded_shapes)
        result = in_flow(context, box, bottom, skip, around, *rest, **named)
        came = (copy.copy(result[2]), list(result[3]), result[4])
        seen(number, Call(before, False, (bottom, skip, around, *given), shapes, context.page_bottom, came, result[0]))
        return result

    absolute.absolute_box_layout, block.block_level_layout = lay_absolute, lay_in_flow
    try:
        yield
    finally:
        absolute.absolute_box_layout, block.block_level_layout = absolutely, in_flow


def _given(rest: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    """Return page_is_empty, adjoining_margins and the styles of first letter and line, however they were passed."""
    names = ("page_is_empty", "absolute_boxes", "fixed_boxes", "adjoining_margins", "first_letter", "first_line")
    given = dict(zip(names, rest, strict=False))
    given |= {name.removesuffix("_style"): value for name, value in named.items()}
    margins = given.get("adjoining_margins")
    return (
        given.get("page_is_empty", True),
        None if margins is None else list(margins),
        given.get("first_letter"),
        given.get("first_line"),
    )


def lay_again(context: LayoutContext, call: Call, box: Any) -> tuple[Any, Any, tuple[Any, ...]]:
    """Lay out `box` as `call` did: the block or None, where it would go on, and what came with it."""
    context.page_bottom, context.current_page = call.bottom, 1
    if call.absolute:
        around, bottom, skip = call.given
        laid, resume = absolute.absolute_box_layout(context, box, around, [], bottom, skip)
        return laid, resume, ()
    bottom, skip, around, empty, margins, letter, line = call.given
    root = object()
    context._excluded_shapes_root_boxes.append(root)
    context._excluded_shapes[root] = list(call.shapes)
    margins = None if margins is None else list(margins)
    try:
        result = block.block_level_layout(context, box, bottom, skip, around, empty, [], [], margins, letter, line)
    finally:
        context._excluded_shapes.pop(context._excluded_shapes_root_boxes.pop())
    return result[0], result[1], (result[2], list(result[3]), result[4])


def draw_lines(stream: Any, page_box: Any, box: Any, context: LayoutContext) -> None:
    """Draw the lines of a block, with the backgrounds of what is in them."""
    for line in box.children:
        layout_box_backgrounds(page_box, line, context.get_image_from_uri)
        draw.draw_inline_level(stream, page_box, line)


def walk(box: Any) -> Iterator[Any]:
    """Yield `box` and everything in it, placed absolutely or not."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    yield box
    for child in getattr(box, "children", ()):
        yield from walk(child)


class WatchedPage(Page):  # type: ignore[misc]
    """A page that keeps the stream it is painted on."""

    stream: Any = None

    def paint(self, stream: Any, scale: float = 1) -> None:
        """Paint, and remember where."""
        self.stream = stream
        super().paint(stream, scale)


PaintBlock = Callable[[Any, Any, Callable[[], None]], None]


def painted(document: Document, options: dict[str, Any], paint: PaintBlock) -> Any:
    """Return the objects of a document's PDF, without fonts, every block with lines of a marked one painted by `paint`.

    `paint` is given the stream, the block and what WeasyPrint would do.
    """
    whole, written = draw.draw_block_level, pdf_module.build_fonts_dictionary

    def block_level(page: Any, stream: Any, inside: Any) -> None:
        for one, inner in inside.items():
            if getattr(one, "press_island", None) is not None and _has_lines(one):
                paint(stream, one, lambda one=one: whole(page, stream, {one: {}}))  # type: ignore[misc]
            else:
                whole(page, stream, {one: {}})
            block_level(page, stream, inner)

    draw.draw_block_level = block_level
    pdf_module.build_fonts_dictionary = lambda *_: pydyf.Dictionary()
    try:
        return generate_pdf(document, None, 1, **options)
    finally:
        draw.draw_block_level, pdf_module.build_fonts_dictionary = whole, written


def painted_alone(document: Document, options: dict[str, Any]) -> tuple[WatchedPage, dict[int, Any]]:
    """Return the one page of a document, painted by WeasyPrint without us, and the fonts that it used."""
    page = WatchedPage(document.pages[0]._page_box)
    alone = document.copy([page])
    painted(alone, {**options, "attachments": None}, lambda _stream, _block, paint: paint())
    return page, alone.fonts


def bytes_of(tokens: list[Any]) -> bytes:
    """Return a stream's tokens as they are written."""
    return b"\n".join(pydyf._to_bytes(token) for token in tokens)


def _has_lines(box: Any) -> bool:
    return bool(box.children) and isinstance(box.children[-1], boxes.LineBox)
