"""Several processes print a long list: in its order, each award once, and all of it whatever befalls them."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections import Counter

import pytest

from issuer.batch import reserve
from issuer.certificate.press.journal import JOURNAL
from issuer.certificate.press.printed import Tier
from issuer.prints import hands, printing
from issuer.prints.chosen import choose
from issuer.prints.export import export_pdf, export_zip
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people

PEOPLE = 14


def nobody(*_):
    """Hear of everybody, and tell nobody."""


@pytest.fixture
def chosen(office, monkeypatch):
    """Return a list that is long, for chunks of three."""
    monkeypatch.setattr(hands, "LONG", PEOPLE)
    monkeypatch.setattr(hands, "CHUNK", 3)
    monkeypatch.setattr(printing, "CHUNK", 3)
    settings = office.settings
    for name in ("data", "database_url", "base_url", "kek_file"):
        monkeypatch.setenv(f"ATTESTATO_{name.upper()}", str(getattr(settings, name)))
    event = make_event()
    reserved = reserve(office, event, people(PEOPLE), now=NOW)
    sign_batch(office, reserved.batch_id, now=NOW)
    JOURNAL.take()
    return choose(office, event.event.slug)


@pytest.fixture
def pressed(monkeypatch):
    """Return how many sheets this process printed itself."""
    counted, real = [], printing.print_batch
    monkeypatch.setattr(
        printing, "print_batch", lambda certificates: (counted.append(1) or one for one in real(certificates))
    )
    return counted


def test_hands_print_their_chunks_and_the_file_is_the_same(office, chosen, pressed):
    many = b"".join(export_pdf(office, chosen, NOW, nobody, 2))

    alone = b"".join(export_pdf(office, chosen, NOW, nobody))
    assert many == alone
    assert len(pressed) == 3 + 3  # the first chunk of five, and the fourth
    assert sum(JOURNAL.tiers.values()) == PEOPLE


def test_a_hand_that_is_killed_costs_time_alone(office, chosen, pressed, monkeypatch):
    real = hands.Hand.ask

    def ask(hand, ids):
        real(hand, ids)
        hand._process.kill()
        hand._process.wait()

    monkeypatch.setattr(hands.Hand, "ask", ask)

    heard = Counter()
    file = b"".join(export_zip(office, chosen, NOW, lambda award, fault: heard.update([fault]), 1))

    assert heard == {None: PEOPLE}
    assert len(pressed) == PEOPLE
    assert file.startswith(b"PK")


def test_nobody_is_asked_for_what_is_kept_or_short(office, chosen, pressed, monkeypatch):
    asked = []
    monkeypatch.setattr(hands, "Hand", lambda: asked.append(1) or pytest.fail("somebody was asked"))
    monkeypatch.setattr(hands, "LONG", PEOPLE + 1)
    b"".join(export_zip(office, chosen, NOW, nobody, 1))
    monkeypatch.setattr(hands, "LONG", PEOPLE)

    b"".join(export_zip(office, chosen, NOW, nobody, 1))

    assert not asked
    assert len(pressed) == PEOPLE


def test_hands_end_with_whoever_stops_reading(office, chosen, monkeypatch):
    made, real = [], subprocess.Popen
    monkeypatch.setattr(hands.subprocess, "Popen", lambda *a, **k: made.append(real(*a, **k)) or made[-1])
    pieces = export_zip(office, chosen, NOW, nobody, 1)
    next(pieces)

    pieces.close()

    assert [process.poll() is not None for process in made] == [True]


@pytest.mark.usefixtures("chosen")
def test_a_hand_ends_when_whoever_asked_is_killed():
    asks = "import time; from issuer.prints.hands import Hand; print(Hand()._process.pid, flush=True); time.sleep(90)"
    asking = subprocess.Popen([sys.executable, "-c", asks], stdout=subprocess.PIPE, text=True)
    hand = int(asking.stdout.readline())
    ended = os.pidfd_open(hand)

    asking.kill()
    asking.communicate()

    assert select.select([ended], [], [], 30)[0]
    os.close(ended)


def test_what_other_processes_counted_is_added_up():
    JOURNAL.take()
    JOURNAL.printed(Tier.HOT)

    JOURNAL.add({"tiers": {"hot": 2, "shared": 1}, "reasons": {"missing glyph": 1}})

    assert JOURNAL.take() == {"tiers": {"hot": 3, "shared": 1}, "reasons": {"missing glyph": 1}}
    assert JOURNAL.take() == {"tiers": {}, "reasons": {}}
