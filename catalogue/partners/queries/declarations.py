"""What organisations have declared of themselves: the latest of each counts."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.partners.models import PartnerDeclaration, PartnerDeclarationAnswer
from catalogue.partners.rules import declared_answers
from catalogue.partners.types import DeclaredAnswer


def declared_on(session: Session, organisation_ids: Collection[int]) -> dict[int, datetime]:
    """When each organisation last made its declarations; one that never did is not there."""
    query = (
        sa.select(PartnerDeclaration.organisation_id, sa.func.max(PartnerDeclaration.made_at))
        .where(PartnerDeclaration.organisation_id.in_(organisation_ids))
        .group_by(PartnerDeclaration.organisation_id)
        .order_by(PartnerDeclaration.organisation_id)
    )
    return dict(session.execute(query).all())


def latest_declarations(session: Session, organisation_ids: Collection[int]) -> dict[int, PartnerDeclaration]:
    """The latest declaration of each organisation with its answers, in a constant number of queries."""
    latest = (
        sa.select(sa.func.max(PartnerDeclaration.id))
        .where(PartnerDeclaration.organisation_id.in_(organisation_ids))
        .group_by(PartnerDeclaration.organisation_id)
    )
    query = (
        sa.select(PartnerDeclaration)
        .where(PartnerDeclaration.id.in_(latest))
        .options(
            joinedload(PartnerDeclaration.made_by, innerjoin=True),
            selectinload(PartnerDeclaration.answers).joinedload(
                PartnerDeclarationAnswer.question, innerjoin=True
            ),
        )
        .order_by(PartnerDeclaration.organisation_id)
    )
    return {declaration.organisation_id: declaration for declaration in session.scalars(query)}


def plain_answers(declaration: PartnerDeclaration) -> tuple[DeclaredAnswer, ...]:
    """A loaded declaration as plain values."""
    return declared_answers(
        [(answer.question.plain(), answer.ground) for answer in declaration.answers],
        {answer.question.code: answer.value for answer in declaration.answers},
    )
