"""Certificates of our own designs to measure with, made of credentials as the engine composes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from issuer.certificate.content import Certificate, certificate
from issuer.certificate.layout import Layout, Signatory
from issuer.compose import compose
from tools.conference import intents
from tools.press_design import people

HOURS = "8"


def certificates(design: str, count: int) -> list[Certificate]:
    """Return the certificates of the people of a conference, with names of many scripts and lengths."""
    return list(_certificates(design, count))


def _certificates(design: str, count: int) -> Iterator[Certificate]:
    layout = Layout(
        kind="attendance",
        design=design,
        timezone="Europe/Rome",
        signatories=(Signatory("Innocenza Rinaldi", "Community lead"),),
        seed="2026-10-15-serata",
    )
    for intent, person in zip(intents(count), people(count, seed=4), strict=True):
        row = {**intent.row, "name": person.name, "hours": HOURS, "number": None}
        signed = json.dumps(compose(replace(intent, row=row)).to_json(), ensure_ascii=False, separators=(",", ":"))
        yield certificate(signed.encode(), layout, kept={}, practice=False)
