"""Mutations of a baked PNG: kinds, lengths, checksums and order of its chunks, and a second one with a credential."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable
from typing import Final

from PIL import Image

from badges.baking import KEYWORD, KEYWORD_2, SIGNATURE, bake_png
from tests.verifier.pictures import chunk
from tools.mutations import octets

Chunk = tuple[bytes, bytes]
Way = Callable[[list[Chunk], random.Random, bytes], bytes]
_HEAD: Final = b"\0\0\0\0\0"


def drawn() -> bytes:
    """Return a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (120, 30, 40)).save(out, "PNG")
    return out.getvalue()


PICTURE: Final = drawn()


def baked(credential: bytes) -> bytes:
    """Return a picture with `credential` in it."""
    return bake_png(PICTURE, credential)


def chunks(picture: bytes) -> list[Chunk]:
    """Return kind and body of each chunk of a whole PNG."""
    found, place = [], len(SIGNATURE)
    while place < len(picture):
        length, kind = struct.unpack_from(">I4s", picture, place)
        found.append((kind, picture[place + 8 : place + 8 + length]))
        place += 12 + length
    return found


def written(parts: list[Chunk]) -> bytes:
    """Return chunks as a PNG."""
    return SIGNATURE + b"".join(chunk(*part) for part in parts)


def holding(credential: bytes, dice: random.Random) -> Chunk:
    """Return a chunk that holds `credential`, in one of the forms that readers of badges know."""
    keyword = dice.choice((KEYWORD, KEYWORD, KEYWORD_2))
    squeezed = zlib.compress(credential)
    return dice.choice((
        (b"iTXt", keyword + _HEAD + credential),
        (b"iTXt", keyword + b"\0\1\0\0\0" + squeezed),
        (b"iTXt", keyword + b"\0\0\0it\0attestato\0" + credential),
        (b"tEXt", keyword + b"\0" + credential),
        (b"zTXt", keyword + b"\0\0" + squeezed),
    ))  # fmt: skip


def kind_changed(parts: list[Chunk], dice: random.Random, _other: bytes) -> bytes:
    """Give a chunk another kind, its checksum made right."""
    place = dice.randrange(len(parts))
    kind = dice.choice(
        (b"iTXt", b"tEXt", b"zTXt", b"ITXt", b"iTXT", b"prVt", b"IEND", b"IDAT", b"eXIf", dice.randbytes(4))
    )
    parts[place] = (kind, parts[place][1])
    return written(parts)


def length_changed(parts: list[Chunk], dice: random.Random, _other: bytes) -> bytes:
    """Let a chunk say that it is longer or shorter than it is."""
    place = dice.randrange(len(parts))
    before, (kind, body) = written(parts[:place]), parts[place]
    length = dice.choice((0, len(body) - 1, len(body) + 1, len(body) + 12, 2**31 - 1, 2**31, 2**32 - 1)) % 2**32
    whole = struct.pack(">I", length) + chunk(kind, body)[4:]
    return before + whole + b"".join(chunk(*part) for part in parts[place + 1 :])


def checksum_changed(parts: list[Chunk], dice: random.Random, _other: bytes) -> bytes:
    """Write a wrong checksum."""
    place = dice.randrange(len(parts))
    whole = chunk(*parts[place])
    wrong = whole[:-4] + dice.choice((dice.randbytes(4), bytes(4), whole[-4:][::-1], b""))
    return written(parts[:place]) + wrong + b"".join(chunk(*part) for part in parts[place + 1 :])


def reordered(parts: list[Chunk], dice: random.Random, _other: bytes) -> bytes:
    """Put the chunks in another order, the credential behind the end at times."""
    dice.shuffle(parts)
    return written(parts)


def doubled_or_gone(parts: list[Chunk], dice: random.Random, _other: bytes) -> bytes:
    """Say a chunk twice, or not at all."""
    place = dice.randrange(len(parts))
    if dice.random() < 0.6:
        parts.insert(dice.randint(0, len(parts)), parts[place])
    else:
        del parts[place]
    return written(parts)


def body_changed(parts: list[Chunk], dice: random.Random, _other: bytes) -> bytes:
    """Change octets of the chunk that holds the credential, its checksum made right."""
    place = next(number for number, (kind, _) in enumerate(parts) if kind == b"iTXt")
    parts[place] = (b"iTXt", octets.mutated(parts[place][1], dice)[1])
    return written(parts)


def head_changed(parts: list[Chunk], dice: random.Random, _other: bytes) -> bytes:
    """Change keyword, flags, language or form of the chunk that holds the credential."""
    place = next(number for number, (kind, _) in enumerate(parts) if kind == b"iTXt")
    held = parts[place][1].removeprefix(KEYWORD + _HEAD)
    keyword = dice.choice((KEYWORD, KEYWORD.upper(), KEYWORD + b" ", KEYWORD[:-1], b"", b"Comment", KEYWORD + b"\xff"))
    flags = dice.choice((_HEAD, b"\0\1\0\0\0", b"\0\2\0\0\0", b"\0\0\1\0\0", b"\0\0\0\0", b"\0", b"\0\0\0it\0x\0", b""))
    parts[place] = dice.choice(((b"iTXt", keyword + flags + held), holding(held, dice)))
    return written(parts)


def exchanged(parts: list[Chunk], dice: random.Random, other: bytes) -> bytes:
    """Put another genuine credential in the place of this one."""
    place = next(number for number, (kind, _) in enumerate(parts) if kind == b"iTXt")
    parts[place] = holding(other, dice)
    return written(parts)


def second(parts: list[Chunk], dice: random.Random, other: bytes) -> bytes:
    """Put another genuine credential beside this one, before or behind it, or behind the end."""
    new = holding(other, dice)
    if dice.random() < 0.2:
        return written(parts) + baked(other)
    parts.insert(dice.randint(1, len(parts)), new)
    return written(parts)


WAYS: Final[tuple[Way, ...]] = (
    kind_changed, length_changed, checksum_changed, reordered, doubled_or_gone, body_changed, body_changed,
    head_changed,
    exchanged, second, second,
)  # fmt: skip


def mutated(picture: bytes, dice: random.Random, other: bytes) -> tuple[str, bytes]:
    """Return the name of one way, and the baked `picture` mutated in it."""
    way = dice.choice(WAYS)
    return way.__name__, way(chunks(picture), dice, other)
