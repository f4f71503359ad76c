"""What to buy first: the frontier of people served against pounds, and what fairness costs.

One minimum-cost flow in which contracts are free and every group of cells (region, need area, complexity)
may also be bought at one price. Which demand contracts can leave to purchases is a polymatroid, so that
buying group by group in the order of price is best at every budget (Edmonds 1971): the whole frontier is read
off one answer. Weights divide prices: a need of weight 2 is bought as if it cost half. Fixed costs and the
smallest size of a lot are not in it.

What fairness costs is nothing where the price of a place depends on the provision alone: behind the minimum
cut every place is used in any answer that serves the most, before it every person is served. It costs where
one capacity is shared by complexities of different prices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

import numpy as np
from ortools.graph.python import min_cost_flow

from procurement.gaps.rules.inputs import IN_PLACE, Inputs
from procurement.gaps.rules.network import Ints, Mask, Network
from procurement.gaps.rules.scopes import Expanded

WEIGHT_UNIT = Decimal("0.1")
"""Weights are given in tenths, from nothing to ten."""
MOST_WEIGHT = Decimal(10)
PENCE = 100

Prices = Mapping[tuple[str, str], Decimal]
"""(offer, complexity) → pounds for a place."""
Group = tuple[str, str, str]
"""(region, need area, complexity), by code."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a place costs in a group, in pounds, and how many offers ask a price there; 0: a median."""

    pounds: Decimal
    offers: int


@dataclass(frozen=True, slots=True)
class Step:
    """A purchase: so many people a year of one group at one price, in the order of the frontier."""

    region: str
    need: str
    complexity: str
    people: int
    price: Decimal
    offers: int

    @property
    def pounds(self) -> Decimal:
        return self.people * self.price


@dataclass(frozen=True, slots=True)
class Frontier:
    """Whom what is in place serves already, what to buy in order, and whom no price is known for."""

    wanted: int
    by_contract: int
    """People served by contracts and partner agencies together."""
    steps: tuple[Step, ...]
    unpriced: int
    """People neither served already nor buyable: no offer of the need and complexity has a price."""
    unweighted: int
    """People of needs that were given no weight and that nothing in place serves."""

    @property
    def people(self) -> int:
        return sum(step.people for step in self.steps)

    @property
    def pounds(self) -> Decimal:
        return sum((step.pounds for step in self.steps), Decimal(0))


@dataclass(frozen=True, slots=True)
class CostOfFairness:
    """Pounds a year for offers beside the contracts: the cheapest way to serve as many, and the fair one."""

    people: int
    cheapest: Decimal
    fair: Decimal


def group_prices(inputs: Inputs, prices: Prices) -> dict[Group, Price]:
    """The best price offered for each group, or the median of its need and complexity everywhere."""
    regions = {leaf: place.region for place in inputs.places.values() for leaf in place.leaves}
    best: dict[Group, tuple[Decimal, int]] = {}
    of_level: dict[tuple[str, str], list[Decimal]] = {}
    for scope in inputs.scopes:
        if scope.kind in IN_PLACE:
            continue
        where = {regions[leaf] for leaf in scope.places if leaf in regions}
        for need, complexity in sorted({(port.need, port.complexity) for port in scope.ports}):
            price = prices.get((scope.id, complexity))
            if price is None:
                continue
            of_level.setdefault((need, complexity), []).append(price)
            for region in where:
                lowest, offers = best.get((region, need, complexity), (price, 0))
                best[region, need, complexity] = min(lowest, price), offers + 1
    found = {}
    for region in sorted(set(regions.values())):
        for (need, complexity), asked in of_level.items():
            group = (region, need, complexity)
            middle = Decimal(median(asked)).quantize(Decimal("0.01"))
            found[group] = Price(*best[group]) if group in best else Price(middle, 0)
    return found


def frontier(
    inputs: Inputs, expanded: Expanded, prices: Prices, weights: Mapping[str, Decimal] | None = None
) -> Frontier:
    """What to buy beside what is in place, cheapest for its weight first; without a weight it is 1."""
    weights = weights or {}
    cells, network = expanded.cells, expanded.named.network
    person = network.units_per_person.denominator
    group_of_cell = [(inputs.places[cell[0]].region, cell[1], cell[2]) for cell in cells]
    priced = group_prices(inputs, prices)
    groups = sorted(
        group for group in set(group_of_cell) if group in priced and weights.get(group[1], Decimal(1)) > 0
    )
    number = {group: k for k, group in enumerate(groups)}
    bought_from = np.array([number.get(group, -1) for group in group_of_cell], np.int64)
    cost = np.array(
        [_weighed(priced[group].pounds, weights.get(group[1], Decimal(1))) for group in groups], np.int64
    )
    demand = network.demand * person
    in_place = expanded.layer_of_edge < len(IN_PLACE)
    flow = _Arcs()
    ports = flow.add_ports(network, person)
    first_cell = ports
    first_group = first_cell + demand.size
    source, sink = first_group + len(groups), first_group + len(groups) + 1
    flow.source(source, network, person)
    served = flow.add(
        network.edge_port[in_place],
        network.edge_cell[in_place] + first_cell,
        demand[network.edge_cell[in_place]],
    )
    buyable = np.flatnonzero(bought_from >= 0)
    bought = flow.add(bought_from[buyable] + first_group, buyable + first_cell, demand[buyable])
    of_group = np.bincount(bought_from[buyable], weights=demand[buyable], minlength=len(groups))
    flow.add(
        np.full(len(groups), source), np.arange(len(groups)) + first_group, of_group.astype(np.int64), cost
    )
    flow.add(np.arange(demand.size) + first_cell, np.full(demand.size, sink), demand)
    carried = flow.solve(source, sink, int(demand.sum()))
    by_contract = int(carried[served].sum())
    people = np.bincount(bought_from[buyable], weights=carried[bought], minlength=len(groups))
    steps = [
        Step(*group, int(people[k]), priced[group].pounds, priced[group].offers)
        for group, k in number.items()
        if people[k] > 0
    ]
    steps.sort(
        key=lambda s: (_weighed(s.price, weights.get(s.need, Decimal(1))), s.need, s.complexity, s.region)
    )
    left = int(demand.sum()) - by_contract - int(people.sum())
    reached = np.zeros(demand.size, np.int64)
    np.add.at(reached, network.edge_cell[in_place], carried[served])
    np.add.at(reached, buyable, carried[bought])
    short = demand - reached
    unweighted = sum(
        int(short[k])
        for k, group in enumerate(group_of_cell)
        if short[k] and weights.get(group[1], Decimal(1)) == 0
    )
    return Frontier(int(demand.sum()), by_contract, tuple(steps), left - unweighted, unweighted)


def cost_of_fairness(
    inputs: Inputs, expanded: Expanded, prices: Prices, fair_people: Sequence[int]
) -> CostOfFairness:
    """What the offers cost in the cheapest allocation that serves as many, and in the cheapest fair one.

    `fair_people` are the whole people by cell of the fair answer with all layers. What is in place costs
    nothing more. An offer without a price is taken at the price of the group that it serves.
    """
    network, cells = expanded.named.network, expanded.cells
    person = network.units_per_person.denominator
    priced = group_prices(inputs, prices)
    regions = [inputs.places[cell[0]].region for cell in cells]
    cost = np.zeros(network.edge_port.size, np.int64)
    known = np.ones(network.edge_port.size, bool)
    providers = [expanded.providers[int(name)] for name in expanded.named.port_provision]
    asked = _provider_prices(inputs, prices)
    for k, (port, cell) in enumerate(
        zip(network.edge_port.tolist(), network.edge_cell.tolist(), strict=True)
    ):
        if providers[port].kind in IN_PLACE:
            continue
        _, need, complexity, *_rest = cells[cell]
        price = asked.get((providers[port].id, need, complexity))
        if price is None:
            of_group = priced.get((regions[cell], need, complexity))
            known[k] = of_group is not None
            price = of_group.pounds if of_group else Decimal(0)
        cost[k] = int(price * PENCE)
    demand = network.demand * person
    fair = np.array(fair_people, np.int64)
    total = int(fair.sum())
    cheapest = _least_cost(network, person, cost, demand, total, known)
    return CostOfFairness(total, cheapest, _least_cost(network, person, cost, fair, total, known))


def _provider_prices(inputs: Inputs, prices: Prices) -> dict[tuple[str, str, str], Decimal]:
    """(offer or pool, need area, complexity) → the lowest price asked by it, or by who draws on it."""
    found: dict[tuple[str, str, str], Decimal] = {}
    for scope in inputs.scopes:
        for port in scope.ports:
            price = prices.get((scope.id, port.complexity))
            if price is None or scope.kind in IN_PLACE:
                continue
            for one in {scope.id, port.pool or scope.id}:
                key = (one, port.need, port.complexity)
                found[key] = min(price, found.get(key, price))
    return found


def _least_cost(network: Network, person: int, cost: Ints, demand: Ints, total: int, known: Mask) -> Decimal:
    """Pounds of the cheapest flow of so many people to cells that take at most `demand`."""
    flow = _Arcs()
    first_cell = flow.add_ports(network, person)
    source, sink = first_cell + demand.size, first_cell + demand.size + 1
    flow.source(source, network, person)
    used = flow.add(network.edge_port, network.edge_cell + first_cell, demand[network.edge_cell], cost)
    flow.add(np.arange(demand.size) + first_cell, np.full(demand.size, sink), demand)
    carried = flow.solve(source, sink, total)
    return Decimal(int((carried[used] * cost).sum())) / PENCE


def _weighed(price: Decimal, weight: Decimal) -> int:
    """A price in hundredths of a penny for one unit of weight."""
    return int(price * PENCE * PENCE / weight)


class _Arcs:
    """Arcs of a minimum-cost flow, collected in groups that are found again by their positions."""

    def __init__(self) -> None:
        self.tails: list[Ints] = []
        self.heads: list[Ints] = []
        self.loads: list[Ints] = []
        self.costs: list[Ints] = []
        self.count = 0

    def add(self, tails: Ints, heads: Ints, loads: Ints, costs: Ints | None = None) -> slice:
        """Add arcs and return where their flows will stand."""
        self.tails.append(tails)
        self.heads.append(heads)
        self.loads.append(loads)
        self.costs.append(np.zeros(tails.size, np.int64) if costs is None else costs)
        self.count += tails.size
        return slice(self.count - tails.size, self.count)

    def add_ports(self, network: Network, person: int) -> int:
        """Add the arcs from ports to the ports inside them; returns how many numbers ports take."""
        nested = np.flatnonzero(network.parent >= 0)
        self.add(network.parent[nested], nested, network.capacity[nested] * person)
        return network.capacity.size

    def source(self, source: int, network: Network, person: int) -> None:
        """Let every provision draw from the source."""
        roots = np.flatnonzero(network.parent < 0)
        self.add(np.full(roots.size, source), roots, network.capacity[roots] * person)

    def solve(self, source: int, sink: int, most: int) -> Ints:
        """The flow along every arc: as much as can be of `most`, at the least cost."""
        solver = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(
            np.concatenate(self.tails).astype(np.int32),
            np.concatenate(self.heads).astype(np.int32),
            # Nothing carries more than everyone: capacities beyond that would only cost the solver time.
            np.minimum(np.concatenate(self.loads), most),
            np.concatenate(self.costs),
        )
        solver.set_nodes_supplies(np.array([source, sink]), np.array([most, -most]))
        if solver.solve_max_flow_with_min_cost() != solver.OPTIMAL:
            raise AssertionError("the cheapest flow was not found")
        return solver.flows(arcs)


def in_plain_values(plan: Frontier, cost: CostOfFairness | None) -> dict:
    """A frontier as it is stored: pounds as text, steps as lists in their order."""
    return {
        "wanted": plan.wanted,
        "by_contract": plan.by_contract,
        "unpriced": plan.unpriced,
        "unweighted": plan.unweighted,
        "steps": [
            [step.region, step.need, step.complexity, step.people, str(step.price), step.offers]
            for step in plan.steps
        ],
        "fairness": None
        if cost is None
        else {"people": cost.people, "cheapest": str(cost.cheapest), "fair": str(cost.fair)},
    }


def read_frontier(stored: Mapping) -> Frontier:
    """A frontier as it was stored."""
    return Frontier(
        stored["wanted"],
        stored["by_contract"],
        tuple(
            Step(region, need, complexity, people, Decimal(price), offers)
            for region, need, complexity, people, price, offers in stored["steps"]
        ),
        stored["unpriced"],
        stored["unweighted"],
    )


def bought_within(steps: Sequence[Step], budget: Decimal | None) -> dict[str, tuple[int, Decimal]]:
    """Complexity → (people, pounds) bought in the order of the steps until the budget is spent; None: all."""
    found: dict[str, tuple[int, Decimal]] = {}
    left = budget
    for step in steps:
        people = step.people
        if left is not None:
            people = min(people, int(left // step.price) if step.price else people)
            left -= people * step.price
        before, spent = found.get(step.complexity, (0, Decimal(0)))
        if people:
            found[step.complexity] = before + people, spent + people * step.price
    return found
