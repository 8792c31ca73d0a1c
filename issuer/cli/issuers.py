"""`attestato issuers`: which organizations issue here, and who vouches for each of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click

from issuer.cli.desk import Desk, pass_desk
from issuer.cli.speech import note, say, words
from verifier.reason import Reason

if TYPE_CHECKING:
    from issuer.models import Organization

_WAYS: Final = ("dns", "file")
"""Those of `issuer.domain`, whose libraries nobody needs for help."""


@click.group()
def command() -> None:
    """Hold the commands; the text of the help lies in the catalogue."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True)
@pass_desk
def list_issuers(desk: Desk, /, *, as_json: bool) -> int:
    """List every organization, oldest first, and why it is known or not."""
    from issuer.vouching import organizations, reasons_of

    rows = organizations(desk.office) if desk.has_database else []
    found = [(row, reasons_of(row, desk.now)) for row in rows]
    if as_json:
        told = [_to_json(row, reasons) for row, reasons in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    if not found:
        say("issuers.none")
    for row, reasons in found:
        click.echo(f"{row.slug:<24} {row.did}\n{'':<24} {_told(reasons)}")
    return 0


@command.command()
@click.argument("slug", metavar="SLUG")
@click.option("--domain", metavar="HOST")
@click.option("--by", type=click.Choice(_WAYS))
@pass_desk
def prove(desk: Desk, /, *, slug: str, domain: str | None, by: str | None) -> int:
    """Ask the domain of an organization whether it vouches for it."""
    from issuer.vouching import prove, the_world

    host, way = prove(desk.office, slug, (by,) if by else _WAYS, desk.now, the_world(), domain)
    say(f"issuers.proved_{way}", slug=slug, domain=host)
    return 0


@command.command()
@click.argument("slug", metavar="SLUG")
@pass_desk
def approve(desk: Desk, /, *, slug: str) -> int:
    """Vouch for an organization as the operator."""
    from issuer.vouching import approve

    new = approve(desk.office, slug, desk.now)
    (say if new else note)("issuers.approved" if new else "issuers.approved_already", slug=slug)
    return 0


@command.command()
@click.argument("slug", metavar="SLUG")
@pass_desk
def withdraw(desk: Desk, /, *, slug: str) -> int:
    """Let nobody vouch for an organization any more."""
    from issuer.vouching import withdraw

    new = withdraw(desk.office, slug, desk.now)
    (say if new else note)("issuers.withdrawn" if new else "issuers.withdrawn_already", slug=slug)
    return 0


def _told(reasons: tuple[Reason, ...]) -> str:
    told = [words(f"issuers.by_{reason.basis.value}", where=reason.where) for reason in reasons]
    return "; ".join(told) if told else words("issuers.by_nobody")


def _to_json(row: Organization, reasons: tuple[Reason, ...]) -> dict[str, Any]:
    approved, proved = row.approved_at, row.domain_proved_at
    return {
        "slug": row.slug,
        "id": row.did,
        "name": row.facts.get("name"),
        "url": row.facts.get("url"),
        "trust": "known" if reasons else "unknown",
        "listed": [reason.to_json() for reason in reasons],
        "approved": approved.isoformat() if approved else None,
        "domain": row.domain,
        "proof": row.domain_proof,
        "proved": proved.isoformat() if proved else None,
    }
