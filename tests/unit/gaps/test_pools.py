"""Offers that share a pool never count its places twice, and the limits inside it bind."""

import json
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.gaps.rules.analysis import analyse
from procurement.gaps.rules.case import allocate_case, as_case, case_text, write_case
from procurement.gaps.rules.cover import fair_cover
from procurement.gaps.rules.inputs import (
    LAYERS,
    DemandPlace,
    Inputs,
    Limit,
    Pool,
    Port,
    Scope,
    about_need,
    digest,
    read_inputs,
)
from procurement.gaps.rules.serving import may_serve
from procurement.gaps.types import CoverRefused

MEN = "men-18-25"
NORTH, WALES = "region:A", "region:D"
PLACES = {
    "pdu:a": DemandPlace(("pdu:a",), NORTH, "pfa:a"),
    "pdu:b": DemandPlace(("pdu:b",), NORTH, "pfa:a"),
    "pdu:d": DemandPlace(("pdu:d",), WALES, "pfa:d"),
}


def offer(id: str, *ports: tuple[str, str], pool: str = "CP-1", places=tuple(PLACES), **more) -> Scope:
    return Scope(
        id=id,
        kind="offer",
        name=f"Example {id}",
        supplier="Example supplier",
        ports=tuple(Port(need, complexity, 1000, pool) for need, complexity in ports),
        places=tuple(places),
        cohorts=(MEN,),
        **more,
    )


def pool(capacity: int, *limits: Limit, id: str = "CP-1", offers=()) -> Pool:
    return Pool(id, "Example team", "Example supplier", capacity, limits, tuple(offers))


def people(place: str, count: int, need: str = "accommodation", complexity: str = "low"):
    return (place, need, complexity, MEN, count)


def inputs(demand, scopes, pools) -> Inputs:
    return Inputs("2026-09-01", tuple(demand), (), PLACES, tuple(scopes), (), tuple(pools))


def served(answer) -> dict[tuple[str, str, str], int]:
    return {cell.key[:3]: sum(cell.by_layer) for cell in answer.cells}


def test_two_offers_on_one_pool_are_one_capacity() -> None:
    demand = [people("pdu:a", 100), people("pdu:d", 100, "finance")]
    scopes = [offer("OF-1", ("accommodation", "low")), offer("OF-2", ("finance", "low"))]
    answer = analyse(inputs(demand, scopes, [pool(120)]))
    assert list(served(answer).values()) == [60, 60]
    [block] = {cell.block for cell in answer.cells}
    [binding] = answer.blocks[block].content["binding"]
    assert (binding["kind"], binding["name"], binding["capacity"]) == ("pool", "Example team", 120)


def test_a_pool_of_one_offer_is_called_by_the_offer() -> None:
    answer = analyse(inputs([people("pdu:a", 100)], [offer("OF-1", ("accommodation", "low"))], [pool(40)]))
    [binding] = answer.blocks[0].content["binding"]
    assert (binding["kind"], binding["id"], binding["limit"]) == ("offer", "OF-1", None)


def test_a_limit_by_region_binds_there_alone() -> None:
    demand = [people("pdu:a", 50), people("pdu:b", 50), people("pdu:d", 50)]
    scopes = [offer("OF-1", ("accommodation", "low"))]
    answer = analyse(inputs(demand, scopes, [pool(120, Limit(NORTH, "", 30))]))
    assert list(served(answer).values()) == [15, 15, 50]
    [block] = answer.blocks
    assert block.content["binding"][0]["region"] == NORTH
    assert block.content["binding"][0]["complexity"] == ""


def test_a_limit_inside_a_limit_binds_inside_it() -> None:
    demand = [people("pdu:a", 50), people("pdu:a", 50, complexity="high"), people("pdu:d", 50)]
    scopes = [offer("OF-1", ("accommodation", "low"), ("accommodation", "high"))]
    limits = (Limit(NORTH, "", 40), Limit(NORTH, "high", 10))
    answer = analyse(inputs(demand, scopes, [pool(80, *limits)]))
    assert served(answer) == {
        ("pdu:a", "accommodation", "high"): 10,
        ("pdu:a", "accommodation", "low"): 30,
        ("pdu:d", "accommodation", "low"): 40,
    }


def test_a_limit_by_complexity_holds_for_every_offer_on_the_pool() -> None:
    demand = [people("pdu:a", 50, complexity="high"), people("pdu:d", 50, "finance", "high")]
    scopes = [offer("OF-1", ("accommodation", "high")), offer("OF-2", ("finance", "high"))]
    answer = analyse(inputs(demand, scopes, [pool(100, Limit("", "high", 30))]))
    assert list(served(answer).values()) == [15, 15]


def test_limits_that_cross_are_refused_as_a_network() -> None:
    crossing = pool(100, Limit(NORTH, "", 50), Limit("", "low", 50), Limit(NORTH, "low", 10))
    given = inputs([people("pdu:a", 5)], [offer("OF-1", ("accommodation", "low"))], [crossing])
    with pytest.raises(CoverRefused) as refusal:
        analyse(given)
    assert [reason.code for reason in refusal.value.reasons] == ["sub_limits_cross"]


def test_pools_are_frozen_with_the_inputs_and_name_the_answer() -> None:
    held = pool(120, Limit(NORTH, "high", 30), offers=[("OF-1", "Example OF-1"), ("OF-2", "Example OF-2")])
    scopes = [offer("OF-1", ("accommodation", "low")), offer("OF-2", ("finance", "low"))]
    given = inputs([people("pdu:a", 5)], scopes, [held])
    assert read_inputs(given.document()).pools == (held,)
    other = inputs([people("pdu:a", 5)], scopes, [pool(121, Limit(NORTH, "high", 30))])
    assert digest(given.document()) != digest(other.document())
    about = about_need(given, "finance")
    assert [scope.id for scope in about.scopes] == ["OF-2"]
    assert about.pools == (held,)
    nothing = about_need(given, "family")
    assert (nothing.scopes, nothing.pools) == ((), ())


def test_who_may_serve_says_the_places_open_there_and_who_shares_them() -> None:
    held = pool(120, Limit(NORTH, "", 30), offers=[("OF-1", "Example OF-1"), ("OF-2", "Example OF-2")])
    scopes = [
        offer("OF-1", ("accommodation", "low"), ("accommodation", "high")),
        offer("OF-2", ("finance", "low")),
    ]
    given = about_need(inputs([people("pdu:a", 5)], scopes, [held]), "accommodation")
    asked = {"need": "accommodation", "complexities": ("low", "high"), "cohorts": (MEN,)}
    [north] = may_serve(given, place=NORTH, **asked)
    [nation] = may_serve(given, place=None, **asked)
    assert (north.capacity, nation.capacity) == (30, 120)
    assert north.shared_with == ("Example OF-2",)


numbers = st.integers(0, 60)
LEVELS = ("low", "high")


@st.composite
def markets(draw: st.DrawFn) -> Inputs:
    """A small market: pools with nested limits, offers that draw on them, demand everywhere."""
    pools = []
    for number in range(draw(st.integers(1, 2))):
        capacity = draw(st.integers(1, 90))
        limits = []
        if draw(st.booleans()):
            for region in draw(st.sets(st.sampled_from((NORTH, WALES)))):
                outer = draw(st.integers(0, capacity))
                limits.append(Limit(region, "", outer))
                if draw(st.booleans()):
                    limits.append(Limit(region, "high", draw(st.integers(0, outer))))
        elif draw(st.booleans()):
            limits.append(Limit("", "high", draw(st.integers(0, capacity))))
        pools.append(pool(capacity, *limits, id=f"CP-{number}"))
    scopes = [
        offer(
            f"OF-{number}",
            *draw(st.sets(st.sampled_from([("accommodation", level) for level in LEVELS]), min_size=1)),
            pool=draw(st.sampled_from(pools)).id,
            places=draw(st.sets(st.sampled_from(tuple(PLACES)), min_size=1)),
            member_regions=tuple(sorted(draw(st.sets(st.sampled_from((NORTH, WALES)))))),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    demand = [people(place, draw(numbers), complexity=level) for place in PLACES for level in LEVELS]
    return inputs(demand, scopes, pools)


@given(markets())
def test_no_pool_and_no_limit_serves_more_than_it_has(market: Inputs) -> None:
    answer = analyse(market)
    for one in market.pools:
        alone = {
            (cell.key[0], cell.key[2])
            for cell in answer.cells
            if any(_reaches(scope, cell.key, one.id) for scope in market.scopes)
            and not any(
                _reaches(scope, cell.key, other.id)
                for scope in market.scopes
                for other in market.pools
                if other.id != one.id
            )
        }
        by_pool = {
            (cell.key[0], cell.key[2]): sum(cell.by_layer)
            for cell in answer.cells
            if (cell.key[0], cell.key[2]) in alone
        }
        assert sum(by_pool.values()) <= one.capacity
        for limit in one.limits:
            held = [
                people
                for (place, level), people in by_pool.items()
                if limit.region in ("", PLACES[place].region) and limit.complexity in ("", level)
            ]
            assert sum(held) <= limit.capacity


def _reaches(scope: Scope, key: tuple, pool_id: str) -> bool:
    drawn = any(port.pool == pool_id and port.complexity == key[2] for port in scope.ports)
    return drawn and key[0] in scope.places


@given(markets())
def test_the_exported_case_has_the_same_answer(market: Inputs) -> None:
    provision, demand = as_case(market)
    stated = {pool.id: pool.capacity for pool in market.pools}
    assert all(row.capacity == stated.get(row.id, row.capacity) for row in provision)
    cover = fair_cover(provision, demand)
    answer = analyse(market)
    assert cover.people_served == sum(answer.by_layer.values())
    again = allocate_case(write_case(provision, demand, "again"))
    assert Fraction(str(again["people_served"])) == cover.people_served


@given(markets(), st.randoms(use_true_random=False))
def test_the_exported_case_gives_the_stored_rates_in_whatever_order_its_inputs_come(
    market: Inputs, rng: random.Random
) -> None:
    mixed = {name: list(getattr(market, name)) for name in ("demand", "scopes", "pools")}
    for rows in mixed.values():
        rng.shuffle(rows)
    other = replace(market, **{name: tuple(rows) for name, rows in mixed.items()})
    text = case_text(market, "AN-EXAMPLE")
    assert case_text(other, "AN-EXAMPLE") == text
    answer = allocate_case(json.loads(text))
    stored = [b.content["rate"] for b in analyse(market).blocks if b.layer == LAYERS[-1]]
    given_back = [f"{block['rate']:.6f}" for block in answer["blocks"] if 0 < block["rate"] < 1]
    assert sorted(given_back) == sorted(stored)


@given(markets())
def test_offers_on_one_pool_serve_no_more_together_than_one_offer_of_both(market: Inputs) -> None:
    """Splitting an offer in two changes nothing: it is the pool that serves."""
    split = []
    for scope in market.scopes:
        for number, place in enumerate(scope.places):
            split.append(
                Scope(
                    f"{scope.id}-{number}", scope.kind, scope.name, scope.supplier, scope.ports, (place,),
                    scope.cohorts, (), scope.member_regions,
                )
            )  # fmt: skip
    parted = Inputs(market.on, market.demand, (), PLACES, tuple(split), (), market.pools)
    assert served(analyse(parted)) == served(analyse(market))
