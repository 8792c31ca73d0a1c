"""Mutations of a PDF with an attached credential: names, places, streams, updates, and a second attachment."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import pikepdf

from tests.verifier.pictures import added_to
from tools.mutations import octets

Way = Callable[[bytes, random.Random, bytes], bytes]
NAMES: Final = (
    "credential.json", "credential.JSON", "badge.json", "x.txt", "a/b.json", "../../credential.json", "",
    "creden\0tial.json",
    "x" * 300, "crédential.json", "credential.jwt",
)  # fmt: skip


class Paper:
    """A PDF under construction."""

    def __init__(self, pages: int = 1) -> None:
        self.pdf = pikepdf.new()
        for _ in range(pages):
            self.pdf.add_blank_page(page_size=(72, 72))

    def file(self, data: bytes, name: str = "credential.json") -> Any:
        """Make a file specification of `data`."""
        spec = pikepdf.AttachedFileSpec(self.pdf, data, filename=name or "x", mime_type="application/json")
        spec.obj["/AFRelationship"] = pikepdf.Name("/Source")
        return self.pdf.make_indirect(spec.obj)

    def attach(self, spec: Any, dice: random.Random | None = None) -> Paper:
        """Attach a file in each of the ways; with `dice` in one of them."""
        way = dice.randrange(4) if dice else 0
        if way == 0:
            _inside(self.pdf.Root, "/AF", pikepdf.Array([])).append(spec)
        if way in (0, 1):
            tree = _inside(
                _inside(self.pdf.Root, "/Names", pikepdf.Dictionary()), "/EmbeddedFiles", pikepdf.Dictionary()
            )
            names = _inside(tree, "/Names", pikepdf.Array([]))
            names.extend([pikepdf.String(f"{len(names):03d}"), spec])
        page = self.pdf.pages[0].obj
        if way == 2:
            page["/AF"] = pikepdf.Array([spec])
        if way == 3:
            note = pikepdf.Dictionary(
                Type=pikepdf.Name("/Annot"),
                Subtype=pikepdf.Name("/FileAttachment"),
                FS=spec,
                Rect=pikepdf.Array([0, 0, 9, 9]),
            )
            page["/Annots"] = pikepdf.Array([self.pdf.make_indirect(note)])
        return self

    def written(self, **how: Any) -> bytes:
        """Return the file."""
        out = io.BytesIO()
        self.pdf.save(out, deterministic_id="encryption" not in how, **how)
        return out.getvalue()


def _inside(holder: Any, name: str, empty: Any) -> Any:
    """Return what `holder` has under `name`, which is `empty` at first."""
    if name not in holder:
        holder[name] = empty
    return holder[name]


@lru_cache(64)
def baked(credential: bytes) -> bytes:
    """Return a PDF with `credential` attached as we do it."""
    paper = Paper()
    return paper.attach(paper.file(credential)).written()


def attached_otherwise(credential: bytes, dice: random.Random, _other: bytes) -> bytes:
    """Attach it under another name, in one of four ways."""
    paper = Paper(dice.randint(1, 3))
    return paper.attach(paper.file(credential, dice.choice(NAMES)), dice).written()


def written_otherwise(credential: bytes, dice: random.Random, _other: bytes) -> bytes:
    """Write the file in another form: streams of objects, compressed, plain, locked, after other octets."""
    paper = Paper()
    paper.attach(paper.file(credential))
    lock = pikepdf.Encryption(owner="o", user=dice.choice(("", "u")))
    how: dict[str, Any] = dice.choice((
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate}, {"compress_streams": True},
        {"linearize": True}, {"qdf": True},
        {"encryption": lock},
    ))  # fmt: skip
    before = dice.choice((b"", b"", b"", b"%\xff\n", b"x" * 20, b"GIF89a"))
    return before + paper.written(**how)


def added_later(credential: bytes, dice: random.Random, other: bytes) -> bytes:
    """Add to the file: another page, another content, the credential's own stream again, its end twice."""
    paper = baked(credential)
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        spec = pdf.Root["/AF"][0]
        stream = spec["/EF"]["/F"].objgen[0]
        page = pdf.pages[0].obj.objgen[0]
    body = b"<</Type/EmbeddedFile/Length %d>>\nstream\n%s\nendstream" % (len(credential), credential)
    theirs = b"<</Type/EmbeddedFile/Length %d>>\nstream\n%s\nendstream" % (len(other), other)
    empty = b"<</Type/Page/MediaBox[0 0 9 9]/Parent 1 0 R>>"
    update = dice.choice(
        ((stream, body), (stream, theirs), (page, empty), (page, b"null"), (stream, b"null"), (999, theirs))
    )
    return dice.choice((added_to(paper, update), added_to(paper, update), paper + b"\n%%EOF\n", paper + paper))


def stream_changed(credential: bytes, dice: random.Random, _other: bytes) -> bytes:
    """Change octets of the attached file itself."""
    return baked(octets.mutated(credential, dice)[1])


def octets_changed(credential: bytes, dice: random.Random, _other: bytes) -> bytes:
    """Change octets of the PDF, wherever they stand."""
    return octets.mutated(baked(credential), dice)[1]


def exchanged(_credential: bytes, dice: random.Random, other: bytes) -> bytes:
    """Attach another genuine credential in the place of this one."""
    paper = Paper()
    return paper.attach(paper.file(other), dice).written()


def second(credential: bytes, dice: random.Random, other: bytes) -> bytes:
    """Attach another genuine credential beside this one; at times under its name, or as the other half of a file."""
    paper = Paper()
    mine, theirs = paper.file(credential), paper.file(other, dice.choice(("credential.json", "badge.json", "x.txt")))
    if dice.random() < 0.2:
        mine["/EF"]["/UF"] = theirs["/EF"]["/F"]
        return paper.attach(mine, dice).written()
    for spec in dice.sample([mine, theirs], 2):
        paper.attach(spec)
    return paper.written()


WAYS: Final[tuple[Way, ...]] = (
    attached_otherwise, written_otherwise, added_later, stream_changed, octets_changed, octets_changed,
    exchanged, second, second,
)  # fmt: skip


def mutated(credential: bytes, dice: random.Random, other: bytes) -> tuple[str, bytes]:
    """Return the name of one way, and a PDF with `credential` attached, mutated in it."""
    way = dice.choice(WAYS)
    return way.__name__, way(credential, dice, other)
