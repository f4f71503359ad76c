"""Listed offers and their suppliers a page at a time, for the directory: a constant number of queries."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from catalogue.offers.models import Offer, OfferEvidence, OfferListing, OfferVersion
from catalogue.offers.types import RemoteDelivery
from catalogue.suppliers.models import SupplierProfile
from core.accounts.models import Organisation
from core.web.paging import Page


def _for_directory() -> tuple[ORMOption, ...]:
    return (
        selectinload(OfferVersion.levels),
        selectinload(OfferVersion.places),
        selectinload(OfferVersion.cohorts),
        selectinload(OfferVersion.stages),
        selectinload(OfferVersion.sentence_types),
        selectinload(OfferVersion.languages),
        selectinload(OfferVersion.evidence).joinedload(OfferEvidence.mark),
        joinedload(OfferVersion.offer).joinedload(Offer.need_area),
        joinedload(OfferVersion.offer).joinedload(Offer.supplier),
    )


def _listed(*where: sa.ColumnElement[bool]) -> sa.Select[OfferVersion]:
    return (
        sa.select(OfferVersion)
        .join(OfferListing, OfferListing.version_id == OfferVersion.id)
        .where(*where)
        .options(*_for_directory())
    )


def directory_page(session: Session, *, number: int, size: int, remote: bool = False) -> Page[OfferVersion]:
    """A page of the listed versions, the oldest offer first, so that a page stays while offers are added.

    ``remote`` leaves those that are given at a distance alone.
    """
    where = (OfferVersion.remote == RemoteDelivery.ONLY,) if remote else ()
    counted = sa.select(sa.func.count()).select_from(OfferListing)
    if remote:
        counted = counted.join(OfferVersion, OfferVersion.id == OfferListing.version_id).where(*where)
    query = _listed(*where).order_by(OfferListing.offer_id).limit(size).offset((number - 1) * size)
    return Page(session.scalars(query).all(), number, session.scalar(counted) or 0, size)


def directory_service(session: Session, public_id: str) -> OfferVersion | None:
    """One listed version by its offer's identifier."""
    offer = sa.select(Offer.id).where(Offer.public_id == public_id).scalar_subquery()
    return session.scalars(_listed(OfferListing.offer_id == offer)).one_or_none()


def directory_suppliers(session: Session, *, number: int, size: int) -> Page[Organisation]:
    """A page of the suppliers that have a listed offer, by when they joined."""
    listed = Organisation.id.in_(sa.select(OfferListing.supplier_id))
    query = sa.select(Organisation).where(listed).order_by(Organisation.id)
    query = query.limit(size).offset((number - 1) * size)
    total = session.scalar(sa.select(sa.func.count()).select_from(Organisation).where(listed)) or 0
    return Page(session.scalars(query).all(), number, total, size)


def directory_supplier(
    session: Session, public_id: str
) -> tuple[Organisation, Sequence[OfferVersion]] | None:
    """A supplier with its listed versions; None where it has none."""
    organisation = session.scalars(
        sa.select(Organisation).where(Organisation.public_id == public_id)
    ).one_or_none()
    if organisation is None:
        return None
    where = OfferListing.supplier_id == organisation.id
    versions = session.scalars(_listed(where).order_by(OfferListing.offer_id)).all()
    return (organisation, versions) if versions else None


def profiles_of(session: Session, supplier_ids: Collection[int]) -> dict[int, SupplierProfile]:
    """What some suppliers say of themselves, by supplier."""
    query = sa.select(SupplierProfile).where(SupplierProfile.organisation_id.in_(set(supplier_ids)))
    return {
        row.organisation_id: row for row in session.scalars(query.order_by(SupplierProfile.organisation_id))
    }
