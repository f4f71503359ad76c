"""Starting a call-off from a template or an earlier one, and keeping templates."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import Cohort, Place, Stage
from core.actor import Actor
from core.audit.services import record
from core.questions.models import QuestionVersion
from core.questions.types import QuestionKind
from core.reasons import Reason, Refused
from procurement.calloffs.drafting.models import CallOff, CallOffTemplate, Criterion
from procurement.calloffs.drafting.queries import available_services
from procurement.calloffs.drafting.queries.templates import (
    OF_A_LOT,
    OF_THE_CALL_OFF,
    content_of,
    template_named,
)
from procurement.calloffs.drafting.services.editing import start_call_off
from procurement.calloffs.drafting.services.lots import append_lot, set_volumes, set_where
from procurement.calloffs.drafting.types import CallOffTag, CriterionKind


def save_template(
    session: Session, *, call_off: CallOff, actor: Actor, now: datetime, name: str
) -> CallOffTemplate:
    """Keep a call-off's lots, criteria and terms as a template of the authority.

    Raises Refused with `template_name_taken` where there is one of that name.
    """
    if template_named(session, actor=actor, name=name) is not None:
        raise Refused(Reason("template_name_taken", {"name": name}))
    template = CallOffTemplate(
        authority_id=actor.organisation_id,
        name=name,
        content=content_of(call_off),
        created_by_id=actor.person_id,
        created_at=now,
    )
    session.add(template)
    session.flush()
    details = {"call_off": call_off.public_id, "template": template.public_id}
    record(session, CallOffTag.TEMPLATE_SAVED, actor=actor, now=now, subject=template, details=details)
    return template


def remove_template(session: Session, *, template: CallOffTemplate, actor: Actor, now: datetime) -> None:
    """Remove a template; what was started from it stays as it is."""
    details = {"template": template.public_id}
    record(session, CallOffTag.TEMPLATE_REMOVED, actor=actor, now=now, subject=template, details=details)
    session.delete(template)


def start_from(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    framework_id: int,
    title: str,
    content: Mapping[str, Any],
    source_note: str,
) -> CallOff:
    """Start a draft filled in from `content` (`queries.content_of`); the actor is its drafter.

    Levels and places that are not in the reference data any more are left out. Raises Refused for an
    unpublished framework, and for regions outside those that the actor's role is limited to.
    """
    call_off = start_call_off(
        session, actor=actor, now=now, framework_id=framework_id, title=title, source_note=source_note
    )
    _take(call_off, content, OF_THE_CALL_OFF)
    on_offer = available_services(session)
    for given in content["lots"]:
        lot = append_lot(session, call_off, given["title"])
        services = {(one["need_area"], one["complexity"]): one for one in given["volumes"]}
        set_volumes(session, lot, {key: one["people"] for key, one in services.items() if key in on_offer})
        for volume in lot.volumes:
            said = services[volume.need_area.code, str(volume.complexity)]
            volume.people_low, volume.people_high = said["low"], said["high"]
            volume.fixed_price = None if said["price"] is None else Decimal(said["price"])
        set_where(
            session,
            lot,
            actor,
            _known(session, Place, given["places"]),
            _known(session, Cohort, given["cohorts"]),
            _known(session, Stage, given["stages"]),
        )
        _take(lot, given, OF_A_LOT)
    for position, given in enumerate(content["criteria"], start=1):
        call_off.criteria.append(_criterion(call_off, position, given, now))
    session.flush()
    return call_off


def _take(row: Any, content: Mapping[str, Any], made_by: Mapping[str, Any]) -> None:
    """Set what the content says; what was not kept yet when a template was made stays as it begins."""
    for name, make in made_by.items():
        if name in content:
            value = content[name]
            setattr(row, name, None if value is None else make(value))


def _criterion(call_off: CallOff, position: int, given: Mapping[str, Any], now: datetime) -> Criterion:
    question = QuestionVersion(
        code=f"{call_off.public_id}-{position}",
        version=1,
        kind=QuestionKind.TEXT,
        text=given["text"],
        hint=given["hint"],
        word_limit=given["word_limit"],
        created_at=now,
    )
    return Criterion(
        position=position,
        kind=CriterionKind(given["kind"]),
        name=given["name"],
        question=question,
        weight=Decimal(given["weight"]),
        threshold=None if given["threshold"] is None else Decimal(given["threshold"]),
        scale=given["scale"],
    )


def _known(session: Session, model: Any, codes: Iterable[str]) -> list[str]:
    """The codes that the reference data still has."""
    return list(
        session.scalars(sa.select(model.code).where(model.code.in_(list(codes))).order_by(model.code))
    )
