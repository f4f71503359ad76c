"""A map of equal tiles, one for each region or police force area: where each stands, and who is beside it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LAYOUT = Path(__file__).resolve().parents[1] / "data" / "tile_grid.csv"


@dataclass(frozen=True, slots=True)
class Tile:
    """A place's row from the north and column from the west."""

    row: int
    column: int
    label: str


@cache
def tiles() -> dict[str, Tile]:
    """Place code → tile, from our layout: a fact of the page, read once."""
    with LAYOUT.open(encoding="utf-8", newline="") as file:
        return {
            row["place"]: Tile(int(row["row"]), int(row["column"]), row["label"])
            for row in csv.DictReader(file)
        }


@cache
def neighbours() -> dict[str, tuple[str, ...]]:
    """Police force area → those whose tiles touch its own, at a side or a corner."""
    areas = {code: tile for code, tile in tiles().items() if code.startswith("pfa:")}
    return {
        code: tuple(
            sorted(
                other
                for other, there in areas.items()
                if other != code and abs(there.row - here.row) <= 1 and abs(there.column - here.column) <= 1
            )
        )
        for code, here in areas.items()
    }
