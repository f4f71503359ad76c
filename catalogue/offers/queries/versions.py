"""Versions of offers as their supplier and the framework manager read them, and their content as values."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from catalogue.offers.models import (
    Offer,
    OfferCohortFit,
    OfferEvidence,
    OfferItem,
    OfferLevel,
    OfferLevelOutcome,
    OfferVersion,
)
from catalogue.offers.queries.capacity import shared_places
from catalogue.offers.queries.provision import member_regions
from catalogue.offers.rules.finding import PlaceBit
from catalogue.offers.rules.states import EDITABLE, OPEN, STANDING
from catalogue.offers.types import (
    LEVEL_FACTS,
    VERSION_FACTS,
    Evidence,
    ItemAnswer,
    LevelContent,
    Method,
    OfferContent,
    OfferFacts,
    OfferState,
    OutcomeTarget,
    Output,
    PriceBand,
    SpecifiedLevel,
)
from catalogue.reference import queries as reference
from catalogue.reference.models import Place, SpecificationItem, SpecificationLevel, SpecificationLevelItem
from catalogue.reference.types import Availability, Complexity, PlaceKind, Sex
from core.accounts.models import Membership, Person
from core.actor import Actor

MOST_TO_COPY = 25


def whole_version() -> tuple[ORMOption, ...]:
    """Everything of a version, in a number of queries that does not depend on how much there is."""
    return (
        selectinload(OfferVersion.levels).selectinload(OfferLevel.items).joinedload(OfferItem.item),
        selectinload(OfferVersion.levels)
        .selectinload(OfferLevel.outcomes)
        .joinedload(OfferLevelOutcome.outcome),
        selectinload(OfferVersion.levels).selectinload(OfferLevel.bands),
        selectinload(OfferVersion.levels).joinedload(OfferLevel.pool),
        selectinload(OfferVersion.levels).selectinload(OfferLevel.methods),
        selectinload(OfferVersion.levels).selectinload(OfferLevel.output_rows),
        selectinload(OfferVersion.places),
        selectinload(OfferVersion.cohorts),
        selectinload(OfferVersion.stages),
        selectinload(OfferVersion.sentence_types),
        selectinload(OfferVersion.languages),
        selectinload(OfferVersion.cohort_fits).joinedload(OfferCohortFit.cohort),
        selectinload(OfferVersion.evidence).joinedload(OfferEvidence.mark),
        joinedload(OfferVersion.offer).joinedload(Offer.need_area),
        joinedload(OfferVersion.offer).joinedload(Offer.supplier),
    )


def own_offer(session: Session, public_id: str, *, actor: Actor) -> Offer | None:
    """An offer of the actor's organisation with its versions, newest last; None for anybody else's."""
    query = (
        sa.select(Offer)
        .where(Offer.public_id == public_id, Offer.supplier_id == actor.organisation_id)
        .options(joinedload(Offer.need_area), joinedload(Offer.supplier), selectinload(Offer.versions))
    )
    return session.scalars(query).one_or_none()


def offers_to_copy(session: Session, *, actor: Actor) -> list[tuple[Offer, str]]:
    """The actor's organisation's newest offers that have a title, with the title of their newest version."""
    newest = (
        sa.select(OfferVersion.offer_id, sa.func.max(OfferVersion.number).label("number"))
        .group_by(OfferVersion.offer_id)
        .subquery()
    )
    query = (
        sa.select(Offer, OfferVersion.title)
        .join(newest, newest.c.offer_id == Offer.id)
        .join(
            OfferVersion,
            sa.and_(OfferVersion.offer_id == Offer.id, OfferVersion.number == newest.c.number),
        )
        .where(Offer.supplier_id == actor.organisation_id, OfferVersion.title != "")
        .options(joinedload(Offer.need_area))
        .order_by(Offer.id.desc())
        .limit(MOST_TO_COPY)
    )
    return [(offer, title) for offer, title in session.execute(query)]


def own_version(
    session: Session, public_id: str, *, actor: Actor, number: int | None = None, lock: bool = False
) -> OfferVersion | None:
    """A version of the actor's organisation's offer with all its content; the newest without a number.

    ``lock`` holds the version's row until the transaction ends, so that two colleagues save one after the
    other and the second sees what the first wrote.
    """
    query = (
        sa.select(OfferVersion)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .where(Offer.public_id == public_id, Offer.supplier_id == actor.organisation_id)
    )
    return _version(session, query, number, lock)


def any_version(
    session: Session, public_id: str, *, number: int | None = None, lock: bool = False
) -> OfferVersion | None:
    """A version of anybody's offer with all its content: for the framework manager."""
    query = (
        sa.select(OfferVersion)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .where(Offer.public_id == public_id)
    )
    return _version(session, query, number, lock)


def _version(
    session: Session, query: sa.Select[OfferVersion], number: int | None, lock: bool
) -> OfferVersion | None:
    if number is not None:
        query = query.where(OfferVersion.number == number)
    query = query.order_by(OfferVersion.number.desc()).limit(1)
    if lock:
        key = session.scalars(query.with_only_columns(OfferVersion.id)).one_or_none()
        # PostgreSQL locks no row that a join or a limit might still replace, hence by key.
        session.execute(sa.select(OfferVersion.id).where(OfferVersion.id == key).with_for_update())
        query = sa.select(OfferVersion).where(OfferVersion.id == key)
    return session.scalars(
        query.options(*whole_version()).execution_options(populate_existing=True)
    ).one_or_none()


def standing_version(session: Session, offer_id: int) -> OfferVersion | None:
    """The version of an offer that is published or suspended, with all its content."""
    query = (
        sa.select(OfferVersion)
        .where(OfferVersion.offer_id == offer_id, OfferVersion.state.in_(STANDING))
        .options(*whole_version())
    )
    return session.scalars(query).one_or_none()


def open_version_of(offer: Offer) -> OfferVersion | None:
    """The version of a loaded offer that is on its way to publication."""
    return next((version for version in offer.versions if version.state in OPEN), None)


def standing_version_of(offer: Offer) -> OfferVersion | None:
    """The version of a loaded offer that is published or suspended."""
    return next((version for version in offer.versions if version.state in STANDING), None)


def waiting_for_review(session: Session) -> int:
    """How many versions wait for the framework manager."""
    query = (
        sa.select(sa.func.count()).select_from(OfferVersion).where(OfferVersion.state == OfferState.SUBMITTED)
    )
    return session.scalar(query) or 0


def states_of_own(session: Session, *, actor: Actor) -> dict[OfferState, int]:
    """How many offers of the actor's organisation have a version in each state, for their start page."""
    query = (
        sa.select(OfferVersion.state, sa.func.count())
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .where(
            Offer.supplier_id == actor.organisation_id,
            OfferVersion.state.in_(OPEN | STANDING),
        )
        .group_by(OfferVersion.state)
        .order_by(OfferVersion.state)
    )
    return dict(session.execute(query).all())


def content_of(version: OfferVersion) -> OfferContent:
    """What a loaded version says, as plain values by code."""
    order = tuple(Complexity)
    chosen = {cohort.code for cohort in version.cohorts}
    return OfferContent(
        **{name: getattr(version, name) for name in VERSION_FACTS},
        levels={
            level.complexity: _level_content(level)
            for level in sorted(version.levels, key=lambda level: order.index(level.complexity))
        },
        places=frozenset(place.code for place in version.places),
        cohorts=frozenset(chosen),
        cohort_customisation={
            fit.cohort.code: fit.words for fit in version.cohort_fits if fit.cohort.code in chosen
        },
        stages=frozenset(stage.code for stage in version.stages),
        sentence_types=frozenset(kind.code for kind in version.sentence_types),
        languages=frozenset(language.code for language in version.languages),
        evidence=tuple(
            Evidence(
                kind=row.kind,
                mark=row.mark.code if row.mark else "",
                title=row.title,
                year=row.year,
                expires_on=row.expires_on,
                reference=row.reference,
                shows=row.shows,
            )
            for row in version.evidence
        ),
    )


def _level_content(level: OfferLevel) -> LevelContent:
    shared = level.pool is not None and level.pool.offer_id is None
    held: dict[str, Any] = {name: getattr(level, name) for name in LEVEL_FACTS}
    if shared:
        # What a level said of its own places before they were shared is the pool's to say now.
        held["places_a_year"] = None
    return LevelContent(
        **held,
        pool=level.pool.public_id if shared and level.pool is not None else "",
        bands=tuple(PriceBand(band.places_from, band.unit_price) for band in level.bands),
        methods={
            row.phase: Method(row.words, row.sessions, row.weeks, row.contacts) for row in level.methods
        },
        output_rows=tuple(Output(row.what, row.quantity, row.unit, row.by_week) for row in level.output_rows),
        outcomes={
            row.outcome.code: OutcomeTarget(row.measure, row.target_percent)
            for row in sorted(level.outcomes, key=lambda row: row.outcome.position)
        },
        answers={answer.item.code: ItemAnswer(answer.response, answer.explanation) for answer in level.items},
    )


def facts_for(session: Session, version: OfferVersion, *, on: date) -> OfferFacts:
    """A loaded version's content beside all that it has to fit on a day."""
    need_area_id = version.offer.need_area_id
    around = facts_around(session, supplier_id=version.offer.supplier_id, need_area_id=need_area_id, on=on)
    return replace(around[need_area_id], content=content_of(version))


def facts_around(
    session: Session, *, supplier_id: int, on: date, need_area_id: int | None = None
) -> dict[int, OfferFacts]:
    """What an offer of a supplier has to fit on a day, by key of the need area, of one or of all.

    The contents say nothing; the number of queries is always the same.
    """
    specified: dict[int, dict[Complexity, SpecifiedLevel]] = {}
    levels = reference.current_levels(session, need_area_id=need_area_id)
    for (need, complexity), level in levels.items():
        specified.setdefault(need, {})[complexity] = SpecifiedLevel(
            availability=level.availability,
            items=tuple(link.item.code for link in level.items),
            reason=level.reason,
        )
    cohorts = reference.cohorts(session)
    regions = member_regions(session, supplier_id)
    shared = OfferFacts(
        content=OfferContent(),
        specification={},
        sentence_types=frozenset(kind.code for kind in reference.sentence_types(session)),
        cohort_sex={cohort.code: cohort.sex for cohort in cohorts},
        plain_cohorts=frozenset(
            cohort.code
            for cohort in cohorts
            if cohort.sex != Sex.FEMALE and cohort.age_to is None and not cohort.tags
        ),
        places=_places_within(session),
        pool_places=shared_places(session, supplier_id),
        today=on,
    )
    return {
        need: replace(shared, specification=found, member_regions=regions.get(need, frozenset()))
        for need, found in specified.items()
    }


def _places_within(session: Session) -> dict[str, tuple[str, str]]:
    """Name and code of the region of every place; a region's is its own, and the nation has none."""
    region = aliased(Place)
    query = (
        sa.select(Place.code, Place.name, Place.kind, region.code)
        .outerjoin(region, region.id == Place.region_id)
        .order_by(Place.id)
    )
    return {
        code: (name, code if kind is PlaceKind.REGION else within or "")
        for code, name, kind, within in session.execute(query)
    }


def level_items(session: Session, need_area_id: int, complexity: Complexity) -> dict[str, SpecificationItem]:
    """The items in force for a need area at a complexity, by code, in the specification's order."""
    newest = (
        sa.select(sa.func.max(SpecificationLevel.id))
        .where(SpecificationLevel.need_area_id == need_area_id, SpecificationLevel.complexity == complexity)
        .scalar_subquery()
    )
    query = (
        sa.select(SpecificationItem)
        .join(SpecificationLevelItem, SpecificationLevelItem.item_id == SpecificationItem.id)
        .where(SpecificationLevelItem.level_id == newest)
        .order_by(SpecificationLevelItem.position)
    )
    return {item.code: item for item in session.scalars(query)}


def availabilities(session: Session, need_area_id: int) -> dict[Complexity, tuple[Availability, str]]:
    """Whether the specification in force has each complexity for a need area, and why it has not."""
    query = (
        sa.select(SpecificationLevel.complexity, SpecificationLevel.availability, SpecificationLevel.reason)
        .where(SpecificationLevel.need_area_id == need_area_id)
        .order_by(SpecificationLevel.id)
    )
    return {complexity: (found, reason) for complexity, found, reason in session.execute(query)}


def place_bits(session: Session) -> list[PlaceBit]:
    """Every region and police force area with its bit."""
    query = (
        sa.select(Place.id, Place.kind, Place.position, Place.region_id, Place.police_force_area_id)
        .where(Place.kind.in_([PlaceKind.REGION, PlaceKind.POLICE_FORCE_AREA]))
        .order_by(Place.id)
    )
    return [PlaceBit(*row) for row in session.execute(query)]


def people_to_tell(session: Session, organisation_id: int, day: date) -> Sequence[str]:
    """The mail addresses of everyone who belongs to an organisation on a day."""
    query = (
        sa.select(Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.valid_from <= day,
            sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= day),
            Person.active,
        )
        .group_by(Person.email)
        .order_by(Person.email)
    )
    return session.scalars(query).all()


def reviewed_version(
    session: Session, public_id: str, *, number: int, lock: bool = False
) -> OfferVersion | None:
    """A version of anybody's offer for the framework manager; None while it is only its supplier's.

    A returned version is its supplier's again, and a draft that was withdrawn never was anybody else's.
    """
    version = any_version(session, public_id, number=number, lock=lock)
    if version is None or version.state in EDITABLE:
        return None
    return None if version.state is OfferState.WITHDRAWN and version.published_at is None else version
