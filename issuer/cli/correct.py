"""`attestato correct`: a new version under the same address, which supersedes the one before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import click

from issuer.cli.codes import WRONG_USAGE
from issuer.cli.desk import Desk, pass_desk
from issuer.cli.speech import note as tell
from issuer.cli.speech import say
from issuer.correct import Changes, correct


def _options(command: Callable[..., int]) -> Callable[..., int]:
    for field in reversed(fields(Changes)):
        command = click.option(f"--{field.name}", metavar="TEXT")(command)
    return command


@click.command()
@click.argument("id_", metavar="ID")
@_options
@click.option("--note", metavar="TEXT")
@pass_desk
def command(desk: Desk, /, *, id_: str, note: str | None, **given: str | None) -> int:
    """Correct what is given; an empty text takes a value away."""
    changes = Changes(**given)
    if not changes.given:
        tell("correct.nothing", options=", ".join(f"--{field.name}" for field in fields(Changes)))
        return WRONG_USAGE
    award = correct(desk.office, id_, changes, note, desk.now)
    say("correct.done", url=award.url, versions=award.versions)
    return 0
