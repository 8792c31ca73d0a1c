"""The JSON Schema of 1EdTech for an AchievementCredential, with formats checked (draft 2019-09)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from jsonschema import Draft201909Validator, FormatChecker

from badges.contexts import pinned

SCHEMA: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json-ld/ob_v3p0_achievementcredential_schema.json"
MOST: Final = 20
"""Faults that are told of one document; more would help nobody."""


@cache
def _validator() -> Draft201909Validator:
    return Draft201909Validator(pinned(SCHEMA), format_checker=FormatChecker(["date-time"]))


def check_schema(credential: Mapping[str, Any]) -> list[str]:
    """Return what the schema has against `credential`, each as `place: reason`; empty when it has nothing."""
    faults = []
    for error in _validator().iter_errors(credential):
        place = "/".join(str(step) for step in error.absolute_path) or "credential"
        faults.append(f"{place}: {error.message[:200]}")
        if len(faults) == MOST:
            break
    return sorted(faults)
