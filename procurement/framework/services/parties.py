"""Parties of an application: chosen from the supply chain, judged, replaced."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from catalogue.partners import queries as partners
from catalogue.partners.models import SupplyChainLink
from core.accounts.services import mail_people_who_may
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.notify import queue_mail
from core.questions.rules import fingerprint
from core.reasons import Reason, Refused, refuse_if
from procurement.framework import queries, rules
from procurement.framework.models import Application, ApplicationParty
from procurement.framework.services.assessment import Finding, answer_due_on, refuse_unless_assessor
from procurement.framework.services.citing import (
    copy_part,
    copy_whole,
    reasons_against_party_findings,
)
from procurement.framework.types import (
    ApplicationState,
    Delivery,
    FrameworkPermission,
    FrameworkTag,
)

MOST_REASON = 5_000
IN_ASSESSMENT = (ApplicationState.IN_ASSESSMENT, ApplicationState.REPRESENTATIONS)


def parties_mark(application: Application) -> str:
    """A mark of who delivers, by which a form knows whether somebody else changed it meanwhile."""
    chosen = sorted(f"{party.link.public_id} {party.relied_on}" for party in application.parties)
    return fingerprint("\n".join([str(application.delivery), *chosen]))


def save_parties(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    application: Application,
    delivery: Delivery,
    links: Collection[str] = (),
    relied_on: Collection[str] = (),
    seen: str | None = None,
) -> None:
    """Say who delivers with the applicant: links of its own supply chain, by public identifier.

    `relied_on` are those on which it relies for a condition. Alone, none is kept. `seen` is the mark that the
    form showed. A change takes the declaration back.
    """
    if application.state is not ApplicationState.DRAFT:
        raise Refused(Reason("application_is_handed_in", {"state": str(application.state)}))
    before = parties_mark(application)
    if seen is not None and seen != before:
        raise Refused(Reason("changed_meanwhile"))
    chain = partners.chain_of(session, lead_id=application.supplier_id)
    own = {link.public_id: link for link in chain}
    refuse_if(Reason("no_such_partner") for _ in set(links) - set(own))
    wanted = set(links) if delivery is not Delivery.ALONE else set()
    application.delivery = delivery
    there = {party.link.public_id: party for party in application.parties}
    for key in sorted(set(there) - wanted):
        application.parties.remove(there[key])
    for key in sorted(wanted):
        party = there.get(key)
        if party is None:
            party = ApplicationParty(link=own[key])
            application.parties.append(party)
        copy_part(party, own[key])
        party.confirmed_at = None
        party.relied_on = key in relied_on
    session.flush()
    if parties_mark(application) != before:
        application.declaration_by_id = None
        session.flush()


def record_party_findings(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    application: Application,
    findings: Mapping[str, Finding],
) -> list[Reason]:
    """Save what was found on parties by public identifier, complete or not; return what lacks a note."""
    refuse_unless_assessor(actor, application)
    if application.state not in IN_ASSESSMENT:
        raise Refused(Reason("not_in_assessment", {"state": str(application.state)}))
    changed = []
    for party in application.parties:
        if party.left_at is not None or party.public_id not in findings:
            continue
        outcome, note = findings[party.public_id]
        note = note.replace("\x00", "").strip()[:MOST_REASON]
        if outcome is not party.outcome:
            changed.append(party.public_id)
        party.outcome, party.outcome_note = outcome, note
    session.flush()
    if changed:
        _record(session, FrameworkTag.PARTIES_JUDGED, actor, now, application, parties=sorted(changed))
    return reasons_against_party_findings(application)


def ask_for_replacement(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    application: Application,
    party: ApplicationParty,
    reason: str,
) -> None:
    """Tell the lead that a party must be replaced, why, and until when."""
    refuse_unless_assessor(actor, application)
    if application.state not in IN_ASSESSMENT:
        raise Refused(Reason("not_in_assessment", {"state": str(application.state)}))
    reason = reason.replace("\x00", "").strip()[:MOST_REASON]
    reasons = rules.reasons_not_to_ask_for_replacement(queries.facts_of_party(party))
    refuse_if(reasons or ([] if reason else [Reason("reason_missing")]))
    due_on = answer_due_on(application, now=now)
    if due_on is None:
        raise Refused(Reason("beyond_the_calendar"))
    party.replacement_asked_at, party.replacement_due_on = now, due_on
    party.replacement_reason = reason
    _record(
        session,
        FrameworkTag.REPLACEMENT_ASKED,
        actor,
        now,
        application,
        party=party.public_id,
        due_on=due_on,
    )
    mail_people_who_may(
        session,
        organisation_id=application.supplier_id,
        permission=FrameworkPermission.SUBMIT_APPLICATION,
        subject=f"Application {application.public_id}: replace a partner",
        template="framework/party_replacement",
        now=now,
        reference=application.public_id,
        framework=application.framework.title,
        authority=application.framework.authority.name,
        party=party.name,
        reason=reason,
        due_on=due_on,
        page=party.public_id,
    )


def replace_party(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    application: Application,
    party: ApplicationParty,
    by: SupplyChainLink | None,
) -> ApplicationParty | None:
    """Put another partner in the place of one that the authority asked to replace, or do its part oneself.

    The new party is copied by value and judged like the first; what was found of the first is kept.
    """
    if application.state not in IN_ASSESSMENT:
        raise Refused(Reason("not_in_assessment", {"state": str(application.state)}))
    declared = partners.declared_on(session, {by.partner_id}) if by is not None and by.partner_id else {}
    others = [facts for facts in queries.party_facts(application) if facts.key != party.public_id]
    refuse_if(
        rules.reasons_not_to_replace(
            queries.facts_of_party(party),
            queries.facts_of_link(by, declared) if by is not None else None,
            delivery=application.delivery,
            others=others,
        )
    )
    party.left_at = now
    session.flush()
    instead = None
    if by is not None:
        instead = ApplicationParty(link=by, relied_on=party.relied_on)
        application.parties.append(instead)
        copy_whole(session, instead, by, now)
        session.flush()
        instead.outcome = rules.party_outcome_by_rule(queries.facts_of_party(instead))
        party.replaced_by = instead
    _record(
        session,
        FrameworkTag.PARTY_REPLACED,
        actor,
        now,
        application,
        party=party.public_id,
        by=instead.public_id if instead is not None else None,
        on=london_date(now),
    )
    if application.assessor is not None:
        queue_mail(
            session,
            to=application.assessor.email,
            subject=f"Application {application.public_id}: a partner was replaced",
            template="framework/party_replaced",
            now=now,
            person=application.assessor.name,
            supplier=application.supplier.name,
            reference=application.public_id,
            party=party.name,
            by=instead.name if instead is not None else "",
        )
    return instead


def _record(
    session: Session,
    tag: FrameworkTag,
    actor: Actor,
    now: datetime,
    application: Application,
    **details: object,
) -> None:
    record(
        session,
        tag,
        actor=actor,
        now=now,
        subject=application,
        details={"framework": application.framework.public_id, **details},
    )
