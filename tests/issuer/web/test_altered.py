"""What was edited behind our back is not shown: not on the page, not in any format."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from issuer.models import CredentialVersion
from tests.issuer.web.conftest import instance_at


@pytest.mark.parametrize("ending", ["", ".json", ".jwt", ".pdf", ".png", ".svg"])
def test_an_edited_row_is_told_instead_of_served(
    tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    instance = instance_at(tmp_path, "https://badges.example")
    address = f"/c/{instance.good}{ending}"
    assert instance.client().get(address).status_code == 200
    with instance.office.database.writing() as session:
        session.execute(update(CredentialVersion).values(signed=b'{"credentialSubject": {"name": "Mallory"}}'))

    answer = instance.client().get(address, headers={"Accept-Language": "en"})
    instance.office.close()

    assert answer.status_code == 500
    assert b"not what was signed" in answer.data
    assert b"Mallory" not in answer.data
    said = capsys.readouterr().out
    assert '"event": "altered"' in said
    assert instance.good not in said
