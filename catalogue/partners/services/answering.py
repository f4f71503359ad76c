"""A partner's side: joining by the mail's link, confirming a part, declining it or stepping back."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from catalogue.partners import queries, rules
from catalogue.partners.models import SupplyChainLink
from catalogue.partners.rules import LINK_STEPS
from catalogue.partners.types import LinkEvent, LinkState, PartnerPermission, PartnerTag
from core.accounts.models import Organisation, Person
from core.accounts.queries import locked_organisation, memberships_on
from core.accounts.services import mail_people_who_may, register_supplier
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.audit.services import record
from core.reasons import Reason, Refused, refuse_if
from core.states import step

MOST_REASON = 5_000


def join_as_partner(
    session: Session,
    *,
    now: datetime,
    today: date,
    link: SupplyChainLink,
    administrator_role: str,
    organisation: str,
    name: str,
    password: str | None,
) -> Person:
    """Set an invited partner up as a supplier, for whoever holds the mail, and give it its part.

    The mail has proved the address; ``password`` is needed where it belongs to nobody who has one. What is
    refused here leaves nothing behind: the caller's transaction is given up.
    """
    _refuse_unless_open(link)
    person = register_supplier(
        session,
        now=now,
        today=today,
        administrator_role=administrator_role,
        organisation=" ".join(organisation.split()),
        name=name,
        email=link.partner_email,
        password=password,
    )
    session.flush()
    joined = max(memberships_on(session, person_id=person.id, day=today), key=lambda held: held.id)
    actor = Actor(person.id, joined.organisation_id, OrganisationKind.SUPPLIER.value)
    take_on(session, actor=actor, now=now, link=link)
    return person


def take_on(session: Session, *, actor: Actor, now: datetime, link: SupplyChainLink) -> None:
    """Take an invitation on for the actor's organisation, which the lead knew by its address only."""
    locked_organisation(session, link.lead_id)
    _refuse_unless_open(link)
    organisation = session.get_one(Organisation, actor.organisation_id)
    if organisation.kind is not OrganisationKind.SUPPLIER:
        raise Refused(Reason("no_supplier"))
    partner_key = rules.partner_key_of_organisation(organisation.public_id)
    facts = queries.as_facts(link)
    refuse_if(
        rules.reasons_not_to_name(
            replace(facts, partner=partner_key),
            lead=rules.partner_key_of_organisation(link.lead.public_id),
            others=queries.facts_of_lead(session, link.lead_id),
        )
    )
    link.partner, link.partner_key = organisation, partner_key
    session.flush()
    _record(session, PartnerTag.JOINED, actor, now, link)


def confirm_part(
    session: Session, *, actor: Actor, now: datetime, link: SupplyChainLink, seen: int | None = None
) -> None:
    """Confirm a part with its terms as they stand; ``seen`` is the row's version that the page showed."""
    if seen is not None and seen != link.row_version:
        raise Refused(Reason("changed_meanwhile"))
    link.state = step(LINK_STEPS, link.state, LinkEvent.CONFIRM)
    link.confirmed_at, link.confirmed_by_id = now, actor.person_id
    session.flush()
    _record(session, PartnerTag.CONFIRMED, actor, now, link)
    _tell_lead(session, link, now, confirmed=True)


def decline_part(
    session: Session, *, actor: Actor, now: datetime, link: SupplyChainLink, reason: str = ""
) -> None:
    """Decline a part, or step back from it after having confirmed it; the lead is told, with the reason."""
    before, link.state = link.state, step(LINK_STEPS, link.state, LinkEvent.DECLINE)
    link.confirmed_at = link.confirmed_by_id = None
    link.decline_reason = reason.replace("\x00", "").strip()[:MOST_REASON]
    session.flush()
    _record(session, PartnerTag.DECLINED, actor, now, link, before=before)
    _tell_lead(session, link, now, confirmed=False)


def _refuse_unless_open(link: SupplyChainLink) -> None:
    if link.partner_id is not None or link.state is not LinkState.INVITED:
        raise Refused(Reason("invitation_answered"))


def _tell_lead(session: Session, link: SupplyChainLink, now: datetime, *, confirmed: bool) -> None:
    deed = "confirmed" if confirmed else "declined"
    mail_people_who_may(
        session,
        organisation_id=link.lead_id,
        permission=PartnerPermission.NAME,
        subject=f"{link.called} has {deed} its part",
        template="partners/answered",
        now=now,
        partner=link.called,
        part=link.part,
        confirmed=confirmed,
        reason=link.decline_reason,
        link=link.public_id,
    )


def _record(
    session: Session, tag: PartnerTag, actor: Actor, now: datetime, link: SupplyChainLink, **details: Any
) -> None:
    record(
        session,
        tag,
        actor=actor,
        now=now,
        subject=link,
        details={"link": link.public_id, "lead": link.lead.public_id, **details},
    )
