"""SVG rebuilt from an allow-list: only shapes, gradients and their looks are copied; all else was never there.

Runs in a child process. What may be copied is written down here; nothing is removed, because what nobody thought of
cannot be removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import tinycss2
from lxml import etree

SVG: Final = "http://www.w3.org/2000/svg"
MOST_SHAPES: Final = 20_000
"""Elements that a drawing may have once every `use` is followed."""

_XLINK_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_ELEMENTS_WORDS: Final = (
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan title desc "
    "linearGradient radialGradient stop clipPath mask"
)
_ELEMENTS: Final = frozenset(_ELEMENTS_WORDS.split())
_LOOKS_WORDS: Final = (
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin "
    "stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color stop-color stop-opacity clip-path "
    "clip-rule mask display visibility font-family font-size font-weight font-style text-anchor letter- "
    "spacing"
)
_LOOKS: Final = frozenset(_LOOKS_WORDS.split())
_GEOMETRY_WORDS: Final = (
    "d x y x1 x2 y1 y2 cx cy r rx ry fx fy width height points transform viewBox preserveAspectRatio "
    "offset dx dy gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits "
    "textLength"
)
_GEOMETRY: Final = frozenset(_GEOMETRY_WORDS.split())
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]{0,199}", re.ASCII)
_LOCAL: Final = re.compile(r"url\(\s*['\"]?#([A-Za-z_][\w.-]*)['\"]?\s*\)", re.ASCII)
_CLASS: Final = re.compile(r"\.([A-Za-z_][\w-]*)", re.ASCII)
_NUMBER: Final = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:px|pt|mm)?\s*", re.ASCII)

_NAMESPACES: Final[dict[Any, str]] = {None: SVG}

Rules = Mapping[str, Mapping[str, str]]


class Unsafe(ValueError):
    """A document type, an entity: nothing that a picture needs."""


class TooLarge(ValueError):
    """More shapes than a logo has, or a `use` that unfolds into them."""


class Empty(ValueError):
    """No SVG, or one in which nothing is drawn."""


def rebuild(data: bytes, purpose: str) -> bytes:  # noqa: ARG001 - the purposes differ in pixels only
    """Return `data` as an SVG of allowed elements and attributes; raises Unsafe, TooLarge, Empty or a syntax error."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None or any(True for _ in root.iter(etree.Entity)):
        raise Unsafe
    if root.tag != f"{{{SVG}}}svg":
        raise Empty
    made = _copied(root, _rules(root))
    box = made.get("viewBox") or _box(made)
    if box is None:
        raise Empty
    made.set("viewBox", box)
    if not any(_local(node) in {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "use"}
               for node in made.iter()):  # fmt: skip
        raise Empty
    _unfold(made)
    return bytes(etree.tostring(made, encoding="utf-8"))


def _copied(node: etree._Element, rules: Rules) -> etree._Element:
    made = etree.Element(f"{{{SVG}}}{_local(node)}", nsmap=_NAMESPACES)
    made.text = node.text if _local(node) in {"text", "tspan", "title", "desc"} else None
    for name, value in _attributes(node, rules):
        made.set(name, value)
    for child in node:
        if str(child.tag).startswith(f"{{{SVG}}}") and _local(child) in _ELEMENTS:
            copy = _copied(child, rules)
            copy.tail = child.tail if _local(node) in {"text", "tspan"} else None
            made.append(copy)
    return made


def _attributes(node: etree._Element, rules: Rules) -> Iterator[tuple[str, str]]:
    looks: dict[str, str] = {}
    for name in (node.get("class") or "").split():
        looks.update(rules.get(name, {}))
    looks.update(_declarations(node.get("style") or ""))
    for plain, value in ((str(name), str(text)) for name, text in node.attrib.items()):
        if plain in _LOOKS and plain not in looks and _harmless(value):
            looks[plain] = value
        elif plain in _GEOMETRY and "(" not in _without_transforms(plain, value) and _harmless(value):
            yield plain, value
        elif plain == "id" and _NAME.fullmatch(value):
            yield "id", value
        elif plain in {"href", _XLINK_HREF} and value.startswith("#") and _NAME.fullmatch(value[1:]):
            yield "href", value
    yield from looks.items()


def _without_transforms(name: str, value: str) -> str:
    return "" if name in {"transform", "gradientTransform"} else value


def _harmless(value: str) -> bool:
    """Tell whether a value can load nothing: the only address in it, if any, is of the drawing itself."""
    rest = _LOCAL.sub("", value).casefold()
    return not any(sign in rest for sign in ("url", ":", "\\", "@", "<", "&", "expression"))


def _declarations(css: str) -> dict[str, str]:
    found = {}
    for item in tinycss2.parse_declaration_list(css, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration" and item.lower_name in _LOOKS:
            value = tinycss2.serialize(item.value).strip()
            if _harmless(value):
                found[item.lower_name] = value
    return found


def _rules(root: etree._Element) -> Rules:
    """Return what the style sheets inside say of single classes, the way drawing programs export colours."""
    found: dict[str, dict[str, str]] = {}
    for style in root.iter(f"{{{SVG}}}style"):
        for rule in tinycss2.parse_stylesheet(style.text or "", skip_comments=True, skip_whitespace=True):
            if rule.type != "qualified-rule":
                continue
            looks = _declarations(tinycss2.serialize(rule.content))
            for selector in tinycss2.serialize(rule.prelude).split(","):
                named = _CLASS.fullmatch(selector.strip())
                if named:
                    found.setdefault(named[1], {}).update(looks)
    return found


def _box(made: etree._Element) -> str | None:
    sides = [_NUMBER.fullmatch(made.get(side) or "") for side in ("width", "height")]
    return f"0 0 {sides[0][1]} {sides[1][1]}" if sides[0] and sides[1] else None


def _unfold(root: etree._Element) -> None:
    """Raise TooLarge if following every `use` gives more shapes than a drawing has, or never ends."""
    named = {node.get("id"): node for node in root.iter() if node.get("id")}
    sizes: dict[etree._Element, int] = {}
    open_nodes: set[etree._Element] = set()

    def size(node: etree._Element, depth: int = 0) -> int:
        if node in open_nodes or depth > 200:
            raise TooLarge
        if node not in sizes:
            open_nodes.add(node)
            total = 1 + sum(size(child, depth + 1) for child in node)
            target = named.get((node.get("href") or "#")[1:])
            if target is not None:
                total += size(target, depth + 1)
            open_nodes.discard(node)
            sizes[node] = total
            if total > MOST_SHAPES:
                raise TooLarge
        return sizes[node]

    size(root)


def _local(node: etree._Element) -> str:
    return str(etree.QName(node).localname)
