"""A rosette belongs to its event: the same everywhere, unlike any other, whole and light."""

from __future__ import annotations

import re
from math import cos, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from issuer.art.rosette import RADIUS, petals, rings, rosette

SEEDS = [f"event-{index}" for index in range(300)]


def test_the_same_event_has_the_same_rosette_and_two_events_never_do():
    assert rosette("a", "#7a1f2b") == rosette("a", "#7a1f2b")
    assert len({rosette(seed, "#7a1f2b") for seed in SEEDS}) == len(SEEDS)


@given(seed=st.text(max_size=60))
def test_every_frequency_is_whole_and_a_multiple_of_the_petals_so_that_no_seam_shows(seed):
    for ring in rings(seed):
        assert isinstance(ring.waves, int)
        assert ring.waves % ring.petals == 0


@pytest.mark.parametrize("seed", SEEDS[:60])
def test_rings_stay_within_the_circle_and_never_touch(seed):
    reach = []
    for ring in rings(seed):
        angles = [index * 2 * pi / 720 for index in range(720)]
        outer = [ring.outer + ring.outer_swell * cos(ring.petals * angle) for angle in angles]
        inner = [ring.inner + ring.inner_swell * cos(ring.petals * angle) for angle in angles]
        assert all(far > near > 0 for far, near in zip(outer, inner, strict=True))
        reach.append((min(inner), max(outer)))
    (lace, edge), (braid, middle), (heart, core) = reach
    assert edge <= RADIUS
    assert lace > middle
    assert braid > core
    assert heart > 0.1 * RADIUS


@pytest.mark.parametrize("seed", SEEDS[:20])
def test_a_petal_ends_where_the_next_begins(seed):
    for data, count in petals(seed):
        for curve in data.split("M")[1:]:
            numbers = [int(number) for number in re.findall(r"-?\d+", curve)]
            start, steps = complex(*numbers[:2]), numbers[2:]
            first, rest = steps[4:6], steps[6:]
            ends = [complex(*first), *(complex(*rest[at + 2 : at + 4]) for at in range(0, len(rest), 4))]
            end = start + sum(ends)
            turn = complex(cos(2 * pi / count), cos(pi / 2 - 2 * pi / count))
            assert abs(end - start * turn) < 1.5


def test_a_rosette_is_a_few_kilobytes_of_plain_svg_in_its_colour():
    for seed in SEEDS:
        drawn = rosette(seed, "#7a1f2b")
        assert len(drawn) < 6000
        assert set(re.findall(r"#[0-9a-f]{6}\b(?=\")", drawn)) == {"#7a1f2b"}
    tags = {etree.QName(node).localname for node in etree.fromstring(drawn).iter()}
    assert tags == {"svg", "g", "path", "use"}
