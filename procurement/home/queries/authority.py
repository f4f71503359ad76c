"""An authority's start page: duties in call-offs, offers and applications to decide, call-offs, gaps."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.offers.queries.lists import submitted_versions
from catalogue.reference.models import Place
from catalogue.reference.types import PlaceKind
from core.actor import Actor
from core.calendar import london_date
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.types import BidState
from procurement.calloffs.drafting.models import CallOff, CallOffDuty, Criterion, Lot
from procurement.calloffs.drafting.queries import duties_of, state_on, timelines
from procurement.calloffs.drafting.types import (
    CallOffPermission,
    CallOffState,
    CriterionKind,
    Duty,
    Envelope,
    TimedEvent,
)
from procurement.calloffs.evaluation.models import EnvelopeRelease, Score
from procurement.framework.queries.applications import QueueFilter, queue
from procurement.gaps.models import Analysis, AnalysisTotal
from procurement.gaps.rules.reading import CellReading
from procurement.home.types import Item, Section, SectionCode

SHOWN = 8
MOST_READ = 100
APPROVES = {CallOffState.DRAFT: "approve_call_off", CallOffState.RECOMMENDED: "approve_award"}
OPENS = {CallOffState.CLOSED: Envelope.QUALITY, CallOffState.CONSENSUS: Envelope.PRICE}
# Whose step it is when no duty says so: the deed that moves a call-off on from a state.
MOVES = {
    CallOffState.APPROVED: CallOffPermission.PUBLISH,
    CallOffState.PAUSED: CallOffPermission.PUBLISH,
    CallOffState.QUALITY_SCORED: CallOffPermission.MODERATE,
    CallOffState.PRICE_OPENED: CallOffPermission.RECOMMEND,
    CallOffState.AWARD_APPROVED: CallOffPermission.SEND_LETTERS,
    CallOffState.SUMMARIES_SENT: CallOffPermission.SEND_LETTERS,
}
ENDED = (CallOffState.CANCELLED, CallOffState.CONTRACTED)


def duties(session: Session, *, actor: Actor, now: datetime) -> Section:
    """The person's duties in call-offs, what they must do now first."""
    call_offs = duties_of(session, actor=actor)
    keys = [call_off.id for call_off in call_offs]
    left, released = _scores_left(session, keys, actor), _released(session, keys, actor)
    items = [
        _duty(row, call_off, actor, now, left.get(call_off.id, 0), released)
        for call_off in call_offs
        for row in call_off.duties
        if row.person_id == actor.person_id and row.duty is not Duty.DRAFTER
    ]
    items.sort(key=lambda item: not item.waits)
    return Section(SectionCode.DUTIES, items[:SHOWN], len(items), "calloffs.duties")


def _duty(
    row: CallOffDuty,
    call_off: CallOff,
    actor: Actor,
    now: datetime,
    left: int,
    released: set[tuple[int, Envelope]],
) -> Item:
    state = state_on(call_off, now)
    endpoint, step = "calloffs.duties", ""
    if row.has_conflict is None:
        endpoint, step = "calloffs.declaration", "declare"
    elif row.has_conflict:
        step = ""
    elif row.duty is Duty.OPENING_OFFICER and state in OPENS:
        endpoint = "evaluation.opening"
        done = (call_off.id, OPENS[state]) in released
        step = "" if done else f"open_{OPENS[state]}"
    elif row.duty is Duty.EVALUATOR and state is CallOffState.QUALITY_OPENED and left:
        endpoint, step = "evaluation.scoring", "score"
    elif row.duty is Duty.APPROVER and actor.may(CallOffPermission.APPROVE):
        step = APPROVES.get(state, "")
        endpoint = "calloffs.check" if state is CallOffState.DRAFT else "calloffs.overview"
    if endpoint == "calloffs.duties" and actor.may(CallOffPermission.READ) and not row.has_conflict:
        endpoint = "calloffs.overview"
    is_open = state is CallOffState.PUBLISHED
    return Item(
        title=call_off.title,
        endpoint=endpoint,
        values={} if endpoint == "calloffs.duties" else {"public_id": call_off.public_id},
        state=state,
        step=step,
        waits=bool(step),
        event="closes" if is_open else "",
        when=call_off.deadline if is_open else None,
        about=row.duty,
        counts={"left": left} if step == "score" else {},
    )


def _released(session: Session, keys: Sequence[int], actor: Actor) -> set[tuple[int, Envelope]]:
    """Return which envelopes a person has released."""
    query = sa.select(EnvelopeRelease.call_off_id, EnvelopeRelease.envelope).where(
        EnvelopeRelease.call_off_id.in_(keys), EnvelopeRelease.person_id == actor.person_id
    )
    return set(session.execute(query).all())


def _scores_left(session: Session, call_off_ids: Sequence[int], actor: Actor) -> dict[int, int]:
    """Return how many scores a person has still to hand in, by call-off: criteria times bids, less theirs."""
    counts = []
    for query in (
        sa.select(Criterion.call_off_id, sa.func.count())
        .where(Criterion.call_off_id.in_(call_off_ids), Criterion.kind != CriterionKind.PRICE)
        .group_by(Criterion.call_off_id),
        sa.select(Lot.call_off_id, sa.func.count())
        .join(Bid, Bid.lot_id == Lot.id)
        .where(Lot.call_off_id.in_(call_off_ids), Bid.state == BidState.SUBMITTED)
        .group_by(Lot.call_off_id),
        sa.select(Criterion.call_off_id, sa.func.count())
        .join(Score, Score.criterion_id == Criterion.id)
        .where(Criterion.call_off_id.in_(call_off_ids), Score.person_id == actor.person_id)
        .group_by(Criterion.call_off_id),
    ):
        counts.append(dict(session.execute(query).all()))
    criteria, bids, given = counts
    return {key: max(0, criteria.get(key, 0) * bids.get(key, 0) - given.get(key, 0)) for key in call_off_ids}


def reviews(session: Session, *, actor: Actor, now: datetime) -> Section:
    """Offers that wait for publication or return, the longest wait first."""
    page = submitted_versions(session)
    items = [
        Item(
            title=version.title or version.offer.need_area.name,
            endpoint="offers.review",
            values={"offer": version.offer.public_id, "number": version.number},
            state="submitted",
            step="review_offer",
            waits=True,
            event="submitted",
            when=version.submitted_at,
            about=version.offer.supplier.name,
        )
        for version in page.rows[:SHOWN]
    ]
    return Section(SectionCode.REVIEWS, items, page.total, "offers.review_queue")


def assessments(session: Session, *, actor: Actor, now: datetime) -> Section:
    """Applications to decide, the soonest decision first."""
    today = london_date(now)
    page = queue(session, actor=actor, chosen=QueueFilter(), today=today, page=1)
    items = []
    for application in page.rows[:SHOWN]:
        due = application.decision_due_on
        items.append(
            Item(
                title=application.supplier.name,
                endpoint="framework.assess",
                values={"public_id": application.public_id},
                state="overdue" if due is not None and due < today else application.state,
                step="decide_application",
                waits=True,
                event="decision" if due else "",
                when=due,
                about=application.framework.title,
            )
        )
    return Section(SectionCode.ASSESSMENTS, items, page.total, "framework.queue")


def call_offs(session: Session, *, actor: Actor, now: datetime) -> Section:
    """The authority's unfinished call-offs, each with its next step and its next date."""
    own = (CallOff.authority_id == actor.organisation_id, CallOff.state.not_in(ENDED))
    total = session.scalar(sa.select(sa.func.count()).select_from(CallOff).where(*own)) or 0
    dateless = sa.case((CallOff.deadline.is_(None), 1), else_=0)
    rows = session.scalars(
        sa.select(CallOff)
        .where(*own)
        .options(joinedload(CallOff.framework), selectinload(CallOff.lots))
        .order_by(dateless, CallOff.deadline, CallOff.id)
        .limit(MOST_READ)
    ).all()
    dates = timelines(session, rows, now)
    items = []
    for call_off in rows:
        state, coming = state_on(call_off, now), _next_event(call_off, dates[call_off.id], now)
        items.append(
            Item(
                title=call_off.title,
                endpoint="calloffs.overview",
                values={"public_id": call_off.public_id},
                state=state,
                step=f"after_{state}",
                waits=state in MOVES and actor.may(MOVES[state]),
                event=coming.milestone if coming else "",
                when=(coming.at or coming.on) if coming else None,
                about=call_off.public_id,
            )
        )
    items.sort(key=lambda item: not item.waits)
    return Section(SectionCode.CALL_OFFS, items[:SHOWN], total, "calloffs.index")


def _next_event(call_off: CallOff, dates: Sequence[TimedEvent], now: datetime) -> TimedEvent | None:
    """Return the first timed event that has not come yet; None for a draft, whose dates still move."""
    if call_off.published_at is None:
        return None
    today = london_date(now)
    for event in dates:
        if not event.done and (
            (event.at and event.at > now) or (not event.at and event.on and event.on >= today)
        ):
            return event
    return None


def gaps(session: Session, *, actor: Actor, now: datetime) -> Section:
    """The largest gaps of the authority's latest analysis, in the regions of the person's roles."""
    latest = session.scalars(
        sa.select(Analysis)
        .where(Analysis.organisation_id == actor.organisation_id, Analysis.finished_at.is_not(None))
        .order_by(Analysis.on_date.desc(), Analysis.finished_at.desc(), Analysis.id.desc())
        .limit(1)
    ).one_or_none()
    if latest is None:
        return Section(SectionCode.GAPS, [], 0, "gaps.index")
    in_place = AnalysisTotal.by_contract + AnalysisTotal.by_partner
    uncovered = AnalysisTotal.people - AnalysisTotal.referred - in_place
    query = (
        sa.select(AnalysisTotal)
        .join(AnalysisTotal.place)
        .where(AnalysisTotal.analysis_id == latest.id, Place.kind == PlaceKind.REGION, uncovered > 0)
        .options(joinedload(AnalysisTotal.place), joinedload(AnalysisTotal.need_area))
        .order_by(uncovered.desc(), AnalysisTotal.place_id, AnalysisTotal.need_area_id)
        .limit(SHOWN)
    )
    if actor.scopes:
        query = query.where(Place.code.in_(sorted(actor.scopes)))
    items = []
    for total in session.scalars(query):
        reading = CellReading(
            total.people,
            total.referred,
            total.by_contract,
            total.by_member_offer,
            total.by_other_offer,
            total.by_partner,
        )
        items.append(
            Item(
                title=f"{total.need_area.name}, {total.place.name}",
                endpoint="gaps.analysis_cell",
                values={
                    "public_id": latest.public_id,
                    "place": total.place.code,
                    "need": total.need_area.code,
                },
                state=reading.word,
                step=f"close_{reading.word}",
                counts={"not_contracted": reading.not_contracted, "wanted": reading.wanted},
                event="analysed",
                when=latest.on_date,
                about=latest.title,
            )
        )
    return Section(SectionCode.GAPS, items, len(items), "gaps.index")
