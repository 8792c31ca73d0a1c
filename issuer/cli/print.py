"""`attestato print`: the prints of a batch or an event, in one ZIP or as one PDF for a printing press."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import click

from issuer.archive import Award
from issuer.atomic import write_pieces
from issuer.cli.codes import NOTHING_DONE, WELL, WRONG_USAGE, code_of
from issuer.cli.desk import Desk, pass_desk
from issuer.cli.progress import Bar
from issuer.cli.roster import print_json
from issuer.cli.speech import note, say, tell, words
from issuer.fault import Fault


@click.command()
@click.argument("what", metavar="BATCH|EVENT")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.zip|FILE.pdf")
@click.option("--ahead", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@pass_desk
def command(desk: Desk, /, what: str, *, out: Path | None, ahead: bool, as_json: bool) -> int:
    """Write what is printed already from where it is kept, and print the rest on the way."""
    from issuer.certificate.press.journal import JOURNAL
    from issuer.prints.chosen import choose
    from issuer.prints.export import FORMATS
    from issuer.work.posts import cores

    if ahead:
        return _plan(desk, what, as_json=as_json)
    export = FORMATS.get(out.suffix.lower()) if out else None
    if out is None or export is None:
        note("print.format", formats=", ".join(FORMATS))
        return WRONG_USAGE
    chosen = choose(desk.office, what)
    seen: Counter[str] = Counter()
    faults: list[Fault] = []
    with Bar(words("print.printing")) as bar:

        def told(award: Award, fault: Fault | None) -> None:
            seen["fault" if fault else award.state] += 1
            if fault:
                faults.append(Fault(fault.code, None, award.name, fault.values))
            bar(seen.total(), len(chosen.credential_ids))

        if not chosen.credential_ids:
            note("print.nobody")
            return NOTHING_DONE
        write_pieces(out, export(desk.office, chosen, desk.now, told, cores() - 1))
    press = JOURNAL.take()
    if as_json:
        told_faults = [fault.to_json(desk.settings.language) for fault in faults]
        print_json({"event": chosen.slug, "file": str(out), "printed": seen["valid"], "faults": told_faults, **press})
    else:
        tell(faults)
        say("print.done", n=seen["valid"], file=out)
        _tell_of_the_press(press)
    return code_of(done=seen["valid"], faults=len(faults))


def _tell_of_the_press(press: Mapping[str, Mapping[str, int]]) -> None:
    """Tell how many were made now and how, and what kept some from being made the fast way."""
    tiers = press["tiers"]
    slow = tiers.get("shared", 0) + tiers.get("plain", 0)
    if tiers:
        note("print.press", fast=sum(tiers.values()) - slow, slow=slow)
    if press["reasons"]:
        note("print.why", reasons=", ".join(f"{reason} ({count})" for reason, count in press["reasons"].items()))


def _plan(desk: Desk, what: str, *, as_json: bool) -> int:
    """Let the workers print everything before anybody asks for it."""
    from issuer.prints.chosen import choose
    from issuer.work.printing import plan_ahead

    jobs = plan_ahead(desk.office, choose(desk.office, what).batch_ids, desk.now)
    if as_json:
        print_json({"jobs": list(jobs)})
    else:
        say("print.ahead", jobs=" ".join(jobs))
    return WELL if jobs else NOTHING_DONE
