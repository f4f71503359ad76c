"""Where a supplier stands, and the changes of suppliers that an authority knows of."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.offers.models import Offer, OfferVersion
from catalogue.offers.types import OfferState
from catalogue.partners.models import SupplyChainLink
from catalogue.partners.types import LinkState
from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.web.paging import PAGE_SIZE, Page
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.types import BidState
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.types import CallOffState
from procurement.changes.models import SupplierChange
from procurement.changes.types import Held, Subject
from procurement.contracts.models import Contract
from procurement.framework.models import Application, Category, Framework, Member
from procurement.framework.rules import PENDING_STATES
from procurement.framework.types import MemberState

LIVING = (
    OfferState.DRAFT,
    OfferState.SUBMITTED,
    OfferState.RETURNED,
    OfferState.PUBLISHED,
    OfferState.SUSPENDED,
)
OVER = (CallOffState.CANCELLED, CallOffState.CONTRACTED)


def supplier_of(session: Session, *, actor: Actor, public_id: str) -> Organisation | None:
    """Return a supplier that is, was or asked to be a member of a framework of the actor's authority."""
    query = sa.select(Organisation).where(
        Organisation.public_id == public_id, Organisation.id.in_(_known_to(actor))
    )
    return session.scalars(query).one_or_none()


def suppliers_known(session: Session, *, actor: Actor, words: str, page: int) -> Page[Organisation]:
    """Return a page of the suppliers known to the actor's authority, by name."""
    query = sa.select(Organisation).where(Organisation.id.in_(_known_to(actor)))
    if words:
        query = query.where(sa.func.lower(Organisation.name).contains(words.lower(), autoescape=True))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.order_by(Organisation.name, Organisation.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(rows, page, total)


def possible_successor(session: Session, public_id: str) -> Organisation | None:
    """Return any supplier of the service by its public identifier: a successor need not be a member."""
    query = sa.select(Organisation).where(
        Organisation.public_id == public_id, Organisation.kind == OrganisationKind.SUPPLIER
    )
    return session.scalars(query).one_or_none()


def changes_of(session: Session, *, actor: Actor, supplier_id: int) -> Sequence[SupplierChange]:
    """Return the changes of a supplier that the actor's authority recorded, the newest first."""
    query = (
        sa.select(SupplierChange)
        .where(
            SupplierChange.authority_id == actor.organisation_id, SupplierChange.supplier_id == supplier_id
        )
        .options(joinedload(SupplierChange.successor))
        .order_by(SupplierChange.recorded_at.desc(), SupplierChange.id.desc())
    )
    return session.scalars(query).all()


def recent_changes(session: Session, *, actor: Actor, most: int = 10) -> Sequence[SupplierChange]:
    """Return the newest changes that the actor's authority recorded."""
    query = (
        sa.select(SupplierChange)
        .where(SupplierChange.authority_id == actor.organisation_id)
        .options(joinedload(SupplierChange.supplier, innerjoin=True))
        .order_by(SupplierChange.recorded_at.desc(), SupplierChange.id.desc())
        .limit(most)
    )
    return session.scalars(query).all()


def change_of(session: Session, *, actor: Actor, public_id: str) -> SupplierChange | None:
    """Return a change that the actor's authority recorded."""
    query = (
        sa.select(SupplierChange)
        .where(SupplierChange.public_id == public_id, SupplierChange.authority_id == actor.organisation_id)
        .options(
            joinedload(SupplierChange.supplier, innerjoin=True),
            joinedload(SupplierChange.successor),
            joinedload(SupplierChange.recorded_by, innerjoin=True),
        )
    )
    return session.scalars(query).one_or_none()


def held_by(
    session: Session, *, actor: Actor, supplier_id: int, successor_id: int | None = None
) -> list[Held]:
    """Return what a supplier has: memberships, offers, open bids, contracts of the actor's authority.

    Offers are the supplier's own and the same for every authority.
    """
    return [
        *_memberships(session, actor, supplier_id, successor_id),
        *_offers(session, supplier_id),
        *_bids(session, actor, supplier_id),
        *_contracts(session, actor, supplier_id, successor_id),
        *_links(session, supplier_id),
        *_applications(session, actor, supplier_id),
    ]


def offers_of(session: Session, supplier_id: int) -> Sequence[OfferVersion]:
    """Return the versions of a supplier's offers that live: open ones and those that stand."""
    query = (
        sa.select(OfferVersion)
        .join(OfferVersion.offer)
        .where(Offer.supplier_id == supplier_id, OfferVersion.state.in_(LIVING))
        .options(joinedload(OfferVersion.offer, innerjoin=True).joinedload(Offer.supplier, innerjoin=True))
        .order_by(Offer.id, OfferVersion.number)
    )
    return session.scalars(query).all()


def contracts_of(session: Session, *, actor: Actor, supplier_id: int) -> Sequence[Contract]:
    """Return the contracts of a supplier with the actor's authority that come from call-offs."""
    query = (
        sa.select(Contract)
        .join(Contract.lot)
        .join(Lot.call_off)
        .where(Contract.supplier_id == supplier_id, CallOff.authority_id == actor.organisation_id)
        .order_by(Contract.reference, Contract.id)
    )
    return session.scalars(query).all()


def _known_to(actor: Actor) -> sa.CompoundSelect[int]:
    members = (
        sa.select(Member.supplier_id)
        .join(Category, Category.id == Member.category_id)
        .join(Framework, Framework.id == Category.framework_id)
        .where(Framework.authority_id == actor.organisation_id)
    )
    applicants = (
        sa.select(Application.supplier_id)
        .join(Framework, Framework.id == Application.framework_id)
        .where(Framework.authority_id == actor.organisation_id, Application.submitted_at.is_not(None))
    )
    return members.union(applicants)


def links_in_force(session: Session, supplier_id: int) -> Sequence[SupplyChainLink]:
    """Return the links of supply chains that a supplier leads or has a part in, the leads' own first."""
    query = (
        sa.select(SupplyChainLink)
        .where(
            sa.or_(SupplyChainLink.lead_id == supplier_id, SupplyChainLink.partner_id == supplier_id),
            SupplyChainLink.state.in_((LinkState.NAMED, LinkState.INVITED, LinkState.CONFIRMED)),
        )
        .options(
            joinedload(SupplyChainLink.lead, innerjoin=True),
            joinedload(SupplyChainLink.partner),
            selectinload(SupplyChainLink.need_areas),
        )
        .order_by(SupplyChainLink.lead_id != supplier_id, SupplyChainLink.tier, SupplyChainLink.id)
    )
    return session.scalars(query).all()


def _links(session: Session, supplier_id: int) -> list[Held]:
    found = []
    for link in links_in_force(session, supplier_id):
        needs = ", ".join(need.name for need in link.need_areas)
        if link.lead_id == supplier_id:
            found.append(Held(Subject.PARTNER, link.id, f"{link.called}: {needs}"))
        else:
            found.append(Held(Subject.PART, link.id, f"With {link.lead.name}: {needs}"))
    return found


def _applications(session: Session, actor: Actor, supplier_id: int) -> list[Held]:
    query = (
        sa.select(Application, Framework.title, Framework.regime)
        .join(Framework, Framework.id == Application.framework_id)
        .where(
            Application.supplier_id == supplier_id,
            Application.state.in_(sorted(PENDING_STATES)),
            Framework.authority_id == actor.organisation_id,
        )
        .order_by(Application.id)
    )
    return [
        Held(Subject.APPLICATION, application.id, f"{application.public_id}, {title}", regime=regime)
        for application, title, regime in session.execute(query)
    ]


def _memberships(session: Session, actor: Actor, supplier_id: int, successor_id: int | None) -> list[Held]:
    query = (
        sa.select(Member)
        .join(Member.category)
        .join(Category.framework)
        .where(Framework.authority_id == actor.organisation_id)
        .options(
            joinedload(Member.category, innerjoin=True).joinedload(Category.framework, innerjoin=True),
            joinedload(Member.region, innerjoin=True),
        )
        .order_by(Framework.title, Category.code, Member.region_id)
    )
    successor = {
        (member.category_id, member.region_id)
        for member in session.scalars(query.where(Member.supplier_id == successor_id))
        if member.state is MemberState.ACTIVE
    }
    return [
        Held(
            Subject.MEMBERSHIP,
            member.id,
            f"{member.category.name}, {member.region.name}",
            state=member.state,
            regime=member.category.framework.regime,
            successor_has_it=(member.category_id, member.region_id) in successor,
        )
        for member in session.scalars(query.where(Member.supplier_id == supplier_id))
    ]


def _offers(session: Session, supplier_id: int) -> list[Held]:
    return [
        Held(
            Subject.OFFER,
            version.id,
            f"{version.title or 'Untitled'}, version {version.number}",
            offer_is_published=version.state is OfferState.PUBLISHED,
        )
        for version in offers_of(session, supplier_id)
    ]


def _bids(session: Session, actor: Actor, supplier_id: int) -> list[Held]:
    query = (
        sa.select(Bid, Framework.regime)
        .join(Bid.lot)
        .join(Lot.call_off)
        .join(Framework, Framework.id == CallOff.framework_id)
        .where(
            Bid.supplier_id == supplier_id,
            Bid.state == BidState.SUBMITTED,
            CallOff.authority_id == actor.organisation_id,
            CallOff.state.not_in(OVER),
        )
        .options(joinedload(Bid.lot, innerjoin=True).joinedload(Lot.call_off, innerjoin=True))
        .order_by(CallOff.id, Lot.number)
    )
    return [
        Held(Subject.BID, bid.id, f"{bid.lot.call_off.title}, lot {bid.lot.number}", regime=regime)
        for bid, regime in session.execute(query)
    ]


def _contracts(session: Session, actor: Actor, supplier_id: int, successor_id: int | None) -> list[Held]:
    theirs = {
        contract.lot_id for contract in contracts_of(session, actor=actor, supplier_id=successor_id or 0)
    }
    query = (
        sa.select(Contract, Framework.regime)
        .join(Contract.lot)
        .join(Lot.call_off)
        .join(Framework, Framework.id == CallOff.framework_id)
        .where(Contract.supplier_id == supplier_id, CallOff.authority_id == actor.organisation_id)
        .options(selectinload(Contract.lot))
        .order_by(Contract.reference, Contract.id)
    )
    return [
        Held(
            Subject.CONTRACT,
            contract.id,
            f"{contract.title} ({contract.reference})",
            regime=regime,
            successor_has_it=contract.lot_id in theirs,
        )
        for contract, regime in session.execute(query)
    ]
