"""Recording what partner agencies provide, changing it, and ending it: each change with its reason."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import Offer
from catalogue.reference.models import Cohort, NeedArea, Place, Stage
from catalogue.reference.types import Complexity
from core.accounts.models import Person
from core.actor import Actor
from core.audit.services import record
from core.documents.models import Document
from core.reasons import refuse_if
from procurement.gaps.models import AgencyProvision, AgencyProvisionChange, AgencyProvisionLevel
from procurement.gaps.queries.agencies import agreements_of, facts_of, history_of, places_inside
from procurement.gaps.rules.agencies import (
    AgencyFacts,
    changes,
    reasons_not_to_record,
    reasons_outside,
    settled,
)
from procurement.gaps.types import GapTag

FIRST = "First recorded"


def record_provision(
    session: Session, *, actor: Actor, now: datetime, today: date, facts: AgencyFacts
) -> AgencyProvision:
    """Record what a partner agency provides. Raises `Refused` with every reason."""
    _check(session, actor, facts, today)
    provision = AgencyProvision(
        organisation_id=actor.organisation_id, created_by_id=actor.person_id, created_at=now
    )
    _write(session, provision, facts)
    session.add(provision)
    session.flush()
    _note(session, actor, now, provision, 1, FIRST)
    details = {"region": facts.region, "needs": list(facts.needs), "places_a_year": facts.places_a_year}
    record(session, GapTag.PROVISION_RECORDED, actor=actor, now=now, subject=provision, details=details)
    return provision


def change_provision(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    today: date,
    provision: AgencyProvision,
    facts: AgencyFacts,
    reason: str,
) -> list[str]:
    """Change what is recorded, with the reason; returns the names of what changed, nothing where nothing did.

    Raises `Refused` with every reason. Both the region that it was in and the one it goes to must be the
    actor's.
    """
    refuse_if(reasons_outside(provision.region.code, actor.scopes))
    _check(session, actor, facts, today)
    before = content(facts_of(provision))
    if before == content(facts):
        return []
    _write(session, provision, facts)
    session.flush()
    number = session.scalar(
        sa.select(sa.func.max(AgencyProvisionChange.number)).where(
            AgencyProvisionChange.provision_id == provision.id
        )
    )
    _note(session, actor, now, provision, (number or 0) + 1, reason or FIRST)
    changed = [name for name, *_ in changes(before, content(facts_of(provision)))]
    details = {"number": (number or 0) + 1, "changed": changed}
    record(session, GapTag.PROVISION_CHANGED, actor=actor, now=now, subject=provision, details=details)
    return changed


def content(facts: AgencyFacts) -> dict[str, Any]:
    """What is recorded as history keeps it: plain values, dates written out."""

    def plain(value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        return sorted(value) if isinstance(value, tuple) else value

    return {name: plain(value) for name, value in {**asdict(facts), **settled(facts)}.items()}


def _check(session: Session, actor: Actor, facts: AgencyFacts, today: date) -> None:
    refuse_if(
        [
            *reasons_outside(facts.region, actor.scopes),
            *reasons_not_to_record(facts, inside=places_inside(session, facts.region), today=today),
        ]
    )


def _write(session: Session, provision: AgencyProvision, facts: AgencyFacts) -> None:
    for name in (
        *("agency", "title", "description", "places_a_year", "remote_only", "standing", "quality"),
        *("funding", "funding_note", "starts_on", "ends_on"),
    ):
        setattr(provision, name, getattr(facts, name))
    for name, value in settled(facts).items():
        setattr(provision, name, value)
    provision.region = session.scalars(sa.select(Place).where(Place.code == facts.region)).one()
    provision.owner = session.scalars(sa.select(Person).where(Person.public_id == facts.owner)).one()
    provision.offer = session.scalars(sa.select(Offer).where(Offer.public_id == facts.offer)).one_or_none()
    provision.document = session.scalars(
        sa.select(Document).where(Document.public_id == facts.document)
    ).one_or_none()
    needs = session.scalars(sa.select(NeedArea).where(NeedArea.code.in_(facts.needs))).all()
    wanted = {(need.id, Complexity(level)): need for need in needs for level in facts.complexities}
    kept = {(level.need_area_id, level.complexity) for level in provision.levels}
    provision.levels = [
        *(level for level in provision.levels if (level.need_area_id, level.complexity) in wanted),
        *(
            AgencyProvisionLevel(need_area=need, need_area_id=need.id, complexity=key[1])
            for key, need in wanted.items()
            if key not in kept
        ),
    ]
    for name, model in (("places", Place), ("cohorts", Cohort), ("stages", Stage)):
        codes = getattr(facts, name)
        rows = session.scalars(sa.select(model).where(model.code.in_(codes)).order_by(model.position)).all()
        setattr(provision, name, list(rows))


def _note(
    session: Session, actor: Actor, now: datetime, provision: AgencyProvision, number: int, reason: str
) -> None:
    session.add(
        AgencyProvisionChange(
            provision_id=provision.id,
            number=number,
            content=content(facts_of(provision)),
            reason=reason,
            changed_by_id=actor.person_id,
            changed_at=now,
        )
    )
    session.flush()


def hand_over_agreements(
    session: Session, *, actor: Actor, now: datetime, organisation_id: int, leaver: Person, successor: Person
) -> int:
    """Let a successor look after the agreements that a leaver did, each change in its history; how many.

    Whoever manages colleagues does this for every region: an agreement must never be left without an owner.
    """
    held = agreements_of(session, organisation_id=organisation_id, person_id=leaver.id)
    for provision in held:
        provision.owner = successor
        session.flush()
        number = len(history_of(session, provision)) + 1
        _note(session, actor, now, provision, number, "Handed over by somebody who left")
        details = {"number": number, "changed": ["owner"]}
        record(session, GapTag.PROVISION_CHANGED, actor=actor, now=now, subject=provision, details=details)
    return len(held)
