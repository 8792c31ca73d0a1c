"""`attestato work`: what is being done, how far it is, and what people decide of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from issuer.cli.codes import NOTHING_DONE, SOME_FAULTS, WELL
from issuer.cli.desk import Desk, pass_desk
from issuer.cli.speech import language_of_start, say, tell, words
from issuer.fault import Refused

if TYPE_CHECKING:
    from issuer.work.progress import Progress

Decision = Callable[[Any, Any, datetime], None]
"""Takes a session, a job, and the time at which somebody decided."""


@click.group()
def command() -> None:
    """Hold the commands; the text of the help lies in the catalogue."""


@command.command("list")
@click.option("--all", "ended", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@pass_desk
def list_jobs(desk: Desk, /, *, ended: bool, as_json: bool) -> int:
    """List the jobs that are not over, newest first."""
    from issuer.work.progress import progress_of_all

    found: list[Progress] = []
    if desk.has_database:
        with desk.office.database.reading() as session:
            found = progress_of_all(session, ended=ended)
    if as_json:
        click.echo(json.dumps([each.to_json(language_of_start()) for each in found], ensure_ascii=False, indent=2))
    elif not found:
        say("work.none")
    else:
        for each in found:
            click.echo(f"{each.job}  {_line(each)}")
    return WELL


@command.command()
@click.argument("job", metavar="ID")
@click.option("--json", "as_json", is_flag=True)
@pass_desk
def show(desk: Desk, /, *, job: str, as_json: bool) -> int:
    """Show how far a job is, and what is wrong with single rows."""
    from issuer.work.control import read_job
    from issuer.work.progress import faults_of, progress_of

    with desk.office.database.reading() as session:
        found = read_job(session, job)
        progress, faults = progress_of(session, found), faults_of(session, found)
    language = language_of_start()
    if as_json:
        told = {**progress.to_json(language), "faults": [fault.to_json(language) for fault in faults]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return WELL
    click.echo(f"{progress.job}  {_line(progress)}")
    tell([progress.fault, *faults] if progress.fault else faults)
    return WELL


@command.command()
@click.argument("jobs", metavar="ID", nargs=-1, required=True)
@pass_desk
def pause(desk: Desk, /, *, jobs: tuple[str, ...]) -> int:
    """Let nothing more of these jobs be begun until they go on."""
    from issuer.work.control import pause as decide

    return _decide(desk, jobs, decide, "paused")


@command.command()
@click.argument("jobs", metavar="ID", nargs=-1, required=True)
@pass_desk
def resume(desk: Desk, /, *, jobs: tuple[str, ...]) -> int:
    """Let these jobs go on."""
    from issuer.work.control import resume as decide

    return _decide(desk, jobs, decide, "resumed")


@command.command()
@click.argument("jobs", metavar="ID", nargs=-1, required=True)
@pass_desk
def stop(desk: Desk, /, *, jobs: tuple[str, ...]) -> int:
    """End these jobs before their time, for good."""
    from issuer.work.control import stop as decide

    return _decide(desk, jobs, decide, "stopped")


@command.command()
@click.argument("job", metavar="ID")
@click.option("--at", "when", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]))
@pass_desk
def start(desk: Desk, /, *, job: str, when: datetime | None) -> int:
    """Say when a job that has not begun is to begin."""
    from issuer.work.control import start_at

    moment = None if when is None else (when if when.tzinfo else when.replace(tzinfo=UTC))
    return _decide(desk, (job,), lambda session, found, now: start_at(session, found, moment, now), "timed")


@command.command()
@click.argument("job", metavar="ID")
@click.argument("rows", metavar="ROWS", type=click.IntRange(0))
@pass_desk
def pace(desk: Desk, /, *, job: str, rows: int) -> int:
    """Let no more than so many rows a minute be done; 0 is as many as can be."""
    from issuer.work.control import set_pace

    return _decide(desk, (job,), lambda session, found, now: set_pace(session, found, rows or None, now), "paced")


def _decide(desk: Desk, jobs: tuple[str, ...], decide: Decision, code: str) -> int:
    """Carry a decision out on each job, whatever becomes of the others."""
    from issuer.work.control import find_job

    refused = 0
    for job in dict.fromkeys(jobs):

        def work(session: Any, job: str = job) -> None:
            decide(session, find_job(session, job), desk.now)

        try:
            desk.office.database.write(work)
        except Refused as fault:
            tell(fault.faults)
            refused += 1
        else:
            say(f"work.{code}", job=job)
    return WELL if not refused else SOME_FAULTS if refused < len(jobs) else NOTHING_DONE


def _line(each: Progress) -> str:
    values: dict[str, Any] = {
        "kind": words(f"work.kind.{each.kind}"), "state": words(f"work.state.{each.state}"),
        "organization": each.organization, "done": each.done, "total": each.total,
    }  # fmt: skip
    parts = [words("work.line", **values)]
    if each.failed:
        parts.append(words("work.failed", n=each.failed))
    if each.rate and each.ended_at is None:
        parts.append(words("work.rate", rate=f"{each.rate:.1f}"))
    if each.left is not None:
        parts.append(words("work.left", left=timedelta(seconds=round(each.left.total_seconds()))))
    if each.starts_at is not None and each.started_at is None:
        parts.append(words("work.starts", moment=f"{each.starts_at:%Y-%m-%d %H:%M} UTC"))
    return ", ".join(parts)
