"""From scopes to coverage: who may serve which cell, the layered cover, and what it says place by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from procurement.gaps.rules.inputs import LAYERS, CellKey, DemandFigure, Inputs
from procurement.gaps.rules.layers import layered
from procurement.gaps.rules.scopes import Provider, expand
from procurement.gaps.types import Cover


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """What each layer serves in one cell, in whole people, and the block that explains its shortage."""

    key: CellKey
    people: int
    by_layer: tuple[int, ...]
    """In the order of `LAYERS`."""
    referred: bool
    block: int | None


@dataclass(frozen=True, slots=True)
class BlockAnswer:
    """Cells that compete for the same capacities at one rate, in plain values."""

    layer: str
    number: int
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer; totals are people, and people of referred cells are in no layer."""

    cells: tuple[CellAnswer, ...]
    blocks: tuple[BlockAnswer, ...]
    by_layer: dict[str, int]
    people: int
    referred: int
    solves: int
    arcs_checked: int
    partial_cohorts: int
    """Scopes that serve some cohort only in part; that part is not counted."""
    partial_places: int
    """Scopes that cover some place of the demand set only in part; that part is not counted."""


def analyse(inputs: Inputs) -> Answer:
    """Layered fair maximum cover of a demand set by contracts, partner agencies and offers.

    An offer may be used in a member's region one layer earlier than elsewhere, from the same capacity. Cells
    that the specification sends to an accredited programme are in no network and in no gap.
    """
    rows = sorted(inputs.demand)
    built = expand(inputs)
    cells, scopes = built.cells, built.scopes
    cover = layered(built.named, built.layer_of_edge, LAYERS)
    blocks, of_cell = _blocks([layer.cover for layer in cover.layers], cells, built.providers)
    answers = {
        row[:4]: CellAnswer(
            key=row[:4],
            people=row[4],
            by_layer=tuple(layer.people[k] for layer in cover.layers),
            referred=False,
            block=of_cell[k],
        )
        for k, row in enumerate(cells)
    }
    for row in rows:
        if row[:4] not in answers:
            answers[row[:4]] = CellAnswer(row[:4], row[4], (0,) * len(LAYERS), referred=True, block=None)
    return Answer(
        cells=tuple(answers[row[:4]] for row in rows),
        blocks=blocks,
        by_layer={layer.name: int(layer.people_served) for layer in cover.layers},
        people=sum(row[4] for row in rows),
        referred=sum(answer.people for answer in answers.values() if answer.referred),
        solves=sum(layer.cover.solves for layer in cover.layers),
        arcs_checked=sum(layer.cover.arcs_checked for layer in cover.layers),
        partial_cohorts=sum(bool(scope.partly) for scope in scopes),
        partial_places=built.partial_places,
    )


def _blocks(
    covers: Sequence[Cover], cells: Sequence[DemandFigure], providers: Sequence[Provider]
) -> tuple[tuple[BlockAnswer, ...], list[int | None]]:
    """Blocks of the contracts and of everything together, and the block that explains each cell's shortage.

    Where even all layers leave people unserved, their block says who competes; otherwise, where contracts
    alone leave some, the contracts' block does. Cells that nobody serves belong to no block.
    """
    blocks: list[BlockAnswer] = []
    of_cell: list[int | None] = [None] * len(cells)
    shown = ((LAYERS[0], covers[0]), (LAYERS[-1], covers[-1])) if covers else ()
    for layer, cover in shown:
        for block in cover.blocks:
            if not 0 < block.rate < 1:
                continue
            number = len(blocks)
            members = [cells[int(name)] for name in block.cells]
            blocks.append(BlockAnswer(layer, number, _content(block, members, providers)))
            for name in block.cells:
                of_cell[int(name)] = number
    return tuple(blocks), of_cell


def _content(block: Any, members: Sequence[tuple], providers: Sequence[Provider]) -> dict[str, Any]:
    binding = []
    for bound in block.binding:
        provider = providers[int(bound.provision)]
        region, _, complexity = (bound.limit or "").rpartition(":")
        binding.append(
            {
                "name": provider.name,
                "supplier": provider.supplier,
                "kind": provider.kind,
                "id": provider.id,
                "limit": bound.limit,
                # A contract's limits are of a need and a complexity, a pool's of a region and a complexity.
                "region": region if region.startswith("region:") else "",
                "complexity": complexity,
                "capacity": _whole(bound.capacity),
            }
        )
    return {
        "rate": f"{float(block.rate):.6f}",
        "people": _whole(block.demand),
        "served": _whole(block.served),
        "cells": len(members),
        "places": sorted({row[0] for row in members}),
        "needs": sorted({row[1] for row in members}),
        "complexities": sorted({row[2] for row in members}),
        "cohorts": sorted({row[3] for row in members}),
        "binding": binding,
        "provisions": len(block.provision),
    }


def _whole(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)
