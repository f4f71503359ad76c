"""Reading everything that the record says of one procedure, at a constant number of queries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from core.accounts.models import Person
from core.actor import Actor
from core.audit.models import AuditChain, AuditEvent
from core.audit.rules import first_break
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.types import BidState
from procurement.calloffs.clarifications.models import Clarification
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.queries import (
    amendments_of,
    invitations_of_call_off,
    notices_of,
    whole_call_off,
)
from procurement.calloffs.drafting.types import LotState
from procurement.calloffs.evaluation.models import (
    Award,
    AwardCheck,
    Challenge,
    Consensus,
    EnvelopeRelease,
    Letter,
)
from procurement.calloffs.evaluation.models.cases import BidRemoval, PromptDismissal
from procurement.contracts.models import Contract
from procurement.notices.models import Notice
from procurement.procedure_report.types import ChainState, Entry, Invitations, Report

QUIET = frozenset({"bid:submitted", "bid:withdrawn", "bid:confirmed"})
"""Events that tell of a bidder, and are left out until the bids are opened."""
Values = Mapping[str, Any]


def call_off_to_report(session: Session, *, actor: Actor, public_id: str) -> CallOff | None:
    """A call-off of the actor's authority, whole."""
    return session.scalars(
        whole_call_off().where(CallOff.public_id == public_id, CallOff.authority_id == actor.organisation_id)
    ).one_or_none()


def report_on(session: Session, call_off: CallOff) -> Report:
    """The report as the record stands now."""
    opened = bool(
        session.scalar(
            sa.select(
                sa.exists().where(AuditEvent.chain == call_off.public_id, AuditEvent.tag == "envelope:opened")
            )
        )
    )
    return Report(
        identifier=call_off.public_id,
        title=call_off.title,
        need=call_off.need,
        authority=call_off.authority.name,
        framework=call_off.framework.title,
        regime=str(call_off.framework.regime),
        state=str(call_off.state),
        published_at=call_off.published_at,
        deadline=call_off.deadline,
        lots_considered=call_off.lots_considered,
        opened=opened,
        people=_people(call_off),
        invitations=_invitations(session, call_off),
        questions=_questions(session, call_off),
        amendments=[
            {
                "number": row.number,
                "at": row.at,
                "reason": row.reason,
                "fields": sorted({change["field"] for change in row.changes}),
            }
            for row in amendments_of(session, call_off)
        ],
        told=[
            {
                "kind": str(row.kind),
                "at": row.at,
                "reason": row.reason,
                "person": row.person.name if row.person else "",
            }
            for row in notices_of(session, call_off)
        ],
        receipts=_receipts(session, call_off) if opened else (),
        releases=_releases(session, call_off),
        consensus=_consensus(session, call_off),
        removed=_removed(session, call_off),
        awards=_awards(session, call_off),
        failed=[
            {
                "lot": lot.number,
                "cause": str(lot.failure_cause or ""),
                "reason": lot.failure_reason,
            }
            for lot in call_off.lots
            if lot.state is LotState.FAILED
        ],
        checks=_checks(session, call_off),
        challenges=_challenges(session, call_off),
        letters=_letters(session, call_off),
        award_notice_at=call_off.award_notice_at,
        standstill=call_off.standstill,
        standstill_ends_on=call_off.standstill_ends_on,
        contracts=_contracts(session, call_off),
        notices=_notices(session, call_off),
        prompts=_prompts(session, call_off),
        timeline=_timeline(session, call_off, opened),
        chain=chain_state(session, call_off.public_id),
    )


def chain_state(session: Session, name: str) -> ChainState:
    """Walk one chain from its beginning to its head, and say whether it is whole."""
    head = session.get(AuditChain, name)
    if head is None:
        return ChainState(0, "")
    events = session.scalars(
        sa.select(AuditEvent)
        .where(AuditEvent.chain == name)
        .order_by(AuditEvent.sequence)
        .execution_options(populate_existing=True)
    )
    found = first_break(name, events, head.sequence, head.head)
    problem = f"at event {found.sequence}: {found.problem}" if found else ""
    return ChainState(head.sequence, head.head, problem)


def _people(call_off: CallOff) -> list[Values]:
    return [
        {
            "name": row.person.name,
            "duty": str(row.duty),
            "assigned_at": row.assigned_at,
            "declared_at": row.declared_at,
            "has_conflict": row.has_conflict,
        }
        for row in call_off.duties
    ]


def _invitations(session: Session, call_off: CallOff) -> list[Invitations]:
    by_lot = invitations_of_call_off(session, call_off)
    found = []
    for lot in call_off.lots:
        rows = by_lot.get(lot.id, ())
        reasons = Counter(
            (str(row.reasons[0]["code"]), str(row.reasons[0]["source"] or ""))
            for row in rows
            if not row.invited and row.reasons
        )
        counted = [(code, source, count) for (code, source), count in sorted(reasons.items())]
        invited = sum(row.invited for row in rows)
        found.append(Invitations(lot.number, lot.title, invited, len(rows), counted))
    return found


def _questions(session: Session, call_off: CallOff) -> list[Values]:
    rows = session.scalars(
        sa.select(Clarification)
        .where(Clarification.call_off_id == call_off.id)
        .order_by(Clarification.asked_at, Clarification.id)
    )
    return [
        {
            "key": row.public_id,
            "asked_at": row.asked_at,
            "state": str(row.state),
            "ended_at": row.ended_at,
            "waiver": row.waiver,
        }
        for row in rows
    ]


def _receipts(session: Session, call_off: CallOff) -> list[Values]:
    rows = session.scalars(
        sa.select(Bid)
        .join(Bid.lot)
        .where(Lot.call_off_id == call_off.id, Bid.state != BidState.DRAFT)
        .options(joinedload(Bid.lot), joinedload(Bid.supplier), selectinload(Bid.submissions))
        .order_by(Lot.number, Bid.id)
    )
    return [
        {
            "lot": row.lot.number,
            "bid": row.public_id,
            "supplier": row.supplier.name,
            "state": str(row.state),
            "received_at": row.submissions[-1].received_at,
            "submissions": len(row.submissions),
            "fingerprint": row.submissions[-1].fingerprint,
        }
        for row in rows
        if row.submissions
    ]


def _releases(session: Session, call_off: CallOff) -> list[Values]:
    rows = session.scalars(
        sa.select(EnvelopeRelease)
        .where(EnvelopeRelease.call_off_id == call_off.id)
        .options(joinedload(EnvelopeRelease.person))
        .order_by(EnvelopeRelease.at, EnvelopeRelease.person_id)
    )
    return [{"envelope": str(row.envelope), "person": row.person.name, "at": row.at} for row in rows]


def _consensus(session: Session, call_off: CallOff) -> list[Values]:
    rows = session.scalars(
        sa.select(Consensus)
        .join(Consensus.bid)
        .join(Bid.lot)
        .where(Lot.call_off_id == call_off.id)
        .options(
            joinedload(Consensus.bid).joinedload(Bid.lot),
            joinedload(Consensus.criterion),
            joinedload(Consensus.author),
        )
        .order_by(Lot.number, Consensus.bid_id, Consensus.criterion_id, Consensus.number)
    )
    return [
        {
            "lot": row.bid.lot.number,
            "bid": row.bid.public_id,
            "criterion": row.criterion.name,
            "number": row.number,
            "score": row.score,
            "reason": row.reason,
            "person": row.author.name,
            "at": row.at,
        }
        for row in rows
    ]


def _removed(session: Session, call_off: CallOff) -> list[Values]:
    rows = session.scalars(
        sa.select(BidRemoval)
        .join(BidRemoval.bid)
        .join(Bid.lot)
        .where(Lot.call_off_id == call_off.id)
        .options(joinedload(BidRemoval.bid).joinedload(Bid.lot), joinedload(BidRemoval.person))
        .order_by(BidRemoval.at, BidRemoval.bid_id)
    )
    return [
        {
            "lot": row.bid.lot.number,
            "bid": row.bid.public_id,
            "cause": str(row.cause),
            "reason": row.reason,
            "person": row.person.name,
            "at": row.at,
        }
        for row in rows
    ]


def _awards(session: Session, call_off: CallOff) -> list[Values]:
    rows = session.scalars(
        sa.select(Award)
        .join(Award.lot)
        .where(Lot.call_off_id == call_off.id)
        .options(
            joinedload(Award.lot),
            joinedload(Award.bid).joinedload(Bid.supplier),
            joinedload(Award.recommended_by),
            joinedload(Award.approved_by),
        )
        .order_by(Lot.number, Award.rank)
    )
    return [
        {
            "lot": row.lot.number,
            "supplier": row.bid.supplier.name,
            "bid": row.bid.public_id,
            "reason": row.reason,
            "recommended_by": row.recommended_by.name,
            "recommended_at": row.recommended_at,
            "approved_by": row.approved_by.name if row.approved_by else "",
            "approved_at": row.approved_at,
        }
        for row in rows
    ]


def _checks(session: Session, call_off: CallOff) -> list[Values]:
    rows = session.scalars(
        sa.select(AwardCheck)
        .join(AwardCheck.bid)
        .join(Bid.lot)
        .where(Lot.call_off_id == call_off.id)
        .options(joinedload(AwardCheck.person))
        .order_by(AwardCheck.at, AwardCheck.id)
    )
    return [
        {
            "name": row.name,
            "outcome": str(row.outcome),
            "reason": row.reason,
            "person": row.person.name,
            "at": row.at,
        }
        for row in rows
    ]


def _challenges(session: Session, call_off: CallOff) -> list[Values]:
    rows = session.scalars(
        sa.select(Challenge)
        .where(Challenge.call_off_id == call_off.id)
        .options(joinedload(Challenge.recorded_by))
        .order_by(Challenge.recorded_at, Challenge.id)
    )
    return [
        {
            "received_on": row.received_on,
            "summary": row.summary,
            "person": row.recorded_by.name,
            "lifted_at": row.lifted_at,
            "lift_reason": row.lift_reason,
        }
        for row in rows
    ]


def _letters(session: Session, call_off: CallOff) -> list[Values]:
    rows = session.scalars(
        sa.select(Letter)
        .where(Letter.call_off_id == call_off.id)
        .options(joinedload(Letter.supplier))
        .order_by(Letter.sent_at, Letter.id)
    )
    return [{"supplier": row.supplier.name, "at": row.sent_at} for row in rows]


def _contracts(session: Session, call_off: CallOff) -> list[Values]:
    rows = session.scalars(
        sa.select(Contract)
        .join(Contract.lot)
        .where(Lot.call_off_id == call_off.id)
        .options(joinedload(Contract.lot), joinedload(Contract.supplier), selectinload(Contract.signatures))
        .order_by(Lot.number, Contract.id)
    )
    return [
        {
            "reference": row.reference,
            "lot": row.lot.number if row.lot else None,
            "supplier": row.supplier.name if row.supplier else "",
            "made_at": row.created_at,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "signed_on": [(str(one.party), one.name, one.signed_on) for one in row.signatures],
        }
        for row in rows
    ]


def _notices(session: Session, call_off: CallOff) -> list[Values]:
    rows = session.scalars(
        sa.select(Notice).where(Notice.call_off_id == call_off.id).order_by(Notice.happened_at, Notice.id)
    )
    return [
        {
            "key": row.public_id,
            "kind": str(row.kind),
            "due_on": row.due_on,
            "reference": row.reference,
            "published_at": row.published_at,
        }
        for row in rows
    ]


def _prompts(session: Session, call_off: CallOff) -> list[Values]:
    rows = session.scalars(
        sa.select(PromptDismissal)
        .where(PromptDismissal.call_off_id == call_off.id)
        .options(joinedload(PromptDismissal.person))
        .order_by(PromptDismissal.at, PromptDismissal.id)
    )
    return [
        {
            "code": row.code,
            "subject": row.subject,
            "reason": row.reason,
            "person": row.person.name,
            "at": row.at,
        }
        for row in rows
    ]


def _timeline(session: Session, call_off: CallOff, opened: bool) -> Sequence[Entry]:
    """The events of the call-off's chain with the names of who acted; of bidders only once bids are open."""
    query = (
        sa.select(AuditEvent, Person.name)
        .outerjoin(Person, Person.id == AuditEvent.person_id)
        .where(AuditEvent.chain == call_off.public_id)
        .order_by(AuditEvent.sequence)
    )
    if not opened:
        query = query.where(AuditEvent.tag.not_in(sorted(QUIET)))
    return [
        Entry(event.at, event.tag, name or "The system", event.details)
        for event, name in session.execute(query)
    ]
