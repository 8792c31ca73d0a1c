"""Who vouches for the organizations of this installation, and so whom strangers are told is known.

A domain's word counts for thirty days, and is asked for again every day. A domain that says no has said so; one that
does not answer has said nothing, and its last word counts until it is too old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from issuer.database import lock
from issuer.domain import DNS, WAYS, Answer, Texts, ask_dns, ask_file, host_of, look_up_texts
from issuer.fault import Fault, Refused
from issuer.journal import write_journal
from issuer.models import Organization
from issuer.office import Office
from verifier.http import HttpResolver
from verifier.reason import Basis, Reason
from verifier.resolver import Resolver

GOOD_FOR: Final = timedelta(days=30)
ASKED_EVERY: Final = timedelta(days=1)
AT_ONCE: Final = 10
"""Domains that one round of the worker asks, so that slow ones do not keep it from its other work."""
_AHEAD: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class World:
    """Whom to ask: name servers and websites."""

    texts: Texts
    websites: Resolver


@cache
def the_world() -> World:
    """Return the name servers of this machine, and the one way out."""
    return World(look_up_texts, HttpResolver())


VOUCHED: Final = (
    Organization.slug,
    Organization.facts,
    Organization.approved_at,
    Organization.domain,
    Organization.domain_proof,
    Organization.domain_proved_at,
)
"""What it rests on whether an organization is known; a row of these tells as much as the whole one."""


def organizations(office: Office) -> list[Organization]:
    """Return every organization, oldest first."""
    with office.database.reading() as session:
        return list(session.scalars(select(Organization).order_by(Organization.id)))


def reasons_of(row: Organization | Row[*tuple[Any, ...]], now: datetime) -> tuple[Reason, ...]:
    """Return why strangers are told that an organization is known; a domain's word comes before the operator's."""
    name = str(row.facts.get("name") or row.slug)
    found = []
    if is_proved(row, now):
        found.append(Reason(Basis(str(row.domain_proof)), name, str(row.domain)))
    if row.approved_at is not None:
        found.append(Reason(Basis.OPERATOR, name))
    return tuple(found)


def is_proved(row: Organization | Row[*tuple[Any, ...]], now: datetime) -> bool:
    """Tell whether the domain of the organization's present address vouches for it, and has done so of late."""
    at = row.domain_proved_at
    if at is None or row.domain is None or row.domain_proof not in WAYS:
        return False
    return at - _AHEAD <= now < at + GOOD_FOR and row.domain == host_of(row.facts.get("url"))


def approve(office: Office, slug: str, now: datetime) -> bool:
    """Let the operator vouch for an organization; tell whether that is new."""

    def work(session: Session) -> bool:
        row = _row(session, slug)
        if row.approved_at is not None:
            return False
        row.approved_at = now
        write_journal(session, row.id, now, "organization.approved", row.did)
        return True

    return office.database.write(work)


def withdraw(office: Office, slug: str, now: datetime) -> bool:
    """Let nobody vouch for an organization any more, its domain included; tell whether that is new."""

    def work(session: Session) -> bool:
        row = _row(session, slug)
        if row.approved_at is None and row.domain is None:
            return False
        row.approved_at = None
        _forget(row)
        row.domain_asked_at = None
        write_journal(session, row.id, now, "organization.withdrawn", row.did)
        return True

    return office.database.write(work)


def prove(
    office: Office, slug: str, ways: tuple[str, ...], now: datetime, world: World, domain: str | None = None
) -> tuple[str, str]:
    """Ask the domain of an organization; return the domain and the way in which it vouches.

    Raises Refused when it does not: `domain_denied` takes back an earlier word, `domain_silent` leaves it as it is;
    `domain_none` and `domain_other` when the organization's address has no such domain.
    """
    with office.database.reading() as session:
        row = _row(session, slug)
        did, url = row.did, row.facts.get("url")
    host = _host(slug, url, domain)
    answers = {}
    for way in ways:
        answers[way] = _ask(way, host, did, world)
        if answers[way] is Answer.PROVED:
            break
    kept = _keep(office, did, host, answers, now)
    if kept is None:
        code = "domain_silent" if Answer.UNKNOWN in answers.values() else "domain_denied"
        raise Refused(Fault(code, values={"domain": host, "did": did}))
    return host, kept


def ask_again(office: Office, now: datetime, world: World) -> int:
    """Ask again each domain that has not been asked for a day, some at once; return how many were asked."""
    due = or_(Organization.domain_asked_at.is_(None), Organization.domain_asked_at <= now - ASKED_EVERY)
    statement = select(Organization).where(Organization.domain.is_not(None), due).order_by(Organization.domain_asked_at)
    with office.database.reading() as session:
        rows = [(row.did, str(row.domain), row.domain_proof) for row in session.scalars(statement.limit(AT_ONCE))]
    for did, host, way in rows:
        way = way if way in WAYS else DNS
        _keep(office, did, host, {way: _ask(way, host, did, world)}, now, again=True)
    return len(rows)


def _keep(
    office: Office, did: str, host: str, answers: dict[str, Answer], now: datetime, *, again: bool = False
) -> str | None:
    """Write down what a domain answered, and return the way in which it vouches, if it does.

    `again` is for one that vouched before: what was withdrawn while it was asked stays withdrawn.
    """
    proved = next((way for way, answer in answers.items() if answer is Answer.PROVED), None)

    def work(session: Session) -> None:
        row = session.scalar(lock(session, select(Organization).where(Organization.did == did)))
        if row is None or (again and row.domain != host):
            return
        if proved is not None:
            if (row.domain, row.domain_proof) != (host, proved):
                write_journal(session, row.id, now, "organization.proved", row.did, by=proved)
            row.domain, row.domain_proof, row.domain_proved_at = host, proved, now
        elif row.domain == host and answers.get(str(row.domain_proof)) is Answer.DENIED:
            write_journal(session, row.id, now, "organization.denied", row.did, by=str(row.domain_proof))
            _forget(row)
        row.domain_asked_at = now

    office.database.write(work)
    return proved


def _ask(way: str, host: str, did: str, world: World) -> Answer:
    return ask_dns(host, did, world.texts) if way == DNS else ask_file(host, did, world.websites)


def _host(slug: str, url: str | None, domain: str | None) -> str:
    host = host_of(url)
    if host is None:
        raise Refused(Fault("domain_none", values={"slug": slug, "url": url or "–"}))
    if domain is not None and domain.lower().rstrip(".") != host:
        raise Refused(Fault("domain_other", values={"slug": slug, "domain": host, "given": domain}))
    return host


def _forget(row: Organization) -> None:
    row.domain = row.domain_proof = row.domain_proved_at = None


def _row(session: Session, slug: str) -> Organization:
    row: Organization | None = session.scalar(lock(session, select(Organization).where(Organization.slug == slug)))
    if row is None:
        known = ", ".join(session.scalars(select(Organization.slug).order_by(Organization.slug))) or "–"
        raise Refused(Fault("issuer_unknown", values={"slug": slug, "known": known}))
    return row
