"""`attestato migrate`: brings the database to what this version needs."""

from __future__ import annotations

import click

from issuer.cli.desk import Desk, pass_desk
from issuer.cli.speech import say


@click.command()
@pass_desk
def command(desk: Desk, /) -> None:
    """Migrate; run again, it changes nothing."""
    from issuer.office import migrate

    migrate(desk.settings)
    say("migrate.done")
