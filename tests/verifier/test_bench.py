"""The benchmark of verification still measures what it says: every badge in it is verified, by all three."""

from __future__ import annotations

import pytest

from tools import bench_verify
from tools.interop import digitalbazaar


def test_it_tells_ours_beside_others(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(bench_verify, "MANY", 6)
    monkeypatch.setattr(bench_verify, "COLD", 4)

    code = bench_verify.main()

    told = capsys.readouterr().out
    assert code == 0
    assert all(name in told for name in ("own, of an outline that was seen", "did:web", "openbadgeslib"))
    assert ("@digitalbazaar/vc" in told) or digitalbazaar.absent()


def test_a_badge_that_is_not_verified_ends_it() -> None:
    resolver = bench_verify.MemoryResolver(bench_verify.published())
    credential = bench_verify.signed(bench_verify.badge(1), bench_verify.DID)
    bench_verify.check(bench_verify.octets(credential), resolver)

    with pytest.raises(SystemExit):
        bench_verify.check(bench_verify.octets({**credential, "name": "Laurea"}), resolver)
