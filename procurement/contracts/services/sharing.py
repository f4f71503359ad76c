"""What happens between the suppliers of one lot: reviews that move shares, referrals dealt at random."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import CapacityCommitment
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.reasons import Reason, refuse_if
from procurement.calloffs.drafting.models import Lot
from procurement.calloffs.drafting.rules.sharing import people_for
from procurement.calloffs.drafting.types import Dealing, Sharing
from procurement.calloffs.evaluation.services.steps import lock
from procurement.contracts.models import Contract, ReferralDeal, ShareReview
from procurement.contracts.queries.sharing import contracts_of_lot, last_number
from procurement.contracts.rules.signing import dealt_to, reasons_not_to_move_shares, weights_of
from procurement.contracts.services.awarded import commit_capacity
from procurement.contracts.types import ContractTag, SharesFacts

SEED_BYTES = 32


def review_shares(
    session: Session,
    *,
    lot: Lot,
    shares: Mapping[str, Decimal],
    findings: str,
    reviewed_on: date,
    actor: Actor,
    now: datetime,
) -> ShareReview:
    """Record a review and move the shares to those given (percent by contract); volumes and places follow."""
    lock(session, lot.call_off)
    contracts = contracts_of_lot(session, lot.id)
    before = {row.public_id: row.share or Decimal(0) for row in contracts}
    refuse_if(
        reasons_not_to_move_shares(
            SharesFacts(
                by_performance=lot.sharing is Sharing.BY_PERFORMANCE,
                before=before,
                after=shares,
                least=lot.share_least or Decimal(0),
                most=lot.share_most or Decimal(100),
                findings=findings,
                reviewed_on=reviewed_on,
                today=london_date(now),
            )
        )
    )
    review = ShareReview(
        lot_id=lot.id,
        number=last_number(session, ShareReview, lot.id) + 1,
        reviewed_on=reviewed_on,
        findings=findings.strip(),
        shares=[
            {
                "contract": row.public_id,
                "supplier": row.supplier.name if row.supplier else "",
                "before": str(before[row.public_id]),
                "after": str(shares[row.public_id]),
            }
            for row in contracts
        ],
        person_id=actor.person_id,
        at=now,
    )
    session.add(review)
    _follow(session, lot, contracts, shares)
    record(
        session,
        ContractTag.SHARES_REVIEWED,
        actor=actor,
        now=now,
        subject=review,
        chain=lot.call_off.public_id,
        details={"lot": lot.number, "number": review.number, "shares": dict(shares)},
    )
    return review


def _follow(session: Session, lot: Lot, contracts: Sequence[Contract], shares: Mapping[str, Decimal]) -> None:
    """Bring people a year and the places taken of offers to the new shares."""
    parts = [shares[row.public_id] for row in contracts]
    for volume in lot.volumes:
        for contract, people in zip(contracts, people_for(volume.people_a_year, parts), strict=True):
            for own in contract.volumes:
                if (own.need_area_id, own.complexity) == (volume.need_area_id, volume.complexity):
                    own.people_a_year = people
    for contract in contracts:
        contract.share = shares[contract.public_id]
        session.execute(
            sa.delete(CapacityCommitment).where(CapacityCommitment.contract_reference == contract.reference)
        )
        commit_capacity(session, contract)
    session.flush()


def deal_referral(session: Session, *, lot: Lot, actor: Actor, now: datetime) -> ReferralDeal:
    """Deal one referral at random between the suppliers whose contracts are in force today.

    The seed comes from the operating system and stands beside the weights, so that anyone can compute the
    result again. Nothing about the person is kept. Raises Refused where the lot does not deal so.
    """
    lock(session, lot.call_off)
    today = london_date(now)
    contracts = [
        row
        for row in contracts_of_lot(session, lot.id)
        if row.in_force_at is not None
        and row.starts_on <= today
        and (row.ends_on is None or row.ends_on >= today)
    ]
    reasons = []
    if lot.dealing is None:
        reasons.append(Reason("nobody_is_dealt", source="as published"))
    if len(contracts) < 2:
        reasons.append(Reason("nobody_to_deal_between"))
    refuse_if(reasons)
    weights = weights_of(
        {row.public_id: row.share for row in contracts}, by_share=lot.dealing is Dealing.WEIGHTED
    )
    seed = secrets.token_hex(SEED_BYTES)
    chosen = dealt_to(seed, weights)
    deal = ReferralDeal(
        lot_id=lot.id,
        number=last_number(session, ReferralDeal, lot.id) + 1,
        contract=next(row for row in contracts if row.public_id == chosen),
        seed=seed,
        weights=[list(weight) for weight in weights],
        person_id=actor.person_id,
        at=now,
    )
    session.add(deal)
    record(
        session,
        ContractTag.REFERRAL_DEALT,
        actor=actor,
        now=now,
        subject=deal,
        chain=lot.call_off.public_id,
        details={"lot": lot.number, "number": deal.number, "contract": chosen, "seed": seed},
    )
    return deal
