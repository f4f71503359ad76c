"""What of a call-off another can start from, without dates, people and results; and the templates."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from core.actor import Actor
from core.audit.rules import plain
from core.web.paging import PAGE_SIZE, Page
from procurement.calloffs.drafting.models import CallOff, CallOffTemplate, Criterion, Lot
from procurement.calloffs.drafting.types import (
    Dealing,
    PriceFormula,
    PriceModel,
    Sharing,
    TieBreak,
)
from procurement.framework.types import Reservation

OF_THE_CALL_OFF: Mapping[str, Any] = {
    "need": str,
    "data_sharing": str,
    "lots_considered": str,
    "payment_days": int,
    "price_model": PriceModel,
    "price_formula": PriceFormula,
    "price_weight": Decimal,
    "optimal_price": Decimal,
    "tie_break": TieBreak,
    "standstill": bool,
}
OF_A_LOT: Mapping[str, Any] = {
    "title": str,
    "description": str,
    "term_months": int,
    "budget": Decimal,
    "holds_all": bool,
    "volume_source": str,
    "extensions": int,
    "extension_months": int,
    "mobilisation_weeks": int,
    "reserved_for": Reservation,
    "suppliers_wanted": int,
    "sharing": Sharing,
    "shares": list,
    "share_least": Decimal,
    "share_most": Decimal,
    "review_months": int,
    "review_measures": str,
    "dealing": Dealing,
}
"""What is copied, and what makes the value of it again from what a template holds.

Left out: the start and the deadlines, who has which duty, why a lot with few members was let, what is known
of staff, the authorities that took part, and everything that came of it.
"""


def content_of(call_off: CallOff) -> dict[str, Any]:
    """What of a whole call-off another one can start from, as plain values."""
    return plain(
        {name: getattr(call_off, name) for name in OF_THE_CALL_OFF}
        | {
            "lots": [_lot(lot) for lot in call_off.lots],
            "criteria": [_criterion(criterion) for criterion in call_off.criteria],
        }
    )


def _lot(lot: Lot) -> dict[str, Any]:
    return {name: getattr(lot, name) for name in OF_A_LOT} | {
        "places": [place.code for place in lot.places],
        "cohorts": [cohort.code for cohort in lot.cohorts],
        "stages": [stage.code for stage in lot.stages],
        "volumes": [
            {
                "need_area": volume.need_area.code,
                "complexity": volume.complexity,
                "people": volume.people_a_year,
                "low": volume.people_low,
                "high": volume.people_high,
                "price": volume.fixed_price,
            }
            for volume in lot.volumes
        ],
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    question = criterion.question
    return {
        "name": criterion.name,
        "kind": criterion.kind,
        "weight": criterion.weight,
        "threshold": criterion.threshold,
        "scale": criterion.scale,
        "text": question.text,
        "hint": question.hint,
        "word_limit": question.word_limit,
    }


def templates_of(session: Session, *, actor: Actor, page: int) -> Page[CallOffTemplate]:
    """The templates of the actor's authority, by name."""
    own = CallOffTemplate.authority_id == actor.organisation_id
    total = session.scalar(sa.select(sa.func.count()).select_from(CallOffTemplate).where(own)) or 0
    rows = session.scalars(
        sa.select(CallOffTemplate)
        .where(own)
        .options(joinedload(CallOffTemplate.created_by))
        .order_by(sa.func.lower(CallOffTemplate.name), CallOffTemplate.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(rows, page, total)


def template_of(session: Session, *, actor: Actor, public_id: str) -> CallOffTemplate | None:
    """A template of the actor's authority; another authority's is not found."""
    return session.scalars(
        sa.select(CallOffTemplate).where(
            CallOffTemplate.public_id == public_id, CallOffTemplate.authority_id == actor.organisation_id
        )
    ).one_or_none()


def template_named(session: Session, *, actor: Actor, name: str) -> CallOffTemplate | None:
    """The actor's authority's template of this name."""
    return session.scalars(
        sa.select(CallOffTemplate).where(
            CallOffTemplate.name == name, CallOffTemplate.authority_id == actor.organisation_id
        )
    ).one_or_none()
