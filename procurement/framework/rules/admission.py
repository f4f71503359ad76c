"""The law of admission: when a framework is open, by when it decides, what a decision needs."""

from collections.abc import Iterator
from datetime import date, datetime

from core.calendar import add_working_days, london_date
from core.reasons import Reason
from procurement.framework.rules.parties import reasons_against_parties
from procurement.framework.rules.states import APPLICATION_STEPS
from procurement.framework.types import (
    WORKING_DAYS,
    ApplicationEvent,
    ApplicationFacts,
    AssessmentFacts,
    AssessmentOutcome,
    DecisionClock,
    FrameworkFacts,
    FrameworkState,
    Regime,
)

DPS_LAST_DAY = date(2029, 2, 23)
"""A dynamic purchasing system expires at the latest at the end of this day (SI 2024/716)."""
DPS_DECISION_DAYS = 10
DPS_DECISION_DAYS_WITH_REASON = 15
OWN_TARGET_DAYS = 10
OWN_TARGET_DAYS_WITH_REASON = 15
"""Working days in which a dynamic market's manager means to decide; the Act says only a reasonable period."""


def decision_clock(
    regime: Regime, received_at: datetime, *, extended: bool = False, target_days: int = OWN_TARGET_DAYS
) -> DecisionClock:
    """By which day an application received at `received_at` is to be decided.

    A DPS has 10 working days, 15 where a reason for that case is recorded (PCR 2015 reg 34(16), (17)). A
    dynamic market has a reasonable period: the framework's own target of `target_days` working days.
    Raises BeyondCalendar where the bank holidays are not known.
    """
    received_on = london_date(received_at)
    if regime is Regime.DPS:
        days = DPS_DECISION_DAYS_WITH_REASON if extended else DPS_DECISION_DAYS
        source = "PCR 2015 reg 34(17)" if extended else "PCR 2015 reg 34(16)"
    else:
        days, source = target_days, "PA 2023 s.36: reasonable period, own target"
    return DecisionClock(
        add_working_days(received_on, days, WORKING_DAYS[regime]), days, source, extended=extended
    )


def last_day(framework: FrameworkFacts) -> date | None:
    """The framework's last day: its own, and for a DPS never after 23 February 2029."""
    if framework.regime is not Regime.DPS:
        return framework.ends_on
    return min(framework.ends_on or DPS_LAST_DAY, DPS_LAST_DAY)


def reasons_not_open(framework: FrameworkFacts, today: date) -> list[Reason]:
    """Why a framework neither takes applications nor carries call-offs on `today`."""
    if framework.state is FrameworkState.DRAFT:
        return [Reason("framework_not_published")]
    if framework.state is FrameworkState.CEASED:
        return [Reason("framework_ceased")]
    if framework.starts_on is not None and today < framework.starts_on:
        return [Reason("framework_not_begun", {"first_day": framework.starts_on})]
    ends_on = last_day(framework)
    if ends_on is not None and today > ends_on:
        source = "SI 2024/716 reg 5" if framework.regime is Regime.DPS else "house rule"
        return [Reason("framework_expired", {"last_day": ends_on}, source)]
    return []


def reasons_not_to_submit(
    application: ApplicationFacts, framework: FrameworkFacts, today: date
) -> list[Reason]:
    """Why an application cannot be handed in yet."""
    reasons = reasons_not_open(framework, today)
    if (application.state, ApplicationEvent.SUBMIT) not in APPLICATION_STEPS:
        reasons.append(Reason("not_from_this_state", {"state": str(application.state), "event": "submit"}))
    if not application.categories:
        reasons.append(Reason("no_category_chosen"))
    on_offer = {(category.code, region) for category in framework.categories for region in category.regions}
    for category, region in sorted(application.categories - on_offer):
        reasons.append(Reason("category_not_let_in_region", {"category": category, "region": region}))
    for category, region in sorted(application.categories & application.held):
        reasons.append(Reason("member_already", {"category": category, "region": region}))
    for question in application.unanswered:
        reasons.append(Reason("question_unanswered", {"question": question}))
    reasons += reasons_against_parties(application.delivery, application.parties)
    if not application.declaration_signed:
        reasons.append(Reason("declaration_not_signed"))
    return reasons


def reasons_not_to_decide(assessment: AssessmentFacts) -> list[Reason]:
    """Why nothing can be decided on an application yet, whatever the decision."""
    return list(_reasons_not_to_decide(assessment, ApplicationEvent.ADMIT))


def reasons_not_to_admit(assessment: AssessmentFacts, regime: Regime, category: str = "") -> list[Reason]:
    """Why an assessed application may not be admitted in a category: its points and those of all count.

    Without a category only what counts for every one is looked at.
    """
    reasons = list(_reasons_not_to_decide(assessment, ApplicationEvent.ADMIT))
    exclusion = "PCR 2015 reg 57" if regime is Regime.DPS else "PA 2023 Sch 6, 7"
    for point in _not_met(assessment, category):
        reasons.append(Reason("condition_not_met", {"point": point}))
    for ground in sorted(assessment.mandatory_grounds - assessment.self_cleaning_accepted):
        reasons.append(Reason("mandatory_exclusion", {"ground": ground}, exclusion))
    return reasons


def reasons_not_to_refuse(assessment: AssessmentFacts, regime: Regime, category: str = "") -> list[Reason]:
    """Why an application may not be refused in a category (yet).

    A refusal needs something to rest on. For a ground of exclusion the supplier is heard first: self-cleaning
    under PCR 2015 reg 57, representations under PA 2023 s.58.
    """
    reasons = list(_reasons_not_to_decide(assessment, ApplicationEvent.REFUSE))
    grounds = assessment.mandatory_grounds | assessment.discretionary_grounds
    grounds -= assessment.self_cleaning_accepted
    if not _not_met(assessment, category) and not grounds:
        reasons.append(Reason("nothing_to_refuse_for", {"category": category} if category else {}))
    heard = assessment.representations_invited and assessment.representations_due_over
    if grounds and not heard:
        source = "PCR 2015 reg 57" if regime is Regime.DPS else "PA 2023 s.58"
        reasons.append(Reason("supplier_not_heard", {"grounds": sorted(grounds)}, source))
    return reasons


def _not_met(assessment: AssessmentFacts, category: str) -> list[str]:
    """The points found not met that count for a category."""
    return sorted(
        point
        for point, outcome in assessment.outcomes.items()
        if outcome is AssessmentOutcome.NOT_MET
        and (not assessment.asked_by.get(point) or category in assessment.asked_by[point])
    )


def _reasons_not_to_decide(assessment: AssessmentFacts, event: ApplicationEvent) -> Iterator[Reason]:
    if (assessment.state, event) not in APPLICATION_STEPS:
        yield Reason("not_from_this_state", {"state": str(assessment.state), "event": str(event)})
    if assessment.assessed_by_own_organisation or assessment.conflict_declared:
        yield Reason("assessor_in_conflict", source="PCR 2015 reg 24; PA 2023 s.81")
    for point, outcome in sorted(assessment.outcomes.items()):
        if outcome is None:
            yield Reason("point_not_assessed", {"point": point})
