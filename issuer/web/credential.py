"""`/c/TOKEN`: the page of one award, and the award in every format."""

from __future__ import annotations

from functools import partial
from typing import Final, cast

from flask import Blueprint, Response, abort, make_response, render_template, request

from issuer.archive import Altered, Award
from issuer.faces import UnknownFace
from issuer.public import PublicDocument
from issuer.web.counter import Counter
from issuer.web.drawings import WINE, code, icon
from issuer.web.found import AWARD_FORMS
from issuer.web.notes import FOUND, notes_of
from issuer.web.page import award_page, social_words, title_of
from issuer.web.served import DAY, MINUTE, PDF, named, served
from verifier.web.accept import HTML, preferred
from verifier.web.errors import answer, log, problem
from verifier.web.language import chosen, speak

SAVED: Final = {"svg", "jwt"}
"""Formats that a browser saves; the others it can show."""


def blueprint(counter: Counter) -> Blueprint:
    """Return the addresses below `/c/`."""
    pages = Blueprint("credential", __name__, url_prefix="/c")
    for rule, view in (
        ("/<token>", _page),
        ("/<token>.<any(json, jwt, pdf, png, svg):extension>", _file),
        ("/<token>/certificate.png", _certificate),
        ("/<token>/og.png", _shared),
        ("/<token>/rosette.svg", _rosette),
        ("/<token>/code.svg", _code),
    ):
        pages.add_url_rule(rule, view.__name__.strip("_"), partial(view, counter))
    pages.register_error_handler(Altered, _altered)
    return pages


def _altered(_fault: Altered) -> Response:
    """Serve nothing that is not byte for byte what was signed; its address is a secret and is not logged."""
    log.error("altered", endpoint=request.endpoint)
    return answer(500, "altered")


def found(counter: Counter, token: str) -> Award:
    """Return the award, and let its page speak the language of its event to whoever knows it."""
    award = counter.award(token)
    if award is None:
        abort(404)
    speak(chosen(request, counter.office.settings.language, award.layout.language))
    return award


def _page(counter: Counter, token: str) -> Response:
    form = preferred(request.headers.get("Accept"), AWARD_FORMS)
    if form == HTML:
        award = found(counter, token)
        values = award_page(counter, award, notes_of(request.environ))
        response = make_response(render_template("credential.html", **values))
        response.headers["X-Robots-Tag"] = "noindex"
    else:
        response = _answer(_signed(counter, token), form)
    response.vary.add("Accept")
    return response


def _file(counter: Counter, token: str, extension: str) -> Response:
    if extension == "json":
        document = _signed(counter, token)
        return _named(_answer(document, document.media_type), document.body, extension)
    award = found(counter, token)
    head = counter.print_head(award) if extension == "pdf" and request.if_none_match else None
    if head is not None and request.if_none_match.contains(head.etag):
        return _named(served(b"", PDF, max_age=MINUTE, etag=head.etag), award.signed, extension)
    try:
        face = counter.file(award, extension, request.args.get("alg", "ES256"))
    except UnknownFace:
        return problem(404, "404")
    return _named(served(face.body, face.media_type, max_age=MINUTE, etag=face.etag), award.signed, extension)


def _signed(counter: Counter, token: str) -> PublicDocument:
    """Return the signed JSON, asked of the store in one question, if it was not found before."""
    document = request.environ.get(FOUND)
    if document is None:
        document = counter.signed(token)
    if document is None:
        abort(404)
    return cast("PublicDocument", document)


def _answer(document: PublicDocument, media_type: str) -> Response:
    return served(document.body, media_type, max_age=document.max_age, etag=document.etag)


def _named(response: Response, signed: bytes, extension: str) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return named(response, title_of(signed), extension, saved=extension in SAVED)


def _certificate(counter: Counter, token: str) -> Response:
    return _picture(counter.preview(found(counter, token)))


def _shared(counter: Counter, token: str) -> Response:
    award = found(counter, token)
    speak(award.layout.language)
    return _picture(counter.social(award, social_words(counter, award)))


def _rosette(counter: Counter, token: str) -> Response:
    award = found(counter, token)
    return served(icon(award.rosette_seed, award.layout.colour or WINE), "image/svg+xml", max_age=DAY)


def _code(counter: Counter, token: str) -> Response:
    return served(code(found(counter, token).url), "image/svg+xml", max_age=DAY)


def _picture(body: bytes) -> Response:
    response = served(body, "image/png", max_age=MINUTE)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
