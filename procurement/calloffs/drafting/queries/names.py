"""What codes are called on pages: places, need areas, cohorts, stages and categories."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import NeedArea, Place
from catalogue.reference.types import PlaceKind
from core.accounts.models import Person
from procurement.calloffs.drafting.models import CallOff
from procurement.framework.models import Framework
from procurement.framework.types import FrameworkState


@dataclass(frozen=True)
class Names:
    """Names by code, or by key for people, as the words of a reason need them."""

    need_areas: dict[str, str]
    regions: dict[str, str]
    people: dict[int, str]


def names(session: Session, call_off: CallOff | None = None) -> Names:
    """The names of all need areas and regions, and of the people with a duty in a call-off."""
    areas = session.execute(sa.select(NeedArea.code, NeedArea.name).order_by(NeedArea.position))
    regions = session.execute(
        sa.select(Place.code, Place.name).where(Place.kind == PlaceKind.REGION).order_by(Place.position)
    )
    people: dict[int, Person] = {duty.person_id: duty.person for duty in call_off.duties} if call_off else {}
    return Names(
        dict(areas.all()),
        dict(regions.all()),
        {key: person.name for key, person in people.items()},
    )


def open_frameworks(session: Session) -> list[Framework]:
    """The published frameworks, by title; whether one has run out, its rules say."""
    return list(
        session.scalars(
            sa.select(Framework)
            .where(Framework.state == FrameworkState.PUBLISHED)
            .order_by(Framework.title, Framework.id)
        )
    )
