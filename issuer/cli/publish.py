"""`attestato publish`: every public document as a file, for the day the service is not there."""

from __future__ import annotations

from pathlib import Path

import click

from issuer.cli.desk import Desk, pass_desk
from issuer.cli.speech import say


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--final", is_flag=True)
@pass_desk
def command(desk: Desk, /, out: Path, *, final: bool) -> None:
    """Write the documents, laid out as DIR/HOST/PATH."""
    from issuer.publish import publish

    count = publish(desk.office, out, now=desk.now, final=final)
    say("publish.done", n=count, out=out)
