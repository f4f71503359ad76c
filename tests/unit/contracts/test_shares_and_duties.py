"""Shares of volume, referrals dealt at random, and what is owed after signing, as pure rules."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.calloffs.drafting.rules.sharing import people_for, reasons_against_sharing, shares_for
from procurement.calloffs.drafting.types import Dealing, Sharing, SharingTerms
from procurement.contracts.rules.duties import duties_of_contract, duty_of_exclusion
from procurement.contracts.rules.signing import dealt_to, weights_of
from procurement.contracts.types import DeedKind
from procurement.framework.types import Regime

percents = st.lists(st.integers(min_value=1, max_value=10_000), min_size=1, max_size=10).map(
    lambda parts: [Decimal(part) / 100 for part in sorted(parts, reverse=True)]
)


def codes(terms: SharingTerms) -> list[str]:
    return [reason.code for reason in reasons_against_sharing(terms)]


@given(percents, st.integers(min_value=0, max_value=100_000))
def test_people_are_shared_out_to_the_last_one(shares: list[Decimal], people: int) -> None:
    found = people_for(people, shares)
    assert sum(found) == people
    assert list(found) == sorted(found, reverse=True)
    total = sum(shares)
    assert all(abs(part - people * share / total) < 1 for part, share in zip(found, shares, strict=True))


@given(percents, st.integers(min_value=1, max_value=10))
def test_fewer_suppliers_than_stated_share_the_whole(shares: list[Decimal], suppliers: int) -> None:
    found = shares_for(shares, min(suppliers, len(shares)))
    assert sum(found) == 100
    assert list(found) == sorted(found, reverse=True)


def test_two_of_three_take_up_the_third_share_in_proportion() -> None:
    assert shares_for([Decimal(50), Decimal(30), Decimal(20)], 2) == (Decimal("62.5"), Decimal("37.5"))


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        (SharingTerms(), []),
        (SharingTerms(suppliers=2), ["sharing_not_stated"]),
        (SharingTerms(suppliers=11), ["suppliers_out_of_bounds"]),
        (SharingTerms(2, Sharing.BY_RANK), []),
        (SharingTerms(2, Sharing.BY_RANK, dealing=Dealing.EQUAL), ["dealt_in_order_of_rank"]),
        (SharingTerms(2, Sharing.FIXED, (Decimal(60), Decimal(40))), []),
        (SharingTerms(3, Sharing.FIXED, (Decimal(60), Decimal(40))), ["a_share_for_each"]),
        (SharingTerms(2, Sharing.FIXED, (Decimal(60), Decimal(41))), ["shares_not_whole"]),
        (SharingTerms(2, Sharing.FIXED, (Decimal(40), Decimal(60))), ["shares_rise_with_rank"]),
        (
            SharingTerms(2, Sharing.BY_PERFORMANCE, (Decimal(60), Decimal(40))),
            ["review_not_stated", "measures_not_stated", "bounds_not_stated"],
        ),
        (
            SharingTerms(
                2,
                Sharing.BY_PERFORMANCE,
                (Decimal(60), Decimal(40)),
                Decimal(50),
                Decimal(70),
                6,
                "Starts",
            ),
            ["share_outside_bounds"],
        ),
    ],
)
def test_how_a_lot_may_be_shared(terms: SharingTerms, found: list[str]) -> None:
    assert codes(terms) == found


@given(st.binary(min_size=32, max_size=32))
def test_a_seed_always_deals_to_the_same_supplier(seed: bytes) -> None:
    weights = [("CT1", 6000), ("CT2", 4000)]
    assert dealt_to(seed.hex(), weights) == dealt_to(seed.hex(), weights) in ("CT1", "CT2")
    assert dealt_to(seed.hex(), [("CT1", 1), ("CT2", 0)]) == "CT1"


def test_chances_follow_the_weights() -> None:
    dealt = Counter(
        dealt_to(number.to_bytes(32, "big").hex(), [("CT1", 6000), ("CT2", 4000)]) for number in range(5000)
    )
    assert 2850 < dealt["CT1"] < 3150


def test_weights_are_equal_or_hundredths_of_a_percent() -> None:
    shares = {"CT2": Decimal("37.5"), "CT1": Decimal("62.5")}
    assert weights_of(shares, by_share=False) == [("CT1", 1), ("CT2", 1)]
    assert weights_of(shares, by_share=True) == [("CT1", 6250), ("CT2", 3750)]


def test_duties_under_the_2023_act() -> None:
    signed, ends = date(2026, 1, 1), date(2028, 12, 31)
    small = duties_of_contract(
        Regime.DYNAMIC_MARKET, signed_on=signed, ends_on=ends, value=Decimal(5_000_000)
    )
    assert [(due.kind, due.on) for due in small] == [
        (DeedKind.DETAILS_NOTICE, date(2026, 5, 1)),
        (DeedKind.TERMINATION_NOTICE, date(2029, 1, 30)),
    ]
    large = duties_of_contract(
        Regime.DYNAMIC_MARKET, signed_on=signed, ends_on=ends, value=Decimal("5000000.01")
    )
    assert (DeedKind.CONTRACT_COPY, date(2026, 6, 30)) in [(due.kind, due.on) for due in large]


def test_duties_under_a_dps_and_of_an_exclusion() -> None:
    (due,) = duties_of_contract(
        Regime.DPS, signed_on=date(2026, 1, 1), ends_on=None, value=Decimal(9_000_000)
    )
    assert (due.kind, due.on) == (DeedKind.AWARD_NOTICE, date(2026, 1, 31))
    told = duty_of_exclusion(date(2026, 1, 1))
    assert (told.kind, told.on, told.source) == (DeedKind.MINISTER_TOLD, date(2026, 1, 31), "PA 2023 s.59")
