"""What somebody hands in to be verified: a file, a text or a link, taken from a form without trusting its names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask import Request

from verifier.links import as_link
from verifier.ob2.remains import asked
from verifier.pasted import sole_link
from verifier.resolver import Resolver

Form = Literal["file", "text", "url"]


class NothingGiven(ValueError):
    """A form with neither a file, nor a text, nor a link in it."""


@dataclass(frozen=True)
class Presented:
    """What was handed in: a file's or text's bytes, or the address to fetch them from."""

    form: Form
    data: bytes = b""
    url: str = ""

    @property
    def source(self) -> str:
        """What an answer may call it: the link, or the form. A file's name is the sender's and stays unsaid."""
        return self.url or self.form

    def read(self, resolver: Resolver) -> bytes:
        """Return the bytes; a link is fetched through `resolver`, whose Unreachable says that it could not be."""
        return asked(resolver.fetch, self.url) if self.form == "url" else self.data


def presented(request: Request) -> Presented:
    """Return what `request` hands in: the file if there is one, else the text, else the link."""
    upload = request.files.get("file")
    data = upload.read() if upload is not None else b""
    if data:
        return Presented("file", data)
    text = request.form.get("text", "").strip()
    link = as_link(request.form.get("url", "")) or sole_link(text)
    if link:
        return Presented("url", url=link)
    if not text:
        raise NothingGiven
    return Presented("text", text.encode("utf-8", "replace"))
