"""The benchmark of verification still measures what it says: every badge in it is verified, by all three."""

from __future__ import annotations

import pytest

from tools import bench_verify, samples
from tools.interop import digitalbazaar
from verifier.resolver import MemoryResolver


def test_it_tells_ours_beside_others(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(bench_verify, "MANY", 6)
    monkeypatch.setattr(bench_verify, "COLD", 4)

    code = bench_verify.main()

    told = capsys.readouterr().out
    assert code == 0
    assert all(name in told for name in ("own, of an outline that was seen", "did:web", "openbadgeslib"))
    assert ("@digitalbazaar/vc" in told) or digitalbazaar.absent()


def test_a_badge_that_is_not_verified_ends_it() -> None:
    resolver = MemoryResolver(samples.published())
    credential = samples.signed(samples.badge(1), samples.DID)
    bench_verify.check(samples.octets(credential), resolver)

    with pytest.raises(SystemExit):
        bench_verify.check(samples.octets({**credential, "name": "Laurea"}), resolver)
