"""The matrix and the allocation of cases on the command line."""

import csv
import io
import json
from pathlib import Path

from flask import Flask

from tests.register_reading import reference_rows
from tests.shared_data import CONTRACT_REGISTER, GAP_CASES


def run(app: Flask, *args: str):
    return app.test_cli_runner().invoke(args=list(args))


def matrix(app: Flask, *args: str) -> dict[str, dict[str, int]]:
    """The CSV as numbers by row name and column."""
    result = run(app, "gaps", "matrix", "--on", "2026-09-01", "--format", "csv", *args)
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    first = next(iter(rows[0]))
    return {row[first]: {area: int(n) for area, n in row.items() if area != first} for row in rows}


def counted(**wanted) -> dict[tuple[str, str], int]:
    """The same by hand from the register itself: (service type, police force area) → contracts in force."""
    regions = {
        row["local_id"]: row["parent"].split(":")[1]
        for row in reference_rows("places.csv")
        if row["kind"] == "police_force_area"
    }
    with CONTRACT_REGISTER.open(encoding="utf-8", newline="") as file:
        contracts = list(csv.DictReader(file))
    found: dict[tuple[str, str], int] = {}
    for row in contracts:
        ended = row["hidden_after"] and row["hidden_after"] < "2026-09-01"
        other_sex = "sex" in wanted and row["sex"] not in ("both", wanted["sex"])
        if row["visible_from"] > "2026-09-01" or ended or other_sex:
            continue
        if wanted.get("stage") == "community" and "ustody" in row["title"]:
            continue
        for area, region in regions.items():
            if row["pfa_id"] == area or (not row["pfa_id"] and row["region_code"] == region):
                key = (row["service_type"], area)
                found[key] = found.get(key, 0) + 1
    return found


def flat(cells: dict[str, dict[str, int]]) -> dict[tuple[str, str], int]:
    return {(row, area): n for row, areas in cells.items() for area, n in areas.items() if n}


def test_the_matrix_equals_the_register_counted_by_hand(app: Flask) -> None:
    run(app, "contracts", "import", str(CONTRACT_REGISTER))
    args = ("--rows", "service-type", "--by", "police-force-area")
    cells = matrix(app, *args)
    assert len(cells) == 8
    assert {len(areas) for areas in cells.values()} == {43}
    assert flat(cells) == counted()
    assert flat(matrix(app, *args, "--sex", "female")) == counted(sex="female")
    assert flat(matrix(app, *args, "--stage", "community")) == counted(stage="community")
    assert cells["Women's services"]["city-of-london"] == 3


def test_the_matrix_by_region_and_need_area(app: Flask) -> None:
    run(app, "contracts", "import", str(CONTRACT_REGISTER))
    cells = matrix(app, "--rows", "need-area", "--by", "region")
    assert len(cells) == 8
    assert list(cells["Accommodation"]) == list("ABCDEFGHIJKL")
    assert set(cells["Non-dependent alcohol misuse"].values()) == {0}
    assert cells["Employment, training and education"]["L"] == 10
    young = matrix(app, "--rows", "service-type", "--by", "region", "--age", "18-25")
    everyone = matrix(app, "--rows", "service-type", "--by", "region")
    assert everyone["Personal wellbeing"]["D"] == 8
    assert young["Personal wellbeing"]["D"] == 4


def test_the_table_is_for_people_and_mistakes_are_told(app: Flask) -> None:
    run(app, "contracts", "import", str(CONTRACT_REGISTER))
    shown = run(app, "gaps", "matrix", "--rows", "service-type", "--by", "region", "--on", "2026-09-01")
    assert shown.stdout.splitlines()[0].split()[:3] == ["service", "type", "A"]
    for wrong in (("--stage", "never"), ("--age", "young"), ("--on", "1/9/2026")):
        result = run(app, "gaps", "matrix", "--rows", "service-type", "--by", "region", *wrong)
        assert result.exit_code == 2


def test_a_case_is_allocated_and_a_broken_one_refused(app: Flask, tmp_path: Path) -> None:
    result = run(app, "gaps", "allocate", str(GAP_CASES / "nested-limits.json"))
    answer = json.loads(result.stdout)
    assert answer["people_served"] == 300
    assert answer["certificate"] == "holds"
    assert {row["cell"]: round(row["rate"], 9) for row in answer["served_rate"]}["wales-high"] == 0.4
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert "is not JSON" in run(app, "gaps", "allocate", str(broken)).stderr
    broken.write_text(
        json.dumps(
            {
                "provision": [
                    {
                        "id": "A",
                        "capacity": 9,
                        "cells": ["a", "b", "c"],
                        "sub_limits": [
                            {"capacity": 1, "cells": ["a", "b"]},
                            {"capacity": 1, "cells": ["b", "c"]},
                        ],
                    }
                ],
                "demand": [],
            }
        )
    )
    refused = run(app, "gaps", "allocate", str(broken))
    assert refused.exit_code == 1
    assert "sub limits cross" in refused.stderr


def test_the_register_by_need_sex_and_stage_at_police_force_areas(app: Flask) -> None:
    """Custody told apart from the community and women from men: no part holds more than the whole."""
    run(app, "contracts", "import", str(CONTRACT_REGISTER))
    args = ("--rows", "need-area", "--by", "police-force-area")
    everyone, community = matrix(app, *args), matrix(app, *args, "--stage", "community")
    women, men = matrix(app, *args, "--sex", "female"), matrix(app, *args, "--sex", "male")
    employment = "Employment, training and education"
    # Women's services help with it everywhere; for men a single area has a contract.
    assert all(women[employment].values())
    assert sum(n > 0 for n in men[employment].values()) == 1
    assert community != everyone
    assert women != men
    for part in (community, women, men):
        assert all(part[need][area] <= n for need, row in everyone.items() for area, n in row.items())
