"""The law of frameworks: application steps, decision clocks, who is invited, what a condition may ask."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from core.calendar import add_working_days, london_date
from core.reasons import Reason
from core.states import prove_whole
from procurement.framework.types import (
    WORKING_DAYS,
    ApplicationEvent,
    ApplicationFacts,
    ApplicationState,
    AssessmentFacts,
    AssessmentOutcome,
    CategoryFacts,
    ConditionFacts,
    Decision,
    DecisionClock,
    FrameworkFacts,
    FrameworkState,
    LotNeed,
    MemberEvent,
    MemberState,
    Regime,
    SupplierFacts,
)

APPLICATION_STEPS: Mapping[tuple[ApplicationState, ApplicationEvent], ApplicationState] = {
    (ApplicationState.DRAFT, ApplicationEvent.SUBMIT): ApplicationState.SUBMITTED,
    (ApplicationState.DRAFT, ApplicationEvent.WITHDRAW): ApplicationState.WITHDRAWN,
    (ApplicationState.SUBMITTED, ApplicationEvent.START_ASSESSMENT): ApplicationState.IN_ASSESSMENT,
    (ApplicationState.SUBMITTED, ApplicationEvent.WITHDRAW): ApplicationState.WITHDRAWN,
    (ApplicationState.IN_ASSESSMENT, ApplicationEvent.ADMIT): ApplicationState.ADMITTED,
    (ApplicationState.IN_ASSESSMENT, ApplicationEvent.REFUSE): ApplicationState.REFUSED,
    (
        ApplicationState.IN_ASSESSMENT,
        ApplicationEvent.INVITE_REPRESENTATIONS,
    ): ApplicationState.REPRESENTATIONS,
    (ApplicationState.IN_ASSESSMENT, ApplicationEvent.WITHDRAW): ApplicationState.WITHDRAWN,
    (
        ApplicationState.REPRESENTATIONS,
        ApplicationEvent.RECEIVE_REPRESENTATIONS,
    ): ApplicationState.IN_ASSESSMENT,
    (ApplicationState.REPRESENTATIONS, ApplicationEvent.ADMIT): ApplicationState.ADMITTED,
    (ApplicationState.REPRESENTATIONS, ApplicationEvent.REFUSE): ApplicationState.REFUSED,
    (ApplicationState.REPRESENTATIONS, ApplicationEvent.WITHDRAW): ApplicationState.WITHDRAWN,
}
prove_whole(APPLICATION_STEPS, start=ApplicationState.DRAFT, states=ApplicationState, events=ApplicationEvent)

MEMBER_STEPS: Mapping[tuple[MemberState, MemberEvent], MemberState] = {
    (MemberState.ACTIVE, MemberEvent.SUSPEND): MemberState.SUSPENDED,
    (MemberState.ACTIVE, MemberEvent.REMOVE): MemberState.REMOVED,
    (MemberState.SUSPENDED, MemberEvent.REINSTATE): MemberState.ACTIVE,
    (MemberState.SUSPENDED, MemberEvent.REMOVE): MemberState.REMOVED,
}
prove_whole(MEMBER_STEPS, start=MemberState.ACTIVE, states=MemberState, events=MemberEvent)

PENDING_STATES = frozenset(
    {ApplicationState.SUBMITTED, ApplicationState.IN_ASSESSMENT, ApplicationState.REPRESENTATIONS}
)
"""States in which an application waits for its decision."""

DPS_LAST_DAY = date(2029, 2, 23)
"""A dynamic purchasing system expires at the latest at the end of this day (SI 2024/716)."""
DPS_DECISION_DAYS = 10
DPS_DECISION_DAYS_WITH_REASON = 15
DPS_FIRST_WINDOW_DAYS = 30
DPS_TURNOVER_MULTIPLE = Decimal(2)
OWN_TARGET_DAYS = 10
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
    for question in application.unanswered:
        reasons.append(Reason("question_unanswered", {"question": question}))
    if not application.declaration_signed:
        reasons.append(Reason("declaration_not_signed"))
    return reasons


def reasons_not_to_admit(assessment: AssessmentFacts, regime: Regime) -> list[Reason]:
    """Why an assessed application may not be admitted."""
    reasons = list(_reasons_not_to_decide(assessment, ApplicationEvent.ADMIT))
    exclusion = "PCR 2015 reg 57" if regime is Regime.DPS else "PA 2023 Sch 6, 7"
    for point, outcome in sorted(assessment.outcomes.items()):
        if outcome is AssessmentOutcome.NOT_MET:
            reasons.append(Reason("condition_not_met", {"point": point}))
    for ground in sorted(assessment.mandatory_grounds - assessment.self_cleaning_accepted):
        reasons.append(Reason("mandatory_exclusion", {"ground": ground}, exclusion))
    return reasons


def reasons_not_to_refuse(assessment: AssessmentFacts, regime: Regime) -> list[Reason]:
    """Why an application may not be refused (yet).

    A refusal needs something to rest on. For a ground of exclusion the supplier is heard first: self-cleaning
    under PCR 2015 reg 57, representations under PA 2023 s.58.
    """
    reasons = list(_reasons_not_to_decide(assessment, ApplicationEvent.REFUSE))
    grounds = assessment.mandatory_grounds | assessment.discretionary_grounds
    failed = any(outcome is AssessmentOutcome.NOT_MET for outcome in assessment.outcomes.values())
    if not failed and not grounds - assessment.self_cleaning_accepted:
        reasons.append(Reason("nothing_to_refuse_for"))
    heard = assessment.representations_invited and assessment.representations_due_over
    if grounds and not heard:
        source = "PCR 2015 reg 57" if regime is Regime.DPS else "PA 2023 s.58"
        reasons.append(Reason("supplier_not_heard", {"grounds": sorted(grounds)}, source))
    return reasons


def _reasons_not_to_decide(assessment: AssessmentFacts, event: ApplicationEvent) -> Iterator[Reason]:
    if (assessment.state, event) not in APPLICATION_STEPS:
        yield Reason("not_from_this_state", {"state": str(assessment.state), "event": str(event)})
    if assessment.assessed_by_own_organisation or assessment.conflict_declared:
        yield Reason("assessor_in_conflict", source="PCR 2015 reg 24; PA 2023 s.81")
    for point, outcome in sorted(assessment.outcomes.items()):
        if outcome is None:
            yield Reason("point_not_assessed", {"point": point})


def in_band(category: CategoryFacts, value: Decimal) -> bool:
    """Whether a lot worth `value` pounds over its term falls in the category's band."""
    return category.value_from <= value and (category.value_below is None or value < category.value_below)


def categories_for(
    categories: Iterable[CategoryFacts], need_area: str, region: str, value: Decimal
) -> tuple[CategoryFacts, ...]:
    """The categories that a lot of this need area, region and value belongs to, by code.

    More than one where bands overlap: membership of any of them is enough. None where nothing is let.
    """
    return tuple(
        sorted(
            (
                category
                for category in categories
                if category.need_area == need_area and region in category.regions and in_band(category, value)
            ),
            key=lambda category: category.code,
        )
    )


def category_for(
    categories: Iterable[CategoryFacts], need_area: str, region: str, value: Decimal
) -> CategoryFacts | None:
    """The first category by code that a lot of this need area, region and value (pounds) belongs to."""
    found = categories_for(categories, need_area, region, value)
    return found[0] if found else None


def reasons_lot_outside_framework(lot: LotNeed, framework: FrameworkFacts) -> list[Reason]:
    """Why a lot cannot be called off from the framework at all, whoever its members are."""
    reasons = []
    if not lot.need_areas:
        reasons.append(Reason("lot_without_need_area"))
    if not lot.regions:
        reasons.append(Reason("lot_without_region"))
    if len(lot.need_areas) > 1 and not lot.holds_all:
        reasons.append(
            Reason(
                "lot_names_several_categories",
                {"need_areas": sorted(lot.need_areas)},
                "PCR 2015 reg 34(21); house rule",
            )
        )
    for need_area in sorted(lot.need_areas):
        for region in sorted(lot.regions):
            if not categories_for(framework.categories, need_area, region, lot.value):
                reasons.append(
                    Reason(
                        "no_category_for_lot",
                        {"need_area": need_area, "region": region, "value": lot.value},
                    )
                )
    return reasons


def invitation_decision(
    lot: LotNeed, supplier: SupplierFacts, framework: FrameworkFacts, today: date
) -> Decision:
    """Whether a supplier is invited to a lot: active membership and nothing else decides, never its offers.

    Needed for every need area of the lot × every region its places lie in: an active membership of a category
    whose band holds the lot's value (PCR 2015 reg 34(21), (22); the same as a house rule under the 2023 Act).
    Reasons, one for each pair that lacks it: `suspended`, `removed`, `application_pending`,
    `member_other_band` (member there for lots of another value), `member_other_region` (member for the need
    elsewhere), `not_member`; and `framework_expired` with the other states of a closed framework.
    """
    source = "PCR 2015 reg 34(21), (22)" if framework.regime is Regime.DPS else "house rule (PA 2023 s.34)"
    closed = reasons_not_open(framework, today)
    if closed:
        return Decision(False, tuple(closed))
    outside = reasons_lot_outside_framework(lot, framework)
    if outside:
        return Decision(False, tuple(outside))

    reasons = []
    for need_area in sorted(lot.need_areas):
        of_need = {category.code for category in framework.categories if category.need_area == need_area}
        for region in sorted(lot.regions):
            wanted = {
                category.code
                for category in categories_for(framework.categories, need_area, region, lot.value)
            }
            code = _what_is_lacking(supplier, of_need, wanted, region)
            if code is not None:
                reasons.append(Reason(code, {"need_area": need_area, "region": region}, source))
    return Decision(not reasons, tuple(reasons))


def _what_is_lacking(supplier: SupplierFacts, of_need: set[str], wanted: set[str], region: str) -> str | None:
    """The code of the nearest reason, or None where an active membership is held."""
    here = {m.state for m in supplier.memberships if m.category in wanted and m.region == region}
    if MemberState.ACTIVE in here:
        return None
    if MemberState.SUSPENDED in here:
        return "suspended"
    if any((category, region) in supplier.pending for category in wanted):
        return "application_pending"
    if MemberState.REMOVED in here:
        return "removed"
    active = [m for m in supplier.memberships if m.category in of_need and m.state is MemberState.ACTIVE]
    if any(m.region == region for m in active):
        return "member_other_band"
    if active:
        return "member_other_region"
    return "not_member"


def lint_conditions(conditions: ConditionFacts) -> list[Reason]:
    """What in a framework's conditions its regime forbids. Nothing found is no legal advice."""
    dps = conditions.regime is Regime.DPS
    reasons = []
    if conditions.member_cap is not None:
        source = "PCR 2015 reg 34(2)" if dps else "PA 2023 s.36(7)"
        reasons.append(Reason("members_capped", {"cap": conditions.member_cap}, source))
    if conditions.admissions_close_on is not None:
        source = "PCR 2015 reg 34(15)" if dps else "PA 2023 s.36(7)"
        reasons.append(Reason("admissions_close", {"on": conditions.admissions_close_on}, source))
    if conditions.joining_fee:
        source = "PCR 2015 reg 34(29)" if dps else "PA 2023 s.38"
        reasons.append(Reason("fee_to_join", {"fee": conditions.joining_fee}, source))
    if dps:
        reasons.extend(_lint_dps(conditions))
    else:
        reasons.extend(_lint_dynamic_market(conditions))
    return reasons


def _lint_dps(conditions: ConditionFacts) -> Iterator[Reason]:
    if not conditions.established_before_2025_02_24:
        yield Reason("new_dps", source="SI 2024/716 reg 5")
    window = conditions.first_window_days
    if window is not None and window < DPS_FIRST_WINDOW_DAYS:
        params = {"days": window, "least": DPS_FIRST_WINDOW_DAYS}
        yield Reason("first_window_too_short", params, "PCR 2015 reg 34(11)")
    if conditions.award_fee_percent:
        yield Reason("fee_on_award", {"percent": conditions.award_fee_percent}, "PCR 2015 reg 34(29)")
    multiple = conditions.turnover_multiple
    if multiple is not None and multiple > DPS_TURNOVER_MULTIPLE:
        params = {"multiple": multiple, "most": DPS_TURNOVER_MULTIPLE}
        yield Reason("turnover_too_high", params, "PCR 2015 reg 58(9)")
    if conditions.ends_on is not None and conditions.ends_on > DPS_LAST_DAY:
        params = {"ends_on": conditions.ends_on, "last_day": DPS_LAST_DAY}
        yield Reason("ends_too_late", params, "SI 2024/716 reg 5")


def _lint_dynamic_market(conditions: ConditionFacts) -> Iterator[Reason]:
    if conditions.award_fee_percent and not conditions.award_fee_fixed:
        yield Reason("award_fee_not_fixed", {"percent": conditions.award_fee_percent}, "PA 2023 s.38")
    if conditions.asks_audited_accounts:
        yield Reason("audited_accounts", source="PA 2023 s.36")
    if conditions.asks_insurance_before_award:
        yield Reason("insurance_before_award", source="PA 2023 s.36")
    if conditions.asks_earlier_award_by:
        yield Reason("earlier_award_by_authority", source="PA 2023 s.36")
    if not conditions.equivalents_allowed:
        yield Reason("no_equivalents", source="PA 2023 s.36")
