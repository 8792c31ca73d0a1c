"""`attestato worker`: does what is not yet done, round after round, and ends when asked to."""

from __future__ import annotations

import signal
import threading
from typing import Final

import click

from issuer.cli.desk import Desk, pass_desk
from issuer.cli.speech import note

ROUND: Final = 30.0
"""Seconds between two rounds."""


@click.command()
@click.option("--once", is_flag=True)
@pass_desk
def command(desk: Desk, /, *, once: bool) -> None:
    """Sign what was left unsigned, and every status list that is a day old; ask domains again once a day."""
    if once:
        _round(desk)
        return
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    while not asked.is_set():
        try:
            _round(desk)
        except Exception as fault:  # noqa: BLE001  # A round that failed is done again; the next may find a database.
            note("worker.trouble", detail=f"{type(fault).__name__}: {str(fault).partition(chr(10))[0]}")
        asked.wait(ROUND)


def _round(desk: Desk) -> None:
    from issuer.statuslist import refresh
    from issuer.sweep import plan_what_was_left
    from issuer.vouching import ask_again, the_world
    from issuer.work.ending import settle_all
    from issuer.work.hand import Hand
    from issuer.work.lease import Scope

    signed, lists = plan_what_was_left(desk.office), refresh(desk.office, desk.now)
    hand = Hand(desk.office, Scope(), lambda: desk.now)
    while hand.step():
        pass
    settle_all(desk.office, desk.now)
    if signed:
        note("worker.signed", n=signed)
    if lists:
        note("worker.lists", n=lists)
    ask_again(desk.office, desk.now, the_world())
