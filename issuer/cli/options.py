"""The options of `roster` and `issue`, which read the same lists in the same way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from issuer.cli.files import InputFile
from issuer.cli.speech import words
from issuer.roster import Roster, read
from issuer.roster.columns import FIELDS
from issuer.roster.presets import PRESETS

Command = TypeVar("Command", bound=Callable[..., Any])


class Pair(click.ParamType[tuple[str, str]]):
    """FIELD=COLUMN: a known field, and the header's text."""

    name = "field=column"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Return field and column."""
        name, sign, column = str(value).partition("=")
        name = name.strip().lower().replace(" ", "_").replace("-", "_")
        if not sign or not column.strip():
            self.fail(words("usage.pair", value=value), param, ctx)
        if name not in FIELDS:
            self.fail(words("usage.field", value=name, fields=", ".join(FIELDS)), param, ctx)
        return name, column.strip()


@dataclass(frozen=True)
class Reading:
    """How a list is to be read."""

    preset: str
    mapping: tuple[tuple[str, str], ...]
    keep: tuple[str, ...]
    everyone: bool
    min_minutes: int | None
    sheet: str | None

    def read(self, path: Path, columns: tuple[str, ...] = ()) -> Roster:
        """Read the list, keeping `columns` too; Refused when it cannot be used at all."""
        return read(
            path.read_bytes(),
            preset=self.preset,
            mapping=dict(self.mapping),
            keep=tuple(dict.fromkeys((*self.keep, *columns))),
            everyone=self.everyone,
            min_minutes=self.min_minutes,
            sheet=self.sheet,
        )


def roster_options(command: Command) -> Command:
    """Give a command the argument ROSTER and the options that say how it is read."""
    for decorate in reversed((
        click.argument("roster", type=InputFile()),
        click.option("--preset", default="auto", type=click.Choice(("auto", *PRESETS))),
        click.option("--map", "mapping", multiple=True, type=Pair(), metavar="FIELD=COLUMN"),
        click.option("--keep", multiple=True, metavar="COLUMN"),
        click.option("--everyone", is_flag=True),
        click.option("--min-minutes", type=click.IntRange(0), metavar="N"),
        click.option("--sheet", metavar="NAME"),
    )):  # fmt: skip
        command = decorate(command)
    return command
