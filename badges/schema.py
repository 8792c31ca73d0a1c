"""The JSON Schema of 1EdTech for badges and endorsements, with formats checked (draft 2019-09).

1EdTech's schemas for credentials of VCDM 1.1 are the same with other names for the dates and another first context,
so they are derived from the one that is pinned. Patterns are matched in linear time, and nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from jsonschema_rs import Draft201909Validator, RegexOptions, ValidationError

from badges.contexts import pinned
from badges.datamodel import V1, V2, DataModel, data_model_of

SCHEMA: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json-ld/ob_v3p0_achievementcredential_schema.json"
BADGE: Final = "AchievementCredential"
"""What the whole schema is of; its definitions have other classes, such as `EndorsementCredential`."""
MOST: Final = 20
"""Faults that are told of one document; more would help nobody."""
VALIDATOR: Final = "1EdTechJsonSchemaValidator2019"
"""The type of a `credentialSchema` that a verifier has to look at (OB 3.0, Verification)."""
_RENAMED: Final = {V2.context: V1.context, V2.since: V1.since, V2.until: V1.until}
_HELD: Final = {
    f"https://purl.imsglobal.org/spec/ob/v3p0/schema/{variant}/ob_v3p0_{version}{name.lower()}_schema.json": name
    for variant in ("json", "json-ld")
    for version in ("", "any")
    for name in (BADGE, "EndorsementCredential")
}
"""1EdTech's own addresses, by the class that each is of."""
_ALTERNATIVES: Final = frozenset({"oneOf", "anyOf"})


def check_schema(credential: Mapping[str, Any], name: str = BADGE) -> list[str]:
    """Return what the schema of that name has against `credential`, each as `place: reason`; empty when nothing."""
    validator = _validator(name, data_model_of(credential) or V2)
    if validator.is_valid(credential):
        return []
    faults = []
    for error in validator.iter_errors(credential):
        faults.append(_told(error))
        if len(faults) == MOST:
            break
    return sorted(faults)


def named_schemas(credential: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the classes whose schemas a credential names, and the addresses of schemas that are not held here."""
    value = credential.get("credentialSchema", [])
    entries = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, Mapping)]
    addresses = [str(item.get("id")) for item in entries if item.get("type") in (VALIDATOR, [VALIDATOR])]
    held = sorted({_HELD[address] for address in addresses if address in _HELD})
    return held, [address for address in addresses if address not in _HELD]


@cache
def _validator(name: str, model: DataModel) -> Draft201909Validator:
    whole = pinned(SCHEMA)
    schema = whole if name == BADGE else {**whole["$defs"][name], "$defs": whole["$defs"]}
    chosen = schema if model is V2 else _renamed(schema)
    return Draft201909Validator(chosen, validate_formats=True, pattern_options=RegexOptions(), offline=True)


def _renamed(schema: Any) -> Any:
    """Return a schema of VCDM 2.0 as one of VCDM 1.1: `issuanceDate` for `validFrom`, and so on."""
    match schema:
        case dict():
            return {_RENAMED.get(name, name): _renamed(value) for name, value in schema.items()}
        case list():
            return [_renamed(item) for item in schema]
        case str():
            return _RENAMED.get(schema, schema)
    return schema


def _told(error: ValidationError) -> str:
    """Say a fault in one bounded line; of a value with several allowed forms only that it has none of them."""
    place = "/".join(str(step) for step in error.instance_path)[:120] or "credential"
    reason = "has none of the forms that are allowed" if error.kind.name in _ALTERNATIVES else error.message[:200]
    return f"{place}: {reason}"
