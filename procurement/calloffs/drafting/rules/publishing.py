"""What keeps a call-off from being approved, published or given another deadline, each with its source."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.calendar import london_date
from core.reasons import Reason
from procurement.calloffs.delegations.rules import reasons_not_delegated
from procurement.calloffs.drafting.rules.joint import partners_to_approve, reasons_against_shares
from procurement.calloffs.drafting.rules.states import CALL_OFF_STEPS, state_at
from procurement.calloffs.drafting.rules.terms import (
    reasons_against_lot_terms,
    reasons_against_terms,
    whole_value,
)
from procurement.calloffs.drafting.types import (
    CallOffEvent,
    CallOffState,
    CriterionKind,
    DraftFacts,
    LotFacts,
    PriceFormula,
    PriceModel,
)
from procurement.framework.rules import last_day, reasons_lot_outside_framework, reasons_not_open
from procurement.framework.types import FrameworkFacts, LotNeed, Regime

LEAST_TENDER_DAYS = 10
LEAST_OFFICERS = 3
LEAST_EVALUATORS = 2
LEAST_ELIGIBLE = 2
WHOLE = Decimal(100)

_TENDER_PERIOD = {Regime.DPS: "PCR 2015 reg 34(11)", Regime.DYNAMIC_MARKET: "PA 2023 s.54"}
_CRITERIA = {Regime.DPS: "PCR 2015 reg 34(23), (24)", Regime.DYNAMIC_MARKET: "PA 2023 s.23, 24"}
_LOTS = {Regime.DPS: "PCR 2015 reg 46", Regime.DYNAMIC_MARKET: "PA 2023 s.18"}
_NOTICE = {Regime.DPS: "PCR 2015 reg 34(21)-(24)", Regime.DYNAMIC_MARKET: "PA 2023 s.21"}
"""What a notice or an invitation must say for anyone to be able to bid."""
_FRAMEWORK_END = {
    Regime.DPS: "SI 2024/716 reg 5",
    Regime.DYNAMIC_MARKET: "house rule: the market’s last day as published",
}
_SEALED = {
    Regime.DPS: "PCR 2015 reg 22(16): two of three open",
    Regime.DYNAMIC_MARKET: "house rule: two of three open",
}
_APPROVAL = "house rule: nobody approves alone"
_CONFLICTS = {Regime.DPS: "PCR 2015 reg 24", Regime.DYNAMIC_MARKET: "PA 2023 s.81-83"}


def earliest_deadline_day(invited_at: datetime, tender_days: int = LEAST_TENDER_DAYS) -> date:
    """The first day on which bids may close: ten days, the first being the day after the invitation.

    PA 2023 s.54 and PCR 2015 reg 34(11); where the light touch leaves the period free, what the framework
    published as `tender_days`.
    """
    return london_date(invited_at) + timedelta(days=tender_days)


def lot_need(lot: LotFacts) -> LotNeed:
    """What of a lot decides who is invited. The lot's value is its budget with every extension."""
    return LotNeed(
        need_areas=lot.need_areas,
        regions=lot.regions,
        value=whole_value(lot),
        holds_all=lot.holds_all,
        reserved_for=lot.reserved_for,
    )


def call_off_value(draft: DraftFacts) -> Decimal:
    """What a call-off is worth in pounds: all lots with every extension."""
    return sum((whole_value(lot) for lot in draft.lots), Decimal(0))


def reasons_not_delegated_to(draft: DraftFacts, approver: int, now: datetime) -> list[Reason]:
    """Why a person may not approve this call-off by a delegation of the lead authority at `now`."""
    regions = {region for lot in draft.lots for region in lot.regions}
    value, day = call_off_value(draft), london_date(now)
    return reasons_not_delegated(draft.delegations, approver, value=value, regions=regions, day=day)


def reasons_not_to_approve(draft: DraftFacts, now: datetime, *, approver: int) -> list[Reason]:
    """Why this person may not approve the draft for publication at `now`."""
    reasons = []
    if approver in draft.drafters:
        reasons.append(Reason("approver_drafted_it", {"person": approver}, _CONFLICTS[draft.regime]))
    reasons.extend(_content(draft, now))
    reasons.extend(_people(draft, approver))
    reasons.extend(reasons_not_delegated_to(draft, approver, now))
    return _from_state(draft, CallOffEvent.APPROVE, now) + reasons


def reasons_not_to_publish(draft: DraftFacts, now: datetime) -> list[Reason]:
    """Why the call-off may not be published, and its members invited, at `now`."""
    reasons = _from_state(draft, CallOffEvent.PUBLISH, now)
    if draft.approver is None:
        reasons.append(Reason("not_approved", source=_APPROVAL))
    elif draft.approver in draft.drafters:
        reasons.append(Reason("approver_drafted_it", {"person": draft.approver}, _CONFLICTS[draft.regime]))
    # Once given, an approval stands by the delegation of its day; a draft says beforehand what would lack.
    if draft.state is CallOffState.DRAFT and draft.approver is not None:
        reasons.extend(reasons_not_delegated_to(draft, draft.approver, now))
    reasons.extend(partners_to_approve(draft))
    return [*reasons, *_content(draft, now), *_people(draft, draft.approver)]


def reasons_not_to_move_deadline(
    state: CallOffState, regime: Regime, old: datetime, new: datetime, now: datetime, reason: str | None
) -> list[Reason]:
    """Why the deadline may not be moved, for everyone, from `old` to `new`: only later, only while open."""
    reasons = []
    if state_at(state, old, now) not in (CallOffState.PUBLISHED, CallOffState.PAUSED):
        reasons.append(Reason("not_open", {"state": str(state_at(state, old, now))}, _TENDER_PERIOD[regime]))
    if new <= old:
        reasons.append(Reason("deadline_not_later", {"old": old, "new": new}, _TENDER_PERIOD[regime]))
    if new <= now:
        reasons.append(Reason("deadline_in_past", {"new": new}, _TENDER_PERIOD[regime]))
    if not (reason and reason.strip()):
        reasons.append(Reason("extension_without_reason", source="house rule: one reason, told to everyone"))
    return reasons


def _from_state(draft: DraftFacts, event: CallOffEvent, now: datetime) -> list[Reason]:
    here = state_at(draft.state, draft.deadline, now)
    if (here, event) in CALL_OFF_STEPS[draft.regime]:
        return []
    return [
        Reason(
            "not_from_this_state",
            {"state": str(here), "event": str(event)},
            "house rule: the order of a call-off",
        )
    ]


def _content(draft: DraftFacts, now: datetime) -> Iterator[Reason]:
    framework = FrameworkFacts(
        regime=draft.regime,
        state=draft.framework_state,
        starts_on=draft.framework_starts_on,
        ends_on=draft.framework_ends_on,
        categories=draft.categories,
    )
    yield from reasons_not_open(framework, london_date(now))
    if not draft.need.strip():
        yield Reason("no_need", source=_NOTICE[draft.regime])
    yield from _times(draft, framework, now)
    yield from _criteria(draft)
    if not draft.lots:
        yield Reason("no_lot", source=_NOTICE[draft.regime])
    if not (draft.lots_considered and draft.lots_considered.strip()):
        yield Reason("lots_not_considered", source=_LOTS[draft.regime])
    yield from reasons_against_terms(draft)
    yield from reasons_against_shares(draft)
    for lot in draft.lots:
        yield from _lot(draft, lot, framework)
        yield from reasons_against_lot_terms(draft, lot)


def _times(draft: DraftFacts, framework: FrameworkFacts, now: datetime) -> Iterator[Reason]:
    if draft.deadline is None:
        yield Reason("no_deadline", source=_TENDER_PERIOD[draft.regime])
        return
    earliest = earliest_deadline_day(now, draft.tender_days)
    closes_on = london_date(draft.deadline)
    if closes_on < earliest:
        yield Reason(
            "tender_period_too_short",
            {"deadline": draft.deadline, "earliest_day": earliest, "days": draft.tender_days},
            draft.tender_source or _TENDER_PERIOD[draft.regime],
        )
    ends_on = last_day(framework)
    if ends_on is not None and closes_on > ends_on:
        yield Reason("deadline_after_framework", {"last_day": ends_on}, _FRAMEWORK_END[draft.regime])
    closes = draft.questions_close_at
    if closes is not None and not now < closes < draft.deadline:
        yield Reason(
            "questions_close_out_of_order",
            {"closes": closes, "deadline": draft.deadline},
            _NOTICE[draft.regime],
        )


def _criteria(draft: DraftFacts) -> Iterator[Reason]:
    source = _CRITERIA[draft.regime]
    total = sum((criterion.weight for criterion in draft.criteria), Decimal(0))
    if total != WHOLE:
        yield Reason("criteria_do_not_sum", {"total": total}, source)
    for criterion in draft.criteria:
        if criterion.weight <= 0:
            yield Reason("criterion_without_weight", {"criterion": criterion.code}, source)
        if criterion.kind is not CriterionKind.PRICE and criterion.questions < 1:
            yield Reason("criterion_without_question", {"criterion": criterion.code}, source)
    price = [criterion for criterion in draft.criteria if criterion.kind is CriterionKind.PRICE]
    if len(price) > 1:
        yield Reason("several_price_criteria", {"count": len(price)}, source)
    if len(price) == len(draft.criteria):
        yield Reason("no_quality_criterion", source=source)
    unweighted = draft.price_formula in (PriceFormula.QUALITY_ONLY, PriceFormula.PRICE_PER_QUALITY_POINT)
    if unweighted and price:
        yield Reason("price_weighted_without_formula", {"formula": str(draft.price_formula)}, source)
    if not unweighted and not price:
        yield Reason("price_not_weighted", {"formula": str(draft.price_formula)}, source)
    fixed = draft.price_model is PriceModel.FIXED_PRICE
    if fixed != (draft.price_formula is PriceFormula.QUALITY_ONLY):
        yield Reason("price_model_and_formula_differ", {"formula": str(draft.price_formula)}, source)
    if draft.price_formula is PriceFormula.OPTIMAL_PRICE and not (draft.optimal_price or 0) > 0:
        yield Reason("no_optimal_price", source=source)
    if draft.tie_break is None:
        yield Reason("no_tie_break", source=source)


def _lot(draft: DraftFacts, lot: LotFacts, framework: FrameworkFacts) -> Iterator[Reason]:
    here, notice = {"lot": lot.number}, _NOTICE[draft.regime]
    for missing, absent in (
        ("lot_without_place", not lot.places),
        ("lot_without_cohort", not lot.cohorts),
        ("lot_without_stage", not lot.stages),
        ("lot_without_service", not lot.services),
        ("lot_without_term", not lot.term_months or lot.term_months < 1),
        ("lot_without_start", lot.starts_on is None),
        ("lot_without_budget", lot.budget is None or lot.budget <= 0),
    ):
        if absent:
            yield Reason(missing, here, notice)
    for need_area in sorted(lot.need_areas - {need_area for need_area, _complexity in lot.services}):
        yield Reason("need_area_without_complexity", here | {"need_area": need_area}, notice)
    for need_area, complexity in sorted(lot.services):
        service = here | {"need_area": need_area, "complexity": complexity}
        if need_area not in lot.need_areas:
            yield Reason("service_outside_need_areas", service, notice)
        if (need_area, complexity) not in draft.available_services:
            yield Reason("complexity_not_available", service, "the specification in force")
        if lot.volumes.get((need_area, complexity), 0) < 1:
            yield Reason("no_volume", service, notice)
    if draft.deadline is not None and lot.starts_on is not None:
        closes_on = london_date(draft.deadline)
        if lot.starts_on <= closes_on:
            yield Reason("starts_before_bids_close", here | {"starts_on": lot.starts_on}, notice)
    # What the lot lacks has been said above; the framework is asked about a lot that says what it is.
    if lot.budget is not None and lot.budget > 0 and lot.need_areas and lot.regions:
        for reason in reasons_lot_outside_framework(lot_need(lot), framework):
            yield Reason(reason.code, here | dict(reason.params), reason.source)
    few = lot.eligible_members is not None and lot.eligible_members < LEAST_ELIGIBLE
    if few and not (lot.few_members_reason and lot.few_members_reason.strip()):
        yield Reason(
            "few_eligible_members",
            here | {"eligible": lot.eligible_members},
            "house rule: two make a competition",
        )


def _people(draft: DraftFacts, approver: int | None) -> Iterator[Reason]:
    source = _CONFLICTS[draft.regime]
    if len(draft.officers) < LEAST_OFFICERS:
        yield Reason(
            "too_few_officers", {"named": len(draft.officers), "least": LEAST_OFFICERS}, _SEALED[draft.regime]
        )
    if len(draft.evaluators) < LEAST_EVALUATORS:
        yield Reason(
            "too_few_evaluators",
            {"named": len(draft.evaluators), "least": LEAST_EVALUATORS},
            "house rule: nobody scores alone",
        )
    involved = draft.drafters | draft.officers | draft.evaluators | ({approver} if approver else set())
    for person in sorted(involved):
        declared = draft.declarations.get(person)
        if declared is None:
            yield Reason("conflict_not_declared", {"person": person}, source)
        elif declared:
            yield Reason("person_in_conflict", {"person": person}, source)
    if draft.regime is Regime.DYNAMIC_MARKET and not draft.conflicts_assessed:
        yield Reason("conflicts_not_assessed", source="PA 2023 s.83")
