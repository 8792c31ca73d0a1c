"""The link that adds a certificate to a LinkedIn profile, with every field that LinkedIn's form takes."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from verifier.web.facts import Facts

ADD: Final = "https://www.linkedin.com/profile/add"


def add_to_profile(facts: Facts, url: str, certificate_id: str) -> str:
    """Return the address; without an expiration where the credential has none. LinkedIn checks none of it."""
    fields: dict[str, str | int] = {
        "startTask": "CERTIFICATION_NAME",
        "name": facts.title or "",
        "organizationName": facts.issuer_name or "",
    }
    if issued := facts.awarded or facts.valid_from:
        fields |= {"issueYear": issued.year, "issueMonth": issued.month}
    if facts.valid_until:
        fields |= {"expirationYear": facts.valid_until.year, "expirationMonth": facts.valid_until.month}
    return f"{ADD}?{urlencode(fields | {'certUrl': url, 'certId': certificate_id})}"
