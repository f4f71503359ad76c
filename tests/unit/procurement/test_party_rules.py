"""Who delivers with an applicant: what must be there before it applies, what is judged, who is replaced."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.partners.types import DeclaredAnswer, LinkKind, LinkState
from procurement.framework.rules import (
    must_answer,
    party_outcome_by_rule,
    party_point,
    reasons_against_parties,
    reasons_not_to_ask_for_replacement,
    reasons_not_to_replace,
    reasons_to_let_replace_first,
)
from procurement.framework.rules.parties import grounds_standing
from procurement.framework.types import (
    ApplicationState,
    AssessmentFacts,
    AssessmentOutcome,
    Delivery,
    ExclusionKind,
    PartyFacts,
    Regime,
)

MEMBER, SUBCONTRACTOR = LinkKind.CONSORTIUM_MEMBER, LinkKind.SUBCONTRACTOR
MET, NOT_MET = AssessmentOutcome.MET, AssessmentOutcome.NOT_MET
TODAY = date(2026, 9, 15)


def party(key: str = "a", **values: object) -> PartyFacts:
    given: dict = {"kind": MEMBER, "state": LinkState.CONFIRMED, "declared": True, **values}
    return PartyFacts(key=key, link=key, name=key.upper(), **given)


def codes(delivery: Delivery, *parties: PartyFacts) -> list[str]:
    return [reason.code for reason in reasons_against_parties(delivery, parties)]


def test_an_applicant_alone_needs_nobody() -> None:
    assert codes(Delivery.ALONE) == []


def test_a_consortium_has_members_that_confirmed_and_declared() -> None:
    assert codes(Delivery.CONSORTIUM) == ["consortium_without_member"]
    assert codes(Delivery.CONSORTIUM, party(kind=SUBCONTRACTOR)) == ["consortium_without_member"]
    assert codes(Delivery.CONSORTIUM, party()) == []
    assert codes(Delivery.CONSORTIUM, party(state=LinkState.INVITED)) == ["party_not_confirmed"]
    assert codes(Delivery.CONSORTIUM, party(declared=False)) == ["party_not_declared"]


def test_a_subcontractor_may_follow_unless_it_is_relied_on() -> None:
    named = party(kind=SUBCONTRACTOR, state=LinkState.NAMED, declared=False)
    assert codes(Delivery.SUBCONTRACTORS) == ["no_subcontractor_chosen"]
    assert codes(Delivery.SUBCONTRACTORS, named) == []
    [reason] = reasons_against_parties(Delivery.SUBCONTRACTORS, [replace(named, relied_on=True)])
    assert (reason.code, "PA 2023 s.28" in reason.source) == ("party_not_confirmed", True)
    assert codes(Delivery.SUBCONTRACTORS, party()) == ["member_without_consortium"]


def test_who_works_for_a_partner_comes_with_it() -> None:
    beneath = party("b", kind=SUBCONTRACTOR, tier=2, above="a")
    assert codes(Delivery.SUBCONTRACTORS, beneath) == ["party_without_the_one_above"]
    assert codes(Delivery.SUBCONTRACTORS, party(kind=SUBCONTRACTOR), beneath) == []


@pytest.mark.parametrize("state", [LinkState.DECLINED, LinkState.ENDED])
def test_who_has_left_is_not_cited(state: LinkState) -> None:
    assert codes(Delivery.SUBCONTRACTORS, party(kind=SUBCONTRACTOR, state=state)) == ["party_has_left"]


FACTS = st.builds(
    PartyFacts,
    key=st.sampled_from("abc"),
    link=st.sampled_from("abc"),
    name=st.just("X"),
    kind=st.sampled_from(LinkKind),
    state=st.sampled_from(LinkState),
    relied_on=st.booleans(),
    declared=st.booleans(),
    grounds=st.frozensets(st.sampled_from(ExclusionKind)),
    outcome=st.none() | st.sampled_from(AssessmentOutcome),
    left=st.booleans(),
)


@given(st.sampled_from([Delivery.CONSORTIUM, Delivery.SUBCONTRACTORS]), st.lists(FACTS, max_size=4))
def test_whatever_may_be_handed_in_has_answered_where_it_must(
    delivery: Delivery, parties: list[PartyFacts]
) -> None:
    if reasons_against_parties(delivery, parties):
        return
    assert parties
    for one in parties:
        assert not must_answer(one) or (one.state is LinkState.CONFIRMED and one.declared)


@given(FACTS)
def test_a_mandatory_ground_fails_and_silence_passes_nobody(one: PartyFacts) -> None:
    found = party_outcome_by_rule(one)
    assert (found is NOT_MET) == (ExclusionKind.MANDATORY in one.grounds)
    assert found is not MET or (one.declared and not one.grounds)


@given(FACTS)
def test_a_party_that_stands_and_must_answer_is_judged(one: PartyFacts) -> None:
    point = party_point(one)
    assert (point is None) == (one.left or not (must_answer(one) or one.declared))
    assert point is None or point.categories == frozenset(), "it counts for every category"


def test_grounds_come_from_what_was_declared_and_reach_back_so_far() -> None:
    events = '[{"who": "X", "ground": "bribery", "date": "2021-09-15", "what": "A bribe"}]'
    answers = [
        DeclaredAnswer("mandatory-grounds", 1, "?", "yes", "mandatory", declared=True),
        DeclaredAnswer("mandatory-events", 1, "?", events),
        DeclaredAnswer("discretionary-grounds", 1, "?", "no", "discretionary"),
    ]
    market = Regime.DYNAMIC_MARKET
    assert grounds_standing(answers, market, date(2026, 9, 15)) == {ExclusionKind.MANDATORY}
    assert grounds_standing(answers, market, date(2026, 9, 16)) == frozenset(), "five years are over"
    undated = [answers[0], DeclaredAnswer("mandatory-events", 1, "?", "[")]
    assert grounds_standing(undated, market, TODAY) == {ExclusionKind.MANDATORY}, "the answer alone decides"


def test_a_replacement_is_asked_once_and_for_a_finding() -> None:
    def asked(one: PartyFacts) -> list[str]:
        return [reason.code for reason in reasons_not_to_ask_for_replacement(one)]

    assert asked(party(outcome=NOT_MET)) == []
    assert asked(party(outcome=MET)) == ["party_stands"]
    assert asked(party(outcome=NOT_MET, replacement_asked=True)) == ["replacement_asked_already"]
    assert asked(party(outcome=NOT_MET, left=True)) == ["party_stands"]


def test_who_comes_instead_has_confirmed_and_declared() -> None:
    failed = party(outcome=NOT_MET, replacement_asked=True)

    def replaced(by: PartyFacts | None, *others: PartyFacts, one: PartyFacts = failed) -> list[str]:
        found = reasons_not_to_replace(one, by, delivery=Delivery.CONSORTIUM, others=others)
        return [reason.code for reason in found]

    assert replaced(party("b")) == []
    assert replaced(party("b", state=LinkState.INVITED)) == ["party_not_confirmed"]
    assert replaced(party("b", declared=False)) == ["party_not_declared"]
    assert replaced(None) == ["consortium_without_member"]
    assert replaced(None, party("b")) == []
    assert replaced(party("b"), party("b")) == ["party_cited_already"]
    assert replaced(party("b"), party("c", kind=SUBCONTRACTOR, above="a")) == ["party_has_others_under_it"]
    unasked = party(outcome=NOT_MET)
    assert replaced(party("b"), one=unasked) == ["replacement_not_asked"]


def test_a_refusal_rests_on_a_party_only_when_its_lead_had_the_time_to_replace_it() -> None:
    failed = party(outcome=NOT_MET, replacement_asked=True, replacement_due_on=TODAY)
    facts = AssessmentFacts(ApplicationState.IN_ASSESSMENT, outcomes={"party:a": NOT_MET, "income": MET})

    def waits(one: PartyFacts, given: AssessmentFacts, *refused: str, on: date = TODAY) -> bool:
        found = reasons_to_let_replace_first(given, [one], refused, on)
        assert {reason.code for reason in found} <= {"party_to_be_replaced_first"}
        return bool(found)

    assert waits(failed, facts, "ACC")
    assert waits(replace(failed, replacement_asked=False, replacement_due_on=None), facts, "ACC")
    assert not waits(failed, facts, "ACC", on=date(2026, 9, 16)), "the time is over"
    assert not waits(failed, facts), "nothing is refused"
    assert not waits(replace(failed, left=True), facts, "ACC")
    otherwise = replace(facts, outcomes={"party:a": NOT_MET, "income": NOT_MET})
    assert not waits(failed, otherwise, "ACC"), "it would be refused without the party too"
    elsewhere = replace(otherwise, asked_by={"income": frozenset({"FIN"})})
    assert waits(failed, elsewhere, "ACC", "FIN")
    grounds = replace(facts, mandatory_grounds=frozenset({"mandatory-grounds"}))
    assert not waits(failed, grounds, "ACC")
