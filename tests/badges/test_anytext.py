"""Where the schema takes any text, no text whatever changes its answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from badges.anytext import EACH, takes_any_text
from badges.schema import check_schema
from tests.badges.badgelike import TEXT
from tests.badges.conftest import credential_of

SUBJECT = "credentialSubject"
FREE = [
    ("id",),
    (SUBJECT, "id"),
    (SUBJECT, "role"),
    (SUBJECT, "identifier", EACH, "identityHash"),
    (SUBJECT, "result", EACH, "value"),
    (SUBJECT, "achievement", "name"),
    ("credentialStatus", "id"),
    ("a member that the schema does not know",),
]
BOUND = [
    ("@context", EACH),
    ("type",),
    ("type", EACH),
    ("validFrom",),
    ("awardedDate",),
    (SUBJECT, "activityStartDate"),
    (SUBJECT, "identifier", EACH, "type"),
    (SUBJECT, "identifier", EACH, "identityType"),
    (SUBJECT, "result", EACH, "status"),
    (SUBJECT, "achievement", "achievementType"),
    (SUBJECT, "achievement", "resultDescription", EACH, "resultType"),
]


def put(document: Any, path: tuple[str, ...], text: str) -> Any:
    """Return the document with `text` at `path`, of lists in every item."""
    if not path:
        return text
    if path[0] == EACH:
        return [put(item, path[1:], text) for item in document or [{}]]
    return {**(document or {}), path[0]: put((document or {}).get(path[0]), path[1:], text)}


@pytest.mark.parametrize("path", FREE, ids="/".join)
def test_these_places_take_any_text(path: tuple[str, ...]) -> None:
    assert takes_any_text(path)


@pytest.mark.parametrize("path", BOUND, ids="/".join)
def test_these_places_look_at_the_letters(path: tuple[str, ...]) -> None:
    assert not takes_any_text(path)


@pytest.mark.parametrize("path", FREE, ids="/".join)
@given(one=TEXT, other=TEXT)
def test_the_schema_says_the_same_of_every_text_there(path: tuple[str, ...], one: str, other: str) -> None:
    first, second = (check_schema(put(credential_of().to_json(), path, text)) for text in (one, other))

    assert [fault.partition(":")[0] for fault in first] == [fault.partition(":")[0] for fault in second]


@pytest.mark.parametrize("path", BOUND[3:5], ids="/".join)
def test_where_letters_matter_two_texts_differ(credential: dict[str, Any], path: tuple[str, ...]) -> None:
    assert check_schema(put(credential, path, "2026-01-01T00:00:00Z")) == []
    assert check_schema(put(credential, path, "one day")) != []
