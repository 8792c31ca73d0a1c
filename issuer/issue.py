"""The second commit of the life of a row: bytes, state and outbox together, once our own verifier accepts them.

Run it again, and it signs what is unsigned, with the same id, index and time, so the same bytes. In bulk each item
has its values linted and its signature checked; first, last and every 1,000th pass the full verifier.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from issuer import statuslist
from issuer.intent import Intent, load_intents
from issuer.office import Office
from issuer.resolver import StoreResolver
from issuer.signing import CheckedSigner, NotAccepted, SignedVersion, sign_chunk
from issuer.store import store
from keys.key import Signer
from verifier.policy import Policy
from verifier.resolver import Absent, Unreachable
from verifier.verdict import Verdict
from verifier.verify import verify

ACCEPTED: Final = frozenset({Verdict.VALID, Verdict.EXPIRED})
"""Verdicts under which a credential may leave: it stands, or it stood when it was promised."""

FULL_CHECK_EVERY: Final = 1_000


@dataclass
class Run:
    """Signs versions of one organization, chunk after chunk; counts which of them pass the full verifier."""

    office: Office
    organization_id: int
    total: int
    now: datetime
    batch_id: int | None = None
    done: int = 0

    def sign(self, version_ids: Sequence[int], also: Callable[[Session], None] | None = None) -> None:
        """Sign a chunk and commit it, with what `also` adds to the same transaction."""
        statuslist.ensure(self.office, self.organization_id, self.now)
        with self.office.database.reading() as session:
            intents = load_intents(session, version_ids)
            signers = _signers(self.office, session, intents)
        answers = list(sign_chunk(intents, signers))
        self.office.reached("after-sign")
        self._accept([answer for answer in answers if isinstance(answer, SignedVersion)], intents)

        def work(session: Session) -> None:
            store(session, answers, self.batch_id, self.now)
            if also is not None:
                also(session)
            self.office.reached("before-commit")

        self.office.database.write(work)
        self.office.reached("after-commit")
        self.done += len(version_ids)

    def _accept(self, signed: Sequence[SignedVersion], intents: Sequence[Intent]) -> None:
        """Let the first, the last and every 1,000th of the run pass the full verifier; raises NotAccepted."""
        places = {version_id: self.done + place for place, version_id in enumerate(item.version_id for item in intents)}
        resolver = _Remembering(StoreResolver(self.office, self.now))
        for place, answer in enumerate(signed):
            at_the_end = place == len(signed) - 1 and self.done + len(intents) >= self.total
            if places[answer.version_id] % FULL_CHECK_EVERY and not (place == 0 and not self.done) and not at_the_end:
                continue
            report = verify(answer.data, resolver, Policy(), max(self.now, intents[0].valid_from))
            if report.verdict not in ACCEPTED:
                if resolver.fault is not None:
                    raise resolver.fault
                raise NotAccepted(f"Our own verifier says {report.verdict} of what we signed.")


class _Remembering:
    """Our own documents; remembers why they could not be had: a database that is gone says nothing of a signature."""

    local: Final = True

    def __init__(self, resolver: StoreResolver) -> None:
        self._resolver = resolver
        self.fault: Exception | None = None

    def fetch(self, url: str) -> bytes:
        """Return the document at `url`; Absent or Unreachable as the resolver says."""
        try:
            return self._resolver.fetch(url)
        except (Absent, Unreachable):
            raise
        except Exception as fault:
            self.fault = fault
            raise


def _signers(office: Office, session: Session, intents: Sequence[Intent]) -> dict[str, Signer]:
    """Return a checked signer for each key that the intents name: it may be retired, and was promised."""
    keyring = office.keyring(session)
    signers: dict[str, Signer] = {}
    for key_id in {intent.key_id for intent in intents}:
        controller, _, kid = key_id.partition("#")
        record = next(item for item in keyring.store.records(controller) if item.kid == kid)
        signers[key_id] = CheckedSigner(keyring.signer_of(record), record.public())
    return signers
