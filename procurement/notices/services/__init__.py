"""Making the notices that follow from what happened, and marking one as published."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.accounts.models import Organisation
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.reasons import refuse_if
from procurement.framework.models import Framework
from procurement.framework.rules import rule_value
from procurement.notices import queries, rules
from procurement.notices.models import Notice, NoticeCursor
from procurement.notices.services.call_offs import call_off_content
from procurement.notices.types import Choice, NoticeKind, NoticeTag, PlannedNotice


def generate_notices(session: Session, *, now: datetime) -> int:
    """Read every chain on from where it was read to, and make the notices that follow; return how many.

    Safe to do at any time and twice at once: an event calls for one notice, and the cursor of a chain is
    locked while it is read. A dynamic purchasing system has none of a market's notices; what comes of its
    call-offs is noticed all the same.
    """
    made = 0
    for chain, after, last in queries.unread_chains(session):
        cursor = session.get(NoticeCursor, chain, with_for_update=True)
        if cursor is None:
            cursor = NoticeCursor(chain=chain, sequence=after)
            session.add(cursor)
        elif cursor.sequence >= last:
            continue
        plans = rules.planned(queries.happenings(session, chain, cursor.sequence, last))
        markets = queries.dynamic_markets(session, [plan.framework for plan in plans])
        suppliers = _names(session, [plan.supplier for plan in plans if plan.supplier])
        for plan in plans:
            if plan.framework in markets:
                session.add(_notice(plan, markets[plan.framework], suppliers, now))
                made += 1
        made += _of_call_off(session, chain, cursor.sequence, last, now)
        cursor.sequence = last
        session.flush()
    return made


def _of_call_off(session: Session, chain: str, after: int, last: int, now: datetime) -> int:
    """Make the notices of the call-off whose chain it is; return how many."""
    happenings = queries.call_off_happenings(session, chain, after, last)
    call_off = queries.call_off_of_chain(session, chain) if happenings else None
    if call_off is None:
        return 0
    plans = rules.planned_of_call_off(
        call_off.framework.regime,
        happenings,
        published_at=call_off.published_at,
        light_touch=queries.is_light_touch(call_off),
    )
    for plan in plans:
        session.add(
            Notice(
                kind=plan.kind,
                framework=call_off.framework,
                call_off=call_off,
                event_id=plan.event.event_id,
                happened_at=plan.event.at,
                due_on=plan.due_on,
                content=call_off_content(session, call_off, plan),
                created_at=now,
            )
        )
    return len(plans)


def mark_published(session: Session, *, actor: Actor, now: datetime, notice: Notice, reference: str) -> None:
    """Say that a notice is public, with the reference that the central platform gave it."""
    reference = reference.strip()
    refuse_if(rules.reasons_not_to_mark(published=notice.published_at is not None, reference=reference))
    notice.reference, notice.published_at, notice.published_by_id = reference, now, actor.person_id
    record(
        session,
        NoticeTag.PUBLISHED,
        actor=actor,
        now=now,
        subject=notice,
        details={"notice": notice.public_id, "kind": notice.kind, "reference": reference},
        chain=notice.call_off.public_id if notice.call_off else None,
    )


def _notice(plan: PlannedNotice, framework: Framework, suppliers: dict[str, str], now: datetime) -> Notice:
    return Notice(
        kind=plan.kind,
        framework=framework,
        event_id=plan.event_id,
        happened_at=plan.at,
        due_on=rules.due_on(plan.at),
        content=_content(plan, framework, suppliers),
        created_at=now,
    )


def _content(plan: PlannedNotice, framework: Framework, suppliers: dict[str, str]) -> dict[str, Any]:
    """What the notice says, as plain values."""
    content: dict[str, Any] = {
        "notice": str(plan.kind),
        "on": london_date(plan.at).isoformat(),
        "authority": {"name": framework.authority.name, "identifier": framework.authority.public_id},
        "market": {
            "title": framework.title,
            "identifier": framework.public_id,
            "reference": framework.market_reference,
            "description": framework.summary,
            "starts_on": framework.starts_on.isoformat(),
            "ends_on": framework.ends_on.isoformat() if framework.ends_on else "",
        },
    }
    if plan.kind in (NoticeKind.INTENTION, NoticeKind.ESTABLISHMENT):
        content["categories"] = [
            {
                "code": category.code,
                "name": category.name,
                "cpv": category.cpv_code,
                "regions": [region.name for region in category.regions],
                "value_from": str(category.value_from),
                "value_below": "" if category.value_below is None else str(category.value_below),
            }
            for category in framework.categories
        ]
        fee = rule_value(framework.rules, "award_fee_percent")
        content["fee_on_award_percent"] = str(fee) if fee else "0"
    if plan.kind is NoticeKind.MODIFICATION:
        content["modification"] = {
            "supplier": suppliers.get(plan.supplier, plan.supplier),
            "supplier_identifier": plan.supplier,
            "admitted": _named(framework, plan.admitted),
            "removed": _named(framework, plan.removed),
        }
    if plan.kind is NoticeKind.CESSATION:
        content["cessation"] = {"reason": framework.cessation_reason}
    return content


def _named(framework: Framework, choices: Iterable[Choice]) -> list[dict[str, Any]]:
    """Categories with the regions in each, by name."""
    names = {category.code: category for category in framework.categories}
    regions: dict[str, list[str]] = {}
    for code, region in choices:
        places = {place.code: place.name for place in names[code].regions} if code in names else {}
        regions.setdefault(code, []).append(places.get(region, region))
    return [
        {"category": names[code].name if code in names else code, "regions": found}
        for code, found in regions.items()
    ]


def _names(session: Session, public_ids: Iterable[str]) -> dict[str, str]:
    query = (
        sa.select(Organisation.public_id, Organisation.name)
        .where(Organisation.public_id.in_(sorted(set(public_ids))))
        .order_by(Organisation.public_id)
    )
    return {row.public_id: row.name for row in session.execute(query)}
