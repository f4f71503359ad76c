"""Memberships: begun by an admission, suspended, reinstated, removed; what the catalogue is told of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import ScopeLimit
from catalogue.offers.services import refresh_listings
from core.accounts.services import mail_people_who_may
from core.actor import Actor
from core.audit.services import record
from core.reasons import Reason, refuse_if
from core.states import step
from procurement.framework import queries, rules
from procurement.framework.models import Application, ApplicationChoice, Framework, Member
from procurement.framework.rules import MEMBER_STEPS, MUST_REMOVE, rule_value
from procurement.framework.types import (
    FrameworkPermission,
    FrameworkTag,
    MemberEvent,
    MemberState,
    RemovalBasis,
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
        there.removal_reasons, there.removal_intended_at, there.removal_basis = "", None, None
        there.application_id, there.admitted_at = application.id, now
    return there


def change_memberships(
    session: Session,
    *,
    event: MemberEvent,
    actor: Actor,
    now: datetime,
    framework: Framework,
    supplier_id: int,
    chosen: Collection[int],
    reason: str,
) -> Sequence[Member]:
    """Suspend, reinstate or remove memberships by key, with a reason that the audit and the supplier read.

    A suspended member's offers no longer stand there. A removal needs that its supplier was told the reasons
    first; one that must be removed is not reinstated (PA 2023 s.37).
    """
    members = _chosen(session, framework, supplier_id, chosen, reason)
    refuse_if(
        rules.reasons_against_change(
            event,
            framework.regime,
            told=all(member.removal_intended_at is not None for member in members),
            must_go=any(member.removal_basis in MUST_REMOVE for member in members),
        )
    )
    for member in members:
        member.state = step(MEMBER_STEPS, member.state, event)
        member.state_reason = "" if member.state is MemberState.ACTIVE else reason.strip()
        _record(session, TAGS[event], actor, now, framework, member)
    write_scope_limits(session, framework=framework, supplier_id=supplier_id)
    _mail(session, framework, supplier_id, now, members, deed=str(event), reason=reason.strip())
    return members


def intend_removal(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    framework: Framework,
    supplier_id: int,
    chosen: Collection[int],
    reason: str,
    basis: RemovalBasis,
) -> Sequence[Member]:
    """Tell a supplier why it must or may be removed, which comes before the removal (PA 2023 s.37)."""
    members = _chosen(session, framework, supplier_id, chosen, reason)
    refuse_if(rules.reasons_against_basis(basis, framework.regime))
    for member in members:
        step(MEMBER_STEPS, member.state, MemberEvent.REMOVE)
        member.removal_reasons, member.removal_intended_at = reason.strip(), now
        member.removal_basis = basis
        _record(session, FrameworkTag.MEMBER_REMOVAL_INTENDED, actor, now, framework, member, basis=basis)
    _mail(session, framework, supplier_id, now, members, deed="intend_removal", reason=reason.strip())
    return members


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
    session: Session,
    tag: FrameworkTag,
    actor: Actor,
    now: datetime,
    framework: Framework,
    member: Member,
    **details: Any,
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
            **details,
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
        stops_invitations=rule_value(framework.rules, "suspension_stops_invitations", True),
        places=by_category((member.category.name, member.region.name) for member in members),
    )
