"""What an authority's administrator does with the register: give, change and end delegations."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import Place
from catalogue.reference.types import PlaceKind
from core.accounts.models import Person
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.reasons import Reason, Refused
from procurement.calloffs.delegations.models import Delegation
from procurement.calloffs.delegations.types import DelegationTag


def give(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    person: Person,
    value_limit: Decimal | None,
    region_codes: Collection[str],
    valid_from: date,
    valid_to: date | None,
    deputy: Person | None,
) -> Delegation:
    """Give someone of the actor's authority the power to approve up to `value_limit` pounds in these regions.

    No limit where it is None; all regions where none is named. Raises Refused with `ends_before_it_begins`
    and `deputy_is_the_holder`, and for unknown regions.
    """
    _check(person, deputy, valid_from, valid_to)
    delegation = Delegation(
        authority_id=actor.organisation_id,
        person=person,
        person_id=person.id,
        value_limit=value_limit,
        regions=_regions(session, region_codes),
        valid_from=valid_from,
        valid_to=valid_to,
        deputy=deputy,
        deputy_id=deputy.id if deputy else None,
        created_at=now,
    )
    session.add(delegation)
    _record(session, DelegationTag.GIVEN, delegation, actor, now)
    return delegation


def change(
    session: Session,
    *,
    delegation: Delegation,
    actor: Actor,
    now: datetime,
    value_limit: Decimal | None,
    region_codes: Collection[str],
    valid_from: date,
    valid_to: date | None,
    deputy: Person | None,
    absent_from: date | None,
    absent_to: date | None,
) -> None:
    """Change a delegation, and record when its holder is absent: the deputy acts meanwhile.

    Raises Refused also with `absence_out_of_order`.
    """
    _check(delegation.person, deputy, valid_from, valid_to)
    if absent_to is not None and (absent_from is None or absent_to < absent_from):
        raise Refused(Reason("absence_out_of_order"))
    delegation.value_limit, delegation.regions = value_limit, _regions(session, region_codes)
    delegation.valid_from, delegation.valid_to = valid_from, valid_to
    delegation.deputy, delegation.deputy_id = deputy, deputy.id if deputy else None
    delegation.absent_from, delegation.absent_to = absent_from, absent_to
    _record(session, DelegationTag.CHANGED, delegation, actor, now)


def end(session: Session, *, delegation: Delegation, actor: Actor, now: datetime) -> None:
    """End a delegation with today as its last day; one that has not begun never counts."""
    today = london_date(now)
    if delegation.valid_to is not None and delegation.valid_to <= today:
        raise Refused(Reason("delegation_has_ended"))
    delegation.valid_to = today
    delegation.valid_from = min(delegation.valid_from, today)
    _record(session, DelegationTag.ENDED, delegation, actor, now)


def _check(person: Person, deputy: Person | None, valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to < valid_from:
        raise Refused(Reason("ends_before_it_begins"))
    if deputy is not None and deputy.id == person.id:
        raise Refused(Reason("deputy_is_the_holder"))


def _regions(session: Session, codes: Collection[str]) -> list[Place]:
    found = list(
        session.scalars(
            sa.select(Place)
            .where(Place.code.in_(codes), Place.kind == PlaceKind.REGION)
            .order_by(Place.position, Place.id)
        )
    )
    unknown = sorted(set(codes) - {place.code for place in found})
    if unknown:
        raise Refused(*(Reason("unknown_code", {"kind": "region", "code": code}) for code in unknown))
    return found


def _record(
    session: Session, tag: DelegationTag, delegation: Delegation, actor: Actor, now: datetime
) -> None:
    session.flush()
    record(
        session,
        tag,
        actor=actor,
        now=now,
        subject=delegation,
        details={
            "person": delegation.person_id,
            "deputy": delegation.deputy_id,
            "limit": delegation.value_limit,
            "regions": sorted(region.code for region in delegation.regions),
            "valid_from": delegation.valid_from,
            "valid_to": delegation.valid_to,
            "absent_from": delegation.absent_from,
            "absent_to": delegation.absent_to,
        },
    )
