"""Keeping what finders see in step with what is published: the narrow listing and the words to search."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers import queries
from catalogue.offers.models import OfferListing, OfferVersion
from catalogue.offers.rules.content import words_of
from catalogue.offers.rules.finding import (
    PlaceBit,
    complexity_bit,
    features,
    mask,
    mode_bits,
    place_masks,
    plain_letters,
)
from catalogue.offers.types import Feature, RemoteDelivery

ONE_DAY = timedelta(days=1)

# Words go into a table of the migration `offer_search`, which the models do not know and each engine has its
# own form of.
INSERT_WORDS = {
    "sqlite": (
        "INSERT INTO offer_search (rowid, title, supplier, body) VALUES (:id, :title, :supplier, :body)"
    ),
    "postgresql": (
        "INSERT INTO offer_search (offer_id, document) VALUES (:id, "
        "setweight(to_tsvector('english', :title), 'A') || "
        "setweight(to_tsvector('english', :supplier), 'B') || "
        "setweight(to_tsvector('english', :body), 'C'))"
    ),
}
_FORGET_WORDS = {
    "sqlite": "DELETE FROM offer_search WHERE rowid = :id",
    "postgresql": "DELETE FROM offer_search WHERE offer_id = :id",
}


def refresh_listings(session: Session, supplier_id: int) -> None:
    """List a supplier's published offers, or hide them, as its memberships now let them stand."""
    for version in queries.published_versions_of(session, supplier_id):
        write_listing(session, version)


def forget_expired_marks(session: Session, *, on: date) -> int:
    """List again each offer of which a quality mark no longer holds; return how many there were."""
    versions = queries.versions_with_expired_marks(session, on)
    for version in versions:
        write_listing(session, version, on=on)
    return len(versions)


def write_listing(session: Session, version: OfferVersion, *, on: date = date.min) -> None:
    """Put a published version in the catalogue in place of what was listed of its offer.

    By a quality mark that does not hold on the day it is not found; without a day, that is left to the next
    daily look.

    An offer whose supplier has lost its standing for the need area everywhere is taken out instead, and so is
    one that is hidden because nobody confirmed it; one of a supplier that has not joined any framework is
    listed, for it may yet.
    """
    offer = version.offer
    hidden = queries.hidden_on(session, offer.id) is not None
    if hidden or not queries.lets_stand(
        session, supplier_id=offer.supplier_id, need_area_id=offer.need_area_id
    ):
        remove_listing(session, offer.id)
        return
    region_mask, police_force_area_mask = place_masks(
        (
            PlaceBit(place.id, place.kind, place.position, place.region_id, place.police_force_area_id)
            for place in version.places
        ),
        queries.place_bits(session),
    )
    content = queries.content_of(version)
    marks = [row for row in version.evidence if row.mark and (not row.expires_on or row.expires_on >= on)]
    session.merge(
        OfferListing(
            offer_id=offer.id,
            version_id=version.id,
            supplier_id=offer.supplier_id,
            need_area_id=offer.need_area_id,
            title=version.title,
            supplier_name=offer.supplier.name,
            summary=version.summary,
            published_at=version.published_at,
            complexity_mask=mask(complexity_bit(level.complexity) for level in version.levels),
            cohort_mask=mask(cohort.position for cohort in version.cohorts),
            stage_mask=mask(stage.position for stage in version.stages),
            region_mask=region_mask,
            police_force_area_mask=police_force_area_mask,
            mode_mask=mask(mode_bits(version.mode)),
            remote_mask=mask([tuple(RemoteDelivery).index(version.remote)] if version.remote else []),
            language_mask=mask(language.position for language in version.languages),
            mark_mask=mask(row.mark.position for row in marks if row.mark),
            feature_mask=mask(tuple(Feature).index(feature) for feature in features(content)),
            marks_until=min((row.expires_on + ONE_DAY for row in marks if row.expires_on), default=None),
        )
    )
    session.flush()
    words = [offer.need_area.name, *words_of(content)]
    words += [row.outcome.text for level in version.levels for row in level.outcomes]
    _forget_words(session, offer.id)
    session.execute(
        sa.text(INSERT_WORDS[session.get_bind().dialect.name]),
        {
            "id": offer.id,
            "title": plain_letters(version.title),
            "supplier": plain_letters(offer.supplier.name),
            "body": plain_letters("\n".join(text for text in words if text)),
        },
    )


def remove_listing(session: Session, offer_id: int) -> None:
    """Take an offer out of the catalogue."""
    session.execute(sa.delete(OfferListing).where(OfferListing.offer_id == offer_id))
    _forget_words(session, offer_id)


def _forget_words(session: Session, offer_id: int) -> None:
    session.execute(sa.text(_FORGET_WORDS[session.get_bind().dialect.name]), {"id": offer_id})
