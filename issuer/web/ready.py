"""Answers that are ready: made once by the pages, given again as long as what they rest on is the same.

Before each answer the store is asked, in one question, how things stand (`issuer.web.found`). A revocation, a
correction, another key or another word of whoever vouches is therefore seen at once in every process and on every
host; what is kept here is never the reason for which something is believed. What this does not know it hands on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_etags

from badges.kept import Kept
from issuer.web.found import Finder, Found
from issuer.web.notes import Notes, with_notes
from issuer.web.pieces import Pieces
from templates import LANGUAGES
from verifier.web.health import PAGE
from verifier.web.language import HEADER_MOST, wished
from verifier.web.packed import takes_gzip

OCTETS_MOST: Final = 64 * 2**20
"""Octets of all answers that are kept in one process."""
MOST: Final = 16_384
_OVERHEAD: Final = 3_072
"""Octets that an answer counts for beside its body: its headers, and what it rests on."""
_BODY: Final = frozenset({"content-type", "content-length", "content-encoding", "content-disposition"})
"""Headers that 304 leaves out (RFC 9110, 15.4.5)."""
_OF_ONE_READER: Final = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_RANGE", "HTTP_RANGE", "HTTP_ACCEPT_ENCODING")
"""Fields that the pages are not told. Of what is answered here no parts are given (RFC 9110, 14.2)."""
_OF_THE_WAY: Final = frozenset({"etag", "content-length"})

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


@dataclass(frozen=True)
class _Answer:
    """An answer that was made: while it stands, and until then at the latest, it may be given again."""

    stands: Hashable
    until: datetime | None
    page: str
    headers: tuple[tuple[str, str], ...]
    body: Pieces

    def may_be_given(self, found: Found, now: datetime) -> bool:
        return self.stands == found.stands and (self.until is None or now < self.until)


class Ready:
    """A WSGI application before the pages; `count` is told the kind of page, the status and the seconds."""

    def __init__(
        self,
        pages: Application,
        finder: Finder,
        language: str,
        count: Callable[[str, int, float], None],
        octets_most: int = OCTETS_MOST,
    ) -> None:
        self._pages, self._finder, self._language, self._count = pages, finder, language, count
        self._kept: Kept[_Answer] = Kept(MOST, octets_most)

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer, or have the pages answer."""
        began = time.perf_counter()
        key = self._key(environ)
        if key is None:
            return self._pages(environ, start_response)
        try:
            found = self._finder.find(key[0], key[1])
        except SQLAlchemyError:  # The pages say so.
            found = None
        if found is None:
            return self._pages(environ, start_response)
        now, answer = self._finder.clock(), self._kept.get(key)
        if answer is None or not answer.may_be_given(found, now):
            made = self._made(environ, key, found)
            if not isinstance(made, _Answer):
                start_response(*made[:2])
                return made[2]
            answer, began = made, 0.0
        status, headers, body = _given(answer, environ, now)
        if began:
            self._count(answer.page, int(status[:3]), time.perf_counter() - began)
        start_response(status, headers)
        return body

    def _key(self, environ: Environ) -> tuple[str, ...] | None:
        """Return what tells one answer from others, None for what is not ours to answer."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or _asks_more(environ.get("QUERY_STRING", "")):
            return None
        accept, spoken = environ.get("HTTP_ACCEPT", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
        if len(accept) > HEADER_MOST or len(spoken) > HEADER_MOST:
            return None
        path = environ["PATH_INFO"]
        form = self._finder.form(path, accept)
        if form is None:
            return None
        return (path, form, *(wished(spoken, self._language, own) for own in (None, *LANGUAGES)))

    def _made(
        self, environ: Environ, key: tuple[str, ...], found: Found
    ) -> _Answer | tuple[str, list[tuple[str, str]], list[bytes]]:
        """Have the pages answer in full, and keep it if it may be; else return status, headers and body."""
        notes = Notes()
        asked = {**with_notes(environ, notes, found.document), "REQUEST_METHOD": "GET", "QUERY_STRING": ""}
        for name in _OF_ONE_READER:
            asked.pop(name, None)
        status, headers, body = _asked(self._pages, asked)
        if not status.startswith("200 ") or (found.document is None and notes.until is None):
            return status, headers, [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        kept = tuple((name, value) for name, value in headers if name.lower() not in _OF_THE_WAY)
        pieces = Pieces.of(body, notes, dict(headers).get("Content-Type", ""))
        answer = _Answer(found.stands, notes.until, str(asked.get(PAGE)), kept, pieces)
        if found.document is not None or self._stands_still(key, found):
            self._kept.put(key, answer, pieces.octets + _OVERHEAD)
        return answer

    def _stands_still(self, key: tuple[str, ...], found: Found) -> bool:
        """Tell whether nothing has changed while the page was made of more than one question."""
        after = self._finder.find(key[0], key[1])
        return after is not None and after.stands == found.stands


def _asks_more(query: str) -> bool:
    """Tell whether a question in an address may mean something to the pages: what others append to a link does not."""
    return "lang" in query or "%" in query


def _asked(pages: Application, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes]:
    said: list[Any] = []
    parts = pages(environ, lambda *told: said.append(told))
    try:
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return said[-1][0], said[-1][1], body


def _given(answer: _Answer, environ: Environ, now: datetime) -> tuple[str, list[tuple[str, str]], list[bytes]]:
    gzip = answer.body.is_text and takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    tag = answer.body.tag(now)
    weak = gzip or answer.body.changes
    headers = [*answer.headers, ("ETag", f'W/"{tag}"' if weak else f'"{tag}"')]
    if _is_known(environ.get("HTTP_IF_NONE_MATCH"), tag):
        return "304 NOT MODIFIED", [(name, value) for name, value in headers if name.lower() not in _BODY], []
    body = answer.body.packed(now) if gzip else answer.body.whole(now)
    headers.append(("Content-Length", str(len(body))))
    if gzip:
        headers.append(("Content-Encoding", "gzip"))
    return "200 OK", headers, [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _is_known(header: str | None, tag: str) -> bool:
    """Tell whether the caller has this answer already; compared weakly (RFC 9110, 13.1.2)."""
    if header is None:
        return False
    return header in (f'"{tag}"', f'W/"{tag}"') or parse_etags(header).contains_weak(tag)
