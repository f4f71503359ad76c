"""Partners named on versions of offers: for the offer's owner and the authority, never for the public."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.offers.models import OfferPartner


def partners_named(session: Session, version_id: int) -> Sequence[OfferPartner]:
    """The partners named on a version, by tier and name."""
    query = (
        sa.select(OfferPartner)
        .where(OfferPartner.version_id == version_id)
        .options(joinedload(OfferPartner.link, innerjoin=True))
        .order_by(OfferPartner.tier, OfferPartner.name, OfferPartner.link_id)
    )
    return session.scalars(query).all()
