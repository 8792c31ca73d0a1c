"""How fast a badge is verified on this machine, beside openbadgeslib and @digitalbazaar/vc, in one run.

CPU of one core, caches warm: the issuer's document and the list are at hand, as after the first badge of a batch.
Every badge is another one, and every answer is looked at. Nothing is asserted: a number is for people.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3 import OB3LdpVerifier

from badges import jsonld
from badges.shortway import ShortWay
from tools.interop import digitalbazaar
from tools.measured import Measured, Section, markdown
from tools.samples import ABROAD, BASE, DID, KEY, NOW, OF_ITSELF, address_of, badge, foreign, octets, published, signed
from verifier.policy import Policy
from verifier.resolver import MemoryResolver
from verifier.verdict import Verdict
from verifier.verify import verify
from verifier.web import health, site
from verifier.web.limits import Buckets
from verifier.web.turnstile import Turnstile
from verifier.web.verify import Desk, blueprint

MANY: Final = 500
COLD: Final = 100


def main() -> int:
    """Measure, and print a table."""
    print("\n".join(markdown(sections())))
    return 0


def sections() -> list[Section]:
    """Measure, and return the lines of `make bench`'s table."""
    own = [signed(badge(number), DID) for number in range(MANY)]
    others = dict(theirs(own))
    return [Section("Verifying one badge, CPU of one core", ours(own, others))]


def ours(own: Sequence[dict[str, Any]], others: Mapping[str, float]) -> list[Measured]:
    """Measure ourselves: badges of our own kind, and of kinds that strangers issue."""
    data = [octets(credential) for credential in own]
    resolver = MemoryResolver(published())
    for each in data[:20]:
        check(each, resolver)
    strange = [octets(signed(foreign(number, OF_ITSELF), OF_ITSELF)) for number in range(COLD)]
    abroad = [octets(signed(foreign(number, ABROAD), ABROAD)) for number in range(COLD)]
    client = page(resolver)
    return [
        line("own, of an outline that was never seen", cpu(lambda each: cold(each, resolver), data[:COLD]), 6, others),
        line("own, of an outline that was seen", warm(data, resolver), 1, others),
        line("the same one again", cpu(lambda each: check(each, resolver), data[:1] * MANY)),
        line("on the page, with its answer", cpu(lambda each: client(each), data[:COLD])),
        line("a stranger's (did:key), outline never seen", cpu(lambda each: cold(each, resolver), strange), 12),
        line("a stranger's (did:web), outline never seen", cpu(lambda each: cold(each, resolver), abroad), 12),
        line("a stranger's (did:web), outline seen", warm(abroad, resolver)),
    ]


def line(what: str, seconds: float, goal: float | None = None, others: Mapping[str, float] | None = None) -> Measured:
    """Return a line of the table, in milliseconds."""
    beside = {name: 1000 * each for name, each in (others or {}).items()}
    return Measured(what, 1000 * seconds, "ms", goal, at_most=True, beside=beside)


def theirs(own: Sequence[dict[str, Any]]) -> Iterator[tuple[str, float]]:
    """Measure others on our own badges; their status check has no list to fetch and no signature of it to verify."""
    yield f"openbadgeslib {version('openbadgeslib')}", cpu(OB3LdpVerifier(pubkey_pem=pem()).verify, own[:COLD])
    lacking = digitalbazaar.absent()
    if lacking:
        print(f"  Without {lacking}, there is less to compare with.", file=sys.stderr)
        return
    documents = {address_of(url): json.loads(each) for url, each in published().items()}
    told = digitalbazaar.ask("time", documents, own, NOW.isoformat().replace("+00:00", "Z"))
    if told["verified"] != len(own):
        raise SystemExit("Digital Bazaar's library did not verify all of them.")
    yield f"@digitalbazaar/vc {digitalbazaar.version()}", told["seconds"] / len(own)


def warm(data: Sequence[bytes], resolver: MemoryResolver) -> float:
    """Return the seconds each badge takes, but for the first few, by which the outline is learned."""
    for each in data[:3]:
        check(each, resolver)
    return cpu(lambda each: check(each, resolver), data[3:])


def cold(data: bytes, resolver: MemoryResolver) -> None:
    """Verify a badge as if none like it had come before."""
    jsonld._SHORT = ShortWay()  # type: ignore[misc]
    check(data, resolver)


def check(data: bytes, resolver: MemoryResolver) -> None:
    """Verify, and see that it was."""
    report = verify(data, resolver, Policy(), NOW)
    if report.verdict is not Verdict.VALID:
        raise SystemExit(f"A badge that is in order was told {report.verdict}: {report.problems}")


def page(resolver: MemoryResolver) -> Callable[[bytes], None]:
    """Return what hands in a badge at the page, as a browser does."""
    numbers = health.Numbers()
    app = site.new_app(base_url=BASE, practice=False, default_language="en")
    app.register_blueprint(
        blueprint(Desk(
            resolver=resolver, sources=resolver, policy=lambda recipient: Policy(recipient=recipient),
            clock=lambda: NOW, buckets=Buckets(burst=1_000_000), turnstile=Turnstile(), count=numbers.verified,
        ))
    )  # fmt: skip
    health.install(app, numbers, lambda: None)
    client = app.test_client()

    def hand_in(data: bytes) -> None:
        answer = client.post("/verify", data={"text": data.decode()}, headers={"Accept": "text/html"})
        if answer.status_code != 200:
            raise SystemExit(f"The page answered {answer.status_code}.")

    return hand_in


def cpu(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Return the seconds of CPU that `work` takes for each item."""
    began = time.process_time()
    for item in items:
        work(item)
    return (time.process_time() - began) / len(items)


def pem() -> bytes:
    """Return the public key as openbadgeslib takes it."""
    return KEY.public().material.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


if __name__ == "__main__":
    sys.exit(main())
