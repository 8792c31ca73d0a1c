"""`/c/TOKEN`: the page of one award, and the award in every format."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, make_response, render_template, request

from issuer.archive import Award
from issuer.faces import UnknownFace
from issuer.web.counter import Counter
from issuer.web.drawings import WINE, icon
from issuer.web.page import award_page, social_words, title_of
from issuer.web.served import DAY, MINUTE, named, served
from verifier.web.accept import HTML, preferred
from verifier.web.errors import problem
from verifier.web.language import chosen, speak

JSON_TYPES: Final = ("application/vc", "application/ld+json", "application/json")
"""What the signed JSON is called, to whoever asks for it by that name."""
FILES: Final = ("json", "jwt", "pdf", "png", "svg")
SAVED: Final = {"svg", "jwt"}
"""Formats that a browser saves; the others it can show."""


def blueprint(counter: Counter) -> Blueprint:
    """Return the addresses below `/c/`."""
    pages = Blueprint("credential", __name__, url_prefix="/c")

    def found(token: str) -> Award:
        award = counter.award(token)
        if award is None:
            abort(404)
        speak(chosen(request, counter.office.settings.language, award.layout.language))
        return award

    @pages.get("/<token>")
    def credential(token: str) -> Response:
        award = found(token)
        form = preferred(request.headers.get("Accept"), (HTML, *JSON_TYPES))
        if form == HTML:
            response = make_response(render_template("credential.html", **award_page(counter, award)))
            response.headers["X-Robots-Tag"] = "noindex"
        else:
            response = served(award.signed, form, max_age=MINUTE)
        response.vary.add("Accept")
        return response

    @pages.get("/<token>.<any(json, jwt, pdf, png, svg):extension>")
    def file(token: str, extension: str) -> Response:
        award = found(token)
        try:
            face = counter.file(award, extension, request.args.get("alg", "ES256"))
        except UnknownFace:
            return problem(404, "404")
        response = served(face.body, face.media_type, max_age=MINUTE)
        response.headers["X-Robots-Tag"] = "noindex"
        return named(response, title_of(award), extension, saved=extension in SAVED)

    @pages.get("/<token>/certificate.png")
    def picture(token: str) -> Response:
        return _picture(counter.preview(found(token)))

    @pages.get("/<token>/og.png")
    def shared(token: str) -> Response:
        award = found(token)
        speak(award.layout.language)
        return _picture(counter.social(award, social_words(counter, award)))

    @pages.get("/<token>/rosette.svg")
    def rosette(token: str) -> Response:
        award = found(token)
        drawing = icon(award.rosette_seed, award.layout.colour or WINE)
        return served(drawing, "image/svg+xml", max_age=DAY)

    return pages


def _picture(body: bytes) -> Response:
    response = served(body, "image/png", max_age=MINUTE)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
