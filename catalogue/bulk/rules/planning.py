"""What a file would do to a supplier's offers, offer by offer, beside what the catalogue holds now."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from catalogue.bulk.rules.cells import Lists, settled
from catalogue.bulk.rules.columns import COMPLEXITY, FINGERPRINT, HEADINGS, ITEM, NEED_AREA, OFFER, PARTS
from catalogue.bulk.rules.contents import laid_over, print_of
from catalogue.bulk.rules.pools import plan_pools
from catalogue.bulk.rules.reading import FileContent, FileOffer
from catalogue.bulk.types import (
    HeldOffer,
    HeldPool,
    Outcome,
    PlannedPool,
    Problem,
    Sheet,
    WorkbookContent,
)
from catalogue.offers.rules.changes import changes
from catalogue.offers.rules.completeness import reasons_not_to_submit
from catalogue.offers.rules.facts import Row, facts
from catalogue.offers.rules.finding import unknown_places
from catalogue.offers.rules.states import EDITABLE
from catalogue.offers.types import EvidenceKind, OfferContent, OfferFacts, OfferState
from catalogue.reference.rules.places import PlaceTree
from catalogue.reference.types import Availability

_PUBLIC_ID = re.compile(r"OF-[0-9A-Z]{8}", re.IGNORECASE)
NOTHING_HELD = WorkbookContent()


@dataclass(frozen=True)
class Surroundings:
    """The reference data that an offer has to fit, on a day."""

    today: dt.date
    tree: PlaceTree
    lists: Lists
    facts: Mapping[str, OfferFacts]
    """By need area, with a content that says nothing."""
    outcomes: Mapping[str, frozenset[str]]
    """Codes of the minimum outcomes, by need area."""
    pools: Mapping[str, HeldPool] = field(default_factory=dict)
    """The supplier's shared pools of places, by identifier."""


@dataclass(frozen=True, slots=True)
class PlannedOffer:
    """What the file does with one offer; ``after`` is what it says then, where anything is done and kept."""

    row: int
    reference: str
    title: str
    outcome: Outcome
    need_area: str
    held: HeldOffer | None
    after: WorkbookContent | None
    fingerprint: str
    """That of what it says then, or nothing where nothing is done."""
    own_fingerprint: bool
    """Whether the row gave the fingerprint of a download."""
    changes: tuple[tuple[str, str], ...] = ()
    """Names of fields (a code for an item) with the complexity they belong to, or nothing."""
    missing: int = 0
    """How many reasons keep it from being submitted."""

    @property
    def acts(self) -> bool:
        return self.outcome in (Outcome.CREATED, Outcome.CHANGED, Outcome.NEW_VERSION)


@dataclass(slots=True)
class Plan:
    """All that a file would do, and everything that keeps it from being done."""

    offers: list[PlannedOffer] = field(default_factory=list)
    pools: list[PlannedPool] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def count(self, *outcomes: Outcome) -> int:
        return sum(one.outcome in outcomes for one in (*self.offers, *self.pools))

    @property
    def complete(self) -> int:
        """How many of the offers that it writes could be submitted."""
        return sum(offer.acts and not offer.missing for offer in self.offers)

    def digest(self) -> str:
        """What was shown to whoever confirms it: the same for the same deeds on the same offers."""
        deeds = [(offer.row, offer.reference, str(offer.outcome), offer.fingerprint) for offer in self.offers]
        deeds += [(-pool.row, pool.held.public_id, str(pool.outcome), _said_of(pool)) for pool in self.pools]
        return hashlib.sha256(json.dumps(deeds).encode()).hexdigest()


def plan(read: FileContent, held: Iterable[HeldOffer], around: Surroundings, *, keep: bool = True) -> Plan:
    """Compare a file with the offers of its supplier; nothing is decided but what the rows say.

    An offer that is not in the file is not touched, and nothing is ever deleted. An offer that a colleague
    changed after the file was downloaded is a problem, unless the file says the same. The offers of ``read``
    are taken out of it as they are compared, and what they come to is kept only where it is asked for, so
    that a large file is held in memory once.
    """
    planned = Plan(problems=list(read.problems), ignored=list(read.ignored))
    by_identifier = {name.upper(): name for name in read.offers if _PUBLIC_ID.fullmatch(name)}
    for one in held:
        names = dict.fromkeys((one.reference, by_identifier.get(one.public_id, one.public_id)))
        found = sorted(
            (read.offers.pop(name) for name in names if name in read.offers), key=lambda offer: offer.row
        )
        for offer in found:
            work = _Work(planned, offer, one, around)
            if offer is not found[0]:
                first = found[0].row
                work.wrong(Sheet.OFFERS, offer.row, OFFER, offer.reference, "same_offer", first=first)
            planned.offers.append(work.done(keep))
    for name in list(read.offers):
        planned.offers.append(_Work(planned, read.offers.pop(name), None, around).done(keep))
    planned.pools = plan_pools(read.pools, around.pools, around.today, planned.problems)
    planned.offers.sort(key=lambda offer: offer.row)
    order = {str(sheet): number for number, sheet in enumerate(Sheet)}
    planned.problems.sort(key=lambda problem: (order[problem.sheet], problem.row))
    return planned


def _said_of(pool: PlannedPool) -> str:
    limits = sorted(map(repr, pool.limits))
    return repr((pool.name, pool.made_of, pool.pool_places, limits, pool.effective_from))


class _Work:
    """One offer of the file while it is looked at."""

    def __init__(self, planned: Plan, offer: FileOffer, held: HeldOffer | None, around: Surroundings) -> None:
        self.offer, self.held, self.around, self.problems = offer, held, around, planned.problems
        self.faulty, self.fingerprint = offer.faulty, ""

    def wrong(self, sheet: Sheet, row: int, column: str, value: Any, code: str, **params: Any) -> None:
        self.faulty = True
        shown = "" if value is None else str(value)[:200]
        self.problems.append(Problem(str(sheet), row, column, shown, code, params))

    def done(self, keep: bool) -> PlannedOffer:
        offer, held = self.offer, self.held
        need = self._need_area()
        before = held.content if held is not None and held.content is not None else NOTHING_HELD
        after = None
        if not self.faulty and need is not None:
            after = laid_over(before, offer, self.around.tree)
            self._check(need, before, after)
        outcome = Outcome.PROBLEM
        if not self.faulty and after is not None:
            outcome = self._outcome(before, after)
        acts = outcome not in (Outcome.PROBLEM, Outcome.UNCHANGED)
        title = offer.values.get("title")
        return PlannedOffer(
            row=offer.row,
            reference=offer.reference,
            title=title if isinstance(title, str) else before.title,
            outcome=outcome,
            need_area=need or "",
            held=replace(held, content=None) if held is not None else None,
            after=after if acts and keep else None,
            fingerprint=self.fingerprint if acts else "",
            own_fingerprint=bool(offer.fingerprint),
            changes=_changes(before, after) if acts and held is not None and after is not None else (),
            missing=(
                len(reasons_not_to_submit(replace(self.around.facts[need], content=after)))
                if acts and need is not None and after is not None
                else 0
            ),
        )

    def _need_area(self) -> str | None:
        offer, held = self.offer, self.held
        if held is None:
            if _PUBLIC_ID.fullmatch(offer.reference):
                self.wrong(Sheet.OFFERS, offer.row, OFFER, offer.reference, "unknown_offer")
            elif offer.need_area is None and not offer.faulty:
                self.wrong(Sheet.OFFERS, offer.row, NEED_AREA, None, "need_area_missing")
            return offer.need_area
        if held.content is None:
            self.wrong(Sheet.OFFERS, offer.row, OFFER, offer.reference, "offer_withdrawn")
        if offer.need_area not in (None, held.need_area):
            label = self.around.lists["need_areas"].labels[held.need_area]
            self.wrong(
                Sheet.OFFERS, offer.row, NEED_AREA, offer.need_area, "need_area_fixed", need_area=label
            )
        return held.need_area

    def _check(self, need: str, before: WorkbookContent, after: WorkbookContent) -> None:
        """What the pages refuse to save at all; what is merely missing is no problem in a draft."""
        offer, facts = self.offer, self.around.facts[need]
        gone = unknown_places(self.around.tree, sorted(after.places), self.around.today, kept=before.places)
        for code in gone:
            heading = HEADINGS[Sheet.OFFERS, "places"]
            self.wrong(Sheet.OFFERS, offer.row, heading, code, "place_ended")
        for code in sorted((after.partners - before.partners) & self.around.lists["partners"].ended):
            heading = HEADINGS[Sheet.OFFERS, "partners"]
            self.wrong(Sheet.OFFERS, offer.row, heading, code, "part_ended")
        least, most = after.group_minimum, after.group_maximum
        if least is not None and most is not None and least > most:
            heading = HEADINGS[Sheet.OFFERS, "group_maximum"]
            self.wrong(Sheet.OFFERS, offer.row, heading, most, "group_sizes_out_of_order", least=least)
        for complexity, row in offer.levels.items():
            specified = facts.specification.get(complexity)
            if specified is None or specified.availability is Availability.NOT_AVAILABLE:
                why = specified.reason if specified else ""
                self.wrong(
                    Sheet.LEVELS, row.row, COMPLEXITY, str(complexity), "complexity_not_available", why=why
                )
            if None not in (row.values.get("overhead_percent"), row.values.get("overhead_pounds")):
                heading = HEADINGS[Sheet.LEVELS, "overhead_pounds"]
                self.wrong(Sheet.LEVELS, row.row, heading, row.values["overhead_pounds"], "overheads_twice")
            outcomes = row.values.get("outcomes")
            for code in sorted(outcomes - self.around.outcomes[need]) if outcomes else ():
                self.wrong(
                    Sheet.LEVELS,
                    row.row,
                    HEADINGS[Sheet.LEVELS, "outcomes"],
                    code,
                    "outcome_of_another_need",
                    codes=sorted(self.around.outcomes[need]),
                )
        known = {complexity: frozenset(level.items) for complexity, level in facts.specification.items()}
        for part in PARTS:
            for (complexity, key), (row, _) in offer.entries.get(part.sheet, {}).items():
                if complexity is not None and complexity not in after.levels:
                    self.wrong(part.sheet, row, COMPLEXITY, str(complexity), "level_missing")
                elif part.sheet is Sheet.ITEMS and key not in known.get(complexity, ()):
                    self.wrong(Sheet.ITEMS, row, ITEM, key, "unknown_item")
                elif part.stays and complexity and key not in getattr(after.levels[complexity], part.field):
                    self.wrong(part.sheet, row, HEADINGS[part.sheet, part.key], key, "not_chosen")
        for (_, cohort), (row, values) in offer.entries.get(Sheet.PEOPLE, {}).items():
            if cohort not in after.cohorts and values.get("words"):
                self.wrong(Sheet.PEOPLE, row, HEADINGS[Sheet.PEOPLE, "cohort"], cohort, "group_not_chosen")
        self._check_bands(after)
        marks = HEADINGS[Sheet.EVIDENCE, "mark"]
        for (_, _), (row, values) in offer.entries.get(Sheet.EVIDENCE, {}).items():
            if values.get("mark") and values.get("kind") is not EvidenceKind.QUALITY_MARK:
                self.wrong(Sheet.EVIDENCE, row, marks, values["mark"], "mark_without_kind")

    def _check_bands(self, after: OfferContent) -> None:
        """A volume price has a number and a price, and no two of a complexity begin at one number."""
        heading = HEADINGS[Sheet.BANDS, "places_from"]
        for (complexity, number), (row, _) in self.offer.entries.get(Sheet.BANDS, {}).items():
            bands = after.levels[complexity].bands if complexity and complexity in after.levels else ()
            starts = [band.places_from for band in bands]
            values = self.offer.entries[Sheet.BANDS][complexity, number][1]
            if (values["places_from"] is None) != (values["unit_price"] is None):
                self.wrong(Sheet.BANDS, row, heading, values["places_from"], "band_incomplete")
            elif values["places_from"] is not None and starts.count(values["places_from"]) > 1:
                self.wrong(Sheet.BANDS, row, heading, values["places_from"], "bands_overlap")

    def _outcome(self, before: OfferContent, after: OfferContent) -> Outcome:
        offer, held = self.offer, self.held
        if held is None:
            self.fingerprint = print_of(after)
            return Outcome.CREATED
        now, self.fingerprint = print_of(before), print_of(after)
        if self.fingerprint == now:
            return Outcome.UNCHANGED
        if held.state is OfferState.SUBMITTED:
            self.wrong(Sheet.OFFERS, offer.row, OFFER, offer.reference, "waits_for_decision")
        elif not offer.fingerprint and not held.reference_fingerprint:
            self.wrong(Sheet.OFFERS, offer.row, FINGERPRINT, "", "fingerprint_missing")
        elif (offer.fingerprint or held.reference_fingerprint) != now:
            self.wrong(Sheet.OFFERS, offer.row, OFFER, offer.reference, "changed_meanwhile")
        if self.faulty:
            return Outcome.PROBLEM
        return Outcome.CHANGED if held.state in EDITABLE else Outcome.NEW_VERSION


def _changes(before: OfferContent, after: OfferContent) -> tuple[tuple[str, str], ...]:
    """The fields that differ as they are read, each with its complexity."""
    return tuple(
        (change.key.part or change.key.name, str(change.key.complexity or ""))
        for change in changes(facts(before, commercial=True), facts(after, commercial=True))
        if _as_read(change.before) != _as_read(change.after)
    )


def _as_read(value: Any) -> Any:
    if isinstance(value, str):
        return settled(value)
    if isinstance(value, Row):
        return tuple((name, _as_read(one)) for name, one in value.values)
    return tuple(_as_read(one) for one in value) if isinstance(value, tuple) else value
