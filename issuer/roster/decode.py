"""Bytes to text: byte order mark first, then strict UTF-8, then UTF-16 where it is plain, then Windows-1252."""

from __future__ import annotations

import codecs
import re
from typing import Final

from issuer.fault import Fault, Refused
from issuer.roster import limits

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)
_SAMPLE: Final = 4096
_FOREIGN: Final = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"BZh",
    b"{\\rtf",
)
_SEQUENCE: Final = re.compile(
    rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|\xc2[\xa0-\xbf]"
)
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_workbook(data: bytes) -> bool:
    """Tell whether these bytes are a ZIP archive, as an XLSX workbook is."""
    return data.startswith(b"PK\x03\x04")


def check_kind(data: bytes) -> None:
    """Refuse what is no table at all: nothing, too much, another kind of file."""
    if len(data) > limits.FILE_BYTES:
        raise Refused(Fault("file_too_large", values={"limit": limits.FILE_BYTES // 2**20}))
    if not data.strip():
        raise Refused(Fault("file_empty"))
    if data.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise Refused(Fault("workbook_encrypted" if encrypted else "workbook_legacy"))
    if data.startswith(_FOREIGN):
        raise Refused(Fault("file_not_a_table"))


def decode(data: bytes) -> tuple[str, str, str]:
    """Return the text, the name of its encoding and its codec; Refused where no encoding fits."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _strict(data, codec), name, codec
    plain = _plain_utf16(data[:_SAMPLE])
    if plain:
        return _strict(data, plain), "utf-16", plain
    try:
        return data.decode("utf-8"), "utf-8", "utf-8"
    except UnicodeDecodeError:
        if _damaged_utf8(data):
            _strict(data, "utf-8")
        return _strict(data, "cp1252"), "cp1252", "cp1252"


def _strict(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise Refused(Fault("file_encoding", row=line, values={"byte": f"0x{data[fault.start]:02X}"})) from fault


def _damaged_utf8(data: bytes) -> bool:
    """Tell whether this is UTF-8 with a few broken bytes: read as cp1252, every name in it would be spoilt."""
    whole = sum(map(len, _SEQUENCE.findall(data)))
    return whole > 0 and whole * 2 > sum(map(len, _HIGH.findall(data)))


def _plain_utf16(sample: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark: every other byte of its Latin part is zero."""
    pairs = len(sample) // 2
    if pairs == 0:
        return None
    high, low = sample[0 : pairs * 2 : 2].count(0), sample[1 : pairs * 2 : 2].count(0)
    if low > pairs * 0.4 and high < pairs * 0.05:
        return "utf-16-le"
    if high > pairs * 0.4 and low < pairs * 0.05:
        return "utf-16-be"
    return None
