"""Reading the reference data: small ordered lists, the specification in force, and the tree of places."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.reference import types
from catalogue.reference.models import (
    Cohort,
    ComplexityLevel,
    Crosswalk,
    DemandCohort,
    Language,
    NeedArea,
    Place,
    PlaceSuccessor,
    QualityMark,
    ReferenceRelease,
    SentenceType,
    ServiceType,
    SpecificationDraft,
    SpecificationLevel,
    SpecificationLevelItem,
    Stage,
)
from catalogue.reference.rules.places import PlaceTree
from catalogue.reference.rules.places import place_tree as tree_of
from catalogue.reference.types import Availability, Complexity, DraftItem, Phase, PlaceKind


def latest_release(session: Session) -> ReferenceRelease | None:
    """The loading whose data is in force; None before the first."""
    return session.scalars(
        sa.select(ReferenceRelease).order_by(ReferenceRelease.id.desc()).limit(1)
    ).one_or_none()


def crosswalk_version(session: Session) -> str:
    """The version of the crosswalks in force; empty before anything is loaded."""
    release = latest_release(session)
    files = release.manifest["files"] if release else []
    return next((file["version"] for file in files if file["name"] == "crosswalk.csv"), "")


def need_areas(session: Session) -> Sequence[NeedArea]:
    """All need areas with their outcomes, in the order of the source."""
    query = sa.select(NeedArea).options(selectinload(NeedArea.outcomes)).order_by(NeedArea.position)
    return session.scalars(query).all()


def need_area(session: Session, code: str) -> NeedArea | None:
    """One need area with its outcomes."""
    query = sa.select(NeedArea).where(NeedArea.code == code).options(selectinload(NeedArea.outcomes))
    return session.scalars(query).one_or_none()


def current_levels(
    session: Session, *, need_area_id: int | None = None
) -> dict[tuple[int, Complexity], SpecificationLevel]:
    """The newest version of each level with its items, by need area key and complexity."""
    newest = sa.select(sa.func.max(SpecificationLevel.id)).group_by(
        SpecificationLevel.need_area_id, SpecificationLevel.complexity
    )
    if need_area_id is not None:
        newest = newest.where(SpecificationLevel.need_area_id == need_area_id)
    query = (
        sa.select(SpecificationLevel)
        .where(SpecificationLevel.id.in_(newest))
        .options(selectinload(SpecificationLevel.items).joinedload(SpecificationLevelItem.item))
        .order_by(SpecificationLevel.id)
    )
    return {(level.need_area_id, level.complexity): level for level in session.scalars(query)}


def written_levels(
    session: Session, *, need_area_id: int, complexity: Complexity | None = None
) -> Sequence[SpecificationLevel]:
    """The versions of a need area's levels that people wrote here, with their items, the oldest first."""
    query = (
        sa.select(SpecificationLevel)
        .where(SpecificationLevel.need_area_id == need_area_id, SpecificationLevel.written_by_id.is_not(None))
        .options(selectinload(SpecificationLevel.items).joinedload(SpecificationLevelItem.item))
        .order_by(SpecificationLevel.id)
    )
    if complexity is not None:
        query = query.where(SpecificationLevel.complexity == complexity)
    return session.scalars(query).all()


def availability_in_files(
    session: Session, *, need_area_id: int, complexity: Complexity
) -> Availability | None:
    """What the newest files say of a level; None where they have none."""
    query = (
        sa.select(SpecificationLevel.availability)
        .where(
            SpecificationLevel.need_area_id == need_area_id,
            SpecificationLevel.complexity == complexity,
            SpecificationLevel.written_by_id.is_(None),
        )
        .order_by(SpecificationLevel.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def specification_draft(
    session: Session, *, need_area_id: int, complexity: Complexity
) -> SpecificationDraft | None:
    """What is being written for a level, with whoever saved it last."""
    query = (
        sa.select(SpecificationDraft)
        .where(SpecificationDraft.need_area_id == need_area_id, SpecificationDraft.complexity == complexity)
        .options(joinedload(SpecificationDraft.by, innerjoin=True))
    )
    return session.scalars(query).one_or_none()


def items_of(level: SpecificationLevel) -> tuple[DraftItem, ...]:
    """A loaded level's items as plain values, in their order."""
    return tuple(DraftItem(link.item.phase, link.item.text, link.item.code) for link in level.items)


def items_of_draft(draft: SpecificationDraft) -> tuple[DraftItem, ...]:
    """A draft's items as plain values, in their order."""
    return tuple(DraftItem(Phase(row["phase"]), row["text"], row["code"]) for row in draft.items)


def complexity_levels(session: Session) -> Sequence[ComplexityLevel]:
    """Low, medium and high with their definitions."""
    return session.scalars(sa.select(ComplexityLevel).order_by(ComplexityLevel.position)).all()


def cohorts(session: Session) -> Sequence[Cohort]:
    """The groups of people that offers and lots name."""
    return session.scalars(sa.select(Cohort).order_by(Cohort.position)).all()


def demand_cohorts(session: Session) -> Sequence[DemandCohort]:
    """The partition by sex and age in which demand is counted."""
    return session.scalars(sa.select(DemandCohort).order_by(DemandCohort.position)).all()


def stages(session: Session) -> Sequence[Stage]:
    """The stages of delivery, from before release onwards."""
    return session.scalars(sa.select(Stage).order_by(Stage.position)).all()


def sentence_types(session: Session) -> Sequence[SentenceType]:
    """The sentence types under which a person may be referred."""
    return session.scalars(sa.select(SentenceType).order_by(SentenceType.position)).all()


def languages(session: Session) -> Sequence[Language]:
    """The languages in which a service can be given; English, Welsh and sign language first."""
    return session.scalars(sa.select(Language).order_by(Language.position)).all()


def quality_marks(session: Session) -> Sequence[QualityMark]:
    """The quality marks that offers can name."""
    return session.scalars(sa.select(QualityMark).order_by(QualityMark.position)).all()


def service_types(session: Session) -> Sequence[ServiceType]:
    """The service types of the contract register, each followed by its local variants."""
    return session.scalars(sa.select(ServiceType).order_by(ServiceType.position)).all()


def crosswalk(session: Session) -> Sequence[Crosswalk]:
    """What each heading of the register means in our need areas, in the order of the file."""
    query = sa.select(Crosswalk).options(selectinload(Crosswalk.need_area)).order_by(Crosswalk.id)
    return session.scalars(query).all()


def places(session: Session, *, kind: PlaceKind | None = None) -> Sequence[Place]:
    """Places of one kind, or all from the nation down, past ones included, in the order of the file."""
    query = sa.select(Place).order_by(Place.kind, Place.position)
    if kind is not None:
        query = query.where(Place.kind == kind)
    found = session.scalars(query).all()
    order = {kind: number for number, kind in enumerate(PlaceKind)}
    return sorted(found, key=lambda place: (order[place.kind], place.position))


def place_ids(session: Session) -> dict[str, int]:
    """Every place's key by its code."""
    return dict(session.execute(sa.select(Place.code, Place.id).order_by(Place.id)).all())


def place_tree(session: Session) -> PlaceTree:
    """The tree of places as plain values, for the rules on places."""
    rows = places(session)
    codes = {row.id: row.code for row in rows}
    followers: dict[int, list[str]] = {}
    links = sa.select(PlaceSuccessor).order_by(PlaceSuccessor.place_id, PlaceSuccessor.successor_id)
    for link in session.scalars(links):
        followers.setdefault(link.place_id, []).append(codes[link.successor_id])
    return tree_of(
        types.Place(
            code=row.code,
            kind=row.kind,
            name=row.name,
            parent=codes[row.parent_id] if row.parent_id else None,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            successor_codes=tuple(followers.get(row.id, ())),
            local_id=row.local_id,
            ons_code=row.ons_code,
            delius_code=row.delius_code,
            covers=tuple(row.covers.split("|")) if row.covers else (),
            sources=tuple(row.source.split("|")) if row.source else (),
            note=row.note,
        )
        for row in rows
    )
