"""The JSON Schema of 1EdTech for badges and endorsements, with formats checked (draft 2019-09)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from jsonschema import Draft201909Validator, FormatChecker

from badges.contexts import pinned

SCHEMA: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json-ld/ob_v3p0_achievementcredential_schema.json"
BADGE: Final = "AchievementCredential"
"""What the whole schema is of; its definitions have other classes, such as `EndorsementCredential`."""
MOST: Final = 20
"""Faults that are told of one document; more would help nobody."""


@cache
def _validator(name: str) -> Draft201909Validator:
    whole = pinned(SCHEMA)
    schema = whole if name == BADGE else {**whole["$defs"][name], "$defs": whole["$defs"]}
    return Draft201909Validator(schema, format_checker=FormatChecker(["date-time"]))


def check_schema(credential: Mapping[str, Any], name: str = BADGE) -> list[str]:
    """Return what the schema of that name has against `credential`, each as `place: reason`; empty when nothing."""
    faults = []
    for error in _validator(name).iter_errors(credential):
        place = "/".join(str(step) for step in error.absolute_path) or "credential"
        faults.append(f"{place}: {error.message[:200]}")
        if len(faults) == MOST:
            break
    return sorted(faults)
