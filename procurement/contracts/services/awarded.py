"""Making contracts from awarded lots: volumes and prices as bid, where, for whom and when as let."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import CapacityCommitment, Offer, OfferLevel, OfferVersion
from catalogue.offers.types import OfferState
from catalogue.reference.types import PlaceKind
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.reasons import Reason, refuse_if
from core.states import step
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.rules import LOT_STEPS
from procurement.calloffs.drafting.types import CallOffEvent, LotEvent, LotState, PriceModel
from procurement.calloffs.evaluation.models import Award
from procurement.calloffs.evaluation.queries.opened import opened_prices
from procurement.calloffs.evaluation.queries.results import awards_of
from procurement.calloffs.evaluation.rules import reasons_not_to_contract
from procurement.calloffs.evaluation.services.steps import lock, take_step
from procurement.calloffs.evaluation.types import SigningFacts
from procurement.contracts.models import Contract, ContractVolume
from procurement.contracts.types import ContractOrigin, ContractTag
from procurement.framework.types import Regime


def signing_facts(call_off: CallOff) -> SigningFacts:
    """A call-off as the rule on making its contracts sees it."""
    regime = call_off.framework.regime
    started = call_off.award_notice_at if regime is Regime.DYNAMIC_MARKET else call_off.summaries_sent_at
    return SigningFacts(
        state=call_off.state,
        regime=regime,
        summaries_sent_at=call_off.summaries_sent_at,
        award_notice_at=call_off.award_notice_at,
        standstill_chosen=call_off.standstill,
        standstill_started_on=london_date(started) if started else None,
    )


def make_contracts(session: Session, *, call_off: CallOff, actor: Actor, now: datetime) -> list[Contract]:
    """Make the contract of each awarded lot. Raises Refused before the regime's order allows it.

    Each contract takes its volumes from the lot and its prices from the opened bid, and commits the places
    to a published offer of the supplier, so that they are not counted a second time as free capacity.
    """
    lock(session, call_off)
    awards = awards_of(session, call_off)
    awarded = [lot for lot in call_off.lots if lot.state is LotState.AWARDED]
    reasons = reasons_not_to_contract(signing_facts(call_off), now)
    if not awarded:
        reasons.append(Reason("nothing_to_award"))
    refuse_if(reasons)
    contracts = []
    for lot in awarded:
        contract = _contract(session, call_off, lot, awards[lot.id], now)
        session.add(contract)
        session.flush()
        _commit_capacity(session, contract)
        lot.state = step(LOT_STEPS, lot.state, LotEvent.CONTRACT)
        record(
            session,
            ContractTag.MADE,
            actor=actor,
            now=now,
            subject=contract,
            chain=call_off.public_id,
            details={"contract": contract.public_id, "lot": lot.number, "supplier": contract.supplier_id},
        )
        contracts.append(contract)
    take_step(call_off, CallOffEvent.CONTRACT, now)
    session.flush()
    return contracts


def _contract(session: Session, call_off: CallOff, lot: Lot, award: Award, now: datetime) -> Contract:
    assert lot.starts_on is not None
    assert lot.term_months is not None
    prices = {}
    if call_off.price_model is PriceModel.UNIT_PRICE:
        prices = opened_prices(session, call_off, [award.bid])[award.bid_id]
    need_areas = {volume.need_area_id: volume.need_area for volume in lot.volumes}
    return Contract(
        reference=f"{call_off.public_id}-{lot.number}",
        origin=ContractOrigin.CALL_OFF,
        title=lot.title,
        lot_id=lot.id,
        supplier_id=award.bid.supplier_id,
        starts_on=lot.starts_on,
        ends_on=end_of_term(lot.starts_on, lot.term_months),
        need_labels=[],
        created_at=now,
        places=list(lot.places),
        cohorts=list(lot.cohorts),
        stages=list(lot.stages),
        need_areas=list(need_areas.values()),
        volumes=[
            ContractVolume(
                need_area_id=volume.need_area_id,
                complexity=volume.complexity,
                people_a_year=volume.people_a_year,
                unit_price=prices.get((volume.need_area.code, str(volume.complexity))),
            )
            for volume in lot.volumes
        ],
    )


def end_of_term(starts_on: date, months: int) -> date:
    """The last day of a term of whole months: the day before the same day of the month after it."""
    year, month = divmod(starts_on.month - 1 + months, 12)
    first = date(starts_on.year + year, month + 1, 1)
    # A term that begins on the 31st ends before the month's last day where the month is shorter.
    last_day = (date(first.year + (first.month == 12), first.month % 12 + 1, 1) - timedelta(days=1)).day
    return first.replace(day=min(starts_on.day, last_day)) - timedelta(days=1)


def _commit_capacity(session: Session, contract: Contract) -> None:
    """Take the places of the supplier's offer that has the most; they are its pool's from now on.

    Where the contract lies in one region they are that region's; over several nobody knows the shares.
    """
    regions = {place.id if place.kind is PlaceKind.REGION else place.region_id for place in contract.places}
    region_id = regions.pop() if len(regions) == 1 else None
    for volume in contract.volumes:
        cited = session.execute(
            sa.select(Offer.id, OfferVersion.id, OfferLevel.pool_id)
            .join(OfferVersion, OfferVersion.offer_id == Offer.id)
            .join(OfferLevel, OfferLevel.version_id == OfferVersion.id)
            .where(
                Offer.supplier_id == contract.supplier_id,
                Offer.need_area_id == volume.need_area_id,
                OfferVersion.state == OfferState.PUBLISHED,
                OfferLevel.complexity == volume.complexity,
            )
            .order_by(sa.func.coalesce(OfferLevel.places_a_year, 0).desc(), Offer.id)
            .limit(1)
        ).one_or_none()
        if cited is None:
            continue
        offer_id, version_id, pool_id = cited
        session.add(
            CapacityCommitment(
                offer_id=offer_id,
                version_id=version_id,
                pool_id=pool_id,
                region_id=region_id,
                complexity=volume.complexity,
                places_a_year=volume.people_a_year,
                contract_reference=contract.reference,
                starts_on=contract.starts_on,
                ends_on=contract.ends_on,
            )
        )
