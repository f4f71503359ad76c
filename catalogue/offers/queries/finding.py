"""Finding published offers: words and filters over the narrow listing, and what each choice would leave."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import Offer, OfferAssurance, OfferListing, OfferVersion
from catalogue.offers.queries.versions import whole_version
from catalogue.offers.rules.finding import complexity_bit, mask, search_terms
from catalogue.offers.types import (
    FACETS,
    CatalogueFilter,
    CatalogueSort,
    DeliveryMode,
    FacetChoice,
    Feature,
    OfferState,
    RemoteDelivery,
)
from catalogue.reference import queries as reference
from catalogue.reference.models import Cohort, NeedArea, Place, Stage
from catalogue.reference.types import Complexity, PlaceKind
from core.web.paging import PAGE_SIZE, Page

# What is counted by which column of the listing.
COUNTED = {
    "need": "need_area_id",
    "complexity": "complexity_mask",
    "cohort": "cohort_mask",
    "stage": "stage_mask",
    "region": "region_mask",
    "police_force_area": "police_force_area_mask",
    **{kind: f"{kind}_mask" for kind in FACETS},
}


@dataclass(frozen=True)
class Choices:
    """Everything that a finder can choose, in the order it is shown."""

    needs: Sequence[NeedArea]
    cohorts: Sequence[Cohort]
    stages: Sequence[Stage]
    regions: Sequence[Place]
    police_force_areas: Sequence[Place]
    facets: Mapping[str, Sequence[FacetChoice]]

    def unknown(self, found: CatalogueFilter) -> list[tuple[str, str]]:
        """The (kind, code) of what is asked for and does not exist."""
        places = {place.code for place in (*self.regions, *self.police_force_areas)}
        return [
            *(("need", code) for code in found.needs if code not in {need.code for need in self.needs}),
            *(("cohort", code) for code in found.cohorts if code not in {row.code for row in self.cohorts}),
            *(("stage", code) for code in found.stages if code not in {row.code for row in self.stages}),
            *(("place", code) for code in (found.place,) if code and code not in places),
            *(
                (kind, code)
                for kind, codes in found.facets.items()
                for code in codes
                if code not in {choice.code for choice in self.facets[kind]}
            ),
        ]


@dataclass(frozen=True)
class Counts:
    """How many offers each choice would find beside what is asked for in the other kinds.

    Keys are those of need areas, and bits of the other kinds; a choice without offers has no key.
    """

    by_kind: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def of(self, kind: str, key: int) -> int:
        return self.by_kind.get(kind, {}).get(key, 0)


@dataclass(frozen=True, slots=True)
class FoundOffer:
    """One line of the catalogue; masks as in the listing."""

    public_id: str
    title: str
    supplier_name: str
    summary: str
    need_area_id: int
    complexity_mask: int
    cohort_mask: int
    stage_mask: int
    region_mask: int
    police_force_area_mask: int
    remote_mask: int
    published_at: datetime
    assured_on: date | None


def catalogue_choices(session: Session) -> Choices:
    """What a finder can choose from."""
    places = session.scalars(
        sa.select(Place)
        .where(Place.kind.in_([PlaceKind.REGION, PlaceKind.POLICE_FORCE_AREA]))
        .order_by(Place.position, Place.id)
    ).all()
    return Choices(
        needs=session.scalars(sa.select(NeedArea).order_by(NeedArea.position)).all(),
        cohorts=reference.cohorts(session),
        stages=reference.stages(session),
        regions=[place for place in places if place.kind is PlaceKind.REGION],
        police_force_areas=[place for place in places if place.kind is PlaceKind.POLICE_FORCE_AREA],
        facets={
            "mode": _members((DeliveryMode.ONE_TO_ONE, DeliveryMode.GROUP)),
            "remote": _members(RemoteDelivery),
            "feature": _members(Feature),
            "language": [FacetChoice(r.code, r.position, r.name) for r in reference.languages(session)],
            "mark": [FacetChoice(r.code, r.position, r.name) for r in reference.quality_marks(session)],
        },
    )


def _members(members: Iterable[StrEnum]) -> list[FacetChoice]:
    """Choices whose bits are their places among all members."""
    return [FacetChoice(member.value, position) for position, member in enumerate(members)]


def find_offers(
    session: Session, found: CatalogueFilter, choices: Choices, *, sort: CatalogueSort, number: int = 1
) -> Page[FoundOffer]:
    """A page of the published offers that match, and how many match in all."""
    matching = _matching(session, found, choices)
    total = session.scalar(sa.select(sa.func.count()).select_from(OfferListing).where(matching)) or 0
    # The page's keys come from an index; only then are its 25 wide rows read.
    keys = (
        sa.select(OfferListing.offer_id)
        .where(matching)
        .order_by(*_order(sort))
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page(_lines(session, OfferListing.offer_id.in_(keys), sort), number, total)


def every_found_offer(
    session: Session, found: CatalogueFilter, choices: Choices, *, sort: CatalogueSort
) -> list[FoundOffer]:
    """All published offers that match, for an export."""
    matching = _matching(session, found, choices)
    return _lines(session, matching, sort)


def catalogue_counts(session: Session, found: CatalogueFilter, choices: Choices) -> Counts:
    """How many offers each choice of each kind would find, in one query.

    A kind's own filter does not narrow its own counts: they say what a further choice would add.
    """
    listing: Any = OfferListing
    words = _with_words(session, found)
    if words is not None:
        # As a table of its own, so that the words are looked up once and not again for each kind.
        listing = sa.select(*(getattr(OfferListing, name) for name in COUNTED.values())).where(words).cte().c
    conditions = _choices_made(found, choices, listing)
    columns = {kind: getattr(listing, name) for kind, name in COUNTED.items()}
    own = {"region": "place", "police_force_area": "place"}
    query = sa.union_all(
        *(
            sa.select(sa.literal(kind), sa.cast(column, sa.BigInteger), sa.func.count())
            .where(*(value for name, value in conditions.items() if name != own.get(kind, kind)))
            .group_by(column)
            for kind, column in columns.items()
        )
    )
    by_kind: dict[str, dict[int, int]] = {kind: {} for kind in COUNTED}
    rows: Sequence[Any] = session.execute(query).all()
    for kind, bits, count in rows:
        counted = by_kind[kind]
        if kind == "need":
            counted[bits] = count
            continue
        while bits:
            lowest = bits & -bits
            position = lowest.bit_length() - 1
            counted[position] = counted.get(position, 0) + count
            bits ^= lowest
    return Counts(by_kind)


def published_version(session: Session, public_id: str) -> OfferVersion | None:
    """The published version of an offer that is listed, with all its content; None where there is none."""
    query = (
        sa.select(OfferVersion)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .join(OfferListing, OfferListing.version_id == OfferVersion.id)
        .where(Offer.public_id == public_id)
        .options(*whole_version())
    )
    return session.scalars(query).one_or_none()


def listed_versions(session: Session, public_ids: Collection[str]) -> list[OfferVersion]:
    """The published versions of some listed offers with all their content, in the order asked for."""
    query = (
        sa.select(OfferVersion)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .join(OfferListing, OfferListing.version_id == OfferVersion.id)
        .where(Offer.public_id.in_(public_ids))
        .options(*whole_version())
        .order_by(OfferVersion.id)
    )
    order = {public_id: number for number, public_id in enumerate(public_ids)}
    return sorted(session.scalars(query), key=lambda version: order[version.offer.public_id])


def listed_titles(session: Session, public_ids: Collection[str]) -> dict[str, str]:
    """What some offers that are listed are called, in the order asked for."""
    query = (
        sa.select(Offer.public_id, OfferListing.title)
        .join(OfferListing, OfferListing.offer_id == Offer.id)
        .where(Offer.public_id.in_(public_ids))
        .order_by(Offer.id)
    )
    found = dict(session.execute(query).all())
    return {public_id: found[public_id] for public_id in public_ids if public_id in found}


def newest_listed(session: Session) -> str | None:
    """The public identifier of the offer that was published last; None where there is none."""
    query = (
        sa.select(Offer.public_id)
        .join(OfferListing, OfferListing.offer_id == Offer.id)
        .order_by(OfferListing.published_at.desc(), OfferListing.offer_id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def published_versions_of(session: Session, supplier_id: int) -> Sequence[OfferVersion]:
    """A supplier's published versions with all their content, listed or hidden, by offer."""
    query = (
        sa.select(OfferVersion)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .where(Offer.supplier_id == supplier_id, OfferVersion.state == OfferState.PUBLISHED)
        .options(*whole_version())
        .order_by(Offer.id)
    )
    return session.scalars(query).all()


def versions_with_expired_marks(session: Session, on: date) -> Sequence[OfferVersion]:
    """Listed versions that are found by a quality mark which no longer holds, by offer."""
    query = (
        sa.select(OfferVersion)
        .join(OfferListing, OfferListing.version_id == OfferVersion.id)
        .where(OfferListing.marks_until <= on)
        .options(*whole_version())
        .order_by(OfferListing.offer_id)
    )
    return session.scalars(query).all()


def _lines(session: Session, matching: sa.ColumnElement[bool], sort: CatalogueSort) -> list[FoundOffer]:
    rows: Sequence[Any] = session.execute(
        sa.select(
            Offer.public_id,
            OfferListing.title,
            OfferListing.supplier_name,
            OfferListing.summary,
            OfferListing.need_area_id,
            OfferListing.complexity_mask,
            OfferListing.cohort_mask,
            OfferListing.stage_mask,
            OfferListing.region_mask,
            OfferListing.police_force_area_mask,
            OfferListing.remote_mask,
            OfferListing.published_at,
            OfferAssurance.assured_on,
        )
        .join(Offer, Offer.id == OfferListing.offer_id)
        .outerjoin(OfferAssurance, OfferAssurance.offer_id == OfferListing.offer_id)
        .where(matching)
        .order_by(*_order(sort))
    ).all()
    return [FoundOffer(*row) for row in rows]


def _order(sort: CatalogueSort) -> tuple[Any, ...]:
    if sort is CatalogueSort.NEWEST:
        return OfferListing.published_at.desc(), OfferListing.offer_id.desc()
    return OfferListing.title.asc(), OfferListing.offer_id.asc()


def _matching(session: Session, found: CatalogueFilter, choices: Choices) -> sa.ColumnElement[bool]:
    """What a line of the listing must be for all that is asked for."""
    words = _with_words(session, found)
    asked = _choices_made(found, choices, OfferListing).values()
    return sa.and_(True, *asked) if words is None else sa.and_(words, *asked)


def _choices_made(
    found: CatalogueFilter, choices: Choices, listing: Any
) -> dict[str, sa.ColumnElement[bool]]:
    """One condition for each kind in which something is chosen. A code that does not exist finds nothing.

    ``listing`` holds the listing's columns by their names.
    """
    conditions: dict[str, sa.ColumnElement[bool]] = {}
    if found.needs:
        keys = [need.id for need in choices.needs if need.code in found.needs]
        conditions["need"] = listing.need_area_id.in_(keys)
    if found.complexities:
        bits = mask(complexity_bit(Complexity(code)) for code in found.complexities)
        conditions["complexity"] = _shares(listing.complexity_mask, bits)
    for kind, codes, rows, column in (
        ("cohort", found.cohorts, choices.cohorts, listing.cohort_mask),
        ("stage", found.stages, choices.stages, listing.stage_mask),
        ("place", (found.place,), choices.regions, listing.region_mask),
        ("place", (found.place,), choices.police_force_areas, listing.police_force_area_mask),
        *(
            (kind, codes, choices.facets[kind], getattr(listing, COUNTED[kind]))
            for kind, codes in found.facets.items()
        ),
    ):
        chosen = [row.position for row in rows if row.code in codes]
        if chosen:
            conditions[kind] = _shares(column, mask(chosen))
        elif any(codes):
            conditions.setdefault(kind, sa.false())
    return conditions


def _shares(column: Any, bits: int) -> sa.ColumnElement[bool]:
    return column.bitwise_and(bits) != 0


def _with_words(session: Session, found: CatalogueFilter) -> sa.ColumnElement[bool] | None:
    """That an offer has every word asked for or another form of it, by the engine's own index of words.

    Whole words only: SQLite 3.40 calls its file malformed when a transaction looks for beginnings
    of words in an index that it has itself changed.
    """
    terms = search_terms(found.words)
    if not terms:
        return None
    if session.get_bind().dialect.name == "sqlite":
        table = sa.table("offer_search", sa.column("rowid", sa.Integer))
        wanted = sa.text("offer_search MATCH :wanted").bindparams(wanted=" ".join(f'"{t}"' for t in terms))
        return OfferListing.offer_id.in_(sa.select(table.c.rowid).where(wanted))
    table = sa.table("offer_search", sa.column("offer_id", sa.Integer), sa.column("document"))
    query = sa.func.to_tsquery(sa.literal_column("'english'"), " & ".join(f"'{term}'" for term in terms))
    return OfferListing.offer_id.in_(sa.select(table.c.offer_id).where(table.c.document.bool_op("@@")(query)))
