"""Group viability: the closed form against a simulation, the known values, and catchments."""

import random
from itertools import pairwise

import pytest

from catalogue.reference.types import PlaceKind
from procurement.gaps.rules.tiles import neighbours, tiles
from procurement.gaps.rules.viability import (
    Programme,
    catchments,
    referrals_needed,
    spiral,
    viability,
)
from tests.register_reading import reference_rows

THINKING_SKILLS = Programme(minimum=4, optimum=8, weeks=12)


@pytest.mark.parametrize(("share", "referrals"), [(0.9, 18.5), (0.5, 8.6)])
def test_the_referrals_needed_are_the_known_ones(share, referrals):
    assert round(referrals_needed(THINKING_SKILLS, share), 1) == referrals


def simulated(programme: Programme, referrals: float, cycles: int, seed: int) -> tuple[float, float, float]:
    """Share placed, mean weeks of the placed and groups a year, by drawing referral after referral."""
    source = random.Random(seed)
    rate = referrals / 52
    arrived = placed = groups = 0
    waited = clock = 0.0
    for _ in range(cycles):
        first = clock + source.expovariate(rate)
        times, closes = [first], first + programme.weeks
        while len(times) < programme.optimum:
            following = times[-1] + source.expovariate(rate)
            if following > closes:
                break
            times.append(following)
        clock = times[-1] if len(times) == programme.optimum else closes
        arrived += len(times)
        if len(times) >= programme.minimum:
            groups += 1
            placed += len(times)
            waited += sum(clock - time for time in times)
    return placed / arrived, waited / placed, groups / clock * 52


@pytest.mark.parametrize("referrals", [9, 18.5, 60])
def test_the_closed_form_equals_a_simulation_within_one_in_a_hundred(referrals):
    found = viability(THINKING_SKILLS, referrals)
    share, wait, groups = simulated(THINKING_SKILLS, referrals, cycles=60_000, seed=3)
    assert found.placed == pytest.approx(share, rel=0.01)
    assert found.wait == pytest.approx(wait, rel=0.01)
    assert found.groups == pytest.approx(groups, rel=0.01)


def test_more_referrals_place_a_larger_share_and_nobody_is_placed_of_none():
    shares = [viability(THINKING_SKILLS, referrals).placed for referrals in range(1, 80)]
    assert shares == sorted(shares)
    assert viability(THINKING_SKILLS, 0).placed == 0


def test_few_referrals_spiral_down_and_many_do_not():
    low = [year.referrals for year in spiral(THINKING_SKILLS, 9, discouraged=0.5)]
    assert all(later < earlier for earlier, later in pairwise(low))
    assert low[-1] < low[0] / 4
    high = spiral(THINKING_SKILLS, 60, discouraged=0.5)
    assert high[-1].referrals > 0.99 * 60


def test_units_join_inside_their_area_first_then_across_to_a_neighbour():
    referrals = {"a1": 30.0, "a2": 10.0, "a3": 9.0, "b1": 5.0, "c1": 25.0, "z1": 3.0}
    area_of = {unit: unit[0] for unit in referrals}
    beside = {"a": ("b",), "b": ("a", "c"), "c": ("b",)}
    found = catchments(THINKING_SKILLS, referrals, area_of, beside, share=0.9)
    assert [(one.units, one.viable) for one in found] == [
        (("a1",), True),
        (("a2", "a3", "b1"), True),
        (("c1",), True),
        (("z1",), False),
    ]
    assert sum(one.outcome.referrals for one in found) == sum(referrals.values())


def test_every_region_and_police_force_area_has_one_tile_of_its_own():
    wanted = {
        row["code"]
        for row in reference_rows("places.csv")
        if row["kind"] in (PlaceKind.REGION, PlaceKind.POLICE_FORCE_AREA)
    }
    assert set(tiles()) == wanted
    for kind in ("region:", "pfa:"):
        spots = [(tile.row, tile.column) for code, tile in tiles().items() if code.startswith(kind)]
        assert len(spots) == len(set(spots))
    assert all(code in neighbours()[other] for code, near in neighbours().items() for other in near)
    assert "pfa:durham" in neighbours()["pfa:northumbria"]
