"""Levels of the specification that tests write, through the services that the product uses."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from catalogue.reference import queries, services
from catalogue.reference.models import NeedArea, SpecificationLevel
from catalogue.reference.types import Complexity, DraftItem, Phase
from core.accounts.types import OrganisationKind
from core.actor import Actor
from tests.factories import NOW, actor_of, make_organisation, make_person

ITEMS = (
    DraftItem(Phase.ASSESS_AND_PLAN, "Agree with the person which company helps and which harms"),
    DraftItem(Phase.IMPLEMENT, "Go along to a club or a class the first three times"),
    DraftItem(Phase.REVIEW_AND_EVALUATE, "Look back together after six weeks"),
)


def writer(session: Session) -> Actor:
    """Someone who may write the specification."""
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    return actor_of(session, make_person(session, authority, "framework-manager"))


def draft_level(
    session: Session, need: NeedArea, complexity: Complexity, items: Sequence[DraftItem] = ITEMS
) -> int:
    """Draft a level over whatever draft there is; return the draft's row version."""
    before = queries.specification_draft(session, need_area_id=need.id, complexity=complexity)
    draft = services.save_draft(
        session,
        actor=writer(session),
        now=NOW,
        need_area=need,
        complexity=complexity,
        items=items,
        guide="Is often alone.",
        seen=before.row_version if before is not None else 0,
    )
    return draft.row_version


def write_level(
    session: Session, need: NeedArea, complexity: Complexity, items: Sequence[DraftItem] = ITEMS
) -> SpecificationLevel:
    """Draft a level and publish it."""
    seen = draft_level(session, need, complexity, items)
    return services.publish_level(
        session,
        actor=writer(session),
        now=NOW,
        need_area=need,
        complexity=complexity,
        seen=seen,
    )
