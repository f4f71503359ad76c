"""What waits for a person, what comes next and when: a constant number of queries for each section."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from catalogue.offers.types import AssuranceTerms, OfferPermission
from catalogue.partners.types import PartnerPermission
from catalogue.suppliers.types import SupplierPermission
from core.actor import Actor
from procurement.calloffs.drafting.types import CallOffPermission
from procurement.contracts.types import ContractPermission
from procurement.framework.types import FrameworkPermission
from procurement.gaps.types import GapPermission
from procurement.home.queries import authority, supplier
from procurement.home.types import Section, SectionCode


def sections_for(
    session: Session, *, actor: Actor, now: datetime, assurance: AssuranceTerms
) -> list[Section]:
    """Return the sections that the actor's roles give reason for, in the order of the page."""
    of_suppliers = (
        (CallOffPermission.READ_INVITED, supplier.invitations),
        (OfferPermission.READ, supplier.offers),
        (OfferPermission.READ, partial(supplier.unconfirmed_offers, terms=assurance)),
        (PartnerPermission.READ, supplier.parts),
        (FrameworkPermission.APPLY, supplier.sections),
        (FrameworkPermission.READ_APPLICATION, supplier.applications),
        (SupplierPermission.READ_PROFILE, supplier.evidence),
        (ContractPermission.READ, supplier.contracts),
    )
    of_authorities = (
        (CallOffPermission.READ, authority.duties),
        (CallOffPermission.EVALUATE, authority.duties),
        (OfferPermission.REVIEW, authority.reviews),
        (FrameworkPermission.ASSESS, authority.assessments),
        (CallOffPermission.DRAFT, authority.call_offs),
        (GapPermission.READ, authority.gaps),
    )
    chosen = of_suppliers if actor.organisation_kind == "supplier" else of_authorities
    wanted = dict.fromkeys(section for permission, section in chosen if actor.may(permission))
    found = [section(session, actor=actor, now=now) for section in wanted]
    order = list(SectionCode)
    if actor.may(GapPermission.ANALYSE):
        order = [SectionCode.GAPS, *(code for code in order if code is not SectionCode.GAPS)]
    # What comes seldom, or by being named: who has none of it reads nothing.
    rare = (
        SectionCode.DUTIES,
        SectionCode.UNCONFIRMED_OFFERS,
        SectionCode.PARTS,
        SectionCode.SECTIONS,
        SectionCode.EVIDENCE,
    )
    shown = [section for section in found if section.items or section.code not in rare]
    return sorted(shown, key=lambda section: order.index(section.code))


__all__ = ["sections_for"]
