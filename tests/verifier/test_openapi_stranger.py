"""A stranger who reads the description and sends whatever it allows, and a little more, is always answered."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import settings
from schemathesis.specs.openapi import checks

from tests.verifier.published import in_order
from tests.verifier.test_web import desk
from verifier.web import batch, health, openapi, site, verify

EXAMPLES = 40
OTHER_PROMISES = [checks.positive_data_acceptance, checks.negative_data_rejection]
"""Here a form that is right may hold nothing (400), and whatever is no credential is answered with a verdict (200)."""


def application() -> Any:
    counter = desk(in_order())
    app = site.new_app(base_url="https://badges.example", practice=False, default_language="en")
    for pages in (verify.blueprint(counter), batch.blueprint(counter), openapi.blueprint("https://badges.example")):
        app.register_blueprint(pages)
    health.install(app, health.Numbers(), lambda: None)
    return app


description = schemathesis.openapi.from_wsgi("/api/openapi.json", application())


@pytest.mark.filterwarnings("ignore::DeprecationWarning:schemathesis")
@description.parametrize()
@settings(max_examples=EXAMPLES, deadline=None)
def test_whatever_the_description_allows_is_answered_as_described(case: Any) -> None:
    case.call_and_validate(headers={"Accept": "application/json"}, excluded_checks=OTHER_PROMISES)
