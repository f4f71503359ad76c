"""The codes and places a contract register may name, read from our reference files without a database."""

import csv
from pathlib import Path

from procurement.contracts.rules.register import KnownCodes, KnownPlaces

REFERENCE = Path(__file__).resolve().parents[1] / "catalogue" / "reference" / "data"


def reference_rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def known_places() -> KnownPlaces:
    places = reference_rows("places.csv")
    local = {place["code"]: place["local_id"] for place in places}
    districts: dict[str, set[str]] = {}
    for place in places:
        if place["kind"] == "delivery_unit":
            for name in place["covers"].split("|"):
                districts.setdefault(name.removeprefix("part of "), set()).add(local[place["parent"]])
    return KnownPlaces(
        regions={row["local_id"]: row["name"] for row in places if row["kind"] == "region"},
        areas={
            row["local_id"]: (row["name"], local[row["parent"]])
            for row in places
            if row["kind"] == "police_force_area"
        },
        districts={name: tuple(sorted(areas)) for name, areas in districts.items()},
    )


def known_codes() -> KnownCodes:
    return KnownCodes(
        service_types={row["code"]: row["name"] for row in reference_rows("service_types.csv")},
        headings={
            row["label"]: row["stage"] or None
            for row in reference_rows("crosswalk.csv")
            if row["scheme"] == "need_heading"
        },
    )
