"""A cell overlaps where an independent maximum flow finds room for its people once more."""

from dataclasses import replace

from hypothesis import given, settings

from procurement.gaps.rules.network import network_of
from procurement.gaps.rules.overlaps import doubled, overlapping
from procurement.gaps.rules.scopes import expand
from procurement.gaps.types import CellDemand
from tests.unit.gaps import oracle
from tests.unit.gaps.test_analysis import inputs, people, scope
from tests.unit.gaps.test_cover import demands, provisions


@settings(max_examples=200, deadline=None)
@given(provisions(most=6), demands())
def test_a_cell_overlaps_where_its_people_fit_in_once_more_and_nobody_loses(provision, demand):
    # Someone whom nobody reaches, so that no capacity is cut to what one serving of the others could use.
    far = CellDemand("z", 1000)
    found = doubled(network_of(provision, [*demand, far]).network)
    whole = oracle.most_people(provision, demand)
    for k, row in enumerate(sorted(demand, key=lambda one: one.cell)):
        again = [
            replace(one, people=2 * one.people) if one.cell == row.cell else one
            for one in sorted(demand, key=lambda one: one.cell)
        ]
        fits = oracle.most_people(provision, again) == whole + row.people
        assert bool(found[k]) == (row.people > 0 and fits)


def test_a_long_list_is_no_overlap_where_its_places_are_needed_elsewhere():
    """300 places that name three areas reach each of them; together they have 300 people: nothing twice."""
    areas, reach = ["pdu:a", "pdu:b", "pfa:c"], ["pdu:a", "pdu:b", "pdu:c1", "pdu:c2"]
    built = expand(inputs([people(area, 100) for area in areas], scope("O", "offer", 300, reach)))
    assert not overlapping(built, 3).any()
    twice = expand(inputs([people(area, 100) for area in areas], scope("O", "offer", 400, reach)))
    assert overlapping(twice, 3).all()
    assert not overlapping(twice, 0).any()


def test_spare_places_elsewhere_count_where_others_may_step_aside():
    """Ada serves only a, and has to spare; Ben serves a and b. With Ada in a, all of Ben is free for b."""
    built = expand(
        inputs(
            [people("pdu:a", 50), people("pdu:b", 50)],
            scope("Ada", "contract", 60, ["pdu:a"]),
            scope("Ben", "contract", 100, ["pdu:a", "pdu:b"]),
        )
    )
    assert overlapping(built, 0).tolist() == [True, True]
