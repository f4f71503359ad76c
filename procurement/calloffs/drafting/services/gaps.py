"""A draft filled in from a gap: one lot, ready for a commissioner to complete."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from catalogue.reference.models import NeedArea
from catalogue.reference.types import Complexity
from core.actor import Actor
from core.reasons import Reason, refuse_if
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.queries import available_services
from procurement.calloffs.drafting.services.editing import start_call_off
from procurement.calloffs.drafting.services.lots import append_lot, by_code, set_volumes, set_where


def draft_from_gap(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    framework_id: int,
    title: str,
    need_area_codes: Collection[str],
    complexities: Collection[str],
    place_codes: Collection[str],
    cohort_codes: Collection[str],
    stage_codes: Collection[str],
    volumes: Mapping[str, int],
    budget: Decimal | None,
    source_note: str,
) -> CallOff:
    """Start a draft with one lot filled in; the actor is its drafter and declares conflicts before going on.

    `volumes` are people a year by complexity, asked of each need area; levels that the specification does not
    have are left out, and so are complexities without people: the lot's page asks for them. `budget` is
    pounds over the whole term. Raises Refused for unknown codes, an unpublished framework, and regions
    outside those that the actor's role is limited to.
    """
    call_off = start_call_off(
        session,
        actor=actor,
        now=now,
        framework_id=framework_id,
        title=title[:200],
        need=source_note,
        source_note=source_note,
    )
    lot = append_lot(session, call_off, title[:200])
    by_code(session, NeedArea, need_area_codes)
    refuse_if(
        Reason("unknown_code", {"kind": "complexity", "code": code})
        for code in sorted({*complexities, *volumes} - set(Complexity))
    )
    on_offer = available_services(session)
    set_volumes(
        session,
        lot,
        {
            (need_area, str(complexity)): volumes.get(complexity, 0)
            for need_area in need_area_codes
            for complexity in complexities
            if (need_area, str(complexity)) in on_offer
        },
    )
    set_where(session, lot, actor, place_codes, cohort_codes, stage_codes)
    lot.budget, lot.volume_source = budget, source_note
    lot.holds_all = len({volume.need_area_id or volume.need_area.id for volume in lot.volumes}) > 1
    session.flush()
    return call_off
