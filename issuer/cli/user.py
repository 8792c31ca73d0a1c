"""`attestato user`: who has an account here, and a link for who forgot the password."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from issuer.cli.desk import Desk, pass_desk
from issuer.cli.speech import note, say, words


@click.group()
def command() -> None:
    """Hold the commands; the text of the help lies in the catalogue."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True)
@pass_desk
def list_users(desk: Desk, /, *, as_json: bool) -> int:
    """List every account, oldest first, and its seats."""
    from issuer.accounts.roster import accounts

    found = accounts(desk.office.database) if desk.has_database else []
    if as_json:
        told = [asdict(one) | {"seats": dict(one.seats)} for one in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    if not found:
        say("user.none")
    for one in found:
        seats = [f"{slug} ({role})" for slug, role in one.seats]
        marks = [words("user.operator")] * one.operator + [words("user.closed")] * one.closed
        click.echo(f"{one.email:<32} {one.name}\n{'':<32} {', '.join(marks + seats) or words('user.no_seat')}")
    return 0


@command.command()
@click.argument("email", metavar="EMAIL")
@pass_desk
def link(desk: Desk, /, *, email: str) -> int:
    """Print a link through which somebody chooses a new password; an older one opens nothing any more."""
    from issuer.accounts.roster import link_for

    token = link_for(desk.office.database, email, desk.now)
    note("user.link", email=email)
    click.echo(f"{desk.settings.base_url}/room/password/{token}")
    return 0
