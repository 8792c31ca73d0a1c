"""A process is warm before it lets anybody in, and a cold one is better than none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

import wsgi
from issuer.certificate.press.batch import engine
from issuer.settings import Settings
from tests.issuer.engine.builders import settings_for
from tests.issuer.web.conftest import Instance
from verifier.zygote import Zygote


@pytest.fixture
def zygote(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zygote]:
    """The warm process that `serve` would start, and nothing that stays frozen."""
    made = Zygote()
    monkeypatch.setattr(wsgi, "ZYGOTE", made)
    yield made
    made.close()
    gc.unfreeze()


def serve(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start what one process of `serve` starts."""
    monkeypatch.setattr(Settings, "read", lambda: settings)
    wsgi.serving()


def test_the_newest_awards_are_verified_and_one_is_printed_before_anybody_comes(
    instance: Instance, zygote: Zygote, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[bytes] = []
    real = wsgi.verify.verify
    monkeypatch.setattr("issuer.web.warm.verify", lambda signed, *more: verified.append(signed) or real(signed, *more))
    before = sum(engine().journal.tiers.values())

    serve(instance.office.settings, monkeypatch)

    assert len(verified) == 3
    assert sum(engine().journal.tiers.values()) > before
    assert zygote.number is not None
    assert gc.get_freeze_count() > 0


def test_where_nothing_was_issued_there_is_nothing_to_warm(
    tmp_path: Path, zygote: Zygote, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(settings_for(tmp_path), monkeypatch)

    assert '"event": "cold"' not in capsys.readouterr().out
    assert zygote.number is not None


def test_what_cannot_be_warmed_is_told_and_served_all_the_same(
    tmp_path: Path, zygote: Zygote, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("issuer.web.warm._NEWEST", text("SELECT nothing FROM nowhere"))

    serve(settings_for(tmp_path), monkeypatch)

    assert '"event": "cold"' in capsys.readouterr().out
