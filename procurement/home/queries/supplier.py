"""A supplier's start page: bids and their deadlines, offers to finish, applications, contracts."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.offers.queries import unfinished_steps
from catalogue.offers.queries.assurance import own_unconfirmed
from catalogue.offers.queries.lists import own_offers
from catalogue.offers.queries.versions import states_of_own
from catalogue.offers.rules.assurance import assurance_state
from catalogue.offers.rules.states import EDITABLE
from catalogue.offers.types import AssuranceState, AssuranceTerms, OfferPermission, OfferState
from catalogue.partners.queries import parts_waiting
from catalogue.partners.types import PartnerPermission
from catalogue.suppliers.queries import evidence_of
from catalogue.suppliers.types import EvidenceState
from core.actor import Actor
from core.calendar import london_date
from procurement.calloffs.bids.queries.scoped import InvitedCallOff, running_invitations_of, standing_of
from procurement.calloffs.bids.types import BidStanding
from procurement.calloffs.drafting.types import CallOffState
from procurement.contracts.models import Contract
from procurement.framework.models import Application
from procurement.framework.queries import unfinished_sections
from procurement.framework.queries.applications import OPEN_STATES
from procurement.framework.types import ApplicationState
from procurement.home.types import Item, Section, SectionCode

SHOWN = 8


def invitations(session: Session, *, actor: Actor, now: datetime) -> Section:
    """Call-offs open for bids, the soonest deadline first, then those whose outcome is awaited."""
    running = running_invitations_of(session, actor=actor)
    items = [item for invited in running if (item := _invitation(invited, now)) is not None]
    items.sort(key=lambda item: (not item.waits, item.event != "closes"))
    return Section(SectionCode.INVITATIONS, items[:SHOWN], len(items), "bids.invitations")


def _invitation(invited: InvitedCallOff, now: datetime) -> Item | None:
    """Return how a call-off stands for the supplier over all lots it may bid for; None for no part."""
    call_off = invited.call_off
    standings = [
        standing_of(invited.bids.get(lot.id), call_off, now)
        for lot in call_off.lots
        if lot.id in invited.bids or invited.may_bid(lot)
    ]
    submitted = {BidStanding.SUBMITTED, BidStanding.SUBMITTED_WITH_CHANGES, BidStanding.RECEIVED}
    count = sum(standing in submitted for standing in standings)
    is_open = call_off.deadline is not None and now < call_off.deadline
    if not standings or (not is_open and not count):
        return None
    if call_off.state is CallOffState.PAUSED:
        state = BidStanding.SUBMITTED if count == len(standings) else BidStanding.NOT_SUBMITTED
        step = "wait_for_resumption"
    elif not is_open:
        state, step = BidStanding.RECEIVED, "wait_for_outcome"
    elif BidStanding.SUBMITTED_WITH_CHANGES in standings:
        state, step = BidStanding.SUBMITTED_WITH_CHANGES, "submit_again"
    elif count == len(standings):
        state, step = BidStanding.SUBMITTED, "may_change_bid"
    elif BidStanding.NOT_SUBMITTED in standings:
        state, step = BidStanding.NOT_SUBMITTED, "submit_bid"
    else:
        state, step = BidStanding.NOT_STARTED, "start_bid"
    return Item(
        title=call_off.title,
        endpoint="bids.call_off",
        values={"call_off": call_off.public_id},
        state=state if count == 0 or count == len(standings) else "partly_submitted",
        step=step,
        waits=step in ("submit_again", "submit_bid", "start_bid"),
        event="closes" if is_open else "closed",
        when=call_off.deadline,
        about=call_off.authority.name,
        counts={"submitted": count, "lots": len(standings)},
    )


def parts(session: Session, *, actor: Actor, now: datetime) -> Section:
    """Parts in others' supply chains that wait for this organisation to confirm, the oldest first."""
    waiting, total = parts_waiting(session, actor=actor, most=SHOWN)
    items = [
        Item(
            title=link.lead.name,
            endpoint="partners.part",
            values={"public_id": link.public_id},
            state=link.state,
            step="confirm_part",
            waits=actor.may(PartnerPermission.CONFIRM),
            event="asked",
            when=link.invited_at,
        )
        for link in waiting
    ]
    return Section(SectionCode.PARTS, items, total, "partners.parts")


def offers(session: Session, *, actor: Actor, now: datetime) -> Section:
    """Offers that were returned, drafts, and those that wait for the framework manager."""
    states = states_of_own(session, actor=actor)
    open_states = (*EDITABLE, OfferState.SUBMITTED)
    items = [
        Item(
            title=version.title or offer.need_area.name,
            endpoint="offers.offer",
            values={"offer": offer.public_id},
            state=version.state,
            step={OfferState.RETURNED: "answer_return", OfferState.DRAFT: "submit_offer"}.get(
                version.state, "wait_for_review"
            ),
            waits=version.state in EDITABLE,
            about=offer.need_area.name,
        )
        for offer, version in own_offers(session, actor=actor).rows
        if version.state in open_states
    ]
    return Section(
        SectionCode.RETURNED_OFFERS,
        items[:SHOWN],
        sum(states.get(state, 0) for state in open_states),
        "offers.own",
    )


def unconfirmed_offers(session: Session, *, actor: Actor, now: datetime, terms: AssuranceTerms) -> Section:
    """Published offers that wait to be confirmed, marked or hidden ones too; the oldest first."""
    today = london_date(now)
    items = [
        Item(
            title=version.title,
            endpoint="offers.ask_to_confirm" if actor.may(OfferPermission.SUBMIT) else "offers.offer",
            values={"offer": version.offer.public_id, "number": version.number}
            if actor.may(OfferPermission.SUBMIT)
            else {"offer": version.offer.public_id},
            state=state,
            step="confirm_offer",
            waits=actor.may(OfferPermission.SUBMIT),
            event="confirmed",
            when=assurance.assured_on,
            about=version.offer.need_area.name,
        )
        for version, assurance in own_unconfirmed(session, actor=actor, terms=terms, today=today)
        if (state := assurance_state(assurance, terms, today)) is not AssuranceState.CONFIRMED
    ]
    return Section(SectionCode.UNCONFIRMED_OFFERS, items[:SHOWN], len(items), "offers.own")


def applications(session: Session, *, actor: Actor, now: datetime) -> Section:
    """Applications to frameworks that are not decided, with the day of the decision."""
    own = (Application.supplier_id == actor.organisation_id, Application.state.in_(OPEN_STATES))
    total = session.scalar(sa.select(sa.func.count()).select_from(Application).where(*own)) or 0
    rows = session.scalars(
        sa.select(Application)
        .where(*own)
        .options(joinedload(Application.framework))
        .order_by(Application.decision_due_on, Application.id)
        .limit(SHOWN)
    )
    steps = {
        ApplicationState.DRAFT: "submit_application",
        ApplicationState.REPRESENTATIONS: "comment_on_refusal",
    }
    items = [
        Item(
            title=application.framework.title,
            endpoint="framework.application",
            values={"public_id": application.public_id},
            state=application.state,
            step=steps.get(application.state, "wait_for_decision"),
            waits=application.state in steps,
            event="decision" if application.submitted_at and application.decision_due_on else "",
            when=application.decision_due_on if application.submitted_at else None,
        )
        for application in rows
    ]
    return Section(SectionCode.APPLICATIONS, items, total, "framework.applications")


def sections(session: Session, *, actor: Actor, now: datetime) -> Section:
    """What a colleague has handed to this person and lacks something: applications, then offers."""
    found = unfinished_sections(session, actor=actor)
    items = [
        Item(
            title=name,
            endpoint="framework.application",
            values={"public_id": application.public_id},
            state="to_fill_in",
            step="fill_in_section",
            waits=True,
            about=application.framework.title,
        )
        for application, name in found
    ]
    items += [
        Item(
            title=version.title or version.offer.need_area.name,
            endpoint="offers.offer",
            values={"offer": version.offer.public_id},
            state="to_fill_in",
            step=f"write_{step.code}",
            waits=True,
            about=version.offer.need_area.name,
        )
        for version, step in unfinished_steps(session, actor=actor, on=london_date(now))
    ]
    return Section(SectionCode.SECTIONS, items[:SHOWN], len(items))


def evidence(session: Session, *, actor: Actor, now: datetime) -> Section:
    """Evidence that has ended or ends within 60 days, the longest ended first."""
    page = evidence_of(session, actor=actor, today=london_date(now))
    ending = [kept for kept in page.rows if kept.state is not EvidenceState.CURRENT]
    items = [
        Item(
            title=kept.entry.title,
            endpoint="suppliers.evidence_entry",
            values={"entry": kept.entry.public_id},
            state=kept.state,
            step="replace_evidence",
            waits=True,
            event="ended" if kept.state is EvidenceState.EXPIRED else "ends",
            when=kept.version.expires_on,
            about=kept.entry.owner.name if kept.entry.owner else "",
        )
        for kept in ending[:SHOWN]
    ]
    return Section(SectionCode.EVIDENCE, items, len(ending), "suppliers.evidence")


def contracts(session: Session, *, actor: Actor, now: datetime) -> Section:
    """Contracts in force or to begin, the soonest end first."""
    today = london_date(now)
    standing = (
        Contract.supplier_id == actor.organisation_id,
        sa.or_(Contract.ends_on.is_(None), Contract.ends_on >= today),
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(Contract).where(*standing)) or 0
    endless = sa.case((Contract.ends_on.is_(None), 1), else_=0)
    rows = session.scalars(
        sa.select(Contract).where(*standing).order_by(endless, Contract.ends_on, Contract.id).limit(SHOWN)
    )
    items = [
        Item(
            title=contract.title,
            endpoint="contracts.contract",
            values={"public_id": contract.public_id},
            state="to_begin" if contract.starts_on > today else "in_force",
            event="begins" if contract.starts_on > today else ("ends" if contract.ends_on else ""),
            when=contract.starts_on if contract.starts_on > today else contract.ends_on,
            about=contract.reference,
        )
        for contract in rows
    ]
    return Section(SectionCode.CONTRACTS, items, total, "contracts.index")
