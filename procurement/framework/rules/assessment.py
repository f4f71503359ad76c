"""From answers to a decision: what a question's rule finds, what an assessor may, the facts that decide."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from core.questions.rules import passes
from core.questions.types import Question
from core.reasons import Reason
from procurement.framework.rules.admission import (
    reasons_not_to_admit,
    reasons_not_to_decide,
    reasons_not_to_refuse,
)
from procurement.framework.types import (
    ApplicationState,
    AssessmentFacts,
    AssessmentOutcome,
    CategoryFacts,
    ExclusionKind,
    Point,
    Regime,
)

INCOME_QUESTION = "income-last-year"
"""The question whose answer in pounds is held against a category's turnover floor."""


def outcome_by_rule(question: Question, answer: str) -> AssessmentOutcome | None:
    """What the question's pass rule finds in an answer; None where it goes to judgement.

    A question that need not be answered and was not is met: nothing was asked that could fail.
    """
    passed = passes(question, answer)
    if passed is None:
        return AssessmentOutcome.MET if not answer and not question.required else None
    return AssessmentOutcome.MET if passed else AssessmentOutcome.NOT_MET


def reasons_against_finding(point: Point, outcome: AssessmentOutcome | None, note: str) -> list[Reason]:
    """Why a finding cannot stand: one against the supplier, or against the rule, says why in a note."""
    if outcome is None or note.strip():
        return []
    if point.by_rule is not None and outcome is not point.by_rule:
        return [Reason("note_where_rule_is_overruled", {"point": point.code})]
    if outcome is AssessmentOutcome.NOT_MET and point.by_rule is None:
        return [Reason("note_where_not_met", {"point": point.code})]
    return []


MEMBERS_INCOME_QUESTION = "income-as-partner"
"""The question of declarations whose answer counts beside the lead's, where a category lets it."""


def floor_point(
    category: CategoryFacts, income: Decimal | None, of_members: Collection[Decimal] = ()
) -> Point | None:
    """The point of a category's turnover floor, decided by rule; None where it asks for none.

    `income` is the applicant's own figure for its last year, in pounds; no audited accounts are asked for.
    `of_members` are those of the other members of its consortium: they count only where the category says so
    (PCR 2015 reg 63(1); PA 2023 s.36 house rule).
    """
    if category.turnover_floor is None:
        return None
    counted = [] if income is None else [income]
    counted += of_members if category.floor_by_group else ()
    enough = bool(counted) and sum(counted) >= category.turnover_floor
    found = AssessmentOutcome.MET if enough else AssessmentOutcome.NOT_MET
    return Point(floor_code(category.code), found, found, categories=frozenset({category.code}))


def floor_code(category: str) -> str:
    """The code of the point of a category's turnover floor."""
    return f"turnover-{category}"


def reasons_against_decision(
    assessment: AssessmentFacts,
    regime: Regime,
    *,
    chosen: Collection[tuple[str, str]],
    refusals: Mapping[tuple[str, str], str],
) -> list[Reason]:
    """Why a decision cannot be made that refuses some (category, region) with reasons and admits the rest."""
    reasons = reasons_not_to_decide(assessment)
    reasons += [
        Reason("no_such_choice", {"category": category, "region": region})
        for category, region in sorted(set(refusals) - set(chosen))
    ]
    if not chosen:
        reasons.append(Reason("no_category_chosen"))
    refused = {category for category, _ in refusals}
    admitted = {category for category, region in chosen if (category, region) not in refusals}
    for category in sorted(admitted):
        reasons += reasons_not_to_admit(assessment, regime, category)
    for category in sorted(refused):
        reasons += reasons_not_to_refuse(assessment, regime, category)
    reasons += [
        Reason("refusal_without_reason", {"category": category})
        for category in sorted({category for (category, _), why in refusals.items() if not why.strip()})
    ]
    return _each_once(reasons)


def _each_once(reasons: Iterable[Reason]) -> list[Reason]:
    return list({(reason.code, str(sorted(reason.params.items()))): reason for reason in reasons}.values())


def assessment_facts(
    points: Iterable[Point],
    *,
    state: ApplicationState,
    representations_invited: bool,
    representations_received: bool,
    representations_due_on: date | None,
    today: date,
    assessed_by_own_organisation: bool,
    conflict_declared: bool,
) -> AssessmentFacts:
    """The facts on which admission and refusal rest.

    A ground of exclusion stands where its question's rule was not met, or an assessor found it. Found *met*
    all the same, with a note, means that the supplier's self-cleaning was accepted. The time for
    representations is over when they came or their last day has passed.
    """
    points = list(points)
    arisen = [p for p in points if p.ground and AssessmentOutcome.NOT_MET in (p.by_rule, p.outcome)]
    over = representations_due_on is not None and today > representations_due_on
    return AssessmentFacts(
        state=state,
        outcomes={p.code: p.outcome for p in points},
        asked_by={p.code: p.categories for p in points if p.categories},
        mandatory_grounds=frozenset(p.code for p in arisen if p.ground is ExclusionKind.MANDATORY),
        discretionary_grounds=frozenset(p.code for p in arisen if p.ground is ExclusionKind.DISCRETIONARY),
        self_cleaning_accepted=frozenset(p.code for p in arisen if p.outcome is AssessmentOutcome.MET),
        representations_invited=representations_invited,
        representations_due_over=representations_received or over,
        assessed_by_own_organisation=assessed_by_own_organisation,
        conflict_declared=conflict_declared,
    )
