"""`attestato roster`: reads an attendee list, issues nothing, and tells everything it saw."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from issuer.cli.codes import code_of
from issuer.cli.desk import Desk, pass_desk
from issuer.cli.options import Reading, roster_options
from issuer.cli.speech import say
from issuer.fault import Fault, Refused
from issuer.roster.report import fault_lines, lines, to_json


@click.command()
@roster_options
@click.option("--json", "as_json", is_flag=True)
@pass_desk
def command(desk: Desk, /, roster: Path, *, as_json: bool, **options: Any) -> int:
    """Read the list and tell what was recognised."""
    language = desk.settings.language
    try:
        found = Reading(**options).read(roster)
    except Refused as refused:
        if as_json:
            print_json(_nothing(refused.faults, language))
        else:
            say("roster.refused", file=roster.name)
            print_lines(fault_lines(refused.faults, language))
        return code_of(done=0, faults=len(refused.faults))
    if as_json:
        print_json(to_json(found, language))
    else:
        print_lines(lines(found, language))
    return code_of(done=len(found.recipients), faults=len(found.faults))


def print_json(value: object) -> None:
    """Print JSON on stdout, letters as they are."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_json_with_list(value: Mapping[str, object], name: str, items: Iterable[object]) -> None:
    """Print the same text for an object whose last member is a list of many, an item at a time."""
    before, _, after = json.dumps({**value, name: []}, ensure_ascii=False, indent=2).rpartition("[]")
    click.echo(before, nl=False)
    mark = "["
    for item in items:
        click.echo(mark + ("\n" + json.dumps(item, ensure_ascii=False, indent=2)).replace("\n", "\n    "), nl=False)
        mark = ","
    click.echo(("[]" if mark == "[" else "\n  ]") + after)


def print_lines(told: Iterable[Text], *, err: bool = False) -> None:
    """Print lines, with their emphasis on a terminal and without it anywhere else, never wrapped or cut."""
    console = Console(file=sys.stderr if err else sys.stdout, highlight=False, soft_wrap=True)
    for line in told:
        console.print(line)


def _nothing(faults: tuple[Fault, ...], language: str) -> dict[str, Any]:
    told = [fault.to_json(language) for fault in faults]
    return {"preset": None, "encoding": None, "delimiter": None, "rows": 0, "recipients": [], "faults": told}
