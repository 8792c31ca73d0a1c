"""`attestato new`: writes a commented event file to start from."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final
from zoneinfo import ZoneInfo

import click

from issuer.cli.codes import NOTHING_DONE, WELL
from issuer.cli.desk import Desk, pass_desk
from issuer.cli.speech import note, say
from issuer.kinds import KINDS
from templates import LANGUAGES, sentence

_ZONE: Final = ZoneInfo("Europe/Rome")


@click.command()
@click.argument("event", type=click.Path(path_type=Path, dir_okay=False), metavar="EVENT.toml")
@click.option("--kind", type=click.Choice(tuple(KINDS)), default="attendance")
@click.option("--language", type=click.Choice(LANGUAGES))
@pass_desk
def command(desk: Desk, /, event: Path, *, kind: str, language: str | None) -> int:
    """Write the file, unless there is one."""
    try:
        event.parent.mkdir(parents=True, exist_ok=True)
        with event.open("x", encoding="utf-8") as file:
            file.write(starting_file(event.name, kind, language or desk.settings.language, desk.now))
    except FileExistsError:
        note("new.exists", file=event)
        return NOTHING_DONE
    say("new.written", file=event)
    return WELL


def starting_file(name: str, kind: str, language: str, now: datetime) -> str:
    """Return an event file of a kind that reads without faults, for an evening within a week of `now`."""
    chosen = KINDS[kind]
    day = now.astimezone(_ZONE).date()
    start = datetime.combine(day, time(18, 30), _ZONE)
    texts = {part: sentence(f"new.{kind}.{part}", language) for part in ("slug", "description", "criteria")}
    people = [sentence(f"new.signatory.{place}", language) for place in range(1, chosen.signatories + 1)]
    role = sentence("new.role", language)
    signatories = [f'[[certificate.signatory]]\nname = "{person}"\nrole = "{role}"\n' for person in people]
    text = files("templates").joinpath("events", f"{language}.toml").read_text(encoding="utf-8")
    return Template(text).substitute(
        texts,
        file=name,
        kind=kind,
        title=chosen.title[language],
        type=chosen.achievement_type,
        design=chosen.design,
        wording=chosen.wording[language],
        date=day.isoformat(),
        start=start.isoformat(),
        end=(start + timedelta(hours=3)).isoformat(),
        signatories="\n".join(signatories).rstrip(),
    )
