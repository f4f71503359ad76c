"""The market check: what widens a lot is what the rule of invitation says; no figure without a base."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from procurement.calloffs.drafting.rules import lot_need
from procurement.calloffs.drafting.rules.market import alternatives, bid_rate, expected_bidders, widenings
from procurement.calloffs.drafting.types import LotFacts
from procurement.calloffs.drafting.types.market import PastInvitation, WideningKind
from procurement.framework.rules import invitation_decision
from procurement.framework.types import (
    CategoryFacts,
    FrameworkFacts,
    FrameworkState,
    MembershipFacts,
    MemberState,
    Regime,
    Reservation,
    SupplierFacts,
)

TODAY = date(2026, 6, 1)
SMALL, LARGE = Decimal(0), Decimal(100_000)
FRAMEWORK = FrameworkFacts(
    regime=Regime.DYNAMIC_MARKET,
    state=FrameworkState.PUBLISHED,
    categories=(
        CategoryFacts("homes-small", "homes", frozenset({"A", "B"}), SMALL, LARGE),
        CategoryFacts("homes-large", "homes", frozenset({"A", "B"}), LARGE),
        CategoryFacts("work", "work", frozenset({"A", "B"})),
    ),
)
LOT = LotFacts(
    1,
    need_areas=frozenset({"homes", "work"}),
    services=frozenset({("homes", "low"), ("homes", "high"), ("work", "low")}),
    regions=frozenset({"A", "B"}),
    volumes={("homes", "low"): 50, ("homes", "high"): 25, ("work", "low"): 25},
    term_months=24,
    budget=Decimal(120_000),
    holds_all=True,
)


def member(*held):
    return SupplierFacts(tuple(MembershipFacts(c, r, MemberState.ACTIVE) for c, r in held))


def brings(lot, suppliers):
    found = widenings(lot, suppliers, FRAMEWORK, TODAY)
    return {(one.alternative.kind, one.alternative.what): (one.further, one.eligible) for one in found}


def test_each_change_brings_the_members_that_it_alone_lets_in():
    suppliers = {
        1: member(("homes-large", "A"), ("homes-large", "B"), ("work", "A"), ("work", "B")),
        2: member(("homes-large", "A"), ("work", "A")),
        3: member(("work", "A"), ("work", "B")),
        4: member(("homes-small", "A"), ("homes-small", "B"), ("work", "A"), ("work", "B")),
        5: SupplierFacts(),
    }
    assert brings(LOT, suppliers) == {
        (WideningKind.WITHOUT_REGION, "B"): (1, 2),
        # A quarter of the people is worth £30,000, three quarters £90,000: both in the small band.
        (WideningKind.NEED_AREA_ALONE, "work"): (2, 3),
        (WideningKind.NEED_AREA_ALONE, "homes"): (1, 1),
        (WideningKind.WITHOUT_COMPLEXITY, "high"): (1, 1),
        (WideningKind.WITHOUT_COMPLEXITY, "low"): (1, 1),
        (WideningKind.OTHER_BAND, ""): (1, 1),
    }


def test_extensions_and_reservations_are_named_where_they_keep_members_out():
    lot = replace(LOT, budget=Decimal(60_000), extensions=2, extension_months=12, reserved_for=None)
    small = {1: member(("homes-small", "A"), ("homes-small", "B"), ("work", "A"), ("work", "B"))}
    assert brings(lot, small)[WideningKind.WITHOUT_EXTENSIONS, ""] == (1, 1)
    reserved = replace(LOT, reserved_for=Reservation.PUBLIC_MUTUAL)
    large = member(("homes-large", "A"), ("homes-large", "B"), ("work", "A"), ("work", "B"))
    mutual = replace(large, kinds=frozenset({Reservation.PUBLIC_MUTUAL}))
    assert brings(reserved, {1: large, 2: mutual})[WideningKind.WITHOUT_RESERVATION, ""] == (1, 2)


def test_applications_that_wait_are_what_a_longer_period_may_bring():
    one_area = replace(
        LOT,
        need_areas=frozenset({"work"}),
        services=frozenset({("work", "low")}),
        regions=frozenset({"A"}),
        volumes={("work", "low"): 25},
        holds_all=False,
    )
    waiting = SupplierFacts(pending=frozenset({("work", "A")}))
    assert brings(one_area, {1: waiting, 2: member(("work", "B"))}) == {
        (WideningKind.PENDING_DECIDED, ""): (1, 1)
    }


MEMBERSHIPS = st.builds(
    MembershipFacts,
    st.sampled_from(["homes-small", "homes-large", "work"]),
    st.sampled_from(["A", "B"]),
    st.sampled_from(MemberState),
)
SUPPLIERS = st.dictionaries(
    st.integers(1, 6),
    st.builds(SupplierFacts, st.lists(MEMBERSHIPS, max_size=4).map(tuple)),
    max_size=5,
)


@given(SUPPLIERS, st.integers(1, 300_000).map(Decimal))
def test_what_is_promised_is_what_the_rule_of_invitation_gives(suppliers, budget):
    lot = replace(LOT, budget=budget)

    def eligible(need):
        return {k for k, s in suppliers.items() if invitation_decision(need, s, FRAMEWORK, TODAY).invited}

    now = eligible(lot_need(lot))
    for one in widenings(lot, suppliers, FRAMEWORK, TODAY):
        then = eligible(one.alternative.need)
        assert (one.eligible, one.further) == (len(then), len(then - now))
        assert one.further
    assert all(alternative.need != lot_need(lot) for alternative in alternatives(lot, FRAMEWORK.categories))


def past(supplier, bid, days=20):
    return PastInvitation(supplier, days, bid)


def test_the_expected_number_is_the_members_own_rate_and_names_its_base():
    record = [past(1, True), past(1, True), past(1, False), past(2, True), past(2, False), past(9, False)]
    found = expected_bidders(record, [1, 2, 3], days=20)
    assert (found.record.invitations, found.record.bids, found.record.rate) == (5, 3, Decimal(60))
    assert found.expected == Decimal("1.8")
    assert (found.longer.rate, found.others.rate) == (None, Decimal(60))


def test_without_a_base_nothing_is_said():
    found = expected_bidders([past(1, True)] * 4, [1])
    assert (found.expected, found.record.rate, found.record.invitations) == (None, None, 4)
    assert expected_bidders([], []).expected is None
    assert bid_rate([past(1, False)] * 5).rate == 0


@given(st.lists(st.builds(PastInvitation, st.integers(1, 4), st.integers(1, 40), st.booleans()), max_size=30))
def test_no_more_bidders_are_expected_than_there_are_members(record):
    found = expected_bidders(record, [1, 2, 3], days=20)
    assert found.expected is None or 0 <= found.expected <= 3
    assert found.longer.invitations + found.others.invitations == found.record.invitations
