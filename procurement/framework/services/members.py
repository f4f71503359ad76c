"""Memberships: begun by an admission, suspended, reinstated, removed; what the catalogue is told of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import ScopeLimit
from catalogue.offers.services import refresh_listings
from core.accounts.services import mail_people_who_may
from core.actor import Actor
from core.audit.services import record
from core.reasons import Reason, refuse_if
from core.states import step
from procurement.framework import queries
from procurement.framework.models import Application, ApplicationChoice, Framework, Member
from procurement.framework.rules import MEMBER_STEPS
from procurement.framework.types import (
    FrameworkPermission,
    FrameworkTag,
    MemberEvent,
    MemberState,
    Regime,
)

TAGS = {
    MemberEvent.SUSPEND: FrameworkTag.MEMBER_SUSPENDED,
    MemberEvent.REINSTATE: FrameworkTag.MEMBER_REINSTATED,
    MemberEvent.REMOVE: FrameworkTag.MEMBER_REMOVED,
}


def admit_member(
    session: Session, *, choice: ApplicationChoice, application: Application, now: datetime
) -> Member:
    """Make a supplier a member in one category and region, anew where it was removed before.

    A membership that stands stays as it is: an admission does not lift a suspension.
    """
    there = session.scalars(
        sa.select(Member).where(
            Member.category_id == choice.category_id,
            Member.region_id == choice.region_id,
            Member.supplier_id == application.supplier_id,
        )
    ).one_or_none()
    if there is None:
        there = Member(
            category_id=choice.category_id,
            region_id=choice.region_id,
            supplier_id=application.supplier_id,
            application_id=application.id,
            admitted_at=now,
        )
        session.add(there)
    elif there.state is MemberState.REMOVED:
        there.state, there.state_reason = MemberState.ACTIVE, ""
        there.removal_reasons, there.removal_intended_at = "", None
        there.application_id, there.admitted_at = application.id, now
    return there


def suspend_members(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    framework: Framework,
    supplier_id: int,
    chosen: Collection[int],
    reason: str,
) -> Sequence[Member]:
    """Suspend memberships by key, with a reason: the supplier's offers no longer stand there."""
    return _change(session, MemberEvent.SUSPEND, actor, now, framework, supplier_id, chosen, reason)


def reinstate_members(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    framework: Framework,
    supplier_id: int,
    chosen: Collection[int],
    reason: str,
) -> Sequence[Member]:
    """Lift suspensions, with a reason that the audit and the supplier read."""
    return _change(session, MemberEvent.REINSTATE, actor, now, framework, supplier_id, chosen, reason)


def intend_removal(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    framework: Framework,
    supplier_id: int,
    chosen: Collection[int],
    reason: str,
) -> Sequence[Member]:
    """Tell a supplier why it is going to be removed, which comes before the removal (PA 2023 s.37)."""
    members = _chosen(session, framework, supplier_id, chosen, reason)
    for member in members:
        step(MEMBER_STEPS, member.state, MemberEvent.REMOVE)
        member.removal_reasons, member.removal_intended_at = reason.strip(), now
        _record(session, FrameworkTag.MEMBER_REMOVAL_INTENDED, actor, now, framework, member)
    _mail(session, framework, supplier_id, now, members, deed="intend_removal", reason=reason.strip())
    return members


def remove_members(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    framework: Framework,
    supplier_id: int,
    chosen: Collection[int],
    reason: str,
) -> Sequence[Member]:
    """Remove memberships whose supplier was told the reasons first; the rest is refused."""
    return _change(session, MemberEvent.REMOVE, actor, now, framework, supplier_id, chosen, reason)


def by_category(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """One line for each category with its regions, as mails list them, from (category, region) names."""
    regions: dict[str, list[str]] = {}
    for category, region in pairs:
        regions.setdefault(category, []).append(region)
    return [f"{category}: {', '.join(names)}" for category, names in regions.items()]


def write_scope_limits(session: Session, *, framework: Framework, supplier_id: int) -> None:
    """Tell the catalogue where a supplier's membership lets its offers stand: any active one of the need
    area and region, whatever the band of values."""
    session.flush()
    stands: dict[tuple[int, int], bool] = {}
    for member in queries.memberships_in(session, framework_id=framework.id, supplier_id=supplier_id):
        key = (member.category.need_area_id, member.region_id)
        stands[key] = stands.get(key, False) or member.state is MemberState.ACTIVE
    there = session.scalars(
        sa.select(ScopeLimit)
        .where(ScopeLimit.supplier_id == supplier_id, ScopeLimit.framework == framework.public_id)
        .order_by(ScopeLimit.id)
    )
    limits = {(limit.need_area_id, limit.region_id): limit for limit in there}
    for (need_area_id, region_id), active in sorted(stands.items()):
        limit = limits.get((need_area_id, region_id))
        if limit is None:
            limit = ScopeLimit(
                supplier_id=supplier_id,
                need_area_id=need_area_id,
                region_id=region_id,
                framework=framework.public_id,
            )
            session.add(limit)
        limit.active = active
    session.flush()
    refresh_listings(session, supplier_id)


def _change(
    session: Session,
    event: MemberEvent,
    actor: Actor,
    now: datetime,
    framework: Framework,
    supplier_id: int,
    chosen: Collection[int],
    reason: str,
) -> Sequence[Member]:
    members = _chosen(session, framework, supplier_id, chosen, reason)
    if event is MemberEvent.REMOVE and any(member.removal_intended_at is None for member in members):
        source = "house rule" if framework.regime is Regime.DPS else "PA 2023 s.37"
        refuse_if([Reason("not_told_before_removal", source=source)])
    for member in members:
        member.state = step(MEMBER_STEPS, member.state, event)
        member.state_reason = "" if member.state is MemberState.ACTIVE else reason.strip()
        _record(session, TAGS[event], actor, now, framework, member)
    write_scope_limits(session, framework=framework, supplier_id=supplier_id)
    _mail(session, framework, supplier_id, now, members, deed=str(event), reason=reason.strip())
    return members


def _chosen(
    session: Session, framework: Framework, supplier_id: int, chosen: Collection[int], reason: str
) -> Sequence[Member]:
    there = queries.memberships_in(session, framework_id=framework.id, supplier_id=supplier_id, lock=True)
    members = [member for member in there if member.id in set(chosen)]
    reasons = []
    if not members:
        reasons.append(Reason("no_membership_chosen"))
    if not reason.strip():
        reasons.append(Reason("reason_missing"))
    refuse_if(reasons)
    return members


def _record(
    session: Session, tag: FrameworkTag, actor: Actor, now: datetime, framework: Framework, member: Member
) -> None:
    record(
        session,
        tag,
        actor=actor,
        now=now,
        subject=member,
        details={
            "framework": framework.public_id,
            "supplier": member.supplier.public_id,
            "category": member.category.code,
            "region": member.region.code,
        },
    )


def _mail(
    session: Session,
    framework: Framework,
    supplier_id: int,
    now: datetime,
    members: Sequence[Member],
    *,
    deed: str,
    reason: str,
) -> None:
    subjects = {
        "suspend": "suspended",
        "reinstate": "reinstated",
        "remove": "ended",
        "intend_removal": "is going to be ended",
    }
    mail_people_who_may(
        session,
        organisation_id=supplier_id,
        permission=FrameworkPermission.SUBMIT_APPLICATION,
        subject=f"Your membership of {framework.title}: {subjects[deed]}",
        template="framework/membership_changed",
        now=now,
        deed=deed,
        framework=framework.title,
        authority=framework.authority.name,
        reason=reason,
        places=by_category((member.category.name, member.region.name) for member in members),
    )
