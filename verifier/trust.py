"""Whom we know: issuers by their identifiers, each with the reasons for which it is known here.

Whoever knows issuers is a mapping of identifiers to names. One that can also tell why is `Known`; of a plain mapping
the one who asks is the reason. Identifiers are compared letter by letter: what looks alike is somebody else.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping

from verifier.case import passed, skipped
from verifier.reason import Basis, Reason
from verifier.verdict import Check, Issuer


class Known(Mapping[str, str]):
    """Issuers that are looked up one at a time; who they all are need not be known, so it iterates over none."""

    @abstractmethod
    def reasons(self, issuer: str) -> tuple[Reason, ...]:
        """Return why `issuer` is known, the strongest reason first; nothing for one that is not."""

    def __getitem__(self, issuer: str) -> str:
        found = self.reasons(issuer)
        if not found:
            raise KeyError(issuer)
        return found[0].label

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Trust(Known):
    """Everybody whom one of several knows; their reasons in the order of the sources."""

    def __init__(self, *sources: Mapping[str, str]) -> None:
        self._sources = sources

    def reasons(self, issuer: str) -> tuple[Reason, ...]:
        """Return the reasons of every source."""
        return tuple(reason for source in self._sources for reason in reasons(source, issuer))


def reasons(known: Mapping[str, str], issuer: str) -> tuple[Reason, ...]:
    """Return why `issuer` is known, the strongest reason first."""
    if isinstance(known, Known):
        return known.reasons(issuer)
    return (Reason(Basis.LIST, known[issuer]),) if issuer in known else ()


def introduce(issuer: str, claimed: object, known: Mapping[str, str]) -> Issuer:
    """Return who signed: the name that the credential claims, and what is known here."""
    found = reasons(known, issuer)
    name = claimed if isinstance(claimed, str) else None
    return Issuer(issuer, name, "known" if found else "unknown", found)


def issuer_check(issuer: Issuer) -> Check:
    """Return the check that tells who it is, apart from whether the signature holds."""
    identifier = issuer.id or ""
    if not issuer.listed:
        return skipped("issuer", "issuer_unknown", identifier, name=issuer.name or identifier)
    first = issuer.listed[0]
    return passed("issuer", first.code, identifier, name=first.name, where=first.where)
