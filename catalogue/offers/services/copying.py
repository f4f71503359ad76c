"""Copies of what a version says: for a new version, for another level, for the beginning of another offer."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from catalogue.offers import queries
from catalogue.offers.models import (
    Offer,
    OfferCohortFit,
    OfferEvidence,
    OfferItem,
    OfferLevel,
    OfferLevelOutcome,
    OfferMethod,
    OfferOutput,
    OfferVersion,
)
from catalogue.offers.services.pricing import copied_prices
from catalogue.offers.types import LEVEL_FACTS, VERSION_FACTS, OfferState, OfferTag
from catalogue.reference.models import NeedArea
from catalogue.reference.types import Availability, Complexity
from core.actor import Actor
from core.audit.services import record
from core.reasons import Reason, Refused

# How many places there are is said anew for each offer; what one costs, for each need area and level too.
PLACES = frozenset({"places_a_year", "places_together"})
COMMERCIAL = PLACES | {"unit_price", "band_reason"}


def copy_of(earlier: OfferVersion, *, number: int, now: datetime) -> OfferVersion:
    """A draft of the same offer that says all that an earlier version says."""
    return OfferVersion(
        offer=earlier.offer,
        number=number,
        state=OfferState.DRAFT,
        created_at=now,
        **_alike(earlier, without=frozenset()),
        levels=[_same_level(level) for level in earlier.levels],
    )


def start_like(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    earlier: OfferVersion,
    need_area: NeedArea,
    places: Mapping[Complexity, int] | None = None,
) -> OfferVersion:
    """Begin an offer that says what another of the actor's organisation says; return its draft.

    Left out is what the need area does not have: levels, items, outcomes. Prices come along within one need
    area; places never do, as the same ones would then be counted twice: `places` are the new offer's own, a
    year. Refused with `not_yours` for anybody else's offer.
    """
    if earlier.offer.supplier_id != actor.organisation_id:
        raise Refused(Reason("not_yours"))
    available = queries.availabilities(session, need_area.id)
    kept = [
        level
        for level in earlier.levels
        if available.get(level.complexity, (Availability.NOT_AVAILABLE,))[0] is not Availability.NOT_AVAILABLE
    ]
    offer = Offer(supplier_id=actor.organisation_id, need_area=need_area, created_at=now, versions=[])
    version = OfferVersion(
        offer=offer,
        number=1,
        state=OfferState.DRAFT,
        created_at=now,
        **_alike(earlier, without=COMMERCIAL),
        levels=[
            level_like(
                level,
                level.complexity,
                items=queries.level_items(session, need_area.id, level.complexity),
                same_need_area=earlier.offer.need_area_id == need_area.id,
            )
            for level in kept
        ],
    )
    for level in version.levels:
        level.places_a_year = (places or {}).get(level.complexity)
    session.add_all([offer, version])
    session.flush()
    record(
        session,
        OfferTag.CREATED,
        actor=actor,
        now=now,
        subject=offer,
        details={"need_area": need_area.code, "like": earlier.offer.public_id},
    )
    return version


def level_like(
    level: OfferLevel, complexity: Complexity, *, items: Collection[str], same_need_area: bool = True
) -> OfferLevel:
    """A level that says what another says but for its places, with answers to these items (by code) alone.

    The price of a place and what it is made of come along from the same level of the same need area.
    """
    same_price = same_need_area and complexity is level.complexity
    copy = _level(level, complexity, without=PLACES if same_price else COMMERCIAL)
    if same_price:
        for name, value in copied_prices(level, same_offer=False).items():
            setattr(copy, name, value)
    copy.items = [row for row in copy.items if row.item.code in items]
    if not same_need_area:
        copy.outcomes = []
    return copy


def _alike(earlier: OfferVersion, *, without: frozenset[str]) -> dict[str, Any]:
    """What a version says beside its levels, for a new row."""
    return {
        **{name: getattr(earlier, name) for name in VERSION_FACTS if name not in without},
        "places": list(earlier.places),
        "cohorts": list(earlier.cohorts),
        "stages": list(earlier.stages),
        "sentence_types": list(earlier.sentence_types),
        "languages": list(earlier.languages),
        "cohort_fits": [OfferCohortFit(cohort=row.cohort, words=row.words) for row in earlier.cohort_fits],
        "evidence": [
            OfferEvidence(
                position=row.position,
                kind=row.kind,
                mark=row.mark,
                title=row.title,
                year=row.year,
                expires_on=row.expires_on,
                reference=row.reference,
                shows=row.shows,
            )
            for row in earlier.evidence
        ],
    }


def _same_level(level: OfferLevel) -> OfferLevel:
    """The level with its prices, costs and pool."""
    copy = _level(level, level.complexity, without=frozenset())
    for name, value in copied_prices(level, same_offer=True).items():
        setattr(copy, name, value)
    return copy


def _level(level: OfferLevel, complexity: Complexity, *, without: frozenset[str]) -> OfferLevel:
    return OfferLevel(
        complexity=complexity,
        **{name: getattr(level, name) for name in LEVEL_FACTS if name not in without},
        outcomes=[
            OfferLevelOutcome(outcome=row.outcome, measure=row.measure, target_percent=row.target_percent)
            for row in level.outcomes
        ],
        methods=[
            OfferMethod(
                phase=row.phase,
                words=row.words,
                sessions=row.sessions,
                weeks=row.weeks,
                contacts=row.contacts,
            )
            for row in level.methods
        ],
        output_rows=[
            OfferOutput(
                position=row.position,
                what=row.what,
                quantity=row.quantity,
                unit=row.unit,
                by_week=row.by_week,
            )
            for row in level.output_rows
        ],
        items=[
            OfferItem(item=row.item, response=row.response, explanation=row.explanation)
            for row in level.items
        ],
    )
