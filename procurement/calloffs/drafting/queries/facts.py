"""A draft as its rules see it: plain values made of rows, and what the framework and its members add."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.offers.models import Offer, OfferLevel, OfferVersion, offer_place
from catalogue.offers.types import OfferState
from catalogue.reference.models import NeedArea, Place, SpecificationLevel
from catalogue.reference.types import Availability, Complexity, PlaceKind
from core.accounts.models import Organisation
from core.calendar import london_date
from core.reasons import Reason
from procurement.calloffs.delegations.queries import delegation_facts
from procurement.calloffs.delegations.rules import reasons_not_delegated
from procurement.calloffs.drafting.models import (
    CallOff,
    CallOffDuty,
    CallOffPartner,
    Criterion,
    Lot,
    LotVolume,
)
from procurement.calloffs.drafting.rules import LEAST_TENDER_DAYS, lot_need, whole_value
from procurement.calloffs.drafting.types import (
    CriterionFacts,
    CriterionKind,
    DraftFacts,
    Duty,
    LotFacts,
    PartnerFacts,
)
from procurement.framework.models import Category, Framework
from procurement.framework.queries import framework_facts_of, member_facts, suppliers_of
from procurement.framework.rules import invitation_decision, rule_value
from procurement.framework.types import Decision, Regime


@dataclass(frozen=True)
class Considered:
    """A supplier that a lot was considered for, and the decision with its reasons."""

    supplier: Organisation
    decision: Decision


@dataclass(frozen=True)
class LotPreview:
    """Who would be invited to a lot now, who not and why, and the published offers that would fit it.

    Offers inform; only membership decides.
    """

    lot: Lot
    invited: Sequence[Considered]
    not_invited: Sequence[Considered]
    offers: int
    offering_suppliers: int


def available_services(session: Session) -> frozenset[tuple[str, str]]:
    """The (need area, complexity) pairs that may be bought.

    A level that is not published yet may be: the lot describes it and the need area's minimum outcomes hold.
    One that is not available may not: its people go elsewhere.
    """
    levels = newest_levels(session)
    return frozenset(
        key for key, level in levels.items() if level.availability is not Availability.NOT_AVAILABLE
    )


def newest_levels(session: Session) -> dict[tuple[str, Complexity], SpecificationLevel]:
    """The newest version of each level without its items, by need area code and complexity."""
    newest = sa.select(sa.func.max(SpecificationLevel.id)).group_by(
        SpecificationLevel.need_area_id, SpecificationLevel.complexity
    )
    rows = session.execute(
        sa.select(NeedArea.code, SpecificationLevel)
        .join(SpecificationLevel.need_area)
        .where(SpecificationLevel.id.in_(newest))
        .order_by(NeedArea.position, SpecificationLevel.id)
    )
    return {(code, level.complexity): level for code, level in rows}


def region_codes(session: Session) -> dict[int, str]:
    """Every region's code by its key."""
    query = sa.select(Place.id, Place.code).where(Place.kind == PlaceKind.REGION).order_by(Place.position)
    return dict(session.execute(query).all())


def regions_of(places: Collection[Place], regions: dict[int, str]) -> frozenset[str]:
    """The codes of the regions that some places lie in; the nation lies in all."""
    found: set[str] = set()
    for place in places:
        if place.kind is PlaceKind.NATION:
            return frozenset(regions.values())
        found.add(regions[place.region_id or place.id])
    return frozenset(found)


def lot_facts(lot: Lot, regions: dict[int, str], eligible: int | None = None) -> LotFacts:
    """One lot as the rules see it; `eligible` is how many members would be invited to it."""
    volumes = {(v.need_area.code, str(v.complexity)): v.people_a_year for v in lot.volumes}
    return LotFacts(
        number=lot.number,
        need_areas=frozenset(need_area for need_area, _complexity in volumes),
        services=frozenset(volumes),
        places=frozenset(place.code for place in lot.places),
        regions=regions_of(lot.places, regions),
        cohorts=frozenset(cohort.code for cohort in lot.cohorts),
        stages=frozenset(stage.code for stage in lot.stages),
        volumes=volumes,
        term_months=lot.term_months,
        starts_on=lot.starts_on,
        budget=lot.budget,
        holds_all=lot.holds_all,
        eligible_members=eligible,
        few_members_reason=lot.few_members_reason,
        ranges={
            (v.need_area.code, str(v.complexity)): (v.people_low, v.people_high)
            for v in lot.volumes
            if v.people_low is not None or v.people_high is not None
        },
        volume_source=lot.volume_source,
        fixed_prices={
            (v.need_area.code, str(v.complexity)): v.fixed_price
            for v in lot.volumes
            if v.fixed_price is not None
        },
        extensions=lot.extensions,
        extension_months=lot.extension_months,
        mobilisation_weeks=lot.mobilisation_weeks,
        reserved_for=lot.reserved_for,
    )


def invitation_preview(
    session: Session, call_off: CallOff, now: datetime, *, count_offers: bool = False
) -> list[LotPreview]:
    """For each lot, who would be invited if the call-off were published at `now`, and who not and why.

    The offers that fit are counted where a page shows them: one statement for each lot.
    """
    framework = framework_facts_of(call_off.framework)
    standing = member_facts(session, call_off.framework_id, today=london_date(now))
    suppliers = suppliers_of(session, call_off.framework_id)
    regions = region_codes(session)
    today = london_date(now)
    previews = []
    for lot in call_off.lots:
        need = lot_need(lot_facts(lot, regions))
        considered = [
            Considered(supplier, invitation_decision(need, standing[key], framework, today))
            for key, supplier in suppliers.items()
        ]
        offers, offering = _count_offers(session, lot, need.regions, regions) if count_offers else (0, 0)
        previews.append(
            LotPreview(
                lot,
                [one for one in considered if one.decision.invited],
                [one for one in considered if not one.decision.invited],
                offers,
                offering,
            )
        )
    return previews


def offers_that_fit(
    lot: Lot, lot_regions: Collection[str], regions: dict[int, str]
) -> sa.ColumnElement[bool] | None:
    """The condition on offer versions: published, for one of the lot's services, somewhere in its regions.

    None for a lot that does not yet say what it buys or where.
    """
    if not lot.volumes or not lot_regions:
        return None
    keys = [key for key, code in regions.items() if code in lot_regions]
    serves = (
        sa.select(offer_place.c.version_id)
        .join(Place, Place.id == offer_place.c.place_id)
        .where(
            offer_place.c.version_id == OfferVersion.id,
            sa.or_(Place.region_id.in_(keys), Place.id.in_(keys), Place.kind == PlaceKind.NATION),
        )
    )
    service = sa.or_(
        *(
            OfferVersion.offer.has(Offer.need_area_id == volume.need_area_id)
            & OfferVersion.levels.any(OfferLevel.complexity == volume.complexity)
            for volume in lot.volumes
        )
    )
    return sa.and_(OfferVersion.state == OfferState.PUBLISHED, service, serves.exists())


def _count_offers(
    session: Session, lot: Lot, lot_regions: Collection[str], regions: dict[int, str]
) -> tuple[int, int]:
    """How many published offers, of how many suppliers, answer one of the lot's services in its regions."""
    condition = offers_that_fit(lot, lot_regions, regions)
    if condition is None:
        return 0, 0
    offers, suppliers = session.execute(
        sa.select(sa.func.count(sa.distinct(Offer.id)), sa.func.count(sa.distinct(Offer.supplier_id)))
        .select_from(OfferVersion)
        .join(OfferVersion.offer)
        .where(condition)
    ).one()
    return offers, suppliers


def criterion_facts(call_off: CallOff) -> tuple[CriterionFacts, ...]:
    """The quality criteria and, where price carries weight, the price as one more."""
    found = [
        CriterionFacts(
            code=criterion.name,
            kind=criterion.kind,
            weight=criterion.weight,
            questions=1 if criterion.question.text.strip() else 0,
            threshold=criterion.threshold,
        )
        for criterion in call_off.criteria
    ]
    if call_off.price_weight:
        found.append(CriterionFacts("price", CriterionKind.PRICE, call_off.price_weight, questions=0))
    return tuple(found)


def draft_facts(
    session: Session, call_off: CallOff, now: datetime, previews: Sequence[LotPreview] | None = None
) -> DraftFacts:
    """A call-off as the rules of approval and publication see it at `now`."""
    if previews is None:
        previews = invitation_preview(session, call_off, now)
    eligible = {preview.lot.id: len(preview.invited) for preview in previews}
    framework = framework_facts_of(call_off.framework)
    regions = region_codes(session)
    people = {duty: frozenset(row.person_id for row in call_off.duties if row.duty is duty) for duty in Duty}
    # A person answers for all their duties at once; a conflict in one is a conflict in all.
    declarations: dict[int, bool] = {}
    for row in call_off.duties:
        if row.has_conflict is not None:
            declarations[row.person_id] = row.has_conflict or declarations.get(row.person_id, False)
    return DraftFacts(
        regime=framework.regime,
        state=call_off.state,
        framework_state=framework.state,
        framework_starts_on=framework.starts_on,
        framework_ends_on=framework.ends_on,
        need=call_off.need,
        categories=framework.categories,
        available_services=available_services(session),
        deadline=call_off.deadline,
        questions_close_at=call_off.questions_close_at,
        lots=tuple(lot_facts(lot, regions, eligible.get(lot.id)) for lot in call_off.lots),
        lots_considered=call_off.lots_considered,
        criteria=criterion_facts(call_off),
        price_model=call_off.price_model,
        price_formula=call_off.price_formula,
        optimal_price=call_off.optimal_price,
        tie_break=call_off.tie_break,
        drafters=people[Duty.DRAFTER],
        officers=people[Duty.OPENING_OFFICER],
        evaluators=people[Duty.EVALUATOR],
        approver=next(iter(people[Duty.APPROVER]), None),
        declarations=declarations,
        conflicts_assessed=call_off.conflicts_assessed,
        tender_days=tender_days_of(call_off.framework),
        tender_source=source_of(call_off.framework, "tender_days"),
        standstill=call_off.standstill,
        standstill_days=standstill_days_of(call_off.framework),
        payment_days=call_off.payment_days,
        staff_transfer=call_off.staff_transfer,
        staff_transfer_note=call_off.staff_transfer_note,
        lead_share=call_off.lead_share,
        partners=tuple(
            PartnerFacts(
                partner.authority_id, partner.authority.name, partner.share, partner.approved_at is not None
            )
            for partner in call_off.partners
        ),
        delegations=delegation_facts(
            session, authority_id=call_off.authority_id, people=people[Duty.APPROVER]
        ),
    )


def tender_days_of(framework: Framework) -> int:
    """The least days between invitation and deadline that a framework has published, or its regime's own."""
    return int(rule_value(framework.rules, "tender_days", LEAST_TENDER_DAYS))


def standstill_days_of(framework: Framework) -> int | None:
    """The length of a chosen standstill that a framework has published, counted as its regime counts it."""
    code = "standstill_days" if framework.regime is Regime.DPS else "standstill_working_days"
    value = rule_value(framework.rules, code)
    return None if value is None else int(value)


def source_of(framework: Framework, code: str) -> str:
    """The source of one of a framework's rules; empty where the framework does not say."""
    entry = framework.rules.get(code)
    return entry["source"] if entry else ""


def reasons_award_not_delegated(
    session: Session, call_off: CallOff, person: int, now: datetime
) -> list[Reason]:
    """Why someone may not approve the awards of a call-off by a delegation of its authority at `now`.

    They are worth its lots with every extension, whatever the bids.
    """
    regions = region_codes(session)
    lots = [lot_facts(lot, regions) for lot in call_off.lots]
    return reasons_not_delegated(
        delegation_facts(session, authority_id=call_off.authority_id, people=[person]),
        person,
        value=sum((whole_value(lot) for lot in lots), Decimal(0)),
        regions={region for lot in lots for region in lot.regions},
        day=london_date(now),
    )


def whole_call_off() -> sa.Select[CallOff]:
    """A call-off with its framework, lots, criteria and people, loaded at a constant number of queries."""
    return sa.select(CallOff).options(
        joinedload(CallOff.authority),
        joinedload(CallOff.created_by),
        joinedload(CallOff.framework).options(
            selectinload(Framework.categories).options(
                joinedload(Category.need_area), selectinload(Category.regions)
            )
        ),
        selectinload(CallOff.criteria).joinedload(Criterion.question),
        selectinload(CallOff.duties).joinedload(CallOffDuty.person),
        selectinload(CallOff.partners).options(
            joinedload(CallOffPartner.authority), joinedload(CallOffPartner.approved_by)
        ),
        selectinload(CallOff.lots).options(
            selectinload(Lot.volumes).joinedload(LotVolume.need_area),
            selectinload(Lot.places),
            selectinload(Lot.cohorts),
            selectinload(Lot.stages),
        ),
    )
