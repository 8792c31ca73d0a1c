"""Profiles, keys, achievements and status lists: the same for everybody, one address for all (SECURITY.md, C11)."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Final, cast

from flask import Blueprint, Response, abort, make_response, render_template, request

from issuer import public
from issuer.public import PublicDocument
from issuer.web.counter import Counter
from issuer.web.found import DOCUMENT_FORMS
from issuer.web.notes import FOUND
from issuer.web.served import served
from verifier.trust import issuer_check
from verifier.web.accept import HTML, preferred
from verifier.web.facts import facts
from verifier.web.language import spoken
from verifier.web.markdown import safe_link

FOR_PROGRAMS: Final = (
    "/issuers/<slug>/did.json",
    "/issuers/<slug>/jwks.json",
    "/issuers/<slug>/keys/<kid>",
    "/issuers/<slug>/<file>",
    "/status/<number>",
)


def blueprint(counter: Counter) -> Blueprint:
    """Return the addresses of everything public that is no award."""
    pages = Blueprint("documents", __name__)
    pages.add_url_rule("/issuers/<slug>", "issuer", partial(_profile, counter))
    pages.add_url_rule("/achievements/<name>", "achievement", partial(_achievement, counter))
    document = partial(_document, counter)
    for rule in FOR_PROGRAMS:
        pages.add_url_rule(rule, "document", document)
    return pages


def _found(counter: Counter, path: str) -> PublicDocument:
    found = request.environ.get(FOUND) if path == request.path else None
    document = found or public.document(counter.office, path, counter.clock())
    if document is None:
        abort(404)
    return cast("PublicDocument", document)


def _answer(document: PublicDocument, media_type: str | None = None) -> Response:
    return served(document.body, media_type or document.media_type, max_age=document.max_age, etag=document.etag)


def _document(counter: Counter, **_named: str) -> Response:
    return _answer(_found(counter, request.path))


def _profile(counter: Counter, slug: str) -> Response:
    document = _found(counter, f"/issuers/{slug}")
    form = preferred(request.headers.get("Accept"), DOCUMENT_FORMS)
    if form != HTML:
        return _varied(_answer(document, form))
    profile = json.loads(document.body)
    keys = json.loads(_found(counter, f"/issuers/{slug}/did.json").body)["verificationMethod"]
    issuer = counter.introduce(profile["id"], profile["name"])
    known = issuer_check(issuer).sentence(spoken()) if issuer.listed else None
    site = safe_link(profile.get("url"))
    return _page("issuer.html", slug=slug, profile=profile, known=known, site=site, methods=_methods(keys))


def _achievement(counter: Counter, name: str) -> Response:
    document = _found(counter, f"/achievements/{name}")
    if "." in name:
        return _answer(document)
    form = preferred(request.headers.get("Accept"), DOCUMENT_FORMS)
    if form != HTML:
        return _varied(_answer(document, form))
    achievement = json.loads(document.body)
    told = facts({"credentialSubject": {"achievement": achievement}, "issuer": achievement.get("creator")})
    own, picture = f"{counter.office.settings.base_url}/", achievement.get("image", {}).get("id", "")
    shown = picture[len(own) - 1 :] if picture.startswith(own) else None
    return _page("achievement.html", told=told, picture=shown, by=counter.introduce(told.issuer_id, told.issuer_name))


def _varied(response: Response) -> Response:
    response.vary.add("Accept")
    return response


def _page(template: str, **values: Any) -> Response:
    return make_response(render_template(template, **values))


def _methods(keys: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the name and the algorithm of each key in a DID document."""
    return [
        {"kid": key["id"].partition("#")[2], "type": key.get("publicKeyJwk", {}).get("alg", "Ed25519")} for key in keys
    ]
