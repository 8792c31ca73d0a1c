"""What people read: pages, certificates, mails, and the sentences of both languages.

Faults and verdicts travel as codes with values; here, at the rim, a code becomes a sentence. The catalogues
are PO files, one folder a language and one file a room, whose message ids are the codes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from gettext import GNUTranslations
from importlib.resources import files
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES: Final = ("it", "en")

_ARTICLE: Final = re.compile(r"\b(?:(?P<with>[Dd]a|[Aa]|[Dd]e|[Nn]e|[Ss]u)|(?P<alone>[Ii]))l (?=%\((?P<value>\w+)\)s)")
_OTTO_UNDICI: Final = re.compile(r"8|11(?!\d)")


class UnknownSentence(KeyError):
    """A code that the catalogue of a language does not hold."""


@cache
def catalogue(language: str) -> GNUTranslations:
    """Return every sentence of `language`, merged from its PO files and compiled in memory."""
    merged = Catalog(locale=language)
    for entry in sorted(files(__name__).joinpath("words", language).iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".po"):
            for message in read_po(io.BytesIO(entry.read_bytes()), locale=language, abort_invalid=True):
                if message.id:
                    merged[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return GNUTranslations(compiled)


def sentence(code: str, language: str, /, **values: object) -> str:
    """Return the sentence of `code` with its `%(name)s` values filled in.

    A code with a plural form, whose second id is the code again, chooses by the value `n`.
    """
    if not values:
        return _plain(code, language)
    words = catalogue(language)
    text = words.ngettext(code, code, int(str(values["n"]))) if "n" in values else code
    if text == code:
        text = _plain(code, language)
    if language == "it":
        text = _elided(text, values)
    return text % values


@lru_cache(4_096)
def _plain(code: str, language: str) -> str:
    """Return the sentence of `code` with its places open."""
    text = catalogue(language).gettext(code)
    if text == code:
        raise UnknownSentence(f"{language}: {code}")
    return text


def _elided(text: str, values: Mapping[str, object]) -> str:
    """Cut short each Italian article before a number that begins with a vowel: `dall’8 maggio`, `l’11 maggio`."""

    def article(match: re.Match[str]) -> str:
        if not _OTTO_UNDICI.match(str(values.get(match["value"], ""))):
            return match[0]
        return f"{match['with']}ll’" if match["with"] else "l’" if match["alone"] == "i" else "L’"

    return _ARTICLE.sub(article, text)
