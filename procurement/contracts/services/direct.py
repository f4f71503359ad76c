"""Awarding a failed lot directly: proposed, approved by another person, noticed, then the contract."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from core.accounts.models import Organisation
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.reasons import refuse_if
from core.states import step
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.rules import LOT_STEPS, standstill_last_day
from procurement.calloffs.drafting.types import LotEvent, LotState
from procurement.calloffs.evaluation.queries.challenges import is_challenged
from procurement.calloffs.evaluation.queries.failed import rerun_of
from procurement.calloffs.evaluation.services.steps import lock
from procurement.contracts.models import Contract, DirectAward
from procurement.contracts.queries.direct import direct_award_of, is_member
from procurement.contracts.rules.direct import reasons_not_to_recommend_directly, reasons_not_to_take
from procurement.contracts.services.awarded import contract_of_lot, keep_contract
from procurement.contracts.types import ContractTag, DirectFacts, DirectStep

Prices = Mapping[tuple[str, str], Decimal]
"""Pounds a person by (need area, complexity)."""


def recommend_directly(
    session: Session,
    *,
    lot: Lot,
    supplier: Organisation | None,
    prices: Prices,
    justification: str,
    exclusion_note: str,
    actor: Actor,
    now: datetime,
) -> DirectAward:
    """Propose a direct award of a failed lot to a member of its framework. Raises Refused."""
    call_off = lot.call_off
    lock(session, call_off)
    asked = {(volume.need_area.code, str(volume.complexity)) for volume in lot.volumes}
    refuse_if(
        reasons_not_to_recommend_directly(
            call_off.framework.regime,
            failed=lot.state is LotState.FAILED,
            followed=direct_award_of(session, lot) is not None or rerun_of(session, lot) is not None,
            member=supplier is not None and is_member(session, call_off.framework_id, supplier.id),
            priced=bool(asked) and asked <= set(prices),
            dated=lot.starts_on is not None and lot.term_months is not None,
            justification=justification,
            exclusion_note=exclusion_note,
        )
    )
    assert supplier is not None
    row = DirectAward(
        lot_id=lot.id,
        supplier_id=supplier.id,
        justification=justification.strip(),
        exclusion_note=exclusion_note.strip(),
        prices=[[need, level, str(prices[need, level])] for need, level in sorted(asked)],
        recommended_by_id=actor.person_id,
        recommended_at=now,
    )
    session.add(row)
    _record(session, ContractTag.DIRECT_RECOMMENDED, row, lot, actor, now)
    return row


def approve_directly(session: Session, *, award: DirectAward, actor: Actor, now: datetime) -> None:
    """Approve a direct award, as another person than proposed it."""
    call_off = award.lot.call_off
    lock(session, call_off)
    refuse_if(reasons_not_to_take(facts_of(session, award, actor.person_id), DirectStep.APPROVE, now))
    award.approved_by_id, award.approved_at = actor.person_id, now
    _record(session, ContractTag.DIRECT_APPROVED, award, award.lot, actor, now)


def publish_transparency_notice(session: Session, *, award: DirectAward, actor: Actor, now: datetime) -> None:
    """Record that the transparency notice was published (PA 2023 s.44)."""
    lock(session, award.lot.call_off)
    refuse_if(reasons_not_to_take(facts_of(session, award), DirectStep.TRANSPARENCY_NOTICE, now))
    award.transparency_notice_at = now
    _record(session, ContractTag.DIRECT_TRANSPARENCY, award, award.lot, actor, now)


def publish_direct_award_notice(session: Session, *, award: DirectAward, actor: Actor, now: datetime) -> None:
    """Record that the award notice was published; a chosen standstill begins with it (PA 2023 s.50, 51)."""
    call_off = award.lot.call_off
    lock(session, call_off)
    refuse_if(reasons_not_to_take(facts_of(session, award), DirectStep.AWARD_NOTICE, now))
    award.award_notice_at = now
    if call_off.standstill:
        award.standstill_ends_on = standstill_last_day(call_off.framework.regime, london_date(now))
    _record(session, ContractTag.DIRECT_NOTICE, award, award.lot, actor, now)


def make_direct_contract(session: Session, *, award: DirectAward, actor: Actor, now: datetime) -> Contract:
    """Make the contract of a direct award, which then waits for both signatures. Raises Refused."""
    lot = award.lot
    call_off: CallOff = lot.call_off
    lock(session, call_off)
    refuse_if(reasons_not_to_take(facts_of(session, award), DirectStep.CONTRACT, now))
    prices = {(need, level): Decimal(price) for need, level, price in award.prices}
    people = [volume.people_a_year for volume in lot.volumes]
    contract = contract_of_lot(lot, award.supplier_id, people, prices, now)
    lot.failure_cause = None
    lot.state = step(LOT_STEPS, step(LOT_STEPS, lot.state, LotEvent.AWARD_DIRECTLY), LotEvent.CONTRACT)
    award.contracted_at = now
    return keep_contract(session, call_off, contract, actor=actor, now=now)


def facts_of(session: Session, award: DirectAward, approver: int | None = None) -> DirectFacts:
    """A direct award as its rules see it."""
    call_off = award.lot.call_off
    return DirectFacts(
        regime=call_off.framework.regime,
        recommender=award.recommended_by_id,
        approver=award.approved_by_id or approver,
        approved_at=award.approved_at,
        transparency_notice_at=award.transparency_notice_at,
        award_notice_at=award.award_notice_at,
        contracted_at=award.contracted_at,
        standstill=call_off.standstill,
        challenged=is_challenged(session, call_off),
    )


def _record(
    session: Session, tag: ContractTag, award: DirectAward, lot: Lot, actor: Actor, now: datetime
) -> None:
    session.flush()
    record(
        session,
        tag,
        actor=actor,
        now=now,
        subject=award,
        chain=lot.call_off.public_id,
        details={"lot": lot.number, "supplier": award.supplier_id, "award": award.public_id},
    )
