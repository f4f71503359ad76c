"""What the codes of an offer's content are called, for every page that shows one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.queries.capacity import shared_pools
from catalogue.offers.rules.finding import places_by_region
from catalogue.offers.types import LevelContent, OfferContent
from catalogue.reference import queries as reference
from catalogue.reference.models import (
    Cohort,
    Language,
    NeedArea,
    Outcome,
    QualityMark,
    SentenceType,
    SpecificationItem,
    SpecificationLevel,
    SpecificationLevelItem,
    Stage,
)
from catalogue.reference.rules.places import PlaceTree
from catalogue.reference.types import Complexity, Phase, Place


@dataclass(frozen=True)
class Names:
    """Rows of reference data that an offer of one need area can cite, by code and in their order."""

    tree: PlaceTree
    cohorts: Mapping[str, Cohort]
    stages: Mapping[str, Stage]
    sentence_types: Mapping[str, SentenceType]
    languages: Mapping[str, Language]
    marks: Mapping[str, QualityMark]
    outcomes: Mapping[str, Outcome]
    items: Mapping[str, SpecificationItem]
    """In the order of the specification, the lowest complexity first."""
    levels: Mapping[Complexity, SpecificationLevel]
    """The specification in force, without its items."""
    pools: Mapping[str, str] = field(default_factory=dict)
    """What the supplier's shared pools are called; empty where nobody may read it."""

    def places(self, content: OfferContent) -> list[tuple[Place, list[Place]]]:
        """Regions with the parts of them that an offer serves; no parts mean the whole region."""
        return places_by_region(self.tree, content.places)

    def answers(self, level: LevelContent) -> list[tuple[Phase, list[SpecificationItem]]]:
        """The items that a level answers, by phase, in the specification's order."""
        return [
            (phase, [row for code, row in self.items.items() if code in level.answers and row.phase is phase])
            for phase in Phase
        ]

    def value(self, name: str, code: str) -> str:
        """What a code in a list of codes is called."""
        if name == "places":
            return self.tree.by_code[code].name if code in self.tree.by_code else code
        if name == "pool":
            return self.pools.get(code, code)
        if name == "outcomes":
            return self.outcomes[code].text if code in self.outcomes else code
        kinds: dict[str, Mapping[str, Any]] = {
            "cohorts": self.cohorts,
            "stages": self.stages,
            "sentence_types": self.sentence_types,
            "languages": self.languages,
            "mark": self.marks,
        }
        row = kinds.get(name, {}).get(code)
        return row.name if row else code


def names_for(session: Session, need_area: NeedArea, *, pools_of: int | None = None) -> Names:
    """What the codes of an offer for a need area are called; the number of queries is always the same.

    ``pools_of`` is the supplier whose shared pools are named, too: for it and the authority only.
    """
    in_need = (
        sa.select(SpecificationItem)
        .join(SpecificationLevelItem, SpecificationLevelItem.item_id == SpecificationItem.id)
        .join(SpecificationLevel, SpecificationLevel.id == SpecificationLevelItem.level_id)
        .where(SpecificationLevel.need_area_id == need_area.id)
        .order_by(SpecificationLevel.id, SpecificationLevelItem.position)
    )
    levels = (
        sa.select(SpecificationLevel)
        .where(SpecificationLevel.need_area_id == need_area.id)
        .order_by(SpecificationLevel.id)
    )
    outcomes = (
        sa.select(Outcome).where(Outcome.need_area_id == need_area.id).order_by(Outcome.position, Outcome.id)
    )
    return Names(
        tree=reference.place_tree(session),
        cohorts=_by_code(reference.cohorts(session)),
        stages=_by_code(reference.stages(session)),
        sentence_types=_by_code(reference.sentence_types(session)),
        languages=_by_code(reference.languages(session)),
        marks=_by_code(reference.quality_marks(session)),
        outcomes=_by_code(session.scalars(outcomes).all()),
        items=_by_code(session.scalars(in_need).all()),
        levels={level.complexity: level for level in session.scalars(levels)},
        pools={}
        if pools_of is None
        else {pool.public_id: pool.name for pool in shared_pools(session, pools_of)},
    )


def _by_code(rows: Sequence[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        found.setdefault(row.code, row)
    return found
