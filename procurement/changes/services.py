"""Recording a supplier's change and doing, in one transaction, what follows from it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.services import move_offers, refresh_listings, suspend_offer, withdraw_for_supplier
from catalogue.partners.services import close_for_supplier
from catalogue.partners.types import PartnerPermission
from core.accounts.models import Organisation
from core.accounts.services import mail_people_who_may
from core.actor import Actor
from core.audit.services import record
from core.reasons import Reason, refuse_if
from procurement.changes import queries, rules
from procurement.changes.models import SupplierChange
from procurement.changes.types import Change, ChangeKind, ChangeTag, Effect, OfferFate, Outcome, Subject
from procurement.contracts.models import Contract
from procurement.framework.services import raise_concern
from procurement.framework.types import ConcernKind, FrameworkPermission

CONCERNS = {ChangeKind.MERGER: ConcernKind.MERGED, ChangeKind.INSOLVENCY: ConcernKind.INSOLVENCY}


def effects_of(session: Session, *, actor: Actor, supplier: Organisation, change: Change) -> list[Effect]:
    """What a change would do to each thing of a supplier; nothing is changed."""
    successor = queries.possible_successor(session, change.successor) if change.successor else None
    held = queries.held_by(
        session,
        actor=actor,
        supplier_id=supplier.id,
        successor_id=successor.id if successor else None,
    )
    return rules.effects(change, held)


def record_change(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    supplier: Organisation,
    change: Change,
    seen: Sequence[tuple[str, int, str]] | None = None,
) -> SupplierChange:
    """Record a change and apply its effects. `seen` is what the page showed, as `marks_of` gives it: where
    something else would follow now, nothing is done (Refused with `effects_changed`)."""
    session.execute(sa.select(Organisation.id).where(Organisation.id == supplier.id).with_for_update())
    successor = queries.possible_successor(session, change.successor) if change.successor else None
    refuse_if(
        rules.reasons_against(
            change,
            supplier=supplier.public_id,
            old_name=supplier.name,
            successor_known=successor is not None,
        )
    )
    effects = effects_of(session, actor=actor, supplier=supplier, change=change)
    if seen is not None and sorted(seen) != sorted(marks_of(effects)):
        refuse_if([Reason("effects_changed")])
    row = SupplierChange(
        supplier_id=supplier.id,
        authority_id=actor.organisation_id,
        kind=change.kind,
        effective_on=change.effective_on,
        old_name=supplier.name,
        new_name=change.new_name.strip() if change.kind is ChangeKind.RENAMING else "",
        successor_id=successor.id if successor and change.kind is ChangeKind.MERGER else None,
        evidence=change.evidence.strip(),
        effects=[
            {
                "subject": str(effect.held.subject),
                "name": effect.held.name,
                "outcome": str(effect.outcome),
                "code": effect.code,
                "source": effect.source,
            }
            for effect in effects
        ],
        recorded_at=now,
        recorded_by_id=actor.person_id,
    )
    session.add(row)
    _apply(session, actor, now, supplier, successor, change, effects)
    record(
        session,
        ChangeTag.RECORDED,
        actor=actor,
        now=now,
        subject=row,
        details={
            "supplier": supplier.public_id,
            "kind": change.kind,
            "effective_on": change.effective_on,
            "successor": successor.public_id if successor else "",
            "effects": {str(outcome): _count(effects, outcome) for outcome in Outcome},
        },
    )
    _tell(session, now, row, supplier, successor, change)
    return row


def marks_of(effects: Sequence[Effect]) -> list[tuple[str, int, str]]:
    """What a page shows of the effects, small enough to be sent back with the form."""
    return [(str(effect.held.subject), effect.held.key, effect.code) for effect in effects]


def _apply(
    session: Session,
    actor: Actor,
    now: datetime,
    supplier: Organisation,
    successor: Organisation | None,
    change: Change,
    effects: Sequence[Effect],
) -> None:
    if change.kind is ChangeKind.RENAMING:
        supplier.name = change.new_name.strip()
        session.flush()
        refresh_listings(session, supplier.id)
        return
    close_for_supplier(session, actor=actor, now=now, organisation_id=supplier.id)
    raise_concern(
        session,
        actor=actor,
        now=now,
        supplier_id=supplier.id,
        kind=CONCERNS[change.kind],
        event_on=change.effective_on,
        note=change.evidence.strip(),
    )
    for version in queries.offers_of(session, supplier.id):
        if change.kind is ChangeKind.INSOLVENCY and _outcome(effects, version.id) is Outcome.SUSPENDED:
            suspend_offer(session, actor=actor, now=now, version=version, reason=change.evidence.strip())
        elif change.kind is ChangeKind.MERGER and change.offers is OfferFate.WITHDRAW:
            withdraw_for_supplier(session, actor=actor, now=now, version=version, reason=change.evidence)
    if successor is not None and change.kind is ChangeKind.MERGER:
        if change.offers is OfferFate.MOVE:
            move_offers(session, actor=actor, now=now, supplier=supplier, successor=successor)
        for effect in effects:
            if effect.outcome is Outcome.PASSED:
                session.get_one(Contract, effect.held.key).supplier_id = successor.id
    session.flush()


def _outcome(effects: Sequence[Effect], offer_version_id: int) -> Outcome | None:
    return next(
        (
            effect.outcome
            for effect in effects
            if effect.held.subject is Subject.OFFER and effect.held.key == offer_version_id
        ),
        None,
    )


def _count(effects: Sequence[Effect], outcome: Outcome) -> int:
    return sum(effect.outcome is outcome for effect in effects)


def _tell(
    session: Session,
    now: datetime,
    row: SupplierChange,
    supplier: Organisation,
    successor: Organisation | None,
    change: Change,
) -> None:
    values: dict[str, Any] = {
        "kind": str(change.kind),
        "effective_on": change.effective_on,
        "old_name": row.old_name,
        "new_name": row.new_name,
        "successor": successor.name if successor else "",
        "effects": [(effect["name"], effect["code"]) for effect in row.effects],
    }
    for organisation in (supplier, successor):
        if organisation is not None:
            mail_people_who_may(
                session,
                organisation_id=organisation.id,
                permission=FrameworkPermission.SUBMIT_APPLICATION,
                subject=f"A change of {row.old_name} is recorded",
                template="supplier_change",
                now=now,
                **values,
            )
    _tell_chains(session, now, row, supplier, successor, change)


def _tell_chains(
    session: Session,
    now: datetime,
    row: SupplierChange,
    supplier: Organisation,
    successor: Organisation | None,
    change: Change,
) -> None:
    """Tell those that have the supplier in their supply chains, and those in its own, once each."""
    told: set[int] = set()
    for link in queries.links_in_force(session, supplier.id):
        other = link.partner_id if link.lead_id == supplier.id else link.lead_id
        if other is None or other in told:
            continue
        told.add(other)
        mail_people_who_may(
            session,
            organisation_id=other,
            permission=PartnerPermission.NAME,
            subject=f"A change of {row.old_name}, which is in a supply chain with you",
            template="supplier_change_chain",
            now=now,
            kind=str(change.kind),
            effective_on=change.effective_on,
            old_name=row.old_name,
            new_name=row.new_name,
            successor=successor.name if successor else "",
            leads=link.lead_id == supplier.id,
        )
