"""Prices: full cost from its parts, bands by volume, rises over the years; exact, and rounded once."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from catalogue.offers.rules.pricing import (
    has_costs,
    pence,
    price_at,
    price_on,
    reasons_about_bands,
    reasons_about_costing,
    reasons_about_rise,
    recovery,
    rises_by,
)
from catalogue.offers.types import Costing, CostKind, Indexation, PriceBand, Rise

pounds = st.integers(0, 10_000_000).map(lambda pence: Decimal(pence).scaleb(-2))
percents = st.integers(0, 2_000_000).map(lambda parts: Decimal(parts).scaleb(-4))
costings = st.builds(
    Costing,
    costs=st.dictionaries(st.sampled_from(tuple(CostKind)), pounds),
    overhead_percent=st.none() | percents,
    surplus_percent=st.none() | percents,
)
bands = st.lists(
    st.builds(PriceBand, st.integers(2, 200), pounds), max_size=4, unique_by=lambda band: band.places_from
)


def test_a_price_is_built_from_what_a_place_costs() -> None:
    costing = Costing(
        costs={CostKind.STAFF: Decimal("612.40"), CostKind.PREMISES: Decimal("88.15")},
        overhead_percent=Decimal("12.5"),
        surplus_percent=Decimal(3),
    )
    found = recovery(costing, Decimal("800.00"))
    assert found.direct == Decimal("700.55")
    assert found.overheads == Decimal("87.57")
    assert found.full_cost == Decimal("788.12")
    assert found.price == Decimal("811.76")
    assert found.over_cost == Decimal("11.88")
    below = recovery(costing, Decimal("750.00")).over_cost
    assert below == Decimal("-38.12")


def test_overheads_may_be_an_amount() -> None:
    costing = Costing(costs={CostKind.STAFF: Decimal(500)}, overhead_pounds=Decimal(75))
    assert recovery(costing).full_cost == Decimal(575)
    assert recovery(costing).over_cost is None
    both = Costing(overhead_percent=Decimal(1), overhead_pounds=Decimal(1))
    assert [reason.code for reason in reasons_about_costing(both)] == ["overheads_twice"]
    assert not has_costs(None)
    assert not has_costs(Costing(surplus_percent=Decimal(3)))


@given(costings, pounds)
def test_the_full_cost_is_exact_and_rounded_once(costing: Costing, price: Decimal) -> None:
    found = recovery(costing, price)
    with localcontext(prec=80):
        direct = sum(costing.costs.values(), Decimal(0))
        full = direct * (100 + (costing.overhead_percent or 0)) / 100
        asked = full * (100 + (costing.surplus_percent or 0)) / 100
        assert found.full_cost == full.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        assert found.price == asked.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert found.direct <= found.full_cost <= found.price
    assert found.over_cost is not None
    assert abs(found.over_cost - (price - found.full_cost)) <= Decimal("0.01")
    assert all(isinstance(part, Decimal) for part in (found.full_cost, found.price, found.over_cost))


@given(costings, st.sampled_from(tuple(CostKind)), pounds)
def test_a_cost_more_never_makes_a_place_cheaper(costing: Costing, kind: CostKind, more: Decimal) -> None:
    dearer = Costing(
        costs={**costing.costs, kind: costing.costs.get(kind, Decimal(0)) + more},
        overhead_percent=costing.overhead_percent,
        surplus_percent=costing.surplus_percent,
    )
    assert recovery(dearer).full_cost >= recovery(costing).full_cost


@given(st.fractions(min_value=-10_000, max_value=10_000))
def test_rounding_is_half_up_to_the_nearest_penny(amount: Fraction) -> None:
    distance = amount - Fraction(pence(amount))
    assert -Fraction(1, 200) <= distance < Fraction(1, 200)


@given(pounds, bands, st.integers(1, 300))
def test_the_price_of_a_volume_is_that_of_the_last_band_it_reaches(price, found, places) -> None:
    expected = price
    for band in sorted(found, key=lambda band: band.places_from):
        if band.places_from <= places:
            expected = band.unit_price
    assert price_at(price, found, places) == expected


@given(pounds, bands)
def test_bands_without_a_reason_against_them_make_no_place_dearer_by_volume(price, found) -> None:
    if reasons_about_bands(price, found):
        return
    prices = [price_at(price, found, places) for places in range(1, 210)]
    assert prices == sorted(prices, reverse=True)


def test_what_is_wrong_with_bands_is_said() -> None:
    def codes(price: Decimal | None, *found: PriceBand, reason: str = "") -> list[str]:
        return [one.code for one in reasons_about_bands(price, found, reason)]

    fifty, hundred = PriceBand(50, Decimal(90)), PriceBand(100, Decimal(95))
    assert codes(Decimal(100), fifty, PriceBand(50, Decimal(80))) == ["bands_overlap"]
    assert codes(Decimal(100), fifty, hundred) == ["band_price_rises"]
    assert codes(Decimal(100), fifty, hundred, reason="A second team must be hired from 100") == []
    assert codes(Decimal(80), fifty) == ["band_price_rises"]
    assert codes(None, fifty) == ["bands_without_price"]


def test_a_fixed_rise_is_compounded_each_year() -> None:
    rise = Rise(Indexation.FIXED, Decimal("2.5"), date(2027, 4, 1))
    price = Decimal("1000.00")
    assert price_on(price, rise, date(2027, 3, 31)) == price
    assert price_on(price, rise, date(2027, 4, 1)) == Decimal("1025.00")
    assert price_on(price, rise, date(2028, 4, 1)) == Decimal("1050.63")
    # Not 1050.63 × 1.025 = 1076.90 rounded on the way: exact is 1076.890625.
    assert price_on(price, rise, date(2029, 12, 31)) == Decimal("1076.89")


def test_an_index_is_followed_as_far_as_it_is_known() -> None:
    rise = Rise(Indexation.CPI, None, date(2027, 4, 1))
    assert price_on(Decimal(100), rise, date(2027, 3, 31)) == Decimal(100)
    assert price_on(Decimal(100), rise, date(2027, 4, 1)) is None
    assert price_on(Decimal(100), rise, date(2027, 4, 1), {2027: Decimal("3.1")}) == Decimal("103.10")
    assert price_on(Decimal(100), Rise(), date(2040, 1, 1)) == Decimal(100)


def test_what_is_missing_in_a_rise_is_said() -> None:
    assert [one.code for one in reasons_about_rise(Rise(Indexation.FIXED))] == [
        "indexation_percent_missing",
        "indexation_date_missing",
    ]
    assert [one.code for one in reasons_about_rise(Rise(Indexation.CPI))] == ["indexation_date_missing"]
    assert reasons_about_rise(Rise()) == []


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 3000))
def test_a_rise_comes_once_a_year(starts_on: date, after: int) -> None:
    on = date.fromordinal(starts_on.toordinal() + after)
    found = rises_by(starts_on, on)
    assert rises_by(starts_on, starts_on) == 1
    assert abs(found - 1 - after // 365.25) <= 1
    assert rises_by(starts_on, date.fromordinal(on.toordinal() + 366)) >= found + 1


@given(pounds, percents, st.dates(date(2026, 1, 1), date(2040, 1, 1)))
def test_a_rising_price_never_falls_and_stays_in_pounds_and_pence(price, percent, on) -> None:
    rise = Rise(Indexation.FIXED, percent, date(2027, 4, 1))
    found = price_on(price, rise, on)
    assert isinstance(found, Decimal)
    assert found >= price
    assert found == found.quantize(Decimal("0.01"))
