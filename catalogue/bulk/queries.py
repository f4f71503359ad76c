"""Reading for bulk work: uploads and their reports, a supplier's offers whole, the lists of the workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.bulk.models import BulkProblem, BulkRow, BulkUpload, OfferReference
from catalogue.bulk.rules.cells import Choices, choices
from catalogue.bulk.rules.columns import CHOICE_WORDS
from catalogue.bulk.rules.contents import enum_words
from catalogue.bulk.rules.planning import Surroundings
from catalogue.bulk.types import HeldOffer, HeldPool, WorkbookContent, WorkbookLevel
from catalogue.offers.models import CapacityPool, Offer, OfferLevel, OfferPartner, OfferVersion
from catalogue.offers.queries import (
    cited,
    content_of,
    costing_of,
    facts_around,
    figures_of,
    own_pool,
    shared_pools,
)
from catalogue.offers.queries.versions import whole_version
from catalogue.offers.rules.capacity import in_force
from catalogue.offers.rules.states import OPEN, STANDING
from catalogue.offers.types import (
    DeliveryMode,
    EvidenceKind,
    Indexation,
    Intake,
    ItemResponse,
    OfferState,
    OutputUnit,
    RemoteDelivery,
)
from catalogue.partners import queries as partners
from catalogue.partners.models import SupplyChainLink
from catalogue.partners.types import LinkState
from catalogue.reference import queries as reference
from catalogue.reference.models import NeedArea
from catalogue.reference.rules.places import exists_on
from catalogue.reference.types import Complexity, Phase, PlaceKind
from core.actor import Actor
from core.documents.models import Document
from core.jobs.models import Job
from core.web.paging import PAGE_SIZE, Page

CHUNK = 200
"""Offers read whole at once: enough to make few queries, few enough to hold little."""


@dataclass(frozen=True)
class WorkbookLists:
    """What the workbook's lists hold beside the choices: rows for its sheets of reference."""

    lists: dict[str, Choices]
    needs: Sequence[tuple[str, str]]
    """Code and name."""
    places: Sequence[tuple[str, str, str, str]]
    """Code, name, kind, region of each place of the day."""
    outcomes: Sequence[tuple[str, str, str]]
    """Code, need area, words."""
    partners: Sequence[tuple[str, str, str, str, str, str]]
    """Code, name, kind, tier, what it does and whether it is confirmed, of each part of the supply chain."""
    pools: Mapping[str, HeldPool]
    items: dict[tuple[str, Complexity], dict[str, str]]
    """Words of the items in force by code, in the specification's order, by need area and complexity."""


def surroundings(session: Session, today: date, *, supplier_id: int) -> tuple[Surroundings, WorkbookLists]:
    """The reference data that offers have to fit and that the workbook lists."""
    needs = reference.need_areas(session)
    tree = reference.place_tree(session)
    cohorts, stages = reference.cohorts(session), reference.stages(session)
    sentences = reference.sentence_types(session)
    levels = reference.current_levels(session)
    need_codes = {need.id: need.code for need in needs}
    outcomes = [(row.code, need.code, row.text) for need in needs for row in need.outcomes]
    ended = [place.code for place in tree.by_code.values() if not exists_on(place, today)]
    shared = shared_pools(session, supplier_id)
    pools = _held_pools(session, shared, today)
    chain = partners.chain_of(session, lead_id=supplier_id, ended=True)
    lists = {
        "partners": choices(
            ((link.public_id, f"{link.called} ({link.public_id})", (link.called,)) for link in chain),
            [link.public_id for link in chain if link.state is LinkState.ENDED],
        ),
        "need_areas": choices((need.code, need.name, [need.short_name]) for need in needs),
        "complexities": _fixed(Complexity),
        "modes": _fixed(DeliveryMode),
        "remote": _fixed(RemoteDelivery),
        "intakes": _fixed(Intake),
        "indexations": _fixed(Indexation),
        "pools": choices(
            (pool.public_id, f"{pool.name} ({pool.public_id})", (pool.name,)) for pool in shared
        ),
        "regions": choices(
            (place.code, place.name, ()) for place in tree.by_code.values() if place.kind is PlaceKind.REGION
        ),
        "units": _fixed(OutputUnit),
        "evidence": _fixed(EvidenceKind),
        "phases": _fixed(Phase),
        "languages": choices((row.code, row.name, ()) for row in reference.languages(session)),
        "marks": choices((row.code, row.name, ()) for row in reference.quality_marks(session)),
        "responses": _fixed(ItemResponse),
        "places": choices(
            (
                (place.code, f"{place.name} ({place.code})", () if place.code in ended else (place.name,))
                for place in tree.by_code.values()
            ),
            ended,
        ),
        "cohorts": choices((row.code, row.name, ()) for row in cohorts),
        "stages": choices((row.code, row.name, ()) for row in stages),
        "sentence_types": choices((row.code, row.name, ()) for row in sentences),
        "outcomes": choices((code, code, ()) for code, _, _ in outcomes),
    }
    items = {
        (need_codes[need_id], complexity): {link.item.code: link.item.text for link in level.items}
        for (need_id, complexity), level in levels.items()
    }
    around_need = facts_around(session, supplier_id=supplier_id, on=today)
    facts = {need_codes[need_id]: found for need_id, found in around_need.items()}
    by_need: dict[str, set[str]] = {need.code: set() for need in needs}
    for code, need_code, _ in outcomes:
        by_need[need_code].add(code)
    around = Surroundings(
        today=today,
        tree=tree,
        lists=lists,
        facts=facts,
        outcomes={need_code: frozenset(codes) for need_code, codes in by_need.items()},
        pools=pools,
    )
    regions = {row.id: row.name for row in reference.places(session) if row.region_id is None}
    rows = [
        (row.code, row.name, enum_words(row.kind), regions.get(row.region_id or row.id, ""))
        for row in reference.places(session)
        if row.code not in set(ended)
    ]
    parts = [
        (
            link.public_id,
            link.called,
            enum_words(link.kind),
            str(link.tier),
            link.part,
            "Yes" if link.state is LinkState.CONFIRMED else "No",
        )
        for link in chain
        if link.state is not LinkState.ENDED
    ]
    named = [(need.code, need.name) for need in needs]
    return around, WorkbookLists(lists, named, rows, outcomes, parts, pools, items)


def _held_pools(session: Session, shared: Sequence[CapacityPool], today: date) -> dict[str, HeldPool]:
    """Shared pools as they stand on a day, by identifier."""
    found = {}
    for pool in shared:
        figures = in_force(figures_of(session, pool.id), today)
        if figures is not None:
            found[pool.public_id] = HeldPool(
                public_id=pool.public_id,
                name=pool.name,
                made_of=pool.made_of,
                row_version=pool.row_version,
                cited=cited(session, pool.id),
                effective_from=figures.effective_from,
                pool_places=figures.places,
                limits=figures.limits,
            )
    return found


def _fixed(kind: type[StrEnum]) -> Choices:
    """A list whose choices are the members of an enumeration."""
    words = CHOICE_WORDS.get(kind, {})
    return choices((one.value, words.get(one, enum_words(one)), (enum_words(one),)) for one in kind)


def held_offers(
    session: Session, *, supplier_id: int, only: Collection[str] | None = None
) -> Iterator[HeldOffer]:
    """A supplier's offers with what they say, oldest first; of those named (by identifier or own reference).

    Whole contents are read a few at a time and the session is emptied between: give it one of its own.
    """
    bases = _bases(session, supplier_id, only)
    with_content = [one for one in bases if one.state in OPEN | STANDING]
    for one in bases:
        if one.state not in OPEN | STANDING:
            yield one
    for start in range(0, len(with_content), CHUNK):
        chunk = with_content[start : start + CHUNK]
        query = (
            sa.select(OfferVersion)
            .where(OfferVersion.id.in_([one.version_id for one in chunk]))
            .options(
                *whole_version(),
                selectinload(OfferVersion.levels).selectinload(OfferLevel.costs),
                selectinload(OfferVersion.levels).joinedload(OfferLevel.costing),
            )
            .order_by(OfferVersion.id)
        )
        named = partners_of(session, [one.version_id for one in chunk])
        contents = {
            version.id: workbook_content(version, named.get(version.id, frozenset()))
            for version in session.scalars(query)
        }
        session.expunge_all()
        for one in chunk:
            yield replace(one, content=contents[one.version_id])


def workbook_content(version: OfferVersion, named: frozenset[str]) -> WorkbookContent:
    """What a workbook holds of a loaded version: all that it says, its costs, and the partners it names."""
    content = content_of(version)
    levels = {}
    for row in version.levels:
        level, costing = content.levels[row.complexity], costing_of(row)
        levels[row.complexity] = WorkbookLevel(
            **{one.name: getattr(level, one.name) for one in fields(level)},
            **{f"cost_{kind}": amount for kind, amount in costing.costs.items()},
            overhead_percent=costing.overhead_percent,
            overhead_pounds=costing.overhead_pounds,
            surplus_percent=costing.surplus_percent,
        )
    ordered = {complexity: levels[complexity] for complexity in content.levels}
    said = {one.name: getattr(content, one.name) for one in fields(content) if one.name != "levels"}
    return WorkbookContent(**said, levels=ordered, partners=named)


def partners_of(session: Session, versions: Collection[int]) -> dict[int, frozenset[str]]:
    """The parts of the supply chain that versions name, by the version's key."""
    query = (
        sa.select(OfferPartner.version_id, SupplyChainLink.public_id)
        .join(SupplyChainLink, SupplyChainLink.id == OfferPartner.link_id)
        .where(OfferPartner.version_id.in_(sorted(versions)))
        .order_by(OfferPartner.version_id, OfferPartner.link_id)
    )
    named: dict[int, set[str]] = {}
    for version_id, code in session.execute(query):
        named.setdefault(version_id, set()).add(code)
    return {version_id: frozenset(codes) for version_id, codes in named.items()}


def count_offers(session: Session, *, supplier_id: int) -> int:
    """How many offers a supplier has with something to write into a workbook."""
    standing = sa.select(OfferVersion.offer_id).where(OfferVersion.state.in_(OPEN | STANDING))
    query = (
        sa.select(sa.func.count())
        .select_from(Offer)
        .where(Offer.supplier_id == supplier_id, Offer.id.in_(standing))
    )
    return session.scalar(query) or 0


def held_now(session: Session, offer_ids: Collection[int]) -> dict[int, tuple[int, int, OfferState, int]]:
    """Version, row version, state and highest number of each offer, held until the transaction ends."""
    found = {}
    keys = sorted(offer_ids)
    for start in range(0, len(keys), 1000):
        chunk = keys[start : start + 1000]
        session.execute(sa.select(Offer.id).where(Offer.id.in_(chunk)).order_by(Offer.id).with_for_update())
        session.execute(
            sa.select(OfferVersion.id)
            .where(OfferVersion.offer_id.in_(chunk))
            .order_by(OfferVersion.id)
            .with_for_update()
        )
        for one in _newest(session, OfferVersion.offer_id.in_(chunk)):
            found[one.offer_id] = (one.version_id, one.row_version, one.state, one.number)
    return found


def _bases(session: Session, supplier_id: int, only: Collection[str] | None) -> list[HeldOffer]:
    own = {
        offer_id: (reference, print_)
        for offer_id, reference, print_ in session.execute(
            sa.select(OfferReference.offer_id, OfferReference.reference, OfferReference.fingerprint)
            .where(OfferReference.organisation_id == supplier_id)
            .order_by(OfferReference.id)
        )
    }
    wanted = None if only is None else set(only) | {name.upper() for name in only}
    offers = sa.select(Offer.id).where(Offer.supplier_id == supplier_id)
    bases = []
    for one in _newest(session, OfferVersion.offer_id.in_(offers)):
        reference_, print_ = own.get(one.offer_id, ("", ""))
        if wanted is None or one.public_id in wanted or reference_ in wanted:
            bases.append(replace(one, reference=reference_, reference_fingerprint=print_))
    return bases


def _newest(session: Session, among: sa.ColumnElement[bool]) -> list[HeldOffer]:
    """Each offer without its content: the version on its way to publication, else the one that stands, else
    the last."""
    query = (
        sa.select(
            OfferVersion.offer_id,
            Offer.public_id,
            NeedArea.code,
            OfferVersion.state,
            OfferVersion.id,
            OfferVersion.number,
            OfferVersion.row_version,
        )
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .join(NeedArea, NeedArea.id == Offer.need_area_id)
        .where(among)
        .order_by(OfferVersion.offer_id, OfferVersion.number)
    )
    rank = {**dict.fromkeys(OPEN, 2), **dict.fromkeys(STANDING, 1)}
    chosen: dict[int, HeldOffer] = {}
    for offer_id, public_id, need, state, version_id, number, row_version in session.execute(query):
        before = chosen.get(offer_id)
        if before is not None and rank.get(before.state, 0) > rank.get(state, 0):
            chosen[offer_id] = replace(before, number=number)
            continue
        chosen[offer_id] = HeldOffer(
            offer_id, public_id, need, state, version_id, number, row_version, content=None
        )
    return list(chosen.values())


def locked_pool(session: Session, public_id: str, *, actor: Actor) -> CapacityPool | None:
    """A pool of the actor's organisation, held until the transaction ends."""
    return own_pool(session, public_id, actor=actor, lock=True)


def document_of(session: Session, *, actor: Actor, job: Job) -> Document | None:
    """The file that a job of the actor's organisation has written; None before it is there."""
    return own_document(session, (job.result or {}).get("document", ""), actor.organisation_id or 0)


def own_document(session: Session, public_id: str, organisation_id: int) -> Document | None:
    """A file that an organisation has in the store."""
    mine = (Document.public_id == public_id, Document.organisation_id == organisation_id)
    return session.scalars(sa.select(Document).where(*mine)).one_or_none()


def uploads(session: Session, *, actor: Actor, number: int = 1) -> Page[BulkUpload]:
    """A page of the uploads of the actor's organisation, the newest first."""
    mine = BulkUpload.organisation_id == actor.organisation_id
    query = (
        sa.select(BulkUpload)
        .where(mine)
        .options(
            joinedload(BulkUpload.document), joinedload(BulkUpload.job), joinedload(BulkUpload.uploaded_by)
        )
        .order_by(BulkUpload.created_at.desc(), BulkUpload.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(BulkUpload).where(mine))
    return Page(session.scalars(query).all(), number, total or 0)


def upload_for(session: Session, public_id: str, *, actor: Actor, lock: bool = False) -> BulkUpload | None:
    """An upload of the actor's organisation; None for anybody else's."""
    query = sa.select(BulkUpload).where(
        BulkUpload.public_id == public_id, BulkUpload.organisation_id == actor.organisation_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def rows_of(session: Session, upload: BulkUpload, *, number: int = 1, size: int = PAGE_SIZE) -> Page[BulkRow]:
    """A page of what an upload does, offer by offer as in the file; those it leaves as they are come last."""
    mine = BulkRow.upload_id == upload.id
    last = sa.case((BulkRow.outcome == "unchanged", 1), else_=0)
    query = (
        sa.select(BulkRow)
        .where(mine)
        .options(joinedload(BulkRow.offer))
        .order_by(last, BulkRow.row_number)
        .limit(size)
        .offset((number - 1) * size)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(BulkRow).where(mine))
    return Page(session.scalars(query).all(), number, total or 0, size)


def problems_of(
    session: Session, upload: BulkUpload, *, number: int = 1, size: int = PAGE_SIZE
) -> Page[BulkProblem]:
    """A page of what is wrong in an upload, sheet by sheet and row by row."""
    mine = BulkProblem.upload_id == upload.id
    query = (
        sa.select(BulkProblem).where(mine).order_by(BulkProblem.id).limit(size).offset((number - 1) * size)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(BulkProblem).where(mine))
    return Page(session.scalars(query).all(), number, total or 0, size)
