"""The gap engine on a national case: 2,000 offers, 15,552 cells, and the goals its method was chosen for."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import networkx
import numpy as np
import sqlalchemy as sa
from networkx.algorithms.flow import preflow_push
from numpy.typing import NDArray

from benchmarks.measure import Line, Ready, medians
from benchmarks.memory import MEGABYTE, status_kilobytes
from benchmarks.site import Site, Size
from benchmarks.world import NOW, add_demand, count_rows
from catalogue.reference.models import Place
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.db import db
from core.jobs.services import run_due_jobs
from procurement.gaps.models import Analysis, DemandSet
from procurement.gaps.queries.provision import inputs_of
from procurement.gaps.rules.analysis import analyse
from procurement.gaps.rules.cover import Answer, solve
from procurement.gaps.rules.network import Ints, Network, merge_cells
from procurement.gaps.rules.resilience import cover_lost, plain_cover
from procurement.gaps.rules.scopes import expand as expand_inputs
from procurement.gaps.rules.what_if import Added, Changes, in_plain_values
from procurement.gaps.services.analysis import request_analysis
from procurement.gaps.services.studies import request_study
from procurement.gaps.types import MICRO, StudyKind

UNITS, NEEDS, LEVELS, COHORTS = 108, 8, 3, 6
REGIONS = 12
OFFERS = 2_000
SUPPLIERS = 500
FINER = 10
SIZE = Size(suppliers=SUPPLIERS, offers=OFFERS, contracts=0)

NAIVE_JOIN = sa.text(
    """
    WITH reach (place_id, unit_id) AS (
        SELECT id, id FROM place
        UNION SELECT police_force_area_id, id FROM place WHERE police_force_area_id IS NOT NULL
        UNION SELECT region_id, id FROM place WHERE region_id IS NOT NULL
    ), spans (cohort_id, demand_cohort_id) AS (
        SELECT cohort.id, demand_cohort.id FROM cohort JOIN demand_cohort
        ON (cohort.sex IS NULL OR cohort.sex = demand_cohort.sex)
        AND coalesce(cohort.age_from, 0) <= demand_cohort.age_from
        AND coalesce(cohort.age_to, 200) >= coalesce(demand_cohort.age_to, 200)
    )
    SELECT demand.place_id, demand.need_area_id, demand.complexity, demand.cohort_id, demand.people,
        sum(offered.places_a_year)
    FROM demand_row AS demand LEFT JOIN (
        SELECT reach.unit_id, offer.need_area_id, offer_level.complexity, spans.demand_cohort_id,
            offer_level.places_a_year
        FROM offer
        JOIN offer_version ON offer_version.offer_id = offer.id AND offer_version.state = 'published'
        JOIN offer_level ON offer_level.version_id = offer_version.id
        JOIN offer_place ON offer_place.version_id = offer_version.id
        JOIN reach ON reach.place_id = offer_place.place_id
        JOIN offer_cohort ON offer_cohort.version_id = offer_version.id
        JOIN spans ON spans.cohort_id = offer_cohort.cohort_id
    ) AS offered ON offered.unit_id = demand.place_id AND offered.need_area_id = demand.need_area_id
        AND offered.complexity = demand.complexity AND offered.demand_cohort_id = demand.cohort_id
    WHERE demand.set_id = :demand_set
    GROUP BY demand.place_id, demand.need_area_id, demand.complexity, demand.cohort_id, demand.people
    """
)
"""Adds every offer's places whole in every cell that it may serve, as a spreadsheet would."""


@dataclass(frozen=True)
class Case:
    """Demand by cell; scopes of offers as bit masks for need, level and cohort, places as sorted indices.

    Demand and capacity are micro-people a year. Cell numbers run place by place, then need, level, cohort.
    `finer` splits every cohort into that many, so that there are as many times the cells; offers serve all
    parts of the cohorts that they served.
    """

    capacity: Ints
    need_mask: Ints
    level_mask: Ints
    cohort_mask: Ints
    place_start: Ints
    """Offer k serves the places `place[place_start[k] : place_start[k + 1]]`."""
    place: Ints
    demand: Ints
    finer: int


def national_case(*, finer: int = 1, seed: int = 5) -> Case:
    """An invented national market: half of the offers local, a third for one region, the rest for several."""
    source = np.random.default_rng(seed)
    region = np.sort(source.integers(0, REGIONS, UNITS))
    places = [_places(source, region) for _ in range(OFFERS)]
    wide = np.array([places_of.size for places_of in places], np.int64)
    return Case(
        capacity=source.integers(40, 240, OFFERS) * MICRO,
        need_mask=1 << source.integers(0, NEEDS, OFFERS),
        level_mask=source.integers(1, 1 << LEVELS, OFFERS),
        cohort_mask=_some(source, COHORTS),
        place_start=np.concatenate(([0], np.cumsum(wide))),
        place=np.concatenate(places),
        demand=np.repeat(source.integers(1, 40, UNITS * NEEDS * LEVELS * COHORTS) * MICRO // finer, finer),
        finer=finer,
    )


def _places(source: np.random.Generator, region: Ints) -> Ints:
    kind = source.random()
    if kind < 0.5:
        return np.sort(source.choice(UNITS, size=source.integers(1, 6), replace=False))
    chosen = source.choice(REGIONS, size=1 if kind < 0.78 else source.integers(2, 8), replace=False)
    return np.flatnonzero(np.isin(region, chosen))


def _some(source: np.random.Generator, kinds: int) -> Ints:
    """Masks of one, half or all of the kinds."""
    order = np.argsort(source.random((OFFERS, kinds)), axis=1)
    taken = source.choice([1, kinds // 2, kinds], OFFERS)
    return ((np.arange(kinds) < taken[:, None]) << order).sum(axis=1)


def expand(case: Case) -> tuple[Ints, Ints]:
    """Every pair of an offer and a cell that it may serve, offer by offer, cells rising.

    Offers with the same masks serve the same cells of a place: that pattern is made once.
    """
    of_offer = case.need_mask | case.level_mask << NEEDS | case.cohort_mask << (NEEDS + LEVELS)
    masks, pattern_of = np.unique(of_offer, return_inverse=True)
    bits = (masks[:, None] >> np.arange(NEEDS + LEVELS + COHORTS) & 1).astype(bool)
    needs, levels, cohorts = np.split(bits, (NEEDS, NEEDS + LEVELS), axis=1)
    serves = needs[:, :, None, None] & levels[:, None, :, None] & cohorts[:, None, None, :]
    serves = np.repeat(serves, case.finer, axis=3).reshape(masks.size, -1)
    pattern = np.nonzero(serves)[1]
    size = serves.sum(axis=1)
    start = np.cumsum(size) - size
    offer = np.repeat(np.arange(OFFERS), np.diff(case.place_start))
    length = size[pattern_of[offer]]
    pair = np.repeat(np.arange(offer.size), length)
    first = start[pattern_of[offer]] - (np.cumsum(length) - length)
    cell = (case.place * serves.shape[1])[pair] + pattern[first[pair] + np.arange(pair.size)]
    return offer[pair], cell


def network(case: Case) -> Network:
    """The scopes as the network that is solved."""
    port, cell = expand(case)
    return Network.of_arrays(capacity=case.capacity, demand=case.demand, edge_port=port, edge_cell=cell)


def added_up(case: Case) -> NDArray[Any]:
    """What adding up lists says of each cell: every offer counted whole in every cell that it may serve."""
    expanded = network(case)
    capacity = expanded.capacity[expanded.edge_port]
    return np.bincount(expanded.edge_cell, weights=capacity, minlength=expanded.demand.size)


def fair(case: Case) -> Answer:
    """The fair maximum cover with its certificate, from the scopes."""
    return solve(network(case))


def unserved(answer: Answer) -> float:
    """The share of all demand that is not served."""
    blocks = set(answer.block_of_class.tolist())
    return 1 - sum(answer.served[b] for b in blocks) / sum(answer.demand[b] for b in blocks)


def engine_lines(rounds: int) -> Iterator[Line]:
    """What the engine takes, from scopes in memory."""
    case, finer = national_case(), national_case(finer=FINER)
    of_pass, of_fair = medians([_doing(added_up, case), _doing(fair, case)], rounds)
    edges = network(case).edge_cell.size
    yield Line(
        "gaps: fair answer ÷ expanding scopes and adding up",
        of_fair / of_pass,
        10,
        "×",
        detail=f"{of_fair * 1000:.0f} ms, {edges:,} edges, {unserved(fair(case)):.0%} of demand unserved",
    )
    graph = _graph(case)
    of_fair, of_networkx = medians(
        [_doing(fair, case), lambda: lambda: _coverage(graph)], max(1, rounds // 8)
    )
    yield Line(
        "gaps: networkx, coverage only ÷ fair answer",
        of_networkx / of_fair,
        25,
        "×",
        floor=True,
        detail=f"{of_networkx:.1f} s",
    )
    # Both begin with their network made: what is compared is the flow.
    whole = network(case)
    of_plain = medians([lambda: lambda: plain_cover(whole, merge_cells(whole))], rounds)[0]
    yield Line(
        "gaps: networkx ÷ plain coverage",
        of_networkx / of_plain,
        150,
        "×",
        floor=True,
        detail=f"{of_plain * 1000:.0f} ms",
    )
    owner = np.arange(OFFERS) % SUPPLIERS
    merged = merge_cells(whole)
    of_every = medians([lambda: lambda: cover_lost(whole, owner, SUPPLIERS)], max(3, rounds // 3))[0]
    of_again = medians([lambda: lambda: plain_cover(whole, merged)], rounds)[0]
    yield Line(
        "gaps: solving anew without each supplier ÷ N−1",
        of_again * SUPPLIERS / of_every,
        8,
        "×",
        floor=True,
        detail=f"{of_every * 1000:.0f} ms for {SUPPLIERS} suppliers",
    )
    of_fair, of_finer = medians([_doing(fair, case), _doing(fair, finer)], rounds)
    yield Line(
        f"gaps: fair answer with {FINER} times the cells ÷ with these",
        of_finer / of_fair,
        4,
        "×",
        detail=f"{of_finer * 1000:.0f} ms, {finer.demand.size:,} cells",
    )
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        resting, most = pool.apply(_memory_of_fair_answer)
    yield Line(
        "gaps: memory of a fair answer above the resting process",
        (most - resting) / MEGABYTE,
        150,
        "MB",
        detail=f"{resting / MEGABYTE:.0f} MB at rest",
    )


def database_lines(site: Site, rounds: int) -> Iterator[Line]:
    """What the way from the tables to the answer takes, against one SQL join that adds lists up."""
    on = NOW.date()
    with site.app.app_context():
        actor = Actor(None, site.authority_id, OrganisationKind.AUTHORITY)
        demand_set = add_demand(db.session, actor, on=on, most=40)
        count_rows(db.session)

        def joined() -> None:
            db.session.execute(NAIVE_JOIN, {"demand_set": demand_set.id}).all()

        def answered() -> None:
            inputs = inputs_of(db.session, demand_set, on)
            solve(expand_inputs(inputs).named.network)

        def explained() -> None:
            analyse(inputs_of(db.session, demand_set, on))

        of_join, of_answer, of_analysis = medians(
            [lambda: joined, lambda: answered, lambda: explained], max(3, rounds // 3)
        )
        yield _what_if_line(site, actor, demand_set, on, max(3, rounds // 3))
    yield Line(
        "gaps: database to fair answer ÷ naive SQL join",
        of_answer / of_join,
        1.5,
        "×",
        detail=f"{of_answer * 1000:.0f} ms, {site.size.offers:,} offers",
    )
    yield Line(
        "gaps: database to three layers, whole people and reasons",
        of_analysis / of_join,
        None,
        "×",
        detail=f"{of_analysis * 1000:.0f} ms",
    )


def _what_if_line(site: Site, actor: Actor, demand_set: DemandSet, on: date, rounds: int) -> Line:
    """A what-if in a worker that has answered one before: from the start of the job to the stored answer."""
    session = db.session
    request_analysis(session, actor=actor, now=NOW, demand_set=demand_set, on=on)
    session.commit()
    run_due_jobs(site.app)
    analysis = session.scalars(sa.select(Analysis).where(Analysis.finished_at.is_not(None)).limit(1)).one()
    place, need = (
        session.scalars(sa.select(Place.code).where(Place.parent_id.is_not(None))).first(),
        "finance",
    )

    def ask() -> Callable[[], object]:
        changes = Changes(added=(Added(str(place), need, {"low": 100}),))
        request_study(
            session,
            actor=actor,
            now=NOW,
            analysis=analysis,
            kind=StudyKind.WHAT_IF,
            title="Example",
            question=in_plain_values(changes),
        )
        session.commit()
        return lambda: run_due_jobs(site.app)

    (of_what_if,) = medians([ask], rounds)
    return Line("gaps: a what-if in a warm worker", of_what_if, 1, "s")


def _doing(what: Callable[[Case], object], case: Case) -> Ready:
    return lambda: lambda: what(case)


def _graph(case: Case) -> networkx.DiGraph:
    """The same network as networkx takes it: cells as they are, not merged, and no rates."""
    whole = network(case)
    graph = networkx.DiGraph()
    for port, capacity in enumerate(whole.capacity.tolist()):
        graph.add_edge("source", ("port", port), capacity=capacity)
    for cell, demand in enumerate(whole.demand.tolist()):
        graph.add_edge(("cell", cell), "sink", capacity=demand)
    for port, cell in zip(whole.edge_port.tolist(), whole.edge_cell.tolist(), strict=True):
        graph.add_edge(("port", port), ("cell", cell))
    return graph


def _coverage(graph: networkx.DiGraph) -> float:
    return networkx.maximum_flow_value(graph, "source", "sink", flow_func=preflow_push)


def _memory_of_fair_answer() -> tuple[int, int]:
    """In a process of its own: kilobytes in use before, and the most in use until the answer was there."""
    case = national_case()
    resting = status_kilobytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # Start the record of the most afresh.
    fair(case)
    return resting, status_kilobytes("VmHWM")
