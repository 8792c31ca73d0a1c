"""What an organization does with personal data, for whoever receives a certificate of it (GDPR, art. 13 and 14)."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, abort, render_template
from sqlalchemy import select

from issuer.models import Organization
from issuer.web.counter import Counter


def blueprint(counter: Counter) -> Blueprint:
    """Return the address of the notices."""
    pages = Blueprint("privacy", __name__)
    pages.add_url_rule("/issuers/<slug>/privacy", "privacy", partial(_privacy, counter))
    return pages


def _privacy(counter: Counter, slug: str) -> str:
    """Return the notice: who nobody named a controller for is their own."""
    with counter.office.database.reading() as session:
        row = session.scalar(select(Organization).where(Organization.slug == slug))
    if row is None:
        abort(404)
    name, settings = row.facts.get("name") or row.slug, row.settings
    return render_template(
        "privacy.html",
        slug=slug,
        name=name,
        controller=settings.get("controller") or name,
        contact=settings.get("contact") or row.facts.get("email"),
        notice=str(settings.get("notice") or "").split("\n"),
        hashed=row.sign_email,
        own=row.language,
    )
