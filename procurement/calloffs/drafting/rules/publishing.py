"""What keeps a call-off from being approved, published or given another deadline, each with its source."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.calendar import london_date
from core.reasons import Reason
from procurement.calloffs.drafting.rules.states import CALL_OFF_STEPS, state_at
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
_CONFLICTS = {Regime.DPS: "PCR 2015 reg 24", Regime.DYNAMIC_MARKET: "PA 2023 s.81-83"}


def earliest_deadline_day(invited_at: datetime) -> date:
    """The first day on which bids may close: ten days, the first being the day after the invitation.

    PA 2023 s.54 and PCR 2015 reg 34(11); where the light touch leaves the period free, a house rule.
    """
    return london_date(invited_at) + timedelta(days=LEAST_TENDER_DAYS)


def lot_need(lot: LotFacts) -> LotNeed:
    """What of a lot decides who is invited. The lot's value is its budget over the whole term."""
    return LotNeed(
        need_areas=lot.need_areas,
        regions=lot.regions,
        value=lot.budget or Decimal(0),
        holds_all=lot.holds_all,
    )


def reasons_not_to_approve(draft: DraftFacts, now: datetime, *, approver: int) -> list[Reason]:
    """Why this person may not approve the draft for publication at `now`."""
    reasons = []
    if approver in draft.drafters:
        reasons.append(Reason("approver_drafted_it", {"person": approver}))
    reasons.extend(_content(draft, now))
    reasons.extend(_people(draft, approver))
    return _from_state(draft, CallOffEvent.APPROVE, now) + reasons


def reasons_not_to_publish(draft: DraftFacts, now: datetime) -> list[Reason]:
    """Why the call-off may not be published, and its members invited, at `now`."""
    reasons = _from_state(draft, CallOffEvent.PUBLISH, now)
    if draft.approver is None:
        reasons.append(Reason("not_approved"))
    elif draft.approver in draft.drafters:
        reasons.append(Reason("approver_drafted_it", {"person": draft.approver}))
    return [*reasons, *_content(draft, now), *_people(draft, draft.approver)]


def reasons_not_to_move_deadline(
    state: CallOffState, regime: Regime, old: datetime, new: datetime, now: datetime, reason: str | None
) -> list[Reason]:
    """Why the deadline may not be moved, for everyone, from `old` to `new`: only later, only while open."""
    reasons = []
    if state_at(state, old, now) not in (CallOffState.PUBLISHED, CallOffState.PAUSED):
        reasons.append(Reason("not_open", {"state": str(state_at(state, old, now))}))
    if new <= old:
        reasons.append(Reason("deadline_not_later", {"old": old, "new": new}, _TENDER_PERIOD[regime]))
    if new <= now:
        reasons.append(Reason("deadline_in_past", {"new": new}))
    if not (reason and reason.strip()):
        reasons.append(Reason("extension_without_reason", source="house rule: one reason, told to everyone"))
    return reasons


def _from_state(draft: DraftFacts, event: CallOffEvent, now: datetime) -> list[Reason]:
    here = state_at(draft.state, draft.deadline, now)
    if (here, event) in CALL_OFF_STEPS[draft.regime]:
        return []
    return [Reason("not_from_this_state", {"state": str(here), "event": str(event)})]


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
        yield Reason("no_need")
    yield from _times(draft, framework, now)
    yield from _criteria(draft)
    if not draft.lots:
        yield Reason("no_lot")
    if not (draft.lots_considered and draft.lots_considered.strip()):
        yield Reason("lots_not_considered", source=_LOTS[draft.regime])
    for lot in draft.lots:
        yield from _lot(draft, lot, framework)


def _times(draft: DraftFacts, framework: FrameworkFacts, now: datetime) -> Iterator[Reason]:
    if draft.deadline is None:
        yield Reason("no_deadline", source=_TENDER_PERIOD[draft.regime])
        return
    earliest = earliest_deadline_day(now)
    closes_on = london_date(draft.deadline)
    if closes_on < earliest:
        yield Reason(
            "tender_period_too_short",
            {"deadline": draft.deadline, "earliest_day": earliest, "days": LEAST_TENDER_DAYS},
            _TENDER_PERIOD[draft.regime],
        )
    ends_on = last_day(framework)
    if ends_on is not None and closes_on > ends_on:
        yield Reason("deadline_after_framework", {"last_day": ends_on}, "SI 2024/716 reg 5")
    closes = draft.questions_close_at
    if closes is not None and not now < closes < draft.deadline:
        yield Reason("questions_close_out_of_order", {"closes": closes, "deadline": draft.deadline})


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
        yield Reason("several_price_criteria", {"count": len(price)})
    if len(price) == len(draft.criteria):
        yield Reason("no_quality_criterion", source=source)
    unweighted = draft.price_formula in (PriceFormula.QUALITY_ONLY, PriceFormula.PRICE_PER_QUALITY_POINT)
    if unweighted and price:
        yield Reason("price_weighted_without_formula", {"formula": str(draft.price_formula)}, source)
    if not unweighted and not price:
        yield Reason("price_not_weighted", {"formula": str(draft.price_formula)}, source)
    fixed = draft.price_model is PriceModel.FIXED_PRICE
    if fixed != (draft.price_formula is PriceFormula.QUALITY_ONLY):
        yield Reason("price_model_and_formula_differ", {"formula": str(draft.price_formula)})
    if draft.price_formula is PriceFormula.OPTIMAL_PRICE and not (draft.optimal_price or 0) > 0:
        yield Reason("no_optimal_price", source=source)
    if draft.tie_break is None:
        yield Reason("no_tie_break", source=source)


def _lot(draft: DraftFacts, lot: LotFacts, framework: FrameworkFacts) -> Iterator[Reason]:
    here = {"lot": lot.number}
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
            yield Reason(missing, here)
    for need_area in sorted(lot.need_areas - {need_area for need_area, _complexity in lot.services}):
        yield Reason("need_area_without_complexity", here | {"need_area": need_area})
    for need_area, complexity in sorted(lot.services):
        service = here | {"need_area": need_area, "complexity": complexity}
        if need_area not in lot.need_areas:
            yield Reason("service_outside_need_areas", service)
        if (need_area, complexity) not in draft.available_services:
            yield Reason("complexity_not_available", service, "the specification in force")
        if lot.volumes.get((need_area, complexity), 0) < 1:
            yield Reason("no_volume", service)
    if draft.deadline is not None and lot.starts_on is not None:
        closes_on = london_date(draft.deadline)
        if lot.starts_on <= closes_on:
            yield Reason("starts_before_bids_close", here | {"starts_on": lot.starts_on})
    # What the lot lacks has been said above; the framework is asked about a lot that says what it is.
    if lot.budget is not None and lot.budget > 0 and lot.need_areas and lot.regions:
        for reason in reasons_lot_outside_framework(lot_need(lot), framework):
            yield Reason(reason.code, here | dict(reason.params), reason.source)
    few = lot.eligible_members is not None and lot.eligible_members < LEAST_ELIGIBLE
    if few and not (lot.few_members_reason and lot.few_members_reason.strip()):
        yield Reason("few_eligible_members", here | {"eligible": lot.eligible_members})


def _people(draft: DraftFacts, approver: int | None) -> Iterator[Reason]:
    source = _CONFLICTS[draft.regime]
    if len(draft.officers) < LEAST_OFFICERS:
        yield Reason("too_few_officers", {"named": len(draft.officers), "least": LEAST_OFFICERS})
    if len(draft.evaluators) < LEAST_EVALUATORS:
        yield Reason("too_few_evaluators", {"named": len(draft.evaluators), "least": LEAST_EVALUATORS})
    involved = draft.drafters | draft.officers | draft.evaluators | ({approver} if approver else set())
    for person in sorted(involved):
        declared = draft.declarations.get(person)
        if declared is None:
            yield Reason("conflict_not_declared", {"person": person}, source)
        elif declared:
            yield Reason("person_in_conflict", {"person": person}, source)
    if draft.regime is Regime.DYNAMIC_MARKET and not draft.conflicts_assessed:
        yield Reason("conflicts_not_assessed", source="PA 2023 s.83")
