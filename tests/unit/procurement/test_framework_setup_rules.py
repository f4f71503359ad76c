"""Setting up: the rules of each regime as parameters, what may vary, what publication needs."""

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.questions.types import QuestionKind
from procurement.framework.forms import LINT_FIELDS, RULE_WORDS
from procurement.framework.rules import (
    PARAMETERS,
    assessment_facts,
    is_cpv_code,
    is_light_touch,
    outcome_by_rule,
    reasons_against_category,
    reasons_against_details,
    reasons_against_finding,
    reasons_against_rules,
    reasons_not_open,
    reasons_not_to_announce,
    reasons_not_to_publish,
    reasons_not_to_refuse,
    rule_value,
)
from procurement.framework.rules.parameters import LINTED, read, written
from procurement.framework.rules.setup import codes_in_use
from procurement.framework.services import standard_questions
from procurement.framework.types import (
    ApplicationState,
    AssessmentOutcome,
    CategoryFacts,
    ExclusionKind,
    FrameworkFacts,
    FrameworkState,
    Point,
    Regime,
    SetupFacts,
)

ROOT = Path(__file__).resolve().parents[3]
MET, NOT_MET = AssessmentOutcome.MET, AssessmentOutcome.NOT_MET
SOUND = {
    Regime.DPS: {"ends_on": date(2029, 2, 23), "noticed_on": date(2025, 2, 23)},
    Regime.DYNAMIC_MARKET: {"ends_on": None, "noticed_on": None},
}


@pytest.mark.parametrize("regime", list(Regime))
def test_the_set_of_a_regime_keeps_its_own_law(regime):
    rules = written(PARAMETERS[regime])
    assert reasons_against_rules(regime, rules, **SOUND[regime]) == []
    assert read(rules, regime) == PARAMETERS[regime]
    assert all(parameter.source for parameter in PARAMETERS[regime].values())
    assert set(PARAMETERS[regime]) <= set(RULE_WORDS)


@pytest.mark.parametrize("regime", list(Regime))
def test_what_may_not_vary_is_refused_by_its_provision(regime):
    for code, parameter in PARAMETERS[regime].items():
        if parameter.may_vary or code in LINTED:
            continue
        rules = written(PARAMETERS[regime])
        changed = not parameter.value if isinstance(parameter.value, bool) else parameter.value + 1
        rules[code]["value"] = changed
        reasons = reasons_against_rules(regime, rules, **SOUND[regime])
        assert ("rule_may_not_vary", code, parameter.source) in [
            (reason.code, reason.params.get("rule"), reason.source) for reason in reasons
        ]


def test_every_finding_of_the_lint_has_a_field():
    text = (ROOT / "procurement/framework/rules/conditions.py").read_text(encoding="utf-8")
    found = {
        node.args[0].value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason"
    }
    # Those about dates stand on another form; no form lets admissions close.
    assert found - set(LINT_FIELDS) == {"new_dps", "ends_too_late", "admissions_close"}


def test_every_reason_has_words():
    words = (ROOT / "templates/framework/parts.html").read_text(encoding="utf-8")
    silent = []
    for path in (ROOT / "procurement/framework").rglob("*.py"):
        if path.name in ("invitation.py", "leaving.py"):
            continue  # Said on the pages of call-offs, and of colleagues.
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason":
                first = node.args[0]
                if isinstance(first, ast.Constant) and f'"{first.value}"' not in words:
                    silent.append(first.value)
    assert silent == []


def test_a_longer_decision_is_not_shorter():
    rules = written(PARAMETERS[Regime.DYNAMIC_MARKET])
    rules["decision_days"]["value"] = 16
    (reason,) = reasons_against_rules(Regime.DYNAMIC_MARKET, rules)
    assert reason.code == "longer_decision_is_shorter"


@given(st.decimals(0, 1000, places=2), st.integers(1, 100), st.booleans())
def test_values_survive_being_written(amount, days, flag):
    rules = {"a": {"value": str(amount)}, "b": {"value": days}, "c": {"value": flag}, "d": {"value": None}}
    assert [rule_value(rules, code) for code in "abcd"] == [amount, days, flag, None]
    assert rule_value(rules, "e", 7) == 7


CATEGORY = CategoryFacts("ACC", "accommodation", frozenset({"region:A"}))


def setup(regime=Regime.DYNAMIC_MARKET, state=FrameworkState.DRAFT, categories=(CATEGORY,), **more):
    ends_on = SOUND[regime]["ends_on"]
    return SetupFacts(
        FrameworkFacts(regime, state, ends_on, categories),
        questions=15,
        **{"intention_announced": True, **more},
    )


def test_publication_needs_categories_questions_and_for_a_system_its_notice():
    market = written(PARAMETERS[Regime.DYNAMIC_MARKET])
    assert reasons_not_to_publish(setup(), market) == []
    bare = SetupFacts(FrameworkFacts(Regime.DYNAMIC_MARKET, FrameworkState.DRAFT))
    assert [r.code for r in reasons_not_to_publish(bare, market)] == [
        "no_category",
        "no_question",
        "intention_not_announced",
    ]
    (frozen,) = reasons_not_to_publish(setup(state=FrameworkState.PUBLISHED), market)
    assert frozen.code == "framework_is_frozen"
    system = written(PARAMETERS[Regime.DPS])
    lacking = [r.code for r in reasons_not_to_publish(setup(Regime.DPS), system)]
    assert lacking == ["dps_without_reference", "new_dps"]
    noticed = setup(Regime.DPS, market_reference="2024-1", noticed_on=date(2025, 2, 23))
    assert reasons_not_to_publish(noticed, system) == []


def test_the_intention_is_announced_once_of_a_draft_with_categories():
    unannounced = setup(intention_announced=False)
    assert reasons_not_to_announce(unannounced) == []
    assert [r.code for r in reasons_not_to_announce(setup())] == ["announced_already"]
    assert [r.code for r in reasons_not_to_announce(setup(Regime.DPS))] == ["dps_has_no_notices"]
    bare = SetupFacts(FrameworkFacts(Regime.DYNAMIC_MARKET, FrameworkState.DRAFT))
    assert [r.code for r in reasons_not_to_announce(bare)] == ["no_category"]


def test_details_are_checked_against_the_regime():
    sound = {"starts_on": date(2025, 1, 1), "market_reference": "2024-1"}
    dps = {**sound, "ends_on": date(2029, 2, 23), "noticed_on": date(2025, 2, 23)}
    assert reasons_against_details(Regime.DPS, **dps) == []
    late = reasons_against_details(Regime.DPS, **{**dps, "noticed_on": date(2025, 2, 24)})
    assert [r.code for r in late] == ["new_dps"]
    endless = reasons_against_details(Regime.DPS, **{**dps, "ends_on": None})
    assert [r.code for r in endless] == ["dps_without_last_day"]
    backwards = reasons_against_details(
        Regime.DYNAMIC_MARKET, **{**sound, "ends_on": date(2024, 1, 1), "noticed_on": None}
    )
    assert [r.code for r in backwards] == ["ends_before_it_starts"]


@pytest.mark.parametrize(
    ("code", "form", "light"),
    [
        ("85312500", True, True),
        ("85312500-4", True, True),
        ("85321000", True, True),
        ("85111000", True, False),
        ("66171000", True, False),
        ("8531250", False, True),
        ("85312500-44", False, True),
        ("abcdefgh", False, False),
        ("８５３１２５００", False, False),
    ],
)
def test_cpv_codes(code, form, light):
    assert is_cpv_code(code) is form
    if form:
        assert is_light_touch(code) is light


def test_a_category_has_regions_and_a_band():
    wrong = reasons_against_category(0, "x", Decimal(10), Decimal(10))
    assert [r.code for r in wrong] == ["category_without_region", "not_a_cpv_code", "band_is_empty"]
    assert reasons_against_category(1, "85312500", Decimal(0), None) == []


@given(st.lists(st.sampled_from(["ACC", "FIN"]), max_size=8))
def test_codes_of_categories_never_clash(wanted):
    taken: list[str] = []
    for code in wanted:
        taken.append(codes_in_use(taken, code))
    assert len(set(taken)) == len(taken)


def test_a_framework_opens_on_its_first_day():
    facts = FrameworkFacts(
        Regime.DYNAMIC_MARKET, FrameworkState.PUBLISHED, categories=(CATEGORY,), starts_on=date(2026, 4, 1)
    )
    assert [r.code for r in reasons_not_open(facts, date(2026, 3, 31))] == ["framework_not_begun"]
    assert reasons_not_open(facts, date(2026, 4, 1)) == []


def test_the_standard_set_is_sound():
    asked = standard_questions()
    assert 10 <= len(asked) <= 20
    assert len({entry.question.code for entry in asked}) == len(asked)
    assert {entry.ground for entry in asked} == {None, ExclusionKind.MANDATORY, ExclusionKind.DISCRETIONARY}
    for entry in asked:
        if entry.ground:
            assert (entry.question.kind, entry.question.pass_if) == (QuestionKind.YES_NO, "= no")


def test_rules_speak_first_and_an_empty_optional_answer_cannot_fail():
    questions = {entry.question.code: entry.question for entry in standard_questions()}
    assert outcome_by_rule(questions["mandatory-grounds"], "yes") is NOT_MET
    assert outcome_by_rule(questions["mandatory-grounds"], "no") is MET
    assert outcome_by_rule(questions["data-registration"], "") is MET
    assert outcome_by_rule(questions["self-cleaning"], "We changed.") is None
    assert outcome_by_rule(questions["experience"], "Years.") is None


@pytest.mark.parametrize(
    ("by_rule", "outcome", "note", "code"),
    [
        (MET, MET, "", None),
        (NOT_MET, NOT_MET, "", None),
        (NOT_MET, MET, "", "note_where_rule_is_overruled"),
        (NOT_MET, MET, "Accepted.", None),
        (None, NOT_MET, " ", "note_where_not_met"),
        (None, MET, "", None),
        (None, None, "", None),
    ],
)
def test_a_finding_says_why_where_it_must(by_rule, outcome, note, code):
    found = reasons_against_finding(Point("p", by_rule, outcome), outcome, note)
    assert [reason.code for reason in found] == ([code] if code else [])


def facts(*points: Point, received=False, due=None, today=date(2026, 9, 1)):
    return assessment_facts(
        points,
        state=ApplicationState.IN_ASSESSMENT,
        representations_invited=due is not None,
        representations_received=received,
        representations_due_on=due,
        today=today,
        assessed_by_own_organisation=False,
        conflict_declared=False,
    )


def test_a_ground_is_heard_or_its_time_passes_before_a_refusal():
    ground = Point("g", NOT_MET, NOT_MET, ExclusionKind.DISCRETIONARY)
    codes = [r.code for r in reasons_not_to_refuse(facts(ground), Regime.DYNAMIC_MARKET)]
    assert codes == ["supplier_not_heard"]
    due = date(2026, 9, 10)
    waiting = facts(ground, due=due, today=due)
    assert reasons_not_to_refuse(waiting, Regime.DYNAMIC_MARKET)
    assert reasons_not_to_refuse(facts(ground, due=due, received=True), Regime.DYNAMIC_MARKET) == []
    assert reasons_not_to_refuse(facts(ground, due=due, today=date(2026, 9, 11)), Regime.DPS) == []


def test_accepted_self_cleaning_leaves_other_points_to_refuse_for():
    cleaned = Point("g", NOT_MET, MET, ExclusionKind.MANDATORY)
    failed = Point("p", NOT_MET, NOT_MET)
    assert reasons_not_to_refuse(facts(cleaned, failed), Regime.DYNAMIC_MARKET) == []
    assert [r.code for r in reasons_not_to_refuse(facts(cleaned), Regime.DYNAMIC_MARKET)] == [
        "nothing_to_refuse_for"
    ]
