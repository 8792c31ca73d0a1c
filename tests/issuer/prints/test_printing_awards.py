"""An award is printed once and kept; what keeps one from being printed is its own fault."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from issuer.archive import batch_awards
from issuer.batch import reserve
from issuer.certificate.render import RenderFailed
from issuer.faces import face
from issuer.fault import Fault
from issuer.prints import printing
from issuer.prints.key import key_of
from issuer.prints.printing import cabinet, head_of, print_award, prints
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people


@pytest.fixture
def awards(office):
    """Return three awards."""
    reserved = reserve(office, make_event(), people(3), now=NOW)
    sign_batch(office, reserved.batch_id, now=NOW)
    return batch_awards(office, reserved.batch_id)


@pytest.fixture
def pressed(monkeypatch):
    """Return how many sheets went to the press."""
    counted = []
    real = printing.print_batch

    def count(certificates):
        for rendered in real(certificates):
            counted.append(rendered)
            yield rendered

    monkeypatch.setattr(printing, "print_batch", count)
    return counted


def test_a_print_is_made_once_and_served_from_the_cabinet_after_that(office, awards, pressed):
    assert head_of(office, awards[0]) is None
    first = face(office, awards[0], "pdf")

    again = face(office, awards[0], "pdf")

    assert (again, len(pressed)) == (first, 1)
    assert (head_of(office, awards[0]).etag, head_of(office, awards[0]).length) == (first.etag, len(first.body))


def test_many_are_taken_from_the_cabinet_and_from_the_press_in_their_order(office, awards, pressed):
    middle = print_award(office, awards[1])

    made = list(prints(office, awards))

    assert [award.token for award, _ in made] == [award.token for award in awards]
    assert made[1][1] == middle
    assert len(pressed) == 3
    assert list(prints(office, iter(awards))) == made
    assert len(pressed) == 3


def test_a_print_that_was_altered_on_the_disk_is_made_again(office, awards, pressed):
    first = print_award(office, awards[0])
    [path] = [
        path for path in (office.settings.data / "cache" / "prints" / "tails").rglob("*") if path.is_file()
    ]  # fmt: skip
    path.write_bytes(path.read_bytes()[:-1] + b"?")

    assert print_award(office, awards[0]) == first
    assert len(pressed) == 2


def test_the_cabinet_may_be_emptied_at_any_time(office, awards):
    first = print_award(office, awards[0])
    shutil.rmtree(office.settings.data / "cache")

    assert print_award(office, awards[0]) == first


def test_one_that_cannot_be_printed_does_not_touch_the_others_and_is_not_kept(office, awards):
    broken = replace(awards[1], layout=replace(awards[1].layout, wording="{{"))

    made = [one for _, one in prints(office, [awards[0], broken, awards[2]])]

    assert [isinstance(one, Fault) for one in made] == [False, True, False]
    assert cabinet(office).get(key_of(broken, practice=False)) is None
    with pytest.raises(RenderFailed):
        print_award(office, broken)


def test_whatever_a_print_is_made_of_changes_its_name(awards):
    first = awards[0]
    others = [
        awards[1],
        replace(first, signed=first.signed + b" "),
        replace(first, layout=replace(first.layout, colour="#123456")),
        replace(first, kept={"role": "speaker"}),
    ]

    names = {key_of(one, practice=False) for one in (first, *others)} | {key_of(first, practice=True)}

    assert len(names) == 6
    assert key_of(replace(first), practice=False) in names
