"""An island: a block with something in it that varies, laid out anew for every certificate by WeasyPrint itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from issuer.certificate.press import weasy
from issuer.certificate.press.refused import OtherForm, Refused, Unfit
from issuer.certificate.press.token import Fields

_PX_PER_MM: Final = 96 / 25.4
_NAMING: Final = ("href", "src", "id", "name", "lang", "style", "class")
_SIDES: Final = ("top", "right", "bottom", "left")
boxes = weasy.boxes


def islands_of(root: Any, fields: Fields) -> tuple[Any, ...]:
    """Mark the blocks whose texts have tokens, and the texts; raises Refused for a sheet that we do not vouch for."""
    parents = {child: box for box in root.descendants() for child in box.children}
    found: list[Any] = []
    for box in list(root.descendants()):
        if any(fields.template(text) for text in _outside(box)):
            raise Unfit("token outside a text")
        template = fields.template(box.text) if isinstance(box, boxes.TextBox) else None
        if template is None:
            continue
        if box.style["text_transform"] == "capitalize":
            raise Unfit("capitals made of a token")
        box.press_template = template
        block = _block_of(box, parents)
        if block not in found:
            block.press_island = len(found)
            found.append(block)
    for block in found:
        _check(block, root, parents)
    return tuple(found)


def _outside(box: Any) -> Iterator[str]:
    """Yield what a box says elsewhere than where it stands: in bookmarks, margins, addresses and names of places."""
    yield box.bookmark_label or ""
    yield from (str(text) for _, text in box.string_set or ())
    if box.element is not None:
        yield from (box.element.get(name, "") for name in _NAMING)


def _block_of(box: Any, parents: Mapping[Any, Any]) -> Any:
    while not (isinstance(box, boxes.BlockBox) and not box.is_table_wrapper):
        box = parents.get(box)
        if box is None:
            raise Unfit("token outside a block")
    return box


def _check(block: Any, root: Any, parents: Mapping[Any, Any]) -> None:
    """Raise Refused where what is around an island takes its size from it, or what is in it is no text."""
    for inner in block.descendants():
        if inner is not block and not isinstance(inner, boxes.LineBox | boxes.InlineBox | boxes.TextBox):
            raise Unfit("more than text in an island")
    sized = (boxes.FlexContainerBox, boxes.GridContainerBox, boxes.TableBox, boxes.InlineBlockBox)
    while block is not root:
        shrinks = block.is_absolutely_positioned() and block.style["width"] == "auto" and _is_loose(block)
        if shrinks or block.is_floated():
            raise Unfit("a block as wide as its content")
        block = parents[block]
        if isinstance(block, sized):
            raise Unfit("a block as wide as its content")


def _is_loose(block: Any) -> bool:
    return "auto" in (block.style["left"], block.style["right"])


def texts(box: Any) -> Iterator[Any]:
    """Yield the texts with tokens in a block."""
    for inner in box.descendants():
        if isinstance(inner, boxes.TextBox) and hasattr(inner, "press_template"):
            yield inner


def fill(box: Any, values: Mapping[str, str], measures: Mapping[str, float]) -> None:
    """Put values into the texts of a block, and its measure into its style."""
    for text in texts(box):
        filled, how = text.press_template.filled(values), text.style["text_transform"]
        text.text = filled if how == "none" else weasy.transform(how, filled, text.style["lang"])
    measure = measure_of(box)
    if measure in measures:
        box.style = box.style.copy()
        box.style["max_width"] = weasy.Dimension(measures[measure] * _PX_PER_MM, "px")


def measure_of(box: Any) -> str:
    """Return the name of the measure that a block is given, nothing where it has none."""
    return str(box.element.get("data-measure", "")) if box.element is not None else ""


@dataclass(frozen=True)
class Form:
    """How a laid-out block stands among the others: two blocks of one form leave everything around them in place."""

    geometry: tuple[float, ...]
    shape: Any

    @classmethod
    def of(cls, box: Any, absolute: bool) -> Form:
        """Return the form of a block; how wide it is does not matter where it has nothing that shows it."""
        upright: tuple[float, ...] = (box.position_y, box.height)
        for side in _SIDES:
            upright += (getattr(box, f"padding_{side}"), getattr(box, f"border_{side}_width"))
        upright += (box.margin_top, box.margin_bottom)
        across = (box.position_x, box.width, box.margin_left, box.margin_right)
        return cls(upright + across if absolute or _is_decorated(box) else upright, shape(box))


def _is_decorated(box: Any) -> bool:
    style = box.style
    return bool(
        any(getattr(box, f"border_{side}_width") for side in _SIDES)
        or (style["background_color"] != "transparent" and getattr(style["background_color"], "alpha", 1))
        or any(image[0] != "none" for image in style["background_image"])
        or style["overflow"] != "visible"
        or style["outline_width"]
        or style["transform"]
        or style["box_shadow"] not in ((), "none", None)
    )  # fmt: skip


def shape(box: Any) -> Any:
    """Return the tree of what is tagged in a block: elements and texts, line by line."""
    if isinstance(box, boxes.TextBox):
        return "text"
    return (box.element_tag, tuple(shape(child) for child in getattr(box, "children", ())))


@dataclass(frozen=True)
class Island:
    """One island of a plate: how it was called, where it stood then, how far it went since, and its form."""

    number: int
    call: weasy.Call
    at: tuple[float, float]
    moved: tuple[float, float]
    form: Form

    @classmethod
    def laid(cls, number: int, call: weasy.Call) -> Island:
        """Return the island that `call` has just laid out: it may still be moved with what is around it."""
        at = (call.result.position_x, call.result.position_y)
        return cls(number, call, at, (0.0, 0.0), Form.of(call.result, call.absolute))

    def ended(self, final: Any) -> Island:
        """Return the island that stands on the page as the box `final`."""
        return replace(self, moved=(final.position_x - self.at[0], final.position_y - self.at[1]))

    @property
    def measure(self) -> str:
        """The name of the measure that it is given."""
        return measure_of(self.call.box)

    def lay(self, context: Any, values: Mapping[str, str], measures: Mapping[str, float]) -> Any:
        """Return the block with these values, where it stands on the page; raises OtherForm if it does not fit."""
        box = self.call.box.deepcopy()
        fill(box, values, measures)
        laid, resume, came = weasy.lay_again(context, self.call, box)
        if laid is None or resume is not None:
            raise Refused("page break in an island")
        if not self.call.absolute and came != self.call.came:
            raise OtherForm("what follows an island")
        if Form.of(laid, self.call.absolute) != self.form:
            raise OtherForm("form of an island")
        laid.press_left = laid.content_box_x()
        if any(self.moved):
            laid.translate(*self.moved)
        return laid
