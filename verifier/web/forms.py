"""Forms read as Werkzeug reads them, with files under whatever name their sender's machine gave them.

A name in an encoding of twenty years ago, or without one of its quotation marks, would take the file with it: nothing
would have been handed in. Names mean nothing here, so they may be what they are.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Any, Final

from flask import Request
from werkzeug.datastructures import FileStorage, Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

ALWAYS_A_FILE: Final = "file"
"""The name of a part whose octets are taken as they are, with a file's name or without."""
_CHUNK: Final = 65_536


class _AnyNames(MultipartDecoder):
    def _parse_headers(self, data: bytes | bytearray) -> Headers:
        return super()._parse_headers(bytes(data).decode("utf-8", "replace").encode())


class Forms(FormDataParser):
    """Reads a form that may hold files."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], Any, Any]:
        """Return the rest of `stream`, the fields and the files; of a broken form, none of either."""
        boundary = (options or {}).get("boundary", "").encode("ascii", "replace")
        if mimetype != "multipart/form-data" or not boundary:
            return super().parse(stream, mimetype, content_length, options)
        fields: list[tuple[str, str]] = []
        files: list[tuple[str, FileStorage]] = []
        try:
            for part, body in self._parts(stream, boundary):
                if isinstance(part, File) or part.name == ALWAYS_A_FILE:
                    named = getattr(part, "filename", "")
                    files.append((part.name, FileStorage(io.BytesIO(body), named, part.name)))
                else:
                    fields.append((part.name, body.decode("utf-8", "replace")))
        except ValueError:
            return stream, self.cls(), self.cls()
        return stream, self.cls(fields), self.cls(files)

    def _parts(self, stream: IO[bytes], boundary: bytes) -> Iterator[tuple[Field | File, bytes]]:
        part: Field | File | None = None
        body = bytearray()
        for event in self._events(stream, boundary):
            if isinstance(event, Field | File):
                part, body = event, bytearray()
            elif isinstance(event, Data) and part is not None:
                body += event.data
                limited = isinstance(part, Field) and part.name != ALWAYS_A_FILE
                if limited and self.max_form_memory_size is not None and len(body) > self.max_form_memory_size:
                    raise RequestEntityTooLarge
                if not event.more_data:
                    yield part, bytes(body)

    def _events(self, stream: IO[bytes], boundary: bytes) -> Iterator[Event]:
        decoder = _AnyNames(boundary, max_form_memory_size=self.max_form_memory_size, max_parts=self.max_form_parts)
        chunk: bytes | None = b""
        while chunk is not None:
            chunk = stream.read(_CHUNK) or None
            decoder.receive_data(chunk)
            while not isinstance(event := decoder.next_event(), NeedData | Epilogue):
                yield event


class AnyForm(Request):
    """A request whose forms are read so."""

    form_data_parser_class = Forms
