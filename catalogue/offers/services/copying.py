"""Copies of what a version says: a new version of the same offer, or the beginning of another offer."""

from datetime import datetime

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
from catalogue.offers.types import LEVEL_FACTS, VERSION_FACTS, OfferState


def copy_of(earlier: OfferVersion, offer: Offer, *, number: int, now: datetime) -> OfferVersion:
    """A draft of an offer that says all that an earlier version says, be it of this offer or of another."""
    return OfferVersion(
        offer=offer,
        number=number,
        state=OfferState.DRAFT,
        created_at=now,
        **{name: getattr(earlier, name) for name in VERSION_FACTS},
        places=list(earlier.places),
        cohorts=list(earlier.cohorts),
        stages=list(earlier.stages),
        sentence_types=list(earlier.sentence_types),
        languages=list(earlier.languages),
        cohort_fits=[OfferCohortFit(cohort=row.cohort, words=row.words) for row in earlier.cohort_fits],
        evidence=[
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
        levels=[
            OfferLevel(
                complexity=level.complexity,
                **{name: getattr(level, name) for name in LEVEL_FACTS},
                **copied_prices(level, same_offer=offer is earlier.offer),
                outcomes=[
                    OfferLevelOutcome(
                        outcome=row.outcome, measure=row.measure, target_percent=row.target_percent
                    )
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
            for level in earlier.levels
        ],
    )
