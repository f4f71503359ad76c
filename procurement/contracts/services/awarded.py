"""Making contracts from awarded lots: volumes and prices as bid, where, for whom and when as let."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.orm import Session

from catalogue.offers.models import CapacityCommitment
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.reasons import Reason, refuse_if
from core.states import step
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.queries import standstill_days_of
from procurement.calloffs.drafting.rules import LOT_STEPS
from procurement.calloffs.drafting.rules.sharing import people_for
from procurement.calloffs.drafting.types import CallOffEvent, LotEvent, LotState, PriceModel
from procurement.calloffs.evaluation.models import Award
from procurement.calloffs.evaluation.queries.challenges import is_challenged
from procurement.calloffs.evaluation.queries.opened import opened_prices
from procurement.calloffs.evaluation.queries.results import all_awards_of
from procurement.calloffs.evaluation.rules import reasons_not_to_contract
from procurement.calloffs.evaluation.services.steps import lock, take_step
from procurement.calloffs.evaluation.types import SigningFacts
from procurement.contracts.models import Contract, ContractVolume
from procurement.contracts.queries.terms import contract_terms, offer_behind, only_region, versions_cited
from procurement.contracts.types import ContractOrigin, ContractTag
from procurement.framework.types import Regime

PENNY = Decimal("0.01")


def signing_facts(call_off: CallOff, *, challenged: bool) -> SigningFacts:
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
        challenged=challenged,
        standstill_days=standstill_days_of(call_off.framework),
    )


def make_contracts(session: Session, *, call_off: CallOff, actor: Actor, now: datetime) -> list[Contract]:
    """Make the contract of each awarded lot. Raises Refused before the regime's order allows it.

    Each contract takes its volumes from the lot and its prices from the opened bid, and commits the places
    to a published offer of the supplier, so that they are not counted a second time as free capacity.
    """
    lock(session, call_off)
    awards = all_awards_of(session, call_off)
    awarded = [lot for lot in call_off.lots if lot.state is LotState.AWARDED and lot.id in awards]
    facts = signing_facts(call_off, challenged=is_challenged(session, call_off))
    reasons = reasons_not_to_contract(facts, now)
    if not awarded:
        reasons.append(Reason("nothing_to_award"))
    refuse_if(reasons)
    contracts = []
    for lot in awarded:
        for award, people in zip(awards[lot.id], _people(lot, awards[lot.id]), strict=True):
            contract = _contract(session, call_off, lot, award, people, len(awards[lot.id]), now)
            contracts.append(keep_contract(session, call_off, contract, actor=actor, now=now))
        lot.state = step(LOT_STEPS, lot.state, LotEvent.CONTRACT)
    take_step(call_off, CallOffEvent.CONTRACT, now)
    session.flush()
    return contracts


def keep_contract(
    session: Session, call_off: CallOff, contract: Contract, *, actor: Actor, now: datetime
) -> Contract:
    """Keep a new contract with its places and what its document says; it waits for both signatures."""
    session.add(contract)
    session.flush()
    commit_capacity(session, contract)
    session.flush()
    contract.terms = contract_terms(session, contract, call_off)
    assert contract.lot is not None
    record(
        session,
        ContractTag.MADE,
        actor=actor,
        now=now,
        subject=contract,
        chain=call_off.public_id,
        details={
            "contract": contract.public_id,
            "lot": contract.lot.number,
            "supplier": contract.supplier_id,
            "share": contract.share,
        },
    )
    return contract


def _people(lot: Lot, awards: list[Award]) -> list[list[int]]:
    """For each award the people a year of each volume: by shares, or all of them to the first by rank."""
    if awards[0].share is None:
        return [
            [volume.people_a_year if place == 0 else 0 for volume in lot.volumes]
            for place in range(len(awards))
        ]
    shares = [award.share or Decimal(0) for award in awards]
    by_volume = [people_for(volume.people_a_year, shares) for volume in lot.volumes]
    return [[people[place] for people in by_volume] for place in range(len(awards))]


def _contract(
    session: Session,
    call_off: CallOff,
    lot: Lot,
    award: Award,
    people: list[int],
    suppliers: int,
    now: datetime,
) -> Contract:
    prices: dict[tuple[str, str], Decimal] = {}
    if call_off.price_model is PriceModel.UNIT_PRICE:
        prices = opened_prices(session, call_off, [award.bid])[award.bid_id]
    else:
        # The price that the authority stated and every bidder took.
        prices = {
            (volume.need_area.code, str(volume.complexity)): volume.fixed_price
            for volume in lot.volumes
            if volume.fixed_price is not None
        }
    contract = contract_of_lot(lot, award.bid.supplier_id, people, prices, now)
    if suppliers > 1:
        contract.reference += f"-{award.rank}"
        contract.rank, contract.share = award.rank, award.share
    return contract


def contract_of_lot(
    lot: Lot,
    supplier_id: int,
    people: Sequence[int],
    prices: Mapping[tuple[str, str], Decimal],
    now: datetime,
) -> Contract:
    """A contract as its lot was let: `people` a year by volume, pounds a person by need and complexity."""
    assert lot.starts_on is not None
    assert lot.term_months is not None
    need_areas = {volume.need_area_id: volume.need_area for volume in lot.volumes}
    volumes = [
        ContractVolume(
            need_area_id=volume.need_area_id,
            complexity=volume.complexity,
            people_a_year=number,
            unit_price=prices.get((volume.need_area.code, str(volume.complexity)), volume.fixed_price),
        )
        for volume, number in zip(lot.volumes, people, strict=True)
    ]
    priced = [volume for volume in volumes if volume.unit_price is not None]
    worth = sum(
        (volume.unit_price * volume.people_a_year for volume in priced if volume.unit_price), Decimal(0)
    )
    return Contract(
        reference=f"{lot.call_off.public_id}-{lot.number}",
        origin=ContractOrigin.CALL_OFF,
        title=lot.title,
        lot_id=lot.id,
        lot=lot,
        supplier_id=supplier_id,
        starts_on=lot.starts_on,
        ends_on=end_of_term(lot.starts_on, lot.term_months),
        need_labels=[],
        created_at=now,
        value=(worth * lot.term_months / 12).quantize(PENNY, ROUND_HALF_UP)
        if len(priced) == len(volumes)
        else None,
        places=list(lot.places),
        cohorts=list(lot.cohorts),
        stages=list(lot.stages),
        need_areas=list(need_areas.values()),
        volumes=volumes,
    )


def end_of_term(starts_on: date, months: int) -> date:
    """The last day of a term of whole months: the day before the same day of the month after it."""
    year, month = divmod(starts_on.month - 1 + months, 12)
    first = date(starts_on.year + year, month + 1, 1)
    # A term that begins on the 31st ends before the month's last day where the month is shorter.
    last_day = (date(first.year + (first.month == 12), first.month % 12 + 1, 1) - timedelta(days=1)).day
    return first.replace(day=min(starts_on.day, last_day)) - timedelta(days=1)


def commit_capacity(session: Session, contract: Contract) -> None:
    """Take the places of the offer that the contract rests on; they are its pool's from now on.

    Where the contract lies in one region they are that region's; over several nobody knows the shares, and
    the contract's page says so.
    """
    region_id = only_region(contract)
    cited = versions_cited(session, contract)
    for volume in contract.volumes:
        behind = offer_behind(session, contract.supplier_id, volume.need_area_id, volume.complexity, cited)
        if behind is None or not volume.people_a_year:
            continue
        offer_id, version_id, pool_id = behind
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
