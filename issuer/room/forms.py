"""Forms of the room: read strictly, all their faults told at once, each beside its field.

A form holds what is written here and nothing else: a field that nobody asked for is a fault (SECURITY.md, H3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from flask import render_template, request
from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate
from werkzeug.exceptions import UnprocessableEntity

from issuer import rules
from issuer.accounts.passwords import LONGEST

CSRF: Final = "csrf_token"
NAME_MOST: Final = 200
SCRIPT_MOST: Final = 20_000
WRONG: Final = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True)
class Filled:
    """A form as it came: what it said, and the code of what is wrong with each field."""

    said: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


class Form(Schema):
    """What every form has in common: texts without spaces around them, and no field that is not asked for."""

    class Meta:
        """A field that nobody asked for is refused."""

        unknown = RAISE

    @pre_load
    def _stripped(self, data: Mapping[str, str], **_: Any) -> dict[str, str]:
        return {name: text if "password" in name else text.strip() for name, text in data.items()}


def email() -> fields.String:
    """A field that holds one e-mail address."""
    return _text(validate.Length(1, 320, error="field_missing"), by(rules.mail_address))


def name() -> fields.String:
    """A field that holds the name of a person or an organization."""
    return _text(validate.Length(1, NAME_MOST, error="field_missing"), by(_printable))


def password() -> fields.String:
    """A field that holds a password as it is typed."""
    return _text(validate.Length(1, LONGEST * 4, error="field_missing"))


def one_of(*values: str) -> fields.String:
    """Return a field that holds one of these words."""
    return _text(validate.OneOf(values, error="field_missing"))


def mark() -> fields.String:
    """Return a field that is there with the value 1, or not at all."""
    return fields.String(validate=validate.Equal("1", error="field_missing"))


def token() -> fields.String:
    """Return a field that holds what a script of ours answers; anything may be tried."""
    return _text(validate.Length(1, SCRIPT_MOST, error="field_missing"))


def by(rule: Any) -> Any:
    """Turn a rule that returns a code into a validator whose message is that code."""

    def check(text: str) -> None:
        code = rule(text)
        if code is not None:
            raise ValidationError(code)

    return check


def read(form: Form) -> tuple[dict[str, Any], Filled]:
    """Return the values of the form that was sent, and how it was filled in; UnprocessableEntity for a stray field."""
    sent = {name: text for name, text in request.form.items() if name != CSRF}
    said = {name: text for name, text in sent.items() if "password" not in name}
    try:
        return form.load(sent), Filled(said)
    except ValidationError as fault:
        found = {name: codes[0] for name, codes in dict(fault.messages_dict).items()}
        if not found.keys() <= form.fields.keys():
            raise UnprocessableEntity from fault
        return {}, Filled(said, found)


def again(page: str, filled: Filled, **values: object) -> tuple[str, int]:
    """Return a page with its form as it was filled in and what is wrong with it: 422."""
    return render_template(page, filled=filled, **values), WRONG


def _text(*validators: Any) -> fields.String:
    return fields.String(required=True, validate=validators, error_messages={"required": "field_missing"})


def _printable(text: str) -> str | None:
    return None if text.isprintable() else "field_letters"
