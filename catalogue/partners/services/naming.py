"""A lead's side of its supply chain: naming partners, inviting them, changing and ending their parts."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.partners import queries, rules
from catalogue.partners.models import SupplyChainLink
from catalogue.partners.rules import LINK_STEPS
from catalogue.partners.types import (
    LinkEvent,
    LinkFacts,
    LinkKind,
    LinkState,
    Part,
    PartnerPermission,
    PartnerTag,
)
from catalogue.reference.models import NeedArea, Place
from core.accounts.models import Organisation
from core.accounts.queries import locked_organisation
from core.accounts.services import count_deed, mail_people_who_may
from core.accounts.types import Limit
from core.actor import Actor
from core.audit.services import record
from core.notify import queue_mail
from core.reasons import Reason, Refused, refuse_if
from core.states import step
from core.tokens import make_token

INVITATION = "partner"
INVITED_FOR = timedelta(days=28)
INVITATION_MAILS = Limit("partner-mail", 5, timedelta(days=1))


def name_partner(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    kind: LinkKind,
    part: Part,
    parent: SupplyChainLink | None = None,
    organisation: Organisation | None = None,
    name: str = "",
    email: str = "",
) -> SupplyChainLink:
    """Name a partner of the actor's organisation: an organisation here, or a name and an address.

    It stands under ``parent``, one tier below, or at tier 1. Nobody is told before the invitation.
    """
    lead = locked_organisation(session, actor.organisation_id)
    email = email.strip().lower()
    refuse_if([] if organisation or (name.strip() and email) else [Reason("partner_without_name")])
    link = SupplyChainLink(
        lead=lead,
        parent=parent,
        partner=organisation,
        partner_key=_partner_key(organisation, email),
        partner_name=organisation.name if organisation else " ".join(name.split()),
        partner_email="" if organisation else email,
        kind=kind,
        tier=1 if parent is None else parent.tier + 1,
        created_at=now,
    )
    wanted = LinkFacts(
        "new", link.partner_key, kind, link.tier, parent.public_id if parent is not None else None, part
    )
    _refuse(session, lead, wanted)
    _write(session, link, part)
    session.add(link)
    session.flush()
    _record(session, PartnerTag.NAMED, actor, now, link)
    return link


def change_partner(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    link: SupplyChainLink,
    part: Part,
    name: str = "",
    email: str = "",
    seen: int | None = None,
) -> bool:
    """Change a part or its terms; whoever has been asked before is asked to confirm the new part.

    ``name`` and ``email`` count where the partner is no organisation here yet. ``seen`` is the row's version
    that the form showed: with another one, nothing is saved (Refused with `changed_meanwhile`). Returns
    whether anything changed.
    """
    lead = locked_organisation(session, actor.organisation_id)
    if seen is not None and seen != link.row_version:
        raise Refused(Reason("changed_meanwhile"))
    email = email.strip().lower()
    following = step(LINK_STEPS, link.state, LinkEvent.CHANGE)
    if link.partner is None:
        refuse_if([] if name.strip() and email else [Reason("partner_without_name")])
    same_partner = link.partner is not None or (
        (link.partner_name, link.partner_email) == (" ".join(name.split()), email)
    )
    if same_partner and part == queries.part_of(link):
        return False
    partner_key = link.partner_key if link.partner is not None else _partner_key(None, email)
    wanted = LinkFacts(
        link.public_id, partner_key, link.kind, link.tier, _key_of(link.parent), part, link.state
    )
    _refuse(session, lead, wanted)
    if link.partner is None:
        link.partner_name, link.partner_email = " ".join(name.split()), email
        link.partner_key = partner_key
    _write(session, link, part)
    before, link.state = link.state, following
    link.confirmed_at = link.confirmed_by_id = None
    link.decline_reason = ""
    if before is not LinkState.NAMED:
        link.invited_at = now
    session.flush()
    _record(session, PartnerTag.CHANGED, actor, now, link, before=before)
    if before is not LinkState.NAMED:
        _ask(session, link, now, changed=True)
    return True


def invite_partner(session: Session, *, actor: Actor, now: datetime, link: SupplyChainLink) -> None:
    """Ask a partner to confirm its part: by its page where it is here, by a link in a mail otherwise."""
    lead = locked_organisation(session, actor.organisation_id)
    following = step(LINK_STEPS, link.state, LinkEvent.INVITE)
    if link.state is LinkState.DECLINED:
        _refuse(session, lead, queries.as_facts(link))
    again = _ask(session, link, now, changed=False)
    if again is not None:
        raise Refused(Reason("mailed_too_often", {"again_at": again}))
    link.state, link.invited_at = following, now
    link.decline_reason = ""
    session.flush()
    _record(session, PartnerTag.INVITED, actor, now, link)


def end_partner(session: Session, *, actor: Actor, now: datetime, link: SupplyChainLink) -> list[str]:
    """End a partner's part and the parts under it; each partner that was asked is told. Returns the names."""
    locked_organisation(session, actor.organisation_id)
    step(LINK_STEPS, link.state, LinkEvent.END)
    chain = queries.chain_of(session, lead_id=link.lead_id)
    by_key = {one.public_id: one for one in chain}
    ending = [link, *(by_key[key] for key in queries.beneath(chain, link.public_id))]
    for one in ending:
        before, one.state = one.state, step(LINK_STEPS, one.state, LinkEvent.END)
        one.ended_at = now
        _record(session, PartnerTag.ENDED, actor, now, one, before=before)
        if before in (LinkState.INVITED, LinkState.CONFIRMED):
            _tell_end(session, one, now)
    return [one.called for one in ending]


def _partner_key(organisation: Organisation | None, email: str) -> str:
    if organisation is not None:
        return rules.partner_key_of_organisation(organisation.public_id)
    return rules.partner_key_of_address(email)


def _key_of(link: SupplyChainLink | None) -> str | None:
    return link.public_id if link is not None else None


def _refuse(session: Session, lead: Organisation, wanted: LinkFacts) -> None:
    refuse_if(
        [
            *rules.reasons_against_part(wanted.part),
            *rules.reasons_not_to_name(
                wanted,
                lead=rules.partner_key_of_organisation(lead.public_id),
                others=queries.facts_of_lead(session, lead.id),
            ),
        ]
    )


def _write(session: Session, link: SupplyChainLink, part: Part) -> None:
    with session.no_autoflush:
        link.need_areas = _chosen(session, NeedArea, part.need_areas)
        link.places = _chosen(session, Place, part.places)
    link.part = part.words.replace("\x00", "").strip()
    link.part_key = rules.part_key(link.kind, _key_of(link.parent), part.need_areas, part.places)
    link.share_percent, link.fee_percent = part.share_percent, part.fee_percent
    link.payment_days = part.payment_days
    if part.starts_on is not None:
        link.starts_on = part.starts_on
    link.ends_on = part.ends_on


def _chosen(session: Session, kind: type[Any], codes: Collection[str]) -> list[Any]:
    query = sa.select(kind).where(kind.code.in_(sorted(codes))).order_by(kind.code)
    return list(session.scalars(query))


def _ask(session: Session, link: SupplyChainLink, now: datetime, *, changed: bool) -> datetime | None:
    """Ask a partner by mail to confirm, or return from when it may be written to again."""
    again = count_deed(
        session, limit=INVITATION_MAILS, about=f"{link.lead.public_id} {link.partner_key}", now=now
    )
    if again is not None:
        return again
    subject = f"{link.lead.name} asks you to confirm your part"
    values = {"lead": link.lead.name, "part": link.part, "changed": changed}
    if link.partner_id is not None:
        mail_people_who_may(
            session,
            organisation_id=link.partner_id,
            permission=PartnerPermission.CONFIRM,
            subject=subject,
            template="partners/asked",
            now=now,
            link=link.public_id,
            **values,
        )
        return None
    token = make_token(INVITATION, {"link": link.public_id, "email": link.partner_email})
    queue_mail(
        session,
        to=link.partner_email,
        subject=subject,
        template="partners/invited",
        now=now,
        organisation=link.partner_name,
        token=token,
        days=INVITED_FOR.days,
        **values,
    )
    return None


def _tell_end(session: Session, link: SupplyChainLink, now: datetime) -> None:
    subject = f"Your part with {link.lead.name} has ended"
    if link.partner_id is not None:
        mail_people_who_may(
            session,
            organisation_id=link.partner_id,
            permission=PartnerPermission.CONFIRM,
            subject=subject,
            template="partners/ended",
            now=now,
            lead=link.lead.name,
            part=link.part,
        )
        return
    if count_deed(
        session, limit=INVITATION_MAILS, about=f"{link.lead.public_id} {link.partner_key}", now=now
    ):
        return
    queue_mail(
        session,
        to=link.partner_email,
        subject=subject,
        template="partners/ended",
        now=now,
        person=link.partner_name,
        lead=link.lead.name,
        part=link.part,
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
        details={
            "link": link.public_id,
            "kind": link.kind,
            "tier": link.tier,
            "partner": link.partner.public_id if link.partner is not None else None,
            **details,
        },
    )
