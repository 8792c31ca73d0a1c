"""What Open Badges 3.0 demands in words, where its schema has no way to say it.

Clauses: OB 3.0, Verification, step 1, and the sections of Criteria and Result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from badges.problem import Malformed

Json = Mapping[str, Any]


def check_demands(credential: Json) -> None:
    """Raise Malformed unless a badge that the schema has passed says what the specification further asks of it."""
    subject = credential["credentialSubject"]
    if not isinstance(subject, Mapping) or not ("id" in subject or "identifier" in subject):
        raise Malformed("The credential does not say whom it is about.")
    achievement = subject["achievement"]
    criteria = achievement["criteria"]
    if not any(isinstance(text := criteria.get(name), str) and text.strip() for name in ("id", "narrative")):
        raise Malformed("The criteria of the achievement are empty: neither an address nor a text.")
    of_status = [
        item.get("id")
        for item in _each(achievement.get("resultDescription"))
        if item.get("resultType") == "Status" and "id" in item
    ]
    for result in _each(subject.get("result")):
        if result.get("resultDescription") in of_status and "status" not in result:
            raise Malformed("A result whose kind is Status does not say its status.")


def _each(value: object) -> Iterator[Json]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping):
            yield item
