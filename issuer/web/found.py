"""What stands at a public address now, in one question: a document with its bytes, or how an award stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from issuer import public
from issuer.archive import Altered
from issuer.office import Office
from issuer.public import PublicDocument, signed_document
from issuer.standing import signed, standing
from verifier.trust import reasons
from verifier.web.accept import HTML, preferred

AWARD_FORMS: Final = (HTML, "application/vc", "application/ld+json", "application/json")
"""The page of an award, and what its signed JSON is called, to whoever asks for it by that name."""
DOCUMENT_FORMS: Final = (HTML, "application/ld+json", "application/json")
_AWARD: Final = re.compile(r"/c/(?P<token>[a-z2-7]{26})(?P<json>\.json)?", re.ASCII)
_WITH_A_PAGE: Final = re.compile(r"/issuers/[a-z0-9-]{1,63}|/achievements/[a-z2-7]{26}", re.ASCII)
_DOCUMENTS: Final = ("/issuers/", "/achievements/", "/status/")


@dataclass(frozen=True)
class Found:
    """What is at an address: two that stand equally are answered equally; a page has no document."""

    stands: Hashable
    document: PublicDocument | None = None


@dataclass(frozen=True)
class Finder:
    """Asks the store of `office`; `known` are the issuers that lists of this installation know."""

    office: Office
    clock: Callable[[], datetime]
    known: Mapping[str, str]

    def form(self, path: str, accept: str) -> str | None:
        """Return in which form `path` is asked for, empty where it has one only; None for what is not found here."""
        if award := _AWARD.fullmatch(path):
            return "" if award["json"] else preferred(accept, AWARD_FORMS)
        if not path.startswith(_DOCUMENTS):
            return None
        if not _WITH_A_PAGE.fullmatch(path):
            return ""
        form = preferred(accept, DOCUMENT_FORMS)
        return None if form == HTML else form

    def find(self, path: str, form: str) -> Found | None:
        """Return what is at `path` in `form`; None where the pages have to say what is there, or is wrong."""
        award = _AWARD.fullmatch(path)
        if award is None:
            document = public.document(self.office, path, self.clock())
            return None if document is None else Found(document.etag, document)
        if form == HTML:
            return self._page(award["token"])
        try:
            said = signed(self.office, award["token"])
        except Altered:
            return None
        return None if said is None else Found(said[1], signed_document(*said))

    def _page(self, token: str) -> Found | None:
        stands = standing(self.office, token, self.clock())
        if stands is None or not stands.is_fresh:
            return None
        return Found((stands.rests_on, stands.reasons, reasons(self.known, stands.did)))
