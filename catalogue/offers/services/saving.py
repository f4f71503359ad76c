"""What saving any section of an offer shares: may it be changed, is it what the page showed, rows by code."""

from collections.abc import Iterable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from catalogue.offers import queries
from catalogue.offers.models import OfferEvidence, OfferLevel, OfferOutput, OfferVersion
from catalogue.offers.rules.content import fingerprint
from catalogue.offers.rules.states import reasons_not_to_edit
from catalogue.offers.types import SectionKey
from catalogue.reference.models import (
    Cohort,
    Language,
    Outcome,
    Place,
    QualityMark,
    SentenceType,
    Stage,
)
from catalogue.reference.types import Complexity
from core.actor import Actor
from core.reasons import Reason, Refused, refuse_if

CodedRow = TypeVar("CodedRow", Place, Cohort, Stage, SentenceType, Outcome, Language, QualityMark)


def begin(session: Session, actor: Actor, version: OfferVersion, key: SectionKey, seen: str | None) -> None:
    """Refuse to change what is not the actor's, not editable, or other than the page showed.

    ``seen`` is the fingerprint of the section when its form was made; the caller has locked the version, so
    nobody saves between this comparison and the change.
    """
    if version.offer.supplier_id != actor.organisation_id:
        raise Refused(Reason("not_yours"))
    refuse_if(reasons_not_to_edit(version.state))
    if seen and seen != fingerprint(queries.content_of(version), key):
        raise Refused(Reason("changed_meanwhile"))
    # Each save counts as a change of the version, whichever of its tables it lands in: who checks the
    # answers and then submits must submit what they have read.
    flag_modified(version, "title")


def level_of(version: OfferVersion, complexity: Complexity) -> OfferLevel:
    for level in version.levels:
        if level.complexity is complexity:
            return level
    raise Refused(Reason("complexity_not_offered", {"complexity": str(complexity)}))


def coded_rows(
    session: Session, model: type[CodedRow], codes: Iterable[str], *among: sa.ColumnElement[bool]
) -> list[CodedRow]:
    """The rows of reference data with these codes, in their order; refused where one is unknown."""
    wanted = set(codes)
    if not wanted:
        return []
    query = sa.select(model).where(model.code.in_(wanted), *among).order_by(model.position, model.id)
    rows = list(session.scalars(query))
    unknown = wanted - {row.code for row in rows}
    refuse_if(Reason("unknown_code", {"code": code}) for code in sorted(unknown))
    return rows


def renumber(held: list[Any], model: type[OfferOutput | OfferEvidence], rows: list[dict[str, Any]]) -> None:
    """Bring numbered rows to hold these values in this order."""
    for number, values in enumerate(rows):
        if number == len(held):
            held.append(model(position=number + 1))
        for name, value in values.items():
            setattr(held[number], name, value)
    del held[len(rows) :]
