"""What a supplier may see: call-offs it was invited to and its own bids; everything else is not found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from core.actor import Actor
from core.web.paging import PAGE_SIZE, Page
from procurement.calloffs.bids.models import Bid, BidFile, BidSubmission
from procurement.calloffs.bids.queries.citing import held_of
from procurement.calloffs.bids.rules import FINGERPRINTS_FORMAT, count_words, standing
from procurement.calloffs.bids.types import (
    BidContent,
    BidFacts,
    BidStanding,
    BidState,
    QuestionFacts,
)
from procurement.calloffs.drafting.models import (
    CallOff,
    CallOffPartner,
    Criterion,
    Invitation,
    Lot,
    LotVolume,
)
from procurement.calloffs.drafting.types import CallOffState, PriceModel
from procurement.framework.models import Application
from procurement.framework.rules import PENDING_STATES
from procurement.framework.types import Regime

NOT_OPENED = (
    CallOffState.DRAFT,
    CallOffState.APPROVED,
    CallOffState.PUBLISHED,
    CallOffState.PAUSED,
    CallOffState.CANCELLED,
)
"""Stored states in which no envelope has been opened, or nothing of it is told."""


@dataclass(frozen=True)
class InvitedCallOff:
    """A call-off as an invited supplier sees it: its lots, which it may bid for, and its bids by lot key."""

    call_off: CallOff
    invitations: Mapping[int, Invitation]
    bids: Mapping[int, Bid]

    def may_bid(self, lot: Lot) -> bool:
        """Whether the supplier may bid for a lot."""
        return may_bid(self.invitations.get(lot.id), self.call_off)


def may_bid(invitation: Invitation | None, call_off: CallOff) -> bool:
    """Whether an invitation lets its supplier bid.

    Under the 2023 Act an applicant whose application is pending may bid too (s.34(4)); its bid is set aside
    only once the application has been decided.
    """
    if invitation is None:
        return False
    if invitation.invited:
        return True
    codes = {reason["code"] for reason in invitation.reasons}
    return call_off.framework.regime is Regime.DYNAMIC_MARKET and codes == {"application_pending"}


def invitations_of(session: Session, *, actor: Actor, page: int) -> Page[InvitedCallOff]:
    """The call-offs that the actor's organisation was considered for, those closing last first."""
    considered = (
        sa.select(Lot.call_off_id)
        .join(Invitation, Invitation.lot_id == Lot.id)
        .where(Invitation.supplier_id == actor.organisation_id)
    )
    visible = (CallOff.id.in_(considered), CallOff.published_at.is_not(None))
    total = session.scalar(sa.select(sa.func.count()).select_from(CallOff).where(*visible)) or 0
    rows = session.scalars(
        sa.select(CallOff)
        .where(*visible)
        .options(joinedload(CallOff.authority), joinedload(CallOff.framework), selectinload(CallOff.lots))
        .order_by(CallOff.deadline.desc(), CallOff.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(_with_standing(session, rows, actor), page, total)


def running_invitations_of(session: Session, *, actor: Actor) -> list[InvitedCallOff]:
    """The call-offs that the actor's organisation was considered for and that go on, soonest first."""
    considered = (
        sa.select(Lot.call_off_id)
        .join(Invitation, Invitation.lot_id == Lot.id)
        .where(Invitation.supplier_id == actor.organisation_id)
    )
    ended = (CallOffState.CANCELLED, CallOffState.CONTRACTED)
    rows = session.scalars(
        sa.select(CallOff)
        .where(CallOff.id.in_(considered), CallOff.published_at.is_not(None), CallOff.state.not_in(ended))
        .options(joinedload(CallOff.authority), joinedload(CallOff.framework), selectinload(CallOff.lots))
        .order_by(CallOff.deadline, CallOff.id)
    ).all()
    return _with_standing(session, rows, actor)


def call_off_of(session: Session, *, actor: Actor, public_id: str) -> InvitedCallOff | None:
    """A published call-off that the actor's organisation was considered for, with all it may read of it."""
    call_off = session.scalars(
        sa.select(CallOff)
        .where(CallOff.public_id == public_id, CallOff.published_at.is_not(None))
        .options(
            joinedload(CallOff.authority),
            joinedload(CallOff.framework),
            selectinload(CallOff.partners).joinedload(CallOffPartner.authority),
            selectinload(CallOff.criteria).joinedload(Criterion.question),
            selectinload(CallOff.lots).options(
                selectinload(Lot.volumes).joinedload(LotVolume.need_area),
                selectinload(Lot.places),
                selectinload(Lot.cohorts),
                selectinload(Lot.stages),
            ),
        )
    ).one_or_none()
    if call_off is None:
        return None
    found = _with_standing(session, [call_off], actor)[0]
    return found if found.invitations else None


def _with_standing(session: Session, call_offs: Sequence[CallOff], actor: Actor) -> list[InvitedCallOff]:
    lots = {lot.id: call_off.id for call_off in call_offs for lot in call_off.lots}
    invitations = session.scalars(
        sa.select(Invitation)
        .where(Invitation.supplier_id == actor.organisation_id, Invitation.lot_id.in_(lots))
        .order_by(Invitation.lot_id)
    ).all()
    bids = session.scalars(
        sa.select(Bid)
        .where(Bid.supplier_id == actor.organisation_id, Bid.lot_id.in_(lots))
        .options(selectinload(Bid.submissions))
        .order_by(Bid.lot_id)
    ).all()
    return [
        InvitedCallOff(
            call_off,
            {i.lot_id: i for i in invitations if lots[i.lot_id] == call_off.id},
            {bid.lot_id: bid for bid in bids if lots[bid.lot_id] == call_off.id},
        )
        for call_off in call_offs
    ]


def bid_of(session: Session, *, actor: Actor, public_id: str) -> Bid | None:
    """A bid of the actor's own organisation, whole; another supplier's bid is not found."""
    return session.scalars(
        sa.select(Bid)
        .join(Bid.lot)
        .join(Lot.call_off)
        .where(Bid.public_id == public_id, Bid.supplier_id == actor.organisation_id)
        .options(
            contains_eager(Bid.lot).options(
                contains_eager(Lot.call_off).options(
                    joinedload(CallOff.framework),
                    joinedload(CallOff.authority),
                    selectinload(CallOff.criteria).joinedload(Criterion.question),
                ),
                selectinload(Lot.volumes).joinedload(LotVolume.need_area),
            ),
            joinedload(Bid.supplier),
            selectinload(Bid.parts),
            selectinload(Bid.files).joinedload(BidFile.document),
            selectinload(Bid.submissions),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def bid_to_submit(session: Session, *, actor: Actor, public_id: str) -> Bid | None:
    """A bid of the actor's own organisation by itself: submitting locks it and reads the rest in one go."""
    return session.scalars(
        sa.select(Bid).where(Bid.public_id == public_id, Bid.supplier_id == actor.organisation_id)
    ).one_or_none()


def own_bids(session: Session, *, actor: Actor, open_at: datetime) -> Sequence[Bid]:
    """The organisation's bids in call-offs that are open at a moment, the next deadline first."""
    return session.scalars(
        sa.select(Bid)
        .join(Bid.lot)
        .join(Lot.call_off)
        .where(
            Bid.supplier_id == actor.organisation_id,
            CallOff.state == CallOffState.PUBLISHED,
            CallOff.deadline > open_at,
        )
        .options(contains_eager(Bid.lot).contains_eager(Lot.call_off), selectinload(Bid.submissions))
        .order_by(CallOff.deadline, Bid.id)
    ).all()


def last_submission(bid: Bid) -> BidSubmission | None:
    """The submission that stands, unless the bid was withdrawn; None where none was made."""
    return bid.submissions[-1] if bid.submissions else None


def changed_since(bid: Bid) -> bool:
    """Whether the draft was changed after the last submission."""
    last = last_submission(bid)
    return last is not None and bid.changed_at > last.received_at


def fingerprints_of(session: Session, call_off: CallOff) -> dict[str, Any] | None:
    """The fingerprints of the submissions that stand, by lot and time, without names; None before opening."""
    if call_off.state in NOT_OPENED:
        return None
    rows = session.execute(
        sa.select(Lot.number, BidSubmission.received_at, BidSubmission.fingerprint)
        .join(Bid, Bid.id == BidSubmission.bid_id)
        .join(Lot, Lot.id == Bid.lot_id)
        .where(
            Lot.call_off_id == call_off.id,
            Bid.state == BidState.SUBMITTED,
            BidSubmission.number == latest_number(),
        )
        .order_by(Lot.number, BidSubmission.received_at, BidSubmission.id)
    ).all()
    return {
        "format": FINGERPRINTS_FORMAT,
        "call_off": call_off.public_id,
        "fingerprints": [
            {"lot": number, "received_at": received_at.isoformat(), "fingerprint": fingerprint}
            for number, received_at, fingerprint in rows
        ],
    }


def latest_number() -> sa.ScalarSelect[int]:
    """The number of a bid's last submission, correlated to the bid of the enclosing query."""
    other = sa.alias(BidSubmission.__table__)
    return (
        sa.select(sa.func.max(other.c.number))
        .where(other.c.bid_id == Bid.id)
        .correlate(Bid.__table__)
        .scalar_subquery()
    )


def standing_of(bid: Bid | None, call_off: CallOff, now: datetime) -> BidStanding:
    """What to tell the supplier about its bid at `now`."""
    assert call_off.deadline is not None
    facts = BidFacts(
        call_off_state=call_off.state,
        deadline=call_off.deadline,
        invited=True,
        state=bid.state if bid else None,
        changed_since_submission=changed_since(bid) if bid else False,
    )
    return standing(facts, now)


def awaits_decision(session: Session, bid: Bid) -> bool:
    """Whether the bid is of an applicant whose application had not been decided when the lot was published.

    Such a bid is taken like any other; the application's decision comes before it may be set aside.
    """
    invitation = session.get(Invitation, (bid.lot_id, bid.supplier_id))
    return invitation is not None and not invitation.invited


def application_pending(session: Session, bid: Bid) -> bool:
    """Whether an application of the bid's supplier to the framework still waits for its decision."""
    query = sa.select(sa.true()).where(
        sa.exists().where(
            Application.supplier_id == bid.supplier_id,
            Application.framework_id == bid.lot.call_off.framework_id,
            Application.state.in_(PENDING_STATES),
        )
    )
    return session.scalar(query) is not None


def facts_of(session: Session, bid: Bid, content: BidContent) -> BidFacts:
    """A bid and its unsealed content as its rules see it."""
    call_off = bid.lot.call_off
    assert call_off.deadline is not None
    invitation = session.get(Invitation, (bid.lot_id, bid.supplier_id))
    priced = call_off.price_model is PriceModel.UNIT_PRICE
    held = held_of(session, bid, content)
    return BidFacts(
        call_off_state=call_off.state,
        deadline=call_off.deadline,
        invited=may_bid(invitation, call_off),
        questions=tuple(
            QuestionFacts(
                str(c.question_id), c.question.required, c.question.word_limit, bool(c.question.evidence)
            )
            for c in call_off.criteria
        ),
        words={str(key): count_words(text) for key, text in content.answers.items()},
        services=tuple((v.need_area.code, v.complexity) for v in bid.lot.volumes) if priced else (),
        prices=content.prices,
        state=bid.state,
        changed_since_submission=bid.state is BidState.SUBMITTED and changed_since(bid),
        volumes={(v.need_area.code, str(v.complexity)): v.people_a_year for v in bid.lot.volumes},
        terms=content.terms,
        evidenced=frozenset(str(file.question) for file in content.files if file.question is not None),
        offers_cited=held.offers,
        offers_gone=held.offers_gone,
        capacity=content.capacity,
        room=held.room,
        parts=held.parts,
        not_held=held.not_held,
    )
