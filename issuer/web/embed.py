"""`/c/TOKEN/embed` and `/c/TOKEN/card.svg`: the award on somebody else's page, with the verdict of this moment.

A frame and a picture; both lead to the award's own page. They load nothing but what is ours, set nothing, and tell
nobody who looked at them.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from flask import Blueprint, Response, make_response, render_template, request

from issuer.archive import Award
from issuer.art.card import Words, card_svg
from issuer.web.counter import Counter
from issuer.web.credential import found
from issuer.web.drawings import WINE, ornament
from issuer.web.page import award_view
from issuer.web.served import MINUTE, served
from verifier.web.headers import FRAMED
from verifier.web.language import instant, say

CARD: Final = "image/svg+xml"


def blueprint(counter: Counter) -> Blueprint:
    """Return the two addresses below `/c/TOKEN/`."""
    pages = Blueprint("embed", __name__, url_prefix="/c")
    pages.add_url_rule("/<token>/embed", "frame", partial(_frame, counter))
    pages.add_url_rule("/<token>/card.svg", "card", partial(_card, counter))
    return pages


def _words(counter: Counter, award: Award) -> Words:
    seen, told, zone = award_view(counter, award)
    return Words(
        tone=seen.tone,
        name=(told.recipient or say("page.report.unnamed")).replace("'", "’"),
        title=told.title or "",
        verdict=say("page.c.stamp") if award.state == "revoked" else seen.word,
        moment=say("page.embed.asof", moment=instant(seen.checked, zone)),
        practice=say("page.practice.word") if counter.office.settings.practice else "",
    )


def _frame(counter: Counter, token: str) -> Response:
    award = found(counter, token)
    html = render_template(
        "embed.html", award=award, words=_words(counter, award), ornament=ornament(award.rosette_seed)
    )
    response = make_response(html)
    response.headers["Content-Security-Policy"] = FRAMED
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.cache_control.public = True
    response.cache_control.max_age = MINUTE
    response.add_etag()
    response.make_conditional(request)
    return response


def _card(counter: Counter, token: str) -> Response:
    award = found(counter, token)
    body = card_svg(_words(counter, award), award.rosette_seed, award.layout.colour or WINE)
    response = served(body, CARD, max_age=MINUTE)
    response.headers["X-Robots-Tag"] = "noindex"
    response.vary.add("Accept-Language")
    return response
