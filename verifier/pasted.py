"""What people paste: a credential in a fence or in quotation marks, an address, a message with an address in it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

from badges.problem import OutOfRange, Unreadable
from verifier.links import as_link, different, links_among, without_links
from verifier.unread import WalletOffer

LONGEST: Final = 1_048_576
"""Octets of a text in which anything is looked for; a longer one is a credential or nothing."""
_DATA: Final = re.compile(
    rb"data:(?P<kind>[a-z0-9!#$&^_.+/-]*)(?P<more>(?:;[^,;]*)*?)(?P<base>;base64)?,", re.IGNORECASE
)
_FENCES: Final = ("```", "~~~")
_FENCES_MOST: Final = 32
_LANGUAGE: Final = re.compile(r"[\w+-]{0,20}[ \t]*\r?\n", re.ASCII)
_QUOTES: Final = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "«": "»", "„": "“", "<": ">", "(": ")", "[": "]"}
_QUOTED_LINE: Final = re.compile(r"^> ?", re.MULTILINE)
_NOISE: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
"""Octets that stand in no text."""
_TOKEN: Final = re.compile(r"(?<![\w-])e[yw][\w-]{8,}\.[\w-]{8,}\.[\w-]*", re.ASCII)
_ALONE: Final = re.compile(rf"(?<!\S){_TOKEN.pattern}(?!\S)", re.ASCII)
_BLANK: Final = " \t\r\n\f\v"
_OFFER: Final = re.compile(
    r"(?:openid[\w-]*|haip[\w-]*|[\w-]*openid4v[\w-]*)://\S*|https?://\S*[?&]credential_offer(?:_uri)?=\S*",
    re.ASCII | re.IGNORECASE,
)
"""OpenID for Verifiable Credential Issuance 1.0, section 4.1."""


def data_inside(data: bytes) -> bytes | None:
    """Return what a `data:` address holds (RFC 2397), or None when it is not one; Unreadable for a broken one."""
    head = _DATA.match(data)
    if head is None:
        return None
    body = data[head.end() :]
    if not head["base"]:
        if len(body) > LONGEST:
            raise OutOfRange(f"The data address is longer than {LONGEST:,} octets.")
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(b"".join(body.replace(b"%2B", b"+").replace(b"%3D", b"=").split()), validate=True)
    except binascii.Error as fault:
        raise Unreadable("The data address is not base64.") from fault


def things_in(data: bytes) -> tuple[list[bytes], list[str]]:
    """Return the different texts that may be credentials, and the different addresses, that stand in a text.

    WalletOffer when it is one. Both lists are empty when there is nothing but words, or the whole is a credential, or
    it is no text.
    """
    if len(data) > LONGEST or _NOISE.search(data):
        return [], []
    text = data.decode("utf-8", "replace").removeprefix("\ufeff").strip(_BLANK)
    if _OFFER.fullmatch(text):
        raise WalletOffer("This is an offer of a credential, not a credential.")
    if link := as_link(_bare(text)):
        return [], [link]
    held, words = _fenced(text)
    if not held and (whole := _bare(words)).startswith(("{", "ey", "ew")) and whole != text:
        return [whole.encode()], []
    tokens = dict.fromkeys(_TOKEN.findall(without_links(words)))
    # One that does not stand by itself may be more or less than it seems: it counts against another, not for itself.
    if held or len(tokens) > 1 or _ALONE.search(words):
        held += tokens
    links = different(links_among(words))
    if not held and len(links) == 1 and not as_link(links[0]):
        return [], []
    return [text.encode() for text in dict.fromkeys(held)], links


def _fenced(text: str) -> tuple[list[str], str]:
    """Return what stands in fences, and the words around them."""
    for mark in _FENCES:
        words, inside = (pieces := text.split(mark))[0::2], pieces[1::2]
        if inside and len(words) == len(inside) + 1 <= _FENCES_MOST:
            return [_bare(_without_language(held)) for held in inside], " ".join(words)
    return [], text


def _without_language(fenced: str) -> str:
    named = _LANGUAGE.match(fenced)
    return fenced[named.end() :] if named else fenced


def sole_link(text: str) -> str:
    """Return the one address that a text is or has among its words, where there is nothing else to be verified in it.

    Nothing for any other text; why it cannot be read is told by whoever reads it.
    """
    data = text.strip().encode("utf-8", "replace")
    if data.startswith(b"{") or _DATA.match(data):
        return ""
    try:
        held, links = things_in(data)
    except WalletOffer:
        return ""
    return links[0] if len(links) == 1 and not held else ""


def _bare(text: str) -> str:
    """Return a text without the marks of quotation around it, as messengers and mails put them."""
    text = text.strip(_BLANK)
    if text.startswith(">"):
        text = _QUOTED_LINE.sub("", text).strip(_BLANK)
    for inside in _unwrapped(text):
        text = inside
    return text


def _unwrapped(text: str) -> Iterator[str]:
    for _ in range(3):
        if len(text) < 2 or _QUOTES.get(text[0]) != text[-1]:
            return
        if text[0] == '"' and "\\" in text:
            try:
                inside = json.loads(text)
            except ValueError:
                return
            text = inside.strip(_BLANK) if isinstance(inside, str) else text
        else:
            text = text[1:-1].strip(_BLANK)
        yield text
