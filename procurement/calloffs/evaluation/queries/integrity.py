"""What a review of an evaluation is made of, and which prompts were put away."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.partners.models import SupplyChainLink
from catalogue.partners.types import LinkState
from core.accounts.models import Membership
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Invitation
from procurement.calloffs.drafting.types import Duty, PriceModel
from procurement.calloffs.evaluation.models import EnvelopeRelease, PromptDismissal
from procurement.calloffs.evaluation.queries.cases import corrections_of, inquiries_of, removals_of
from procurement.calloffs.evaluation.queries.opened import opened_prices
from procurement.calloffs.evaluation.queries.results import rankings, sensitivities
from procurement.calloffs.evaluation.queries.scoped import people_with
from procurement.calloffs.evaluation.queries.scores import Panel
from procurement.calloffs.evaluation.types import (
    InquiryKind,
    IntegrityBid,
    IntegrityFacts,
    IntegrityLot,
    ScoresOfPlace,
)


def integrity_facts(session: Session, call_off: CallOff, panel: Panel) -> IntegrityFacts:
    """Everything the prompts are computed from. Raises Refused while prices are sealed."""
    removed = [row.bid for row in removals_of(session, call_off).values()]
    bids = [*panel.bids, *removed]
    entries = {entry.key: entry for rows in rankings(session, call_off, panel).values() for entry in rows}
    priced = call_off.price_model is PriceModel.UNIT_PRICE
    prices = opened_prices(session, call_off, bids) if priced else {}
    people, partners = _people(session, bids), _partners(session, bids)
    corrections = corrections_of(session, bids)
    accepted = {
        row.bid_id
        for row in inquiries_of(session, call_off, InquiryKind.LOW_PRICE)
        if row.decision is not None and row.decision.accepted
    }
    closeness = sensitivities(session, call_off, panel)
    invited = _invited(session, call_off)
    lots = []
    for lot in call_off.lots:
        services = sorted((volume.need_area.code, str(volume.complexity)) for volume in lot.volumes)
        rows = []
        for bid in bids:
            if bid.lot_id != lot.id:
                continue
            entry = entries.get(bid.public_id)
            rows.append(
                IntegrityBid(
                    key=bid.public_id,
                    supplier=bid.supplier.name,
                    supplier_id=bid.supplier_id,
                    price=entry.price if entry else None,
                    unit_prices=tuple(prices[bid.id][one] for one in services) if priced else (),
                    rank=entry.rank if entry else None,
                    people=frozenset(people.get(bid.supplier_id, ())),
                    partners=partners.get(bid.supplier_id, {}),
                    corrected=bool(corrections[bid.id]),
                    low_price_accepted=bid.id in accepted,
                )
            )
        close = closeness[lot.id]
        steps = {abs(change.after - change.before) for change in close.changes} if close else set()
        lots.append(
            IntegrityLot(
                lot.number,
                tuple(rows),
                winner=close.winner if close else None,
                invited=invited.get(lot.id, 0),
                steps_to_flip=min(steps, default=None),
            )
        )
    return IntegrityFacts(
        lots=tuple(lots),
        places=tuple(_places(call_off, panel)),
        replaced=tuple((row.leaver_id, row.leaver.name) for row in panel.replacements),
        late_conflicts=tuple(_late_conflicts(session, call_off, panel)),
    )


def dismissals_of(session: Session, call_off: CallOff) -> Sequence[PromptDismissal]:
    """The prompts that were put away, the latest first."""
    return session.scalars(
        sa.select(PromptDismissal)
        .where(PromptDismissal.call_off_id == call_off.id)
        .options(joinedload(PromptDismissal.person))
        .order_by(PromptDismissal.at.desc(), PromptDismissal.id.desc())
    ).all()


def _places(call_off: CallOff, panel: Panel) -> list[ScoresOfPlace]:
    found = []
    for criterion in call_off.criteria:
        for bid in panel.bids:
            standing = panel.standing(criterion.id, bid)
            agreed = panel.consensus.get((criterion.id, bid.id))
            found.append(
                ScoresOfPlace(
                    bid=bid.public_id,
                    supplier=bid.supplier.name,
                    criterion=criterion.name,
                    criterion_key=criterion.position,
                    most=criterion.scoring_scale.most,
                    scores={score.person_id: int(score.score) for score in standing.values()},
                    names={score.person_id: score.person.name for score in standing.values()},
                    agreed=int(agreed.score) if agreed else None,
                    versions=agreed.number if agreed else 0,
                )
            )
    return found


def _late_conflicts(session: Session, call_off: CallOff, panel: Panel) -> list[tuple[int, str]]:
    """Evaluators who declared a conflict after the answers were opened."""
    since = session.scalar(
        sa.select(sa.func.min(EnvelopeRelease.at)).where(EnvelopeRelease.call_off_id == call_off.id)
    )
    found = [
        (row.person_id, row.person.name)
        for row in people_with(call_off, Duty.EVALUATOR)
        if row.has_conflict and row.declared_at is not None and since is not None and row.declared_at > since
    ]
    left = [(row.leaver_id, row.leaver.name) for row in panel.replacements if row.leaver_in_conflict]
    return [*found, *left]


def _people(session: Session, bids: Collection[Bid]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    rows = session.execute(
        sa.select(Membership.organisation_id, Membership.person_id)
        .where(Membership.organisation_id.in_({bid.supplier_id for bid in bids}))
        .order_by(Membership.id)
    )
    for organisation, person in rows:
        found.setdefault(organisation, set()).add(person)
    return found


def _partners(session: Session, bids: Collection[Bid]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    rows = session.execute(
        sa.select(
            SupplyChainLink.lead_id,
            SupplyChainLink.partner_id,
            SupplyChainLink.partner_key,
            SupplyChainLink.partner_name,
        )
        .where(
            SupplyChainLink.lead_id.in_({bid.supplier_id for bid in bids}),
            SupplyChainLink.state.not_in((LinkState.DECLINED, LinkState.ENDED)),
        )
        .order_by(SupplyChainLink.id)
    )
    for lead, partner, key, name in rows:
        found.setdefault(lead, {})[f"organisation:{partner}" if partner else key] = name
    return found


def _invited(session: Session, call_off: CallOff) -> dict[int, int]:
    rows = session.execute(
        sa.select(Invitation.lot_id, sa.func.count())
        .where(Invitation.lot_id.in_([lot.id for lot in call_off.lots]), Invitation.invited)
        .group_by(Invitation.lot_id)
        .order_by(Invitation.lot_id)
    )
    return {lot: count for lot, count in rows.all() if count}
