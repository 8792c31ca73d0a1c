"""The front page, the colours of organizations, and what crawlers are told."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template

from issuer.certificate.layout import is_colour
from issuer.web.drawings import accent_sheet
from issuer.web.served import DAY, served

ROBOTS = b"User-agent: *\nDisallow: /accent/\nDisallow: /metrics\n"

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
def front() -> str:
    """Serve the front page: what this is, and a place to verify."""
    return render_template("front.html")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Let crawlers read what is public: a page that may not be read cannot say `noindex`, nor give its picture."""
    return served(ROBOTS, "text/plain; charset=utf-8", max_age=DAY)


@blueprint.get("/accent/<digits>.css")
def accent(digits: str) -> Response:
    """Serve the style sheet of one colour; a page may hold no style of its own."""
    if not is_colour(f"#{digits}") or digits != digits.lower():
        abort(404)
    return served(accent_sheet(f"#{digits}").encode(), "text/css; charset=utf-8", max_age=365 * DAY)
