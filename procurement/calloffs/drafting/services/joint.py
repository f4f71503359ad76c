"""Several authorities on one call-off: naming them with their shares, and each one's own approval."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.calendar import london_date
from core.notify import queue_mail
from core.reasons import Reason, Refused, refuse_if
from procurement.calloffs.delegations.queries import delegation_facts
from procurement.calloffs.delegations.rules import reasons_not_delegated
from procurement.calloffs.drafting.models import CallOff, CallOffPartner
from procurement.calloffs.drafting.queries import draft_facts, people_with_roles
from procurement.calloffs.drafting.rules import (
    call_off_value,
    pounds_of_share,
    reasons_not_to_approve_as_partner,
)
from procurement.calloffs.drafting.services.editing import begin_editing, lock, record_event
from procurement.calloffs.drafting.types import APPROVER_ROLE, CallOffTag


def name_partner(
    session: Session,
    *,
    call_off: CallOff,
    actor: Actor,
    now: datetime,
    authority: Organisation,
    share: Decimal,
) -> None:
    """Let another authority take part with a share (percent) of the budget, or change its share.

    Raises Refused for the lead itself and for what is no authority.
    """
    begin_editing(session, call_off, actor, now)
    if authority.kind is not OrganisationKind.AUTHORITY or authority.id == call_off.authority_id:
        raise Refused(Reason("not_another_authority"))
    found = next((one for one in call_off.partners if one.authority_id == authority.id), None)
    if found is None:
        found = CallOffPartner(authority=authority, authority_id=authority.id, share=share)
        call_off.partners.append(found)
    found.share = share
    record_event(
        session, CallOffTag.PARTNER_NAMED, call_off, actor, now, authority=authority.public_id, share=share
    )


def save_lead_share(
    session: Session, *, call_off: CallOff, actor: Actor, now: datetime, share: Decimal | None
) -> None:
    """Save the lead's own share (percent) of the budget."""
    begin_editing(session, call_off, actor, now)
    call_off.lead_share = share


def release_partner(
    session: Session, *, call_off: CallOff, actor: Actor, now: datetime, partner: CallOffPartner
) -> None:
    """Let an authority take part no longer; without any other the lead bears the whole again."""
    begin_editing(session, call_off, actor, now)
    call_off.partners.remove(partner)
    if not call_off.partners:
        call_off.lead_share = None
    authority = partner.authority.public_id
    record_event(session, CallOffTag.PARTNER_RELEASED, call_off, actor, now, authority=authority)


def ask_partners(session: Session, *, call_off: CallOff, now: datetime) -> None:
    """Write to the approvers of every other authority that the call-off waits for their approval."""
    for person in people_with_roles(
        session,
        organisation_ids=[one.authority_id for one in call_off.partners if one.approved_at is None],
        roles=[APPROVER_ROLE],
        day=london_date(now),
    ):
        queue_mail(
            session,
            to=person.email,
            subject=f"A joint call-off waits for your authority's approval: {call_off.title}",
            template="calloffs/partner",
            now=now,
            person=person.name,
            lead=call_off.authority.name,
            title=call_off.title,
            reference=call_off.public_id,
        )


def approve_as_partner(
    session: Session, *, call_off: CallOff, actor: Actor, now: datetime, has_conflict: bool | None
) -> None:
    """Approve a call-off for one's own authority, which takes part in it.

    Raises Refused with every reason against it: the lead has not approved, a conflict of interest, or no
    delegation of the own authority that covers its share (pounds) in all regions.
    """
    lock(session, call_off)
    partner = next((one for one in call_off.partners if one.authority_id == actor.organisation_id), None)
    if partner is None:
        raise Refused(Reason("not_another_authority"))
    person = actor.person_id or 0
    facts = draft_facts(session, call_off, now)
    reasons = reasons_not_to_approve_as_partner(
        call_off.state, approved=partner.approved_at is not None, has_conflict=has_conflict
    )
    reasons += reasons_not_delegated(
        delegation_facts(session, authority_id=partner.authority_id, people=[person]),
        person,
        value=pounds_of_share(call_off_value(facts), partner.share) or Decimal(0),
        regions={region for lot in facts.lots for region in lot.regions},
        day=london_date(now),
    )
    refuse_if(reasons)
    partner.approved_at, partner.approved_by_id = now, actor.person_id
    record_event(
        session,
        CallOffTag.PARTNER_APPROVED,
        call_off,
        actor,
        now,
        authority=partner.authority.public_id,
        conflict=has_conflict,
    )
