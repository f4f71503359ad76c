"""What a supply chain may look like, the steps of a link, what declarations say."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.partners.rules import (
    LINK_STEPS,
    LIVE,
    LOWEST_TIER,
    applies,
    below,
    declared_answers,
    in_order,
    is_in_force,
    next_step,
    partner_key_of_address,
    reasons_against_part,
    reasons_not_to_name,
)
from catalogue.partners.types import LinkEvent, LinkFacts, LinkKind, LinkState, NextStep, Part
from core.questions.types import Question, QuestionKind
from core.reasons import Refused
from core.states import step

LEAD = "organisation LEAD"
PART = Part(frozenset({"finance"}), frozenset({"region:A"}), "Debt advice", starts_on=date(2026, 9, 1))


def link(key: str, partner: str, **values: object) -> LinkFacts:
    given: dict = {"kind": LinkKind.SUBCONTRACTOR, "tier": 1, "part": PART, **values}
    return LinkFacts(key, partner, **given)


def codes(wanted: LinkFacts, *others: LinkFacts) -> list[str]:
    return [reason.code for reason in reasons_not_to_name(wanted, lead=LEAD, others=others)]


def test_a_partner_may_be_named() -> None:
    assert codes(link("a", "A")) == []
    assert codes(link("b", "B", tier=2, parent="a"), link("a", "A")) == []


def test_a_lead_is_not_its_own_partner_at_any_tier() -> None:
    assert codes(link("a", LEAD)) == ["lead_is_its_own_partner"]
    assert "lead_is_its_own_partner" in codes(link("b", LEAD, tier=2, parent="a"), link("a", "A"))


def test_nobody_stands_below_itself() -> None:
    a, b = link("a", "A"), link("b", "B", tier=2, parent="a")
    assert codes(link("c", "A", tier=3, parent="b"), a, b) == ["partner_below_itself"]
    # An address that turns out to be the organisation beneath it.
    assert codes(link("a", "B"), b) == ["partner_below_itself"]


def test_a_tier_follows_from_whom_it_stands_under() -> None:
    a, b, c = link("a", "A"), link("b", "B", tier=2, parent="a"), link("c", "C", tier=3, parent="b")
    assert codes(link("x", "X", tier=2)) == ["tier_out_of_step"]
    assert codes(link("x", "X", tier=3, parent="a"), a) == ["tier_out_of_step"]
    assert codes(link("x", "X", tier=4, parent="c"), a, b, c) == ["tier_too_low"]
    assert codes(link("x", "X", tier=2, parent="gone")) == ["nobody_above"]
    ended = replace(a, state=LinkState.ENDED)
    assert codes(link("x", "X", tier=2, parent="a"), ended) == ["nobody_above"]
    member = link("x", "X", tier=2, parent="a", kind=LinkKind.CONSORTIUM_MEMBER)
    assert codes(member, a) == ["member_stands_beside_the_lead"]


@pytest.mark.parametrize("state", LinkState)
def test_the_same_part_is_done_once(state: LinkState) -> None:
    there = link("a", "A", state=state)
    assert codes(link("b", "A"), there) == (["same_part_twice"] if state in LIVE else [])
    assert codes(there, there) == [], "a link is no rival of itself"


def test_the_same_partner_may_do_another_part() -> None:
    elsewhere = replace(PART, places=frozenset({"region:B"}))
    assert codes(link("b", "A", part=elsewhere), link("a", "A")) == []
    assert codes(link("b", "A", kind=LinkKind.CONSORTIUM_MEMBER), link("a", "A")) == []


def shared(key: str, share: int, **values: object) -> LinkFacts:
    return link(key, key.upper(), part=replace(PART, share_percent=Decimal(share)), **values)


def test_shares_fit_into_what_is_above() -> None:
    assert codes(shared("b", 40), shared("a", 60)) == []
    assert codes(shared("b", 41), shared("a", 60)) == ["shares_too_large"]
    assert codes(shared("c", 31, tier=2, parent="a"), shared("a", 30)) == ["shares_too_large"]
    assert codes(shared("a", 20), shared("c", 25, tier=2, parent="a")) == ["share_less_than_beneath"]
    declined = replace(shared("a", 60), state=LinkState.DECLINED)
    assert codes(shared("b", 100), declined) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"need_areas": frozenset()}, "part_without_need_area"),
        ({"places": frozenset()}, "part_without_place"),
        ({"words": " \n"}, "part_without_words"),
        ({"payment_days": 31}, "paid_too_late"),
        ({"payment_days": 0}, "paid_too_late"),
        ({"share_percent": Decimal(0)}, "share_no_percentage"),
        ({"share_percent": Decimal("100.01")}, "share_no_percentage"),
        ({"fee_percent": Decimal("-0.01")}, "fee_no_percentage"),
        ({"starts_on": None}, "part_without_start"),
        ({"ends_on": date(2026, 8, 31)}, "part_ends_before_it_starts"),
    ],
)
def test_what_a_part_lacks(changed: dict, code: str) -> None:
    assert reasons_against_part(PART) == []
    [reason] = reasons_against_part(replace(PART, **changed))
    assert reason.code == code
    assert reason.source == ("PA 2023 s.73" if code == "paid_too_late" else "house rule")


def test_an_address_is_the_same_however_it_is_written() -> None:
    assert partner_key_of_address(" A@Example.test ") == partner_key_of_address("a@example.test")


# Any chain built by taking only what the rule lets in.
@st.composite
def chains(draw: st.DrawFn) -> list[LinkFacts]:
    links: list[LinkFacts] = []
    for number in range(draw(st.integers(0, 12))):
        parent = draw(st.sampled_from([None, *(one.key for one in links)]))
        tier = 1 if parent is None else next(one.tier for one in links if one.key == parent) + 1
        wanted = LinkFacts(
            str(number),
            draw(st.sampled_from([LEAD, "A", "B", "C", "D"])),
            draw(st.sampled_from(LinkKind)),
            tier,
            parent,
            replace(
                PART,
                places=frozenset(draw(st.sets(st.sampled_from(["region:A", "region:B"]), min_size=1))),
                share_percent=draw(st.none() | st.integers(1, 100).map(Decimal)),
            ),
        )
        if not reasons_not_to_name(wanted, lead=LEAD, others=links):
            links.append(wanted)
    return links


@given(chains())
def test_whatever_is_let_in_makes_a_tree_without_a_circle(links: list[LinkFacts]) -> None:
    by_key = {one.key: one for one in links}
    for one in links:
        line = [one]
        while line[-1].parent is not None:
            line.append(by_key[line[-1].parent])
        assert len(line) == one.tier <= LOWEST_TIER
        partners = [here.partner for here in line]
        assert len(set(partners)) == len(partners)
        assert LEAD not in partners
    top = [one.part.share_percent or 0 for one in links if one.parent is None]
    assert sum(top) <= 100


@given(chains(), st.randoms(use_true_random=False))
def test_a_tree_is_read_with_each_under_its_own(links: list[LinkFacts], random: object) -> None:
    mixed = list(links)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    read = in_order(mixed)
    assert sorted(one.key for one in read) == sorted(one.key for one in links)
    places = {one.key: place for place, one in enumerate(read)}
    for one in links:
        beneath = below(mixed, one.key)
        run = read[places[one.key] + 1 : places[one.key] + 1 + len(beneath)]
        assert [under.key for under in run] == [under.key for under in beneath]
        assert all(under.tier > one.tier for under in beneath)


@given(st.lists(st.sampled_from(LinkEvent), max_size=12))
def test_no_course_confirms_a_part_that_changed_since(events: list[LinkEvent]) -> None:
    """Follow any course of events: confirmed means that the last change lies before the confirmation."""
    state, changed_since = LinkState.NAMED, False
    for event in events:
        try:
            state = step(LINK_STEPS, state, event)
        except Refused:
            continue
        changed_since = event is LinkEvent.CHANGE or (changed_since and event is not LinkEvent.CONFIRM)
        assert not (state is LinkState.CONFIRMED and changed_since)
    assert (state is LinkState.ENDED) <= (LinkEvent.END in events)


def test_what_has_ended_stays_ended() -> None:
    assert [event for (state, event) in LINK_STEPS if state is LinkState.ENDED] == []


@pytest.mark.parametrize(
    ("state", "joined", "declared", "expected"),
    [
        (LinkState.NAMED, False, False, NextStep.LEAD_INVITES),
        (LinkState.INVITED, False, False, NextStep.PARTNER_JOINS),
        (LinkState.INVITED, True, False, NextStep.PARTNER_CONFIRMS),
        (LinkState.CONFIRMED, True, False, NextStep.PARTNER_DECLARES),
        (LinkState.CONFIRMED, True, True, NextStep.NOBODY),
        (LinkState.DECLINED, True, True, NextStep.LEAD_REPLACES),
        (LinkState.ENDED, True, True, NextStep.NOBODY),
    ],
)
def test_who_must_act_next(state: LinkState, joined: bool, declared: bool, expected: NextStep) -> None:
    assert next_step(state, joined=joined, declared=declared) is expected


@given(st.sampled_from(LinkState), st.integers(-3, 3), st.none() | st.integers(0, 3))
def test_a_part_is_in_force_on_its_days_alone(state: LinkState, offset: int, length: int | None) -> None:
    starts_on = date(2026, 9, 1)
    ends_on = None if length is None else starts_on + timedelta(days=length)
    expected = state is LinkState.CONFIRMED and offset >= 0 and (length is None or offset <= length)
    assert is_in_force(state, starts_on, ends_on, starts_on + timedelta(days=offset)) is expected


GROUND = Question("mandatory-grounds", 1, QuestionKind.YES_NO, "Convicted?", pass_if="= no")
WORDS = Question("self-cleaning", 1, QuestionKind.TEXT, "What changed?", word_limit=300, required=False)


def test_a_ground_is_declared_where_its_question_fails() -> None:
    assert applies(GROUND, "mandatory", "yes")
    assert not applies(GROUND, "mandatory", "no")
    assert not applies(GROUND, "mandatory", ""), "nothing was said yet"
    assert not applies(GROUND, "", "yes"), "a question that asks for no ground declares none"


def test_a_declaration_keeps_the_questions_as_they_were_asked() -> None:
    answers = {"mandatory-grounds": "yes", "self-cleaning": "New board."}
    first, second = declared_answers([(GROUND, "mandatory"), (WORDS, "")], answers)
    assert (first.version, first.text, first.answer, first.ground, first.declared) == (
        1,
        "Convicted?",
        "yes",
        "mandatory",
        True,
    )
    assert (second.answer, second.declared) == ("New board.", False)
