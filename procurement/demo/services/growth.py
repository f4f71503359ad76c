"""What follows from contracts and from the source's gaps: suppliers that grow, a level written here."""

from collections import defaultdict
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import CapacityCommitment, CapacityPool, Offer
from catalogue.offers.types import OfferState
from catalogue.reference import queries as reference
from catalogue.reference.services import publish_level, save_draft
from catalogue.reference.types import Complexity, DraftItem, Phase
from procurement.demo.services.people import Cast

WRITTEN = (
    DraftItem(
        Phase.ASSESS_AND_PLAN,
        "Look with the person at when, where and with whom they drink, and what it costs them",
    ),
    DraftItem(Phase.ASSESS_AND_PLAN, "Agree on aims for the weeks to come, in the person’s own words"),
    DraftItem(Phase.IMPLEMENT, "Keep a diary together and talk about what it shows"),
    DraftItem(Phase.IMPLEMENT, "Practise ways to say no, and plan for the hard days"),
    DraftItem(Phase.IMPLEMENT, "Go along the first time to a group or an activity without alcohol"),
    DraftItem(
        Phase.REVIEW_AND_EVALUATE,
        "Look back at the aims after six weeks, and say where help goes on afterwards",
    ),
)


def keep_pace(session: Session, cast: Cast, *, now: datetime) -> int:
    """Let suppliers raise the places of offers beyond which they have won contracts; return how many do.

    Each does it as it would: by a new version, a tenth above what is under contract, which is published.
    """
    keys = {organisation.id: key for key, organisation in cast.suppliers.items()}
    committed: dict[int, dict[Complexity, int]] = defaultdict(lambda: defaultdict(int))
    rows = session.execute(
        sa.select(
            CapacityCommitment.offer_id, CapacityCommitment.complexity, CapacityCommitment.places_a_year
        )
        .join(CapacityPool, CapacityPool.id == CapacityCommitment.pool_id)
        .where(CapacityPool.offer_id.is_not(None), CapacityCommitment.ends_on >= now.date())
        .order_by(CapacityCommitment.id)
    )
    for offer_id, complexity, places in rows:
        committed[offer_id][complexity] += places
    grown = 0
    for offer_id, promised in sorted(committed.items()):
        offer = session.get_one(Offer, offer_id)
        actor = cast.actor(keys[offer.supplier_id])
        version = queries.own_version(session, offer.public_id, actor=actor)
        assurance = queries.assurance_of(session, offer_id)
        if version is None or version.state is not OfferState.PUBLISHED:
            continue
        if assurance is not None and assurance.hidden_on is not None:
            continue
        held = {level.complexity: level.places_a_year or 0 for level in version.levels}
        enough = all(promised[one] <= places for one, places in held.items())
        together = version.places_together or sum(held.values())
        if enough and sum(promised.values()) <= together:
            continue
        when = now - timedelta(days=16)
        newer = services.start_new_version(session, actor=actor, now=when, offer=offer)
        wanted = {one: max(places, _a_tenth_more(promised[one])) for one, places in held.items()}
        for level in newer.levels:
            services.save_price(
                session,
                actor=actor,
                version=newer,
                complexity=level.complexity,
                unit_price=level.unit_price,
                places_a_year=wanted[level.complexity],
            )
        if newer.places_together is not None:
            newer.places_together = sum(wanted.values())
        session.flush()
        services.submit_offer(session, actor=actor, now=when, version=newer)
        services.publish_offer(
            session, actor=cast.actor("manager"), now=when + timedelta(days=1), version=newer
        )
        grown += 1
    return grown


def _a_tenth_more(places: int) -> int:
    return -(-places * 11 // 100) * 10


def write_level(session: Session, cast: Cast, *, now: datetime) -> None:
    """Publish what alcohol services do at low complexity, which the source leaves open."""
    need = reference.need_area(session, "alcohol")
    assert need is not None
    level = {"actor": cast.actor("manager"), "need_area": need, "complexity": Complexity.LOW}
    guide = "Drinks more than is safe and knows it, is not dependent, and has someone who would help."
    when = now - timedelta(days=10)
    draft = save_draft(session, now=when, items=WRITTEN, guide=guide, seen=0, **level)
    publish_level(session, now=when + timedelta(days=1), seen=draft.row_version, **level)
