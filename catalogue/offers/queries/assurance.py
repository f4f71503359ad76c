"""When published offers were last confirmed, and which of them wait to be."""

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from catalogue.offers.models import Offer, OfferAssurance, OfferVersion
from catalogue.offers.rules.assurance import first_asked
from catalogue.offers.types import Assurance, AssuranceTerms, OfferState
from core.actor import Actor


def hidden_on(session: Session, offer_id: int) -> date | None:
    """Since when an offer is hidden because its supplier has not confirmed it."""
    query = sa.select(OfferAssurance.hidden_on).where(OfferAssurance.offer_id == offer_id)
    return session.scalars(query).one_or_none()


def is_confirmed() -> sa.ColumnElement[bool]:
    """Whether the offer of a query is not hidden for want of its supplier's confirmation."""
    return ~sa.exists().where(OfferAssurance.offer_id == Offer.id, OfferAssurance.hidden_on.is_not(None))


def assurance_of(session: Session, offer_id: int) -> Assurance | None:
    """When an offer was confirmed and what was done since; None for one that was never published."""
    row = session.get(OfferAssurance, offer_id)
    return None if row is None else as_values(row)


def assurances_of(session: Session, offer_ids: Collection[int]) -> dict[int, Assurance]:
    """When some offers were confirmed, by offer; those never published are left out."""
    query = sa.select(OfferAssurance).where(OfferAssurance.offer_id.in_(offer_ids))
    return {row.offer_id: as_values(row) for row in session.scalars(query.order_by(OfferAssurance.offer_id))}


def as_values(row: OfferAssurance) -> Assurance:
    """The row as the rules take it."""
    return Assurance(row.assured_on, row.reminded_on, row.noticed_on, row.hidden_on)


def assurances_due(
    session: Session, *, terms: AssuranceTerms, today: date
) -> Sequence[tuple[OfferAssurance, OfferVersion]]:
    """Published offers for which something may be due today, with the version that stands, by supplier.

    Locked where the engine can: two workers do not write to one supplier twice.
    """
    query = (
        sa.select(OfferAssurance, OfferVersion)
        .join(Offer, Offer.id == OfferAssurance.offer_id)
        .join(OfferVersion, OfferVersion.offer_id == Offer.id)
        .where(
            OfferAssurance.assured_on <= first_asked(terms, today),
            OfferAssurance.hidden_on.is_(None),
            OfferVersion.state == OfferState.PUBLISHED,
        )
        .options(contains_eager(OfferVersion.offer).joinedload(Offer.supplier))
        .order_by(Offer.supplier_id, OfferVersion.title, Offer.id)
        .with_for_update(of=OfferAssurance)
        .execution_options(populate_existing=True)
    )
    return [(row, version) for row, version in session.execute(query)]


def own_unconfirmed(
    session: Session, *, actor: Actor, terms: AssuranceTerms, today: date
) -> Sequence[tuple[OfferVersion, Assurance]]:
    """The actor's organisation's published offers that may ask to be confirmed, the longest wait first."""
    query = (
        sa.select(OfferVersion, OfferAssurance)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .join(OfferAssurance, OfferAssurance.offer_id == Offer.id)
        .where(
            Offer.supplier_id == actor.organisation_id,
            OfferVersion.state == OfferState.PUBLISHED,
            OfferAssurance.assured_on <= first_asked(terms, today),
        )
        .options(contains_eager(OfferVersion.offer).joinedload(Offer.need_area))
        .order_by(OfferAssurance.assured_on, Offer.id)
    )
    return [(version, as_values(row)) for version, row in session.execute(query)]
