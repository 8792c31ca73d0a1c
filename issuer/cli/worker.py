"""`attestato worker`: does what is to be done, in as many processes as there are cores, and ends when asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from issuer.cli.codes import WELL
from issuer.cli.desk import Desk, pass_desk
from issuer.cli.speech import note

if TYPE_CHECKING:
    from issuer.work.posts import Staff

LANES: Final = ("interactive", "bulk")
"""Those of `issuer.models`, which nobody needs for help."""


@click.command()
@click.option("--once", is_flag=True)
@click.option("--processes", type=click.IntRange(1, 256), metavar="N")
@click.option("--lane", type=click.Choice(LANES))
@click.option("--job", nargs=2, type=(str, int), metavar="ID PROCESS", hidden=True)
@pass_desk
def command(desk: Desk, /, *, once: bool, processes: int | None, lane: str | None, job: tuple[str, int] | None) -> int:
    """Do the work that is written down and the duties that come round; `job` is for a run of `attestato issue`."""
    from issuer.work.posts import Staff, cores

    office = desk.office  # What is wrong with settings, database or keys is told before anything starts.
    count = processes or office.settings.worker_processes or cores()
    staff = Staff(count, (lane,) if lane else LANES, _id_of(desk, job[0]) if job else None, once)
    if not once:
        return _crew(desk, staff, job[1] if job else None)
    from issuer.work.duties import ROUNDS, make_rounds

    make_rounds(office, desk.now, _tell, at_once=True, rounds=ROUNDS[:1])
    code = _work_off(desk, staff) if processes is None else _crew(desk, staff, None)
    make_rounds(office, desk.now, _tell, at_once=True, rounds=ROUNDS[1:])
    return code


def _crew(desk: Desk, staff: Staff, of: int | None) -> int:
    from issuer.work import issuing  # noqa: F401  # Imported once, for everybody whom this process forks.
    from issuer.work.crew import Crew
    from issuer.work.posts import posts

    desk.close()
    posted = list(posts(desk.office, staff, lambda: desk.now, _tell))
    return Crew(posted, staff.once or of is not None, of, _fell).run()


def _work_off(desk: Desk, staff: Staff) -> int:
    from issuer.work.hand import Hand
    from issuer.work.lease import Scope

    hand = Hand(desk.office, Scope(tuple(staff.lanes), staff.job_id), lambda: desk.now)
    while hand.step():
        pass
    for kind, rows in sorted(hand.done.items()):
        note("worker.signed" if kind == "issue" else "worker.did", n=rows, kind=kind)
    return WELL


def _id_of(desk: Desk, public_id: str) -> int:
    from issuer.work.control import read_job

    with desk.office.database.reading() as session:
        return read_job(session, public_id).id


def _tell(code: str, what: int | str) -> None:
    """Say what was done, or what is in the way; of duties, lists alone are worth a line."""
    if code == "lists":
        note("worker.lists", n=what)
    elif code == "trouble":
        note("worker.trouble", detail=what)


def _fell(name: str, code: int) -> None:
    note("worker.fell", name=name, code=code)
