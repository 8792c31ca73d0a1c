"""1EdTech's schema in its strict variant, which validators try first: every kind of award, with all a row can say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft201909Validator

from issuer.archive import signed_bytes
from issuer.batch import reserve
from issuer.kinds import KINDS
from issuer.office import open_office
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, person, settings_for

SAID = {
    "hours": "1,5",
    "role": "relatrice",
    "rank": "1",
    "reason": "per il talk",
    "grade": "30 e lode",
    "number": "2026-17",
    "narrative": "Con **merito**.",
    "evidence": "https://example.org/slides",
}


@pytest.mark.shared
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_passes_the_strict_schema(tmp_path: Path, shared: Path, kind: str) -> None:
    schema = json.loads((shared / "vectors" / "schemas" / "ob_v3p0_achievementcredential_schema.json").read_text())
    office = open_office(settings_for(tmp_path))
    event = make_event()
    event = replace(event, achievement=replace(event.achievement, kind=KINDS[kind], slug=kind))
    batch = reserve(office, event, [person(2, values=SAID)], now=NOW)

    done = sign_batch(office, batch.batch_id, now=NOW)

    said = json.loads(signed_bytes(office, done.credentials[0].token) or b"{}")
    office.close()
    assert [error.message for error in Draft201909Validator(schema).iter_errors(said)] == []
    assert len(said["credentialSubject"]["result"]) == 3
    assert "creditsEarned" not in json.dumps(said)
