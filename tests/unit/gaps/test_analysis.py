"""From scopes to coverage: layers by membership, referral, partial scopes, inputs that survive storing."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.gaps.rules.analysis import analyse
from procurement.gaps.rules.inputs import DemandPlace, Inputs, LeftOut, Pool, Port, Scope, digest, read_inputs
from procurement.gaps.rules.reading import CellReading, CoverWord
from procurement.gaps.rules.scopes import cohort_cover

PLACES = {
    "pdu:a": DemandPlace(("pdu:a",), "region:A", "pfa:a"),
    "pdu:b": DemandPlace(("pdu:b",), "region:B", "pfa:b"),
    "pfa:c": DemandPlace(("pdu:c1", "pdu:c2"), "region:B", "pfa:c"),
}
WOMEN, MEN = "women-18-25", "men-18-25"


def scope(id, kind, capacity, places, need="accommodation", complexity="low", **more):
    return Scope(
        id=id,
        kind=kind,
        name=f"Example {id}",
        supplier=more.pop("supplier", "Example supplier"),
        ports=(Port(need, complexity, capacity),),
        places=tuple(places),
        cohorts=more.pop("cohorts", (WOMEN, MEN)),
        **more,
    )


def inputs(demand, *scopes, referred=()):
    return Inputs("2026-09-01", tuple(demand), tuple(referred), PLACES, tuple(scopes), ())


def people(place, count, cohort=MEN, need="accommodation", complexity="low"):
    return (place, need, complexity, cohort, count)


def layers(answer):
    return {cell.key[0]: cell.by_layer for cell in answer.cells}


def test_contracts_come_first_then_members_then_others():
    answer = analyse(
        inputs(
            [people("pdu:a", 100)],
            scope("C", "contract", 30, ["pdu:a"]),
            scope("M", "offer", 50, ["pdu:a"], member_regions=("region:A",)),
            scope("O", "offer", 15, ["pdu:a"]),
        )
    )
    assert layers(answer) == {"pdu:a": (30, 0, 50, 15)}
    assert answer.by_layer == {"contract": 30, "partner": 0, "member_offer": 50, "other_offer": 15}


def test_partner_agencies_come_between_contracts_and_offers():
    """What is there already is not bought a second time, and what nobody has contracted is no contract."""
    answer = analyse(
        inputs(
            [people("pdu:a", 100)],
            scope("C", "contract", 30, ["pdu:a"]),
            scope("M", "offer", 50, ["pdu:a"], member_regions=("region:A",)),
            scope("P", "partner", 45, ["pdu:a"]),
        )
    )
    assert layers(answer) == {"pdu:a": (30, 45, 25, 0)}


def test_an_offer_that_a_partner_agency_gives_already_is_counted_once():
    """Both draw on one pool: of its 40 places 40 are the agency's, and the offer has none left."""
    pool = Pool("P1", "Places", "Example", 40)
    drawing = {"ports": (Port("accommodation", "low", 40, "P1"),)}
    answer = analyse(
        replace(
            inputs(
                [people("pdu:a", 100)],
                replace(scope("M", "offer", 0, ["pdu:a"], member_regions=("region:A",)), **drawing),
                replace(scope("P", "partner", 0, ["pdu:a"]), **drawing),
            ),
            pools=(pool,),
        )
    )
    assert layers(answer) == {"pdu:a": (0, 40, 0, 0)}


@given(st.data())
def test_an_agency_more_never_lowers_what_is_met_nor_raises_what_offers_add(data):
    """Partner agencies take from the gap, never from contracts: layer by layer and in all."""
    numbers = st.integers(0, 60)
    places = st.lists(st.sampled_from(sorted(PLACES)), min_size=1, max_size=3, unique=True)

    def drawn(name, kind, **more):
        where = [leaf for code in data.draw(places) for leaf in PLACES[code].leaves]
        return scope(name, kind, data.draw(numbers), sorted(where), **more)

    demand = [people(place, data.draw(numbers)) for place in sorted(PLACES)]
    rest = [
        drawn("C", "contract"),
        drawn("P", "partner"),
        drawn("M", "offer", member_regions=("region:A",)),
        drawn("O", "offer"),
    ]
    before = analyse(inputs(demand, *rest))
    after = analyse(inputs(demand, *rest, drawn("Q", "partner")))
    assert after.by_layer["contract"] == before.by_layer["contract"]
    assert after.by_layer["partner"] >= before.by_layer["partner"]
    assert sum(after.by_layer.values()) >= sum(before.by_layer.values())
    assert all(sum(cell.by_layer) <= cell.people for cell in after.cells)


def test_an_offer_beyond_its_membership_is_one_capacity_in_two_layers():
    """Sixty places for two regions, membership in one: the member's region first, then elsewhere."""
    answer = analyse(
        inputs(
            [people("pdu:a", 40), people("pdu:b", 40)],
            scope("M", "offer", 60, ["pdu:a", "pdu:b"], member_regions=("region:A",)),
        )
    )
    assert layers(answer) == {"pdu:a": (0, 0, 40, 0), "pdu:b": (0, 0, 0, 20)}


def test_five_places_of_one_offer_are_not_five_offers():
    answer = analyse(
        inputs(
            [people("pdu:a", 200), people("pdu:b", 200), people("pfa:c", 200)],
            scope("C", "contract", 300, ["pdu:a", "pdu:b", "pdu:c1", "pdu:c2"]),
        )
    )
    assert [cell.by_layer[0] for cell in answer.cells] == [100, 100, 100]
    (block,) = [block for block in answer.blocks if block.layer == "contract"]
    assert block.content["rate"] == "0.500000"
    assert block.content["binding"][0]["name"] == "Example C"
    assert {cell.block for cell in answer.cells} == {block.number for block in answer.blocks[-1:]}


def test_a_place_covered_in_part_is_reported_not_guessed():
    answer = analyse(inputs([people("pfa:c", 10)], scope("C", "contract", 99, ["pdu:c1"])))
    assert layers(answer) == {"pfa:c": (0, 0, 0, 0)}
    assert answer.partial_places == 1


def test_referred_people_are_in_no_layer_and_no_gap():
    demand = [people("pdu:a", 9, need="attitudes", complexity="high"), people("pdu:a", 4)]
    answer = analyse(
        inputs(
            demand,
            scope("C", "contract", 99, ["pdu:a"], need="attitudes", complexity="high"),
            referred=[("attitudes", "high")],
        )
    )
    assert answer.referred == 9
    assert {cell.key[1]: (cell.referred, cell.by_layer) for cell in answer.cells} == {
        "accommodation": (False, (0, 0, 0, 0)),
        "attitudes": (True, (0, 0, 0, 0)),
    }


def test_capacities_of_one_contract_by_complexity_are_not_exchanged():
    contract = Scope(
        "C",
        "contract",
        "Example C",
        "Example supplier",
        (Port("accommodation", "low", 10), Port("accommodation", "high", 5)),
        ("pdu:a",),
        (MEN,),
    )
    answer = analyse(inputs([people("pdu:a", 40), people("pdu:a", 40, complexity="high")], contract))
    assert {cell.key[2]: cell.by_layer[0] for cell in answer.cells} == {"low": 10, "high": 5}


def test_the_digest_and_the_answer_do_not_depend_on_how_rows_were_read():
    one = inputs(
        [people("pdu:a", 40), people("pdu:b", 40, WOMEN)],
        scope("C", "contract", 10, ["pdu:a", "pdu:b"]),
        scope("M", "offer", 60, ["pdu:a", "pdu:b"], member_regions=("region:A",)),
    )
    again = read_inputs(one.document())
    assert again.scopes == one.scopes
    assert digest(again.document()) == digest(one.document())
    rng = random.Random(4)
    other = Inputs(
        one.on,
        tuple(rng.sample(one.demand, 2)),
        one.referred,
        dict(reversed(one.places.items())),
        tuple(reversed(one.scopes)),
        one.left_out,
    )
    assert digest(other.document()) == digest(one.document())
    assert analyse(other) == analyse(one)


def test_what_was_left_out_is_kept_with_the_inputs():
    one = Inputs("2026-09-01", (), (), {}, (), (LeftOut("T-1", "contract", "Old", "no_capacity"),))
    assert read_inputs(one.document()).left_out == one.left_out
    assert analyse(one).people == 0


PARTITION = {
    "women-18-25": ("female", 18, 25),
    "women-26-and-over": ("female", 26, None),
    "men-18-and-over": ("male", 18, None),
}


@pytest.mark.parametrize(
    ("offered", "wholly", "partly"),
    [
        ([], list(PARTITION), []),
        ([("female", 18, None, False)], ["women-18-25", "women-26-and-over"], []),
        ([(None, 18, 25, False)], ["women-18-25"], ["men-18-and-over"]),
        ([(None, 18, 25, False), (None, 26, None, False)], list(PARTITION), []),
        ([(None, 26, None, False), (None, 18, 25, False)], list(PARTITION), []),
        ([(None, 18, 25, False), (None, 27, None, False)], ["women-18-25"], list(PARTITION)[1:]),
        ([(None, 18, None, True)], [], list(PARTITION)),
        ([("both", None, None, False)], list(PARTITION), []),
        ([("male", 50, None, False)], [], ["men-18-and-over"]),
        ([("female", 60, 70, True)], [], ["women-26-and-over"]),
    ],
)
def test_cohorts_are_matched_by_overlap_and_part_is_reported(offered, wholly, partly):
    assert cohort_cover(PARTITION, offered) == (tuple(wholly), tuple(partly))


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        (CellReading(0, 0, 0, 0, 0), CoverWord.NOBODY),
        (CellReading(7, 7, 0, 0, 0), CoverWord.REFER),
        (CellReading(9, 2, 7, 0, 0), CoverWord.MET),
        (CellReading(10, 0, 4, 6, 0), CoverWord.CONTRACT_GAP),
        (CellReading(10, 0, 4, 1, 5), CoverWord.ADMISSION_GAP),
        (CellReading(10, 0, 4, 1, 1), CoverWord.MARKET_GAP),
        (CellReading(10, 0, 4, 2, 2), CoverWord.CONTRACT_GAP),
    ],
)
def test_a_cell_is_named_by_the_largest_part_of_its_gap(cell, word):
    assert cell.word is word


@given(st.lists(st.integers(0, 50), min_size=4, max_size=4), st.integers(0, 50))
def test_the_parts_of_a_cell_add_up(parts, referred):
    contract, member, other, unmet = parts
    cell = CellReading(sum(parts) + referred, referred, contract, member, other)
    assert cell.unmet == unmet
    assert cell.not_contracted == member + other + unmet
