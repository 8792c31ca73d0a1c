"""`/c/TOKEN`: the page of one award, and the award in every format."""

from __future__ import annotations

from functools import partial
from typing import Final

from flask import Blueprint, Response, abort, make_response, render_template, request

from issuer.archive import Altered, Award
from issuer.faces import UnknownFace
from issuer.web.counter import Counter
from issuer.web.drawings import WINE, code, icon
from issuer.web.page import award_page, social_words, title_of
from issuer.web.served import DAY, MINUTE, named, served
from verifier.web.accept import HTML, preferred
from verifier.web.errors import answer, log, problem
from verifier.web.language import chosen, speak

JSON_TYPES: Final = ("application/vc", "application/ld+json", "application/json")
"""What the signed JSON is called, to whoever asks for it by that name."""
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
    award = found(counter, token)
    form = preferred(request.headers.get("Accept"), (HTML, *JSON_TYPES))
    if form == HTML:
        response = make_response(render_template("credential.html", **award_page(counter, award)))
        response.headers["X-Robots-Tag"] = "noindex"
    else:
        response = served(award.signed, form, max_age=MINUTE)
    response.vary.add("Accept")
    return response


def _file(counter: Counter, token: str, extension: str) -> Response:
    award = found(counter, token)
    try:
        face = counter.file(award, extension, request.args.get("alg", "ES256"))
    except UnknownFace:
        return problem(404, "404")
    response = served(face.body, face.media_type, max_age=MINUTE)
    response.headers["X-Robots-Tag"] = "noindex"
    return named(response, title_of(award), extension, saved=extension in SAVED)


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
