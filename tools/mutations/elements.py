"""Mutations of a baked SVG: namespaces, entities, sections, encodings, and a second element with a credential."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from badges.baking import NAMESPACE, NAMESPACE_2
from tools.mutations import octets

Way = Callable[[bytes, random.Random, bytes], str | bytes]
SVG: Final = '<svg xmlns="http://www.w3.org/2000/svg"{names} viewBox="0 0 9 9">{first}<path d="M0 0h9v9z"/>{last}</svg>'
NAMES: Final = f' xmlns:openbadges="{NAMESPACE}" xmlns:old="{NAMESPACE_2}"'
HEADS: Final = (
    '<?xml version="1.0" encoding="utf-8"?>', '<?xml version="1.1"?>', '<?xml version="1.0" encoding="latin-1"?>', "\n",
    '<?xml version="1.0" encoding="utf-7"?>', "<!-- x -->", "<?xml-stylesheet href='https://evil.example/x'?>",
    "\ufeff",
    "<!DOCTYPE svg>", '<!DOCTYPE svg SYSTEM "https://evil.example/x.dtd">', '<!DOCTYPE svg [<!ENTITY a "x">]>',
    '<!DOCTYPE svg [<!ATTLIST svg id CDATA "x">]>',
)  # fmt: skip


def element(credential: bytes, prefix: str = "openbadges", name: str = "credential") -> str:
    """Return the element that holds `credential`: a token in `verify`, JSON inside."""
    text = credential.decode("utf-8", "replace")
    if text.startswith("{"):
        whole = text.replace("]]>", "]]\\u003e")
        return f"<{prefix}:{name}><![CDATA[{whole}]]></{prefix}:{name}>"
    return f"<{prefix}:{name} verify={quoteattr(text)}/>"


def written(first: str, last: str = "", names: str = NAMES) -> str:
    """Return a picture with those elements in it."""
    return SVG.format(names=names, first=first, last=last)


def baked(credential: bytes) -> bytes:
    """Return a picture with `credential` in it."""
    return written(element(credential)).encode("utf-8", "replace")


def named_otherwise(credential: bytes, dice: random.Random, _other: bytes) -> str:
    """Give element, prefix or namespace another name; with the same address a prefix means nothing."""
    prefix, name = (
        dice.choice(("openbadges", "b", "svg")),
        dice.choice(("credential", "Credential", "assertion", "verify")),
    )
    space = dice.choice(
        (NAMESPACE, NAMESPACE, NAMESPACE_2, NAMESPACE + "/", NAMESPACE.upper(), "http://www.w3.org/2000/svg")
    )
    return written(element(credential, prefix, name), names=f' xmlns:{prefix}="{space}"')


def written_otherwise(credential: bytes, dice: random.Random, _other: bytes) -> str:
    """Write the text with entities, in two sections, with comments or instructions inside, or in `verify`."""
    text = credential.decode()
    place = dice.randrange(len(text))
    before, behind = text[:place], text[place:]
    numbered = f"{escape(before)}&#{dice.choice(('', 'x0000'))}{ord(behind[0]):x};{escape(behind[1:])}"
    inside = dice.choice((
        escape(text), f"<![CDATA[{before}]]><![CDATA[{behind}]]>", numbered,
        f"<![CDATA[{before}]]><!-- x --><![CDATA[{behind}]]>",
        f"<![CDATA[{before}]]><?x y?><![CDATA[{behind}]]>", f"<![CDATA[{before}]]><b/><![CDATA[{behind}]]>",
        escape(before) + "&x;",
        f"<![CDATA[{before}]]><b>{escape(behind)}</b>", f"{escape(text)}<openbadges:credential/>", text,
        f"<![CDATA[{text}",
    ))  # fmt: skip
    attribute = f" verify={quoteattr(text)}" if dice.random() < 0.15 else ""
    return written(f"<openbadges:credential{attribute}>{inside}</openbadges:credential>")


def headed(credential: bytes, dice: random.Random, _other: bytes) -> str:
    """Put something before the picture: a declaration, a document type, a comment."""
    return dice.choice(HEADS) + written(element(credential))


def moved(credential: bytes, dice: random.Random, _other: bytes) -> str:
    """Put the element at the end, deep inside, into a comment or a section, or outside."""
    held = element(credential)
    deep = "<g>" * 200 + held + "</g>" * 200
    return dice.choice((
        written("", held), written(deep), written(f"<!-- {held} -->"), written(f"<desc>{escape(held)}</desc>"),
        written("") + held,
        written(f"<script>{held}</script>"), written(f"<foreignObject>{held}</foreignObject>"), held, written(held) * 2,
        f"<html>{written(held)}</html>",
    ))  # fmt: skip


def encoded(credential: bytes, dice: random.Random, _other: bytes) -> bytes:
    """Write the picture in another encoding, said or unsaid."""
    form = dice.choice(("utf-16", "utf-16-be", "utf-32", "latin-1", "ascii", "utf-8-sig"))
    said = dice.choice(("", f'<?xml version="1.0" encoding="{form}"?>', '<?xml version="1.0" encoding="utf-8"?>'))
    return (said + written(element(credential))).encode(form, "xmlcharrefreplace")


def octets_changed(credential: bytes, dice: random.Random, _other: bytes) -> bytes:
    """Change octets, wherever they stand."""
    return octets.mutated(baked(credential), dice)[1]


def exchanged(_credential: bytes, _dice: random.Random, other: bytes) -> bytes:
    """Put another genuine credential in the place of this one."""
    return baked(other)


def second(credential: bytes, dice: random.Random, other: bytes) -> str:
    """Put another genuine credential beside this one, inside it, or in its other half."""
    mine = element(credential)
    theirs = dice.choice((element(other), element(other, "old", "assertion")))
    end = "</openbadges:credential>"
    inside = mine.replace(end, theirs + end) if end in mine else mine.replace("/>", f">{theirs}{end}")
    pairs = [(mine, theirs), (theirs, mine), (mine + theirs, ""), (f"<g>{theirs}</g>{mine}", ""), (inside, "")]
    return written(*dice.choice(pairs))


WAYS: Final[tuple[Way, ...]] = (
    named_otherwise, written_otherwise, written_otherwise, headed, moved, encoded, octets_changed, octets_changed,
    exchanged, second, second,
)  # fmt: skip


def mutated(credential: bytes, dice: random.Random, other: bytes) -> tuple[str, bytes]:
    """Return the name of one way, and a picture that holds `credential`, mutated in it."""
    way = dice.choice(WAYS)
    picture = way(credential, dice, other)
    return way.__name__, picture if isinstance(picture, bytes) else picture.encode("utf-8", "replace")
