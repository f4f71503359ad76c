"""Published figures as assumptions of a model: caseload, regions, delivery units and needs, as they lie."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from core.reasons import Reason, Refused
from procurement.gaps.rules.demand_model import Assumption, Kind, read_rows

FILES = (
    "national_numbers.csv",
    "upw_hours_outstanding_by_region.csv",
    "lad_lookup.csv",
    "oasys_needs_partial.csv",
)
OASYS_NEEDS = {
    "Accommodation": "accommodation",
    "Lifestyle and associates": "lifestyle",
    "Alcohol misuse": "alcohol",
}
PLACEHOLDERS = Path(__file__).resolve().parents[1] / "data" / "model_placeholders.csv"
HUNDREDTH = Fraction(1, 100)


def published_assumptions(
    texts: Mapping[str, str], *, units: Mapping[str, Sequence[str]], regions: Mapping[str, str]
) -> tuple[Assumption, ...]:
    """Every assumption of a national model, the published figures before our placeholders.

    `texts` are the files by name, `units` the delivery units in force by the register's own name (several
    where one was split), `regions` the names of regions by code. Raises `Refused` where a file is missing or
    lacks a column.
    """
    missing = [name for name in FILES if name not in texts]
    if missing:
        raise Refused(*(Reason("file_missing", {"file": name}) for name in missing))
    found: dict[tuple[Kind, str], Assumption] = {}
    try:
        for one in (
            *read_rows(PLACEHOLDERS.read_text(encoding="utf-8")),
            _caseload(_rows(texts["national_numbers.csv"])),
            *_regions(_rows(texts["upw_hours_outstanding_by_region.csv"]), regions),
            *_units(_rows(texts["lad_lookup.csv"]), units),
            *_needs(_rows(texts["oasys_needs_partial.csv"])),
        ):
            found[one.kind, one.key] = one
    except (KeyError, ValueError, IndexError) as error:
        raise Refused(Reason("file_unreadable", {"cause": str(error)}))
    order = list(Kind)
    return tuple(sorted(found.values(), key=lambda one: order.index(one.kind)))


def weight_label(code: str) -> str:
    """What the weight of a delivery unit is called, by its code."""
    words = code.partition(":")[2].split("-")
    return "Weight of " + " ".join(w if w in ("and", "of") else w.capitalize() for w in words)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def _caseload(rows: Sequence[Mapping[str, str]]) -> Assumption:
    """The latest count as the central and high value, the smallest as the low one."""
    counts = sorted(
        (row["period"], Fraction(row["value"]), row["source"])
        for row in rows
        if row["measure"].startswith("Probation caseload")
    )
    as_at, latest, source = counts[-1]
    return Assumption(
        kind=Kind.CASELOAD,
        key="total",
        label="People under probation supervision",
        low=min(value for _, value, _ in counts),
        central=latest,
        high=max(value for _, value, _ in counts),
        unit="people",
        source=source,
        as_at=as_at,
        base="Everyone supervised in England and Wales, in custody and in the community",
        weakness="Includes people still in prison; a count on one day, not a year.",
    )


def _regions(rows: Sequence[Mapping[str, str]], names: Mapping[str, str]) -> list[Assumption]:
    hours = {f"region:{row['region_code']}": int(row["hours_outstanding_2023_11_27"]) for row in rows}
    total = sum(hours.values())
    return [
        _alike(
            Kind.REGION,
            region,
            f"Share of the caseload in {names[region]}",
            Fraction(count, total),
            "share",
            "Parliamentary written answer on community payback hours outstanding",
            "2023-11-27",
            f"{total:,} hours",
            "A backlog of hours stands in for people: a region that works its hours off faster looks smaller "
            "than it is.",
        )
        for region, count in hours.items()
    ]


def _units(rows: Sequence[Mapping[str, str]], units: Mapping[str, Sequence[str]]) -> list[Assumption]:
    weights: dict[str, Fraction] = {}
    split: set[str] = set()
    for row in rows:
        held = [part.strip() for part in row["pdu_ids"].split("|") if part.strip()]
        for name in held:
            codes = units[name]
            share = Fraction(int(row["live_small_user_postcodes"]), len(held) * len(codes))
            for code in codes:
                weights[code] = weights.get(code, Fraction(0)) + share
                if len(held) * len(codes) > 1:
                    split.add(code)
    return [
        _alike(
            Kind.PLACE,
            code,
            weight_label(code),
            Fraction(round(weight)),
            "live small-user postcodes",
            "ONS postcode lookup (Open Government Licence)",
            "2022-05",
            "Live small-user postcodes of its local authorities",
            "Postcodes stand in for people."
            + (" A local authority that lies in several units is split evenly." if code in split else ""),
        )
        for code, weight in weights.items()
    ]


def _needs(rows: Sequence[Mapping[str, str]]) -> list[Assumption]:
    found = []
    for row in rows:
        custody, community = (Fraction(row[name]) * HUNDREDTH for name in ("custody_pct", "community_pct"))
        need = OASYS_NEEDS.get(row["need"])
        if need is None:
            continue
        found.append(
            Assumption(
                kind=Kind.PREVALENCE,
                key=need,
                label=f"Need help with {row['need'].lower()}",
                low=min(custody, community),
                central=community,
                high=max(custody, community),
                unit="share of people",
                source="Identified needs of offenders in custody and the community, as reported",
                as_at=row["as_at"],
                base="People in the community with a full OASys assessment (low or high: in custody)",
                weakness="Only those fully assessed, who have more needs than the caseload as a whole; "
                "England and Wales in one figure; three of nine needs were to hand.",
            )
        )
    return found


def _alike(
    kind: Kind,
    key: str,
    label: str,
    value: Fraction,
    unit: str,
    source: str,
    as_at: str,
    base: str,
    weakness: str,
) -> Assumption:
    """An assumption whose low and high values nobody has given."""
    return Assumption(kind, key, label, value, value, value, unit, source, as_at, base, weakness)
