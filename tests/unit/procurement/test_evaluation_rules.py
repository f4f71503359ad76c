"""Opening, scoring, ranking and deciding: worked examples, properties, and who may do what when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.calloffs.drafting.rules.scales import DEFAULT_SCALE, SCALES, kept_scale, scale_from
from procurement.calloffs.drafting.types import CallOffState, CriterionKind, Envelope, PriceFormula, TieBreak
from procurement.calloffs.evaluation.rules import (
    abnormally_low,
    evaluated_price,
    price_scores,
    rank,
    reasons_not_to_approve_award,
    reasons_not_to_complete_scoring,
    reasons_not_to_contract,
    reasons_not_to_lock,
    reasons_not_to_open,
    reasons_not_to_publish_notice,
    reasons_not_to_recommend,
    reasons_not_to_score,
    reasons_not_to_send_summaries,
    rounded,
    spread,
    weighted,
)
from procurement.calloffs.evaluation.types import (
    AwardFacts,
    ConsensusFacts,
    OpeningFacts,
    PanelFacts,
    PriceRule,
    ScoredBid,
    SigningFacts,
    WeightedCriterion,
)
from procurement.framework.types import ApplicationState, Regime

D = Decimal
DEADLINE = datetime(2026, 6, 11, 11, tzinfo=UTC)
MARKET, DPS = Regime.DYNAMIC_MARKET, Regime.DPS


def codes(reasons):
    return [reason.code for reason in reasons]


# --- arithmetic ---


@pytest.mark.parametrize(
    ("formula", "weight", "prices", "extra", "expected"),
    [
        (PriceFormula.RELATIVE_LOWEST, 40, [100, 105], {}, ["40.00", "38.10"]),
        (PriceFormula.RELATIVE_LOWEST, 40, [100, 300], {}, ["40.00", "13.33"]),
        (PriceFormula.MEAN_DEVIATION, 100, [90, 110], {}, ["60.00", "40.00"]),
        (PriceFormula.MEAN_DEVIATION, 100, [100], {}, ["50.00"]),
        (PriceFormula.MEAN_DEVIATION, 40, [90, 110], {}, ["24.00", "16.00"]),
        (PriceFormula.MEAN_DEVIATION, 100, [1, 1, 298], {}, ["100.00", "100.00", "0.00"]),
        (
            PriceFormula.OPTIMAL_PRICE,
            40,
            [80, 90, 100, 120],
            {"optimal": D(80)},
            ["40.00", "30.00", "20.00", "0.00"],
        ),
        (PriceFormula.OPTIMAL_PRICE, 40, [70, 130], {"optimal": D(80), "most": D(120)}, ["40.00", "0.00"]),
        (PriceFormula.OPTIMAL_PRICE, 40, [80, 80], {"optimal": D(80)}, ["40.00", "40.00"]),
        (PriceFormula.QUALITY_ONLY, 0, [100, 105], {}, ["0.00", "0.00"]),
        (PriceFormula.PRICE_PER_QUALITY_POINT, 0, [100, 105], {}, ["0.00", "0.00"]),
    ],
)
def test_price_formulas_by_worked_example(formula, weight, prices, extra, expected):
    given_prices = {str(number): D(price) for number, price in enumerate(prices)}
    scores = price_scores(given_prices, PriceRule(formula, D(weight), **extra))
    assert [str(score) for score in scores.values()] == expected


price_maps = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3),
    st.decimals("0.01", "100000", places=2),
    min_size=1,
    max_size=8,
)
weighting_formulas = st.sampled_from(
    [PriceFormula.RELATIVE_LOWEST, PriceFormula.MEAN_DEVIATION, PriceFormula.OPTIMAL_PRICE]
)


@given(price_maps, weighting_formulas, st.integers(1, 100))
def test_a_lower_price_never_scores_less_and_no_score_leaves_its_weight(prices, formula, weight):
    rule = PriceRule(formula, D(weight), optimal=D("0.01"))
    scores = price_scores(prices, rule)
    ordered = sorted(prices, key=lambda key: prices[key])
    for lower, higher in pairwise(ordered):
        assert scores[lower] >= scores[higher]
    assert all(0 <= score <= weight for score in scores.values())


@given(price_maps, st.integers(1, 100), st.integers(1, 1000))
def test_the_currency_unit_does_not_matter(prices, weight, factor):
    for formula in (PriceFormula.RELATIVE_LOWEST, PriceFormula.MEAN_DEVIATION):
        rule = PriceRule(formula, D(weight))
        scaled = {key: price * factor for key, price in prices.items()}
        assert price_scores(prices, rule) == price_scores(scaled, rule)


@pytest.mark.parametrize("price", ["0", "-1"])
def test_a_price_of_nothing_is_no_price(price):
    with pytest.raises(ValueError, match="above zero"):
        price_scores({"a": D(price)}, PriceRule(PriceFormula.RELATIVE_LOWEST, D(40)))


@pytest.mark.parametrize(
    ("value", "expected"), [("0.005", "0.01"), ("0.015", "0.02"), ("2.675", "2.68"), ("0.0049999", "0.00")]
)
def test_rounding_is_half_up(value, expected):
    assert str(rounded(D(value))) == expected


@given(st.fractions(-1000, 1000))
def test_rounding_moves_by_half_a_place_at_most(value):
    assert abs(Fraction(rounded(value)) - value) <= Fraction(1, 200)


def test_a_third_is_rounded_from_the_exact_fraction():
    assert weighted(D(3), D("33.33"), 5) == D("20.00")
    assert weighted(D(1), D(10), 3) == D("3.33")
    assert weighted(D(2), D(10), 3) == D("6.67")


def test_the_evaluated_price_covers_the_term():
    prices = {("acc", "low"): D("100.01"), ("acc", "high"): D("250")}
    volumes = {("acc", "low"): 10, ("acc", "high"): 4}
    assert evaluated_price(prices, volumes, months=12) == D("2000.10")
    assert evaluated_price(prices, volumes, months=30) == D("5000.25")
    with pytest.raises(KeyError):
        evaluated_price({}, volumes, months=12)


# --- ranking ---

METHOD = WeightedCriterion("method", CriterionKind.QUALITY, D(40))
SOCIAL = WeightedCriterion("social", CriterionKind.SOCIAL_VALUE, D(20))
PRICE = WeightedCriterion("price", CriterionKind.PRICE, D(40))
CRITERIA = (METHOD, SOCIAL, PRICE)
LOWEST = PriceRule(PriceFormula.RELATIVE_LOWEST, D(40))


def bid(key, method, social, price, **more):
    return ScoredBid(key, {"method": D(method), "social": D(social)}, D(price), **more)


def test_the_ranking_by_worked_example():
    ranking = rank([bid("a", 4, 3, 105), bid("b", 3, 3, 100)], CRITERIA, LOWEST, TieBreak.HIGHER_QUALITY)
    assert [(r.key, r.rank, r.quality, r.price_score, r.total) for r in ranking] == [
        ("a", 1, D("44.00"), D("38.10"), D("82.10")),
        ("b", 2, D("36.00"), D("40.00"), D("76.00")),
    ]
    assert ranking[0].criterion_scores == {"method": D("32.00"), "social": D("12.00")}


def test_a_bid_below_a_threshold_is_not_ranked_and_sets_no_price():
    criteria = (replace(METHOD, threshold=D(2)), SOCIAL, PRICE)
    ranking = rank(
        [bid("cheap", 1, 5, 10), bid("sound", 2, 3, 100)], criteria, LOWEST, TieBreak.HIGHER_QUALITY
    )
    assert [(r.key, r.rank, r.price_score, r.below_threshold) for r in ranking] == [
        ("sound", 1, D("40.00"), ()),
        ("cheap", None, D(0), ("method",)),
    ]


def test_ties_follow_the_published_rule():
    # 4 and 1 on weights 40 and 20 is 36; 3 and 3 is 36 too.
    equal_total = [bid("x", 3, 3, 100), bid("y", 4, 1, 100)]

    def places(bids, rule, price=LOWEST):
        return [(r.key, r.rank, r.tied_with, r.tie_broken_by) for r in rank(bids, CRITERIA, price, rule)]

    assert places(equal_total, TieBreak.FIRST_CRITERION) == [
        ("y", 1, (), TieBreak.FIRST_CRITERION),
        ("x", 2, (), TieBreak.FIRST_CRITERION),
    ]
    assert places(equal_total, TieBreak.LOWER_PRICE) == [("x", 1, ("y",), None), ("y", 1, ("x",), None)]
    assert places(equal_total, TieBreak.DRAW) == [("x", 1, ("y",), None), ("y", 1, ("x",), None)]
    drawn = [replace(equal_total[0], draw=2), replace(equal_total[1], draw=1)]
    assert [place[:2] for place in places(drawn, TieBreak.DRAW)] == [("y", 1), ("x", 2)]
    # 40 × 80/160 = 20 less price against 20 more quality
    price_for_quality = [bid("p", 3, 0, 80), bid("q", 4, 3, 160)]
    assert places(price_for_quality, TieBreak.HIGHER_QUALITY)[0][:2] == ("q", 1)
    assert places(price_for_quality, TieBreak.LOWER_PRICE)[0][:2] == ("p", 1)


def test_after_a_shared_first_place_comes_the_third():
    ranking = rank(
        [bid("a", 4, 4, 100), bid("b", 4, 4, 100), bid("c", 1, 1, 100)],
        CRITERIA,
        LOWEST,
        TieBreak.HIGHER_QUALITY,
    )
    assert [entry.rank for entry in ranking] == [1, 1, 3]


def test_price_per_quality_point_ranks_the_cheapest_point_first():
    criteria = (replace(METHOD, weight=D(60)), replace(SOCIAL, weight=D(40)))
    rule = PriceRule(PriceFormula.PRICE_PER_QUALITY_POINT)
    ranking = rank(
        [bid("dear", 5, 5, 1000), bid("fair", 4, 4, 720), bid("none", 0, 0, 1)],
        criteria,
        rule,
        TieBreak.HIGHER_QUALITY,
    )
    assert [(r.key, r.rank, r.price_per_point) for r in ranking] == [
        ("fair", 1, D("9.00")),
        ("dear", 2, D("10.00")),
        ("none", None, None),
    ]


def test_with_a_fixed_price_quality_alone_ranks():
    criteria = (replace(METHOD, weight=D(80)), SOCIAL)
    without_price = [
        ScoredBid("a", {"method": D(3), "social": D(5)}),
        ScoredBid("b", {"method": D(4), "social": D(3)}),
    ]
    ranking = rank(without_price, criteria, PriceRule(PriceFormula.QUALITY_ONLY), TieBreak.DRAW)
    assert [(r.key, r.total) for r in ranking] == [("b", D("76.00")), ("a", D("68.00"))]


bids_drawn = st.lists(
    st.builds(
        bid,
        st.text("abcdef", min_size=1, max_size=4),
        st.integers(0, 5),
        st.integers(0, 5),
        st.decimals(1, 1000, places=2),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda one: one.key,
)


@given(bids_drawn, st.sampled_from(list(TieBreak)), st.randoms())
def test_the_order_of_arrival_changes_nothing(bids, tie_break, random):
    shuffled = list(bids)
    random.shuffle(shuffled)
    assert rank(bids, CRITERIA, LOWEST, tie_break) == rank(shuffled, CRITERIA, LOWEST, tie_break)


@given(bids_drawn, st.sampled_from(list(TieBreak)))
def test_totals_fall_down_the_ranking_and_add_what_is_shown(bids, tie_break):
    ranking = rank(bids, CRITERIA, LOWEST, tie_break)
    totals = [entry.total for entry in ranking]
    assert totals == sorted(totals, reverse=True)
    for entry in ranking:
        assert entry.total == sum(entry.criterion_scores.values()) + entry.price_score
        assert 0 <= entry.total <= 100
    for entry, following in pairwise(ranking):
        assert (entry.rank == following.rank) == (following.key in entry.tied_with)


def test_abnormally_low_prices_are_asked_about_never_rejected():
    assert abnormally_low({"a": D(100)}) == []
    assert abnormally_low({"a": D(100), "b": D(101)}) == []
    (prompt,) = abnormally_low({"a": D(69), "b": D(100)})
    assert (prompt.bid, prompt.below_next, prompt.test) == ("a", D("31.00"), 2)
    (prompt,) = abnormally_low({"a": D(80), "b": D(105), "c": D(110), "d": D(300)})
    # mean without the highest: 98.33; a is 18.64% below it and 23.81% below the next
    assert (prompt.bid, prompt.below_mean, prompt.below_next, prompt.test) == ("a", D("18.64"), D("23.81"), 0)


# --- opening ---

OPENING = OpeningFacts(
    Envelope.QUALITY,
    CallOffState.PUBLISHED,
    DEADLINE,
    officers=frozenset({1, 2, 3}),
    releasing=(1, 3),
    declarations=dict.fromkeys((1, 2, 3), False),
)
PRICE_OPENING = replace(OPENING, envelope=Envelope.PRICE, state=CallOffState.CONSENSUS, quality_locked=True)


def test_any_two_of_three_named_officers_open_quality_at_the_deadline():
    for pair in ((1, 2), (1, 3), (2, 3), (1, 2, 3)):
        assert reasons_not_to_open(replace(OPENING, releasing=pair), DEADLINE) == []
        assert reasons_not_to_open(replace(PRICE_OPENING, releasing=pair), DEADLINE) == []


@pytest.mark.parametrize(
    ("opening", "found"),
    [
        (replace(OPENING, releasing=(1,)), ["second_officer_needed"]),
        (replace(OPENING, releasing=(1, 1)), ["second_officer_needed"]),
        (replace(OPENING, releasing=(1, 9)), ["not_a_named_officer", "second_officer_needed"]),
        (replace(OPENING, officers=frozenset({1, 3})), ["too_few_officers"]),
        (replace(OPENING, declarations={1: False}), ["conflict_not_declared"]),
        (replace(OPENING, declarations={1: False, 3: True}), ["person_in_conflict"]),
        (replace(OPENING, state=CallOffState.QUALITY_OPENED), ["not_the_time_for_envelope"]),
        (replace(OPENING, state=CallOffState.PAUSED), ["not_the_time_for_envelope"]),
        (replace(OPENING, clarifications_unanswered=2), ["clarifications_unanswered"]),
        (replace(PRICE_OPENING, quality_locked=False), ["quality_not_locked"]),
        (replace(PRICE_OPENING, state=CallOffState.QUALITY_SCORED), ["not_the_time_for_envelope"]),
    ],
)
def test_otherwise_the_envelope_stays_shut(opening, found):
    assert codes(reasons_not_to_open(opening, DEADLINE)) == found


def test_nothing_opens_a_microsecond_early():
    early = DEADLINE - timedelta(microseconds=1)
    assert codes(reasons_not_to_open(OPENING, early)) == ["before_deadline", "not_the_time_for_envelope"]


@given(
    st.frozensets(st.integers(1, 6), max_size=6),
    st.lists(st.integers(1, 8), max_size=4).map(tuple),
    st.sampled_from(list(Envelope)),
    st.sampled_from([state for state in CallOffState if state is not CallOffState.CLOSED]),
    st.booleans(),
    st.integers(-3, 3),
)
def test_whatever_opens_was_released_by_two_named_people_in_time(
    officers, releasing, envelope, state, locked, seconds
):
    opening = OpeningFacts(
        envelope, state, DEADLINE, officers, releasing, dict.fromkeys(range(1, 9), False), locked
    )
    now = DEADLINE + timedelta(seconds=seconds)
    if not reasons_not_to_open(opening, now):
        assert now >= DEADLINE
        assert len(officers & set(releasing)) >= 2
        assert len(officers) >= 3
        assert envelope is Envelope.QUALITY or (locked and state is CallOffState.CONSENSUS)


# --- scoring and consensus ---

SCORE = {
    "state": CallOffState.QUALITY_OPENED,
    "assigned": True,
    "declared_conflict": False,
    "submitted": False,
    "score": 3,
    "scale_most": 5,
    "reason": "Clear plan, named staff",
    "submitting": True,
}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"submitting": False, "score": None, "reason": None}, []),
        ({"state": CallOffState.CLOSED}, ["not_open_for_scoring"]),
        ({"state": CallOffState.QUALITY_SCORED}, ["not_open_for_scoring"]),
        ({"assigned": False}, ["not_assigned"]),
        ({"declared_conflict": None}, ["conflict_not_declared"]),
        ({"declared_conflict": True}, ["person_in_conflict"]),
        ({"submitted": True}, ["score_already_submitted"]),
        ({"score": 6}, ["score_off_the_scale"]),
        ({"score": -1, "submitting": False}, ["score_off_the_scale"]),
        ({"score": None}, ["score_missing"]),
        ({"reason": "good"}, ["score_without_reason"]),
    ],
)
def test_a_score_is_taken_from_an_assigned_evaluator_without_conflict_once(changes, found):
    assert codes(reasons_not_to_score(**SCORE | changes)) == found


AGREED = ConsensusFacts(
    "bid", "method", {5: 3, 6: 4}, frozenset({5, 6}), agreed=4, reason="The plan names its staff"
)
PANEL = PanelFacts(
    CallOffState.QUALITY_SCORED,
    evaluators=frozenset({5, 6}),
    declarations={5: False, 6: False},
    consensus=(AGREED,),
)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"agreed": None}, ["consensus_missing"]),
        ({"reason": ""}, ["consensus_without_reason"]),
        ({"agreed": 9}, ["score_off_the_scale"]),
        ({"scores": {5: 3}}, ["score_outstanding"]),
    ],
)
def test_quality_locks_when_every_score_is_agreed_with_a_reason(change, found):
    panel = replace(PANEL, consensus=(replace(AGREED, **change),))
    assert codes(reasons_not_to_lock(panel)) == found


def test_an_evaluator_who_did_not_declare_holds_the_lock():
    assert codes(reasons_not_to_lock(replace(PANEL, declarations={5: False}))) == ["conflict_not_declared"]
    assert codes(reasons_not_to_lock(replace(PANEL, state=CallOffState.QUALITY_OPENED))) == [
        "not_from_this_state"
    ]


def test_scoring_is_over_when_nobody_owes_a_score():
    scoring = replace(PANEL, state=CallOffState.QUALITY_OPENED)
    assert reasons_not_to_complete_scoring(scoring) == []
    owing = replace(scoring, consensus=(replace(AGREED, scores={6: 1}),))
    assert codes(reasons_not_to_complete_scoring(owing)) == ["score_outstanding"]
    unassigned = replace(scoring, consensus=(replace(AGREED, assigned=frozenset()),))
    assert codes(reasons_not_to_complete_scoring(unassigned)) == ["nobody_assigned"]
    assert spread({5: 1, 6: 4}) == 3
    assert spread({}) == 0


# --- award ---

RANKING = rank([bid("a", 4, 4, 100), bid("b", 3, 3, 90)], CRITERIA, LOWEST, TieBreak.HIGHER_QUALITY)
AWARD = AwardFacts(
    CallOffState.PRICE_OPENED,
    MARKET,
    RANKING,
    winner="a",
    recommender=1,
    approver=2,
    declarations={1: False, 2: False},
    reason="Highest total, every threshold met",
    winner_excluded=False,
    budget=D(1000),
    value=D(1000),
)
TIED = rank([bid("a", 3, 3, 90), bid("b", 3, 3, 90)], CRITERIA, LOWEST, TieBreak.HIGHER_QUALITY)
BELOW = rank(
    [bid("a", 3, 3, 90)], (replace(METHOD, threshold=D(4)), SOCIAL, PRICE), LOWEST, TieBreak.HIGHER_QUALITY
)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"winner": "z"}, ["winner_not_among_bids"]),
        ({"winner": None}, ["winner_not_among_bids"]),
        ({"winner": "b"}, ["winner_not_first"]),
        ({"ranking": TIED}, ["tie_not_broken"]),
        ({"ranking": BELOW}, ["winner_below_threshold"]),
        ({"reason": None}, ["award_without_reason"]),
        ({"winner_excluded": None}, ["exclusion_not_checked"]),
        ({"winner_excluded": True}, ["winner_excluded"]),
        ({"winner_application": ApplicationState.IN_ASSESSMENT}, ["winner_application_pending"]),
        ({"winner_application": ApplicationState.REFUSED}, ["winner_not_admitted"]),
        ({"winner_application": ApplicationState.ADMITTED}, []),
        ({"abnormally_low_open": frozenset({"b"})}, ["abnormally_low_not_decided"]),
        ({"value": D("1000.01")}, ["over_budget"]),
        ({"recommender": None}, ["no_recommender"]),
        ({"declarations": {2: False}}, ["conflict_not_declared"]),
        ({"state": CallOffState.CONSENSUS}, ["not_from_this_state"]),
    ],
)
def test_a_recommendation_rests_on_the_ranking_and_the_checks(change, found):
    assert codes(reasons_not_to_recommend(replace(AWARD, **change))) == found


def test_another_person_without_conflict_approves():
    award = replace(AWARD, state=CallOffState.RECOMMENDED)
    assert reasons_not_to_approve_award(award) == []
    assert codes(reasons_not_to_approve_award(replace(award, approver=1))) == ["approver_recommended_it"]
    assert codes(reasons_not_to_approve_award(replace(award, approver=None))) == ["no_approver"]
    assert codes(reasons_not_to_approve_award(replace(award, approver=3))) == ["conflict_not_declared"]
    assert codes(reasons_not_to_approve_award(AWARD)) == ["not_from_this_state"]


def test_every_bidder_gets_its_letter_before_the_notice():
    approved = CallOffState.AWARD_APPROVED
    everyone = frozenset({"a", "b"})
    assert reasons_not_to_send_summaries(approved, MARKET, bidders=everyone, with_letter=everyone) == []
    assert codes(
        reasons_not_to_send_summaries(approved, MARKET, bidders=everyone, with_letter=frozenset({"a"}))
    ) == ["bidder_without_letter"]
    sent = datetime(2026, 7, 1, tzinfo=UTC)
    assert reasons_not_to_publish_notice(CallOffState.SUMMARIES_SENT, MARKET, sent) == []
    assert codes(reasons_not_to_publish_notice(approved, MARKET, None)) == [
        "not_from_this_state",
        "summaries_not_sent",
    ]
    assert reasons_not_to_publish_notice(CallOffState.CONTRACTED, DPS, sent) == []


NOTICE = datetime(2025, 12, 22, 10, tzinfo=UTC)
SIGNING = SigningFacts(
    CallOffState.STANDSTILL,
    MARKET,
    summaries_sent_at=NOTICE - timedelta(days=1),
    award_notice_at=NOTICE,
    standstill_chosen=True,
    standstill_started_on=date(2025, 12, 22),
)
FREE = datetime(2026, 1, 7, tzinfo=UTC)


def test_no_contract_before_the_standstill_is_over():
    assert reasons_not_to_contract(SIGNING, FREE) == []
    last_moment = FREE - timedelta(microseconds=1)
    (reason,) = reasons_not_to_contract(SIGNING, last_moment)
    assert (reason.code, reason.params["until"], reason.source) == (
        "standstill_running",
        FREE,
        "PA 2023 s.51",
    )


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"summaries_sent_at": None}, ["summaries_not_sent"]),
        ({"award_notice_at": None}, ["award_notice_not_published"]),
        ({"standstill_started_on": None}, ["standstill_not_started"]),
        ({"challenged": True}, ["challenged"]),
        ({"state": CallOffState.SUMMARIES_SENT}, ["not_from_this_state"]),
        (
            {"state": CallOffState.AWARD_NOTICE, "standstill_chosen": False, "standstill_started_on": None},
            [],
        ),
    ],
)
def test_the_order_of_the_regime_holds(change, found):
    assert codes(reasons_not_to_contract(replace(SIGNING, **change), FREE)) == found


def test_a_dps_contract_needs_letters_and_no_notice():
    dps = SigningFacts(CallOffState.SUMMARIES_SENT, DPS, NOTICE, None, False, None)
    assert reasons_not_to_contract(dps, FREE) == []
    chosen = replace(
        dps, state=CallOffState.STANDSTILL, standstill_chosen=True, standstill_started_on=date(2026, 6, 1)
    )
    assert codes(reasons_not_to_contract(chosen, datetime(2026, 6, 11, 22, 59, tzinfo=UTC))) == [
        "standstill_running"
    ]
    assert reasons_not_to_contract(chosen, datetime(2026, 6, 11, 23, tzinfo=UTC)) == []


def test_every_scale_of_the_library_describes_each_of_its_steps_and_can_be_kept():
    assert DEFAULT_SCALE.most == 5
    assert {"0-5", "0-10"} <= SCALES.keys()
    for code, scale in SCALES.items():
        assert scale.code == code
        assert len(set(scale.descriptors)) == scale.most + 1
        assert scale_from(kept_scale(scale)) == scale
