"""What all pages share: words, dates, static addresses, headers, errors; installed once into an app."""

from __future__ import annotations

from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from flask import Flask, request
from werkzeug.exceptions import UnsupportedMediaType

from templates import LANGUAGES
from verifier.web import errors, headers, language, packed, static
from verifier.web.forms import AnyForm
from verifier.web.markdown import inert

PAGES: Final = Path(str(files("templates"))) / "pages"
LARGEST_BODY: Final = 10 * 2**20
LARGEST_FIELD: Final = 2**20
"""Octets of one field of a form that is not a file: more than any credential may have."""


def new_app(*, base_url: str, practice: bool, default_language: str) -> Flask:
    """Return an app with everything that pages share, and no page yet.

    `base_url` makes every absolute address: the `Host` that a caller sends decides nothing (SECURITY.md, H15).
    """
    app = Flask("attestato", static_folder=None, template_folder=str(PAGES))
    app.request_class = AnyForm
    # Two slashes would be answered with a redirect to whatever `Host` was sent.
    app.url_map.merge_slashes = False
    app.config["BASE_URL"] = base_url
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FIELD
    app.config["MAX_FORM_PARTS"] = 20
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        say=language.say,
        day=language.day,
        span=language.span,
        instant=language.instant,
        number=language.number,
        inert=inert,
        static=static.static_url,
        languages=LANGUAGES,
        language_names=language.NAMES,
        base_url=base_url,
        practice=practice,
    )
    app.context_processor(partial(_of_this_page, default_language))
    app.before_request(partial(_speak, default_language))
    app.before_request(_as_it_is)
    app.register_blueprint(static.blueprint)
    errors.install(app)
    headers.install(app, https=base_url.startswith("https://"))
    packed.install(app)
    return app


def _speak(default: str) -> None:
    language.speak(language.chosen(request, default))


def _as_it_is() -> None:
    """Refuse a body that would have to be inflated first: its size says nothing (SECURITY.md, D10)."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType


def _of_this_page(default: str) -> dict[str, Any]:
    asked, spoken = request.args.get("lang", ""), language.spoken(default)
    return {
        "language": spoken,
        "asked_language": asked if asked in LANGUAGES else "",
        "say": language.sayer(spoken),
    }
