"""Stating what people are entitled to, and ending it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from catalogue.reference.models import Cohort, NeedArea, Place, Stage
from catalogue.reference.types import PlaceKind
from core.actor import Actor
from core.audit.services import record
from core.reasons import refuse_if
from procurement.gaps.models import Entitlement
from procurement.gaps.rules.agencies import reasons_outside
from procurement.gaps.types import GapTag


def state_entitlement(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    need: NeedArea,
    stage: Stage,
    place: Place,
    cohort: Cohort | None,
    statement: str,
    source: str,
    starts_on: date,
) -> Entitlement:
    """State a minimum for everyone of a cohort at a stage. Raises `Refused` outside the actor's regions."""
    refuse_if(reasons_outside(region_code(place), actor.scopes))
    made = Entitlement(
        organisation_id=actor.organisation_id,
        need_area=need,
        stage=stage,
        place=place,
        cohort=cohort,
        statement=statement,
        source=source,
        starts_on=starts_on,
        created_by_id=actor.person_id,
        created_at=now,
    )
    session.add(made)
    session.flush()
    details = {"need": need.code, "stage": stage.code, "place": place.code}
    record(session, GapTag.ENTITLEMENT_STATED, actor=actor, now=now, subject=made, details=details)
    return made


def end_entitlement(
    session: Session, *, actor: Actor, now: datetime, today: date, entitlement: Entitlement
) -> None:
    """Let an entitlement end with today (one that has not begun: with its first day); twice changes nothing.

    Raises `Refused` outside the actor's regions.
    """
    refuse_if(reasons_outside(region_code(entitlement.place), actor.scopes))
    if entitlement.ends_on is not None:
        return
    entitlement.ends_on = max(today, entitlement.starts_on)
    record(
        session,
        GapTag.ENTITLEMENT_ENDED,
        actor=actor,
        now=now,
        subject=entitlement,
        details={"last_day": entitlement.ends_on},
    )


def region_code(place: Place) -> str:
    """The region that a place is or lies in; the nation lies in none that a role could be limited to."""
    if place.kind in (PlaceKind.REGION, PlaceKind.NATION):
        return place.code
    return place.region.code if place.region else place.code
