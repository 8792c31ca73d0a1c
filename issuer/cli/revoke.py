"""`attestato revoke`: takes credentials back, for good, with a reason that the public sees."""

from __future__ import annotations

import click

from issuer.cli.desk import Desk, pass_desk
from issuer.cli.speech import note, say
from issuer.revoke import revoke


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--reason", required=True, metavar="TEXT")
@pass_desk
def command(desk: Desk, /, *, ids: tuple[str, ...], reason: str) -> None:
    """Revoke all of them or, if one is unknown, none."""
    done = revoke(desk.office, ids, reason, desk.now)
    for item in done:
        if item.already:
            note("revoke.already", id=item.url, at=f"{item.at:%Y-%m-%d}")
        else:
            click.echo(item.url)
    say("revoke.done", n=sum(not item.already for item in done))
