"""An e-mail address as it is kept and looked for: one way of writing for one mailbox, and never one for two.

Capital letters of ASCII make no other mailbox, and the same accent can be typed in two ways. No further: a letter
that only looks like another, or folds into it (`ſ`, `K`), may be somebody else's.
"""

from __future__ import annotations

import string
from typing import Final

from email_validator import EmailNotValidError, validate_email

_SMALL: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def mailbox(text: str) -> str | None:
    """Return the address in its one way of writing; None for what is none."""
    try:
        read = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return read.normalized.translate(_SMALL)
