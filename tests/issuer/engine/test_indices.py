"""Status indices: each place once, in an order that nobody can guess, whoever takes them at the same time."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from issuer.batch import reserve
from issuer.indices import FULL, take_indices
from issuer.models import CredentialVersion, Organization, StatusList
from issuer.office import Office
from issuer.shuffle import Shuffle
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people

HOUSE = Path(__file__).parents[3]
LENGTH = 131_072

TAKE_AT_ONCE = """
import os, sys
from pathlib import Path
from sqlalchemy import select
from issuer.indices import take_indices
from issuer.models import Organization
from issuer.office import open_office
from tests.conftest import NOW
from tests.issuer.engine.builders import settings_for

def taker():
    office = open_office(settings_for(Path(sys.argv[1]), sys.argv[2] or None))
    with office.database.reading() as session:
        organization = session.scalars(select(Organization.id)).one()
    for _ in range(20):
        places = office.database.write(lambda session: take_indices(session, office.kek, organization, 25, NOW, 1000))
        os.write(1, "".join(f"{list_id} {index}\\n" for list_id, index in places).encode())

children = [os.fork() or (taker(), os._exit(0)) for _ in range(8)]
sys.exit(any(os.waitpid(child, 0)[1] for child in children))
"""


def organization_of(office: Office) -> int:
    reserve(office, make_event(), [], now=NOW)
    with office.database.reading() as session:
        return session.scalars(select(Organization.id)).one()


def take(office: Office, organization: int, count: int, length: int = LENGTH) -> list[tuple[int, int]]:
    return office.database.write(lambda session: take_indices(session, office.kek, organization, count, NOW, length))


@given(key=st.binary(min_size=32, max_size=32), length=st.integers(1, 700))
def test_a_shuffle_has_every_number_once(key: bytes, length: int) -> None:
    assert sorted(Shuffle(key, length).at(range(length))) == list(range(length))


@given(key=st.binary(min_size=32, max_size=32), length=st.sampled_from([LENGTH, 2**20, 1_000_003]), data=st.data())
def test_a_shuffle_of_a_long_list_gives_different_numbers_below_its_length(
    key: bytes, length: int, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, length - 100))
    found = Shuffle(key, length).at(range(first, first + 100))

    assert len(set(found)) == 100
    assert all(0 <= number < length for number in found)


def test_a_whole_list_of_the_usual_length_has_every_index_once() -> None:
    assert sorted(Shuffle(b"k" * 32, LENGTH).at(range(LENGTH))) == list(range(LENGTH))


def test_another_key_is_another_order() -> None:
    one, other = (Shuffle(bytes([number]) * 32, LENGTH).at(range(1000)) for number in (1, 2))

    assert sum(left == right for left, right in zip(one, other, strict=True)) < 5


@pytest.mark.parametrize("position", [-1, 10])
def test_beyond_its_end_a_shuffle_has_nothing(position: int) -> None:
    with pytest.raises(IndexError):
        Shuffle(b"k" * 32, 10).at([position])


@pytest.mark.parametrize("seed", range(5))
def test_a_thousand_places_in_a_row_are_spread_evenly_and_neighbours_say_nothing(seed: int) -> None:
    found = Shuffle(bytes([seed]) * 32, LENGTH).at(range(1000))
    steps = [after - before for before, after in pairwise(found)]

    def chi_squared(numbers: list[int]) -> float:
        shares = Counter(number * 10 // LENGTH for number in numbers)
        return sum((shares[share] - len(numbers) / 10) ** 2 / (len(numbers) / 10) for share in range(10))

    assert chi_squared(found) < 33.7, "Nine degrees of freedom: once in ten thousand runs by chance."
    assert chi_squared([step % LENGTH for step in steps]) < 33.7


def test_eight_processes_that_take_at_once_get_each_place_once_and_begin_no_list_too_many(
    office: Office, database_url: str | None, tmp_path: Path
) -> None:
    organization_of(office)
    command = [sys.executable, "-c", TAKE_AT_ONCE, str(tmp_path), database_url or ""]
    took = subprocess.run(command, cwd=HOUSE, env={"PYTHONPATH": str(HOUSE)}, stdout=subprocess.PIPE, check=True)
    places = took.stdout.decode().splitlines()

    with office.database.reading() as session:
        lists = session.execute(select(StatusList.length, StatusList.given)).all()
    assert len(places) == len(set(places)) == 8 * 20 * 25
    assert [given for _, given in lists] == [800, 800, 800, 800, 800], "no list more than 4,000 places need"


def test_a_list_is_followed_by_another_once_it_is_four_fifths_full(office: Office) -> None:
    organization = organization_of(office)
    places = take(office, organization, 110_000)
    lists = Counter(list_id for list_id, _ in places)

    assert FULL == 80
    assert len(set(places)) == 110_000
    assert sorted(lists.values()) == [110_000 - 104_857, 104_857]


def test_what_a_killed_writer_took_is_lost_and_not_given_again(office: Office) -> None:
    organization = organization_of(office)
    lost = take(office, organization, 300)

    assert not set(lost) & set(take(office, organization, 300))


def test_what_was_taken_and_rolled_back_is_given_to_the_next(office: Office) -> None:
    organization = organization_of(office)
    take(office, organization, 1)
    with office.database.writing() as session:
        places = take_indices(session, office.kek, organization, 3, NOW)
        session.rollback()

    assert take(office, organization, 3) == places


def test_a_list_whose_indices_were_drawn_at_random_goes_on_without_giving_one_of_them(office: Office) -> None:
    reserve(office, make_event(), people(60), now=NOW)
    with office.database.writing() as session:
        organization = session.scalars(select(Organization.id)).one()
        session.execute(update(StatusList).values(length=256, given=0))  # As the list of an older version was.
        for number, row in enumerate(session.scalars(select(CredentialVersion))):
            row.status_index = 3 * number
    places = take(office, organization, 140, 256)
    before = {3 * number for number in range(60)}

    assert len(set(places)) == 140
    assert not before & {index for _, index in places}
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StatusList)) == 1


def test_the_database_itself_refuses_a_place_that_is_taken(office: Office) -> None:
    reserve(office, make_event(), people(2), now=NOW)

    with pytest.raises(IntegrityError), office.database.writing() as session:
        session.execute(update(CredentialVersion).values(status_index=7))
