"""Is it this person's? By the subject's id or any identity in it, hashed or plain (OB 3.0, Verify Recipient)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from badges.identity import matches


def belongs_to(credential: Mapping[str, Any], recipient: str) -> bool | None:
    """Tell whether `recipient`, an e-mail address or an id, is the subject; None when nothing there can be compared."""
    subject = credential["credentialSubject"]
    if subject.get("id") in (recipient, f"mailto:{recipient}"):
        return True
    value = subject.get("identifier", [])
    identities = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, Mapping)]
    comparable = [item for item in identities if item.get("identityType") == "emailAddress"]
    if not comparable:
        return None
    return any(matches(item, recipient) for item in comparable)
