"""`attestato roster`: reads an attendee list, issues nothing, and tells everything it saw."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from issuer.cli.codes import code_of
from issuer.cli.options import Reading, roster_options
from issuer.cli.speech import language_of_start, place, say
from issuer.fault import Fault, Refused
from issuer.roster import Recipient, Roster


@click.command()
@roster_options
@click.option("--json", "as_json", is_flag=True)
def command(roster: Path, *, as_json: bool, **options: Any) -> int:
    """Read the list and tell what was recognised."""
    try:
        found = Reading(**options).read(roster)
    except Refused as refused:
        if as_json:
            print_json(refusal(refused.faults))
        else:
            say("roster.refused", file=roster.name)
            _list_faults(refused.faults)
        return code_of(done=0, faults=len(refused.faults))
    if as_json:
        print_json(to_json(found))
    else:
        _report(roster.name, found)
    return code_of(done=len(found.recipients), faults=len(found.faults))


def to_json(roster: Roster) -> dict[str, Any]:
    """Return what `--json` promises of a list."""
    return {
        "preset": roster.preset,
        "encoding": roster.encoding,
        "delimiter": roster.delimiter,
        "rows": roster.rows,
        "recipients": [_recipient(recipient) for recipient in roster.recipients],
        "faults": [fault.to_json(language_of_start()) for fault in roster.faults],
    }


def refusal(faults: tuple[Fault, ...]) -> dict[str, Any]:
    """Return the same of a list that could not be read."""
    told = [fault.to_json(language_of_start()) for fault in faults]
    return {"preset": None, "encoding": None, "delimiter": None, "rows": 0, "recipients": [], "faults": told}


def print_json(value: object) -> None:
    """Print JSON on stdout, letters as they are."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _recipient(recipient: Recipient) -> dict[str, Any]:
    return {
        "row": recipient.row,
        "name": recipient.name,
        "email": recipient.email,
        "attended": recipient.attended,
        "minutes": recipient.minutes,
        "repairs": [
            {"field": repair.field, "before": repair.before, "after": repair.after, "code": repair.code}
            for repair in recipient.repairs
        ],
    }


def _report(name: str, roster: Roster) -> None:
    delimiter = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}.get(roster.delimiter or "", "none")
    say("roster.read", file=name, preset=roster.preset, encoding=roster.encoding, delimiter=delimiter, n=roster.rows)
    if any(recipient.attended is not None for recipient in roster.recipients):
        attended = sum(recipient.attended is True for recipient in roster.recipients)
        say("roster.attended", attended=attended, n=len(roster.recipients))
    else:
        say("roster.unknown", n=len(roster.recipients))
    say("roster.issuable", n=len(roster.issuable))
    repaired = [(item.row, repair) for item in roster.recipients for repair in item.repairs]
    if repaired:
        say("roster.repairs", n=len(repaired))
    for row, repair in repaired:
        say("roster.repair", row=row, field=repair.field, before=repair.before, after=repair.after)
    _list_faults(roster.faults)


def _list_faults(faults: tuple[Fault, ...]) -> None:
    if faults:
        say("faults", n=len(faults))
    for fault in faults:
        click.echo(f"  {place(fault)}{fault.message(language_of_start())}")
