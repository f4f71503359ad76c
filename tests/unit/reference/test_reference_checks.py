"""Reference files that do not hold together are refused, with everything that is wrong."""

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.reference.commands import in_words
from catalogue.reference.rules.places import (
    ancestors,
    covered_leaves,
    exists_on,
    leaves_under,
    place_tree,
    places_under,
)
from catalogue.reference.rules.reading import DATA_FOLDER, read_reference
from catalogue.reference.types import BadReferenceData

DATA = read_reference()
TREE = place_tree(DATA.places)
CODES = st.sampled_from([place.code for place in DATA.places])
DAYS = st.dates()


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DATA_FOLDER, tmp_path / "data")


def change(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder):
    with pytest.raises(BadReferenceData) as refused:
        read_reference(folder)
    assert all(in_words(problem) for problem in refused.value.problems)
    return {(problem.file, problem.code) for problem in refused.value.problems}


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("places.csv", "Durham,region:A", "Durham,region:Z", "parent_unknown"),
        ("places.csv", "North East,nation:ew", "North East,pdu:sunderland", "parent_circle"),
        ("places.csv", "York,pfa:north-yorkshire", "York,region:C", "parent_kind"),
        ("places.csv", "\npdu:york,", "\npdu:leeds,", "code_twice"),
        ("places.csv", "\npdu:york,", "\nyork,", "place_code_form"),
        ("places.csv", "York,pfa:north-yorkshire,", "York,pfa:north-yorkshire,03/2025", "date_expected"),
        (
            "places.csv",
            "York,pfa:north-yorkshire,,,",
            "York,pfa:north-yorkshire,2025-01-02,2025-01-01,",
            "dates_reversed",
        ),
        (
            "places.csv",
            "Staffordshire,region:E,,",
            "Staffordshire,region:E,,2025-01-01",
            "dates_outside_parent",
        ),
        (
            "places.csv",
            "Staffordshire,region:E,",
            "Staffordshire,region:E,2025-04-01",
            "dates_outside_parent",
        ),
        ("places.csv", "pdu:staffordshire-north|", "pdu:staffordshire-west|", "successor_unknown"),
        ("places.csv", "2025-03-01,pdu:", ",pdu:", "successors_without_end"),
        ("places.csv", ",2025-03-01,pdu:", ",2025-02-01,pdu:", "successor_gap"),
        ("places.csv", "delius_code,covers", "delius_code,districts", "columns_differ"),
        ("places.csv", "moj-places", "hearsay", "source_unknown"),
        ("tiles_regions.csv", "region:B", "region:A", "code_twice"),
        ("tiles_regions.csv", "region:B,NW,1,1", "region:B,NW,1,2", "code_twice"),
        ("need_areas.csv", "alcohol,ALC", "alcohol,ACC", "code_twice"),
        ("outcomes.csv", "ALC-O1,alcohol", "ALC-O1,drugs", "need_area_unknown"),
        ("outcomes.csv", "ALC-O1,", "ALC-O2,", "outcome_code_form"),
        ("complexity.csv", "high,High", "severe,Severe", "word_unknown"),
        ("demand_cohorts.csv", "26,49", "27,49", "partition_broken"),
        ("demand_cohorts.csv", "26,49", "25,49", "partition_broken"),
        ("cohorts.csv", ",18,25,", ",25,18,", "ages_reversed"),
        ("cohorts.csv", "veteran,", "soldier,", "word_unknown"),
        ("stages.csv", "custody", "prison", "word_unknown"),
        (
            "service_types.csv",
            'FBD-B,"Finance, benefit and debt",FBD',
            "FBD-B,Finance,ABC",
            "variant_unknown",
        ),
        (
            "crosswalk.csv",
            "service_type,ACC,accommodation,same",
            "service_type,ACC,housing,same",
            "need_area_unknown",
        ),
        (
            "crosswalk.csv",
            "service_type,DNR,,none",
            "service_type,DNR,alcohol,none",
            "equivalence_contradicted",
        ),
        ("crosswalk.csv", "service_type,MTR", "service_type,XXX", "service_type_unmapped"),
        ("specification/family.toml", '"FAM-L-I-02"', '"FAM-L-I-01"', "code_twice"),
        ("specification/family.toml", '"FAM-L-I-02"', '"FAM-M-I-09"', "item_code_form"),
        ("specification/family.toml", '["low", "medium"]', '["low", "extreme"]', "word_unknown"),
        ("specification/family.toml", '["low", "medium"]', '["low", "high"]', "inherits_not_lower"),
        ("specification/family.toml", 'use = "barriers"', 'use = "obstacles"', "use_unknown"),
        ("specification/attitudes.toml", 'reason = "At', 'reasons = "At', "reason_missing"),
        ("specification/alcohol.toml", '"not_published"', '"available"', "phase_empty"),
        ("specification/lifestyle.toml", "[high]", "[top]", "level_missing"),
        ("specification/accommodation.toml", "[high]", "[high", "file_unreadable"),
        ("specification/alcohol.toml", 'version = "2026.1"', 'version = "2025.1"', "version_differs"),
        ("manifest.toml", '"stages.csv" =', '"steps.csv" =', "file_unknown"),
    ],
)
def test_a_broken_file_is_refused(folder, name, old, new, code):
    change(folder, name, old, new)
    assert code in {found for _, found in problems(folder)}


def test_all_problems_come_at_once(folder):
    change(folder, "places.csv", "Durham,region:A", "Durham,region:Z")
    change(folder, "demand_cohorts.csv", "26,49", "27,49")
    change(folder, "crosswalk.csv", "service_type,MTR", "service_type,XXX")
    assert problems(folder) >= {
        ("places.csv", "parent_unknown"),
        ("demand_cohorts.csv", "partition_broken"),
        ("crosswalk.csv", "service_type_unknown"),
    }


def test_a_missing_file_is_named(folder):
    (folder / "stages.csv").unlink()
    assert ("stages.csv", "file_missing") in problems(folder)


def test_a_row_of_another_length_is_named(folder):
    with (folder / "stages.csv").open("a", encoding="utf-8") as file:
        file.write("later,Later\n")
    with pytest.raises(BadReferenceData) as refused:
        read_reference(folder)
    (problem,) = refused.value.problems
    assert (problem.file, problem.row, problem.code) == ("stages.csv", "6", "row_length")


@given(CODES, DAYS)
def test_leaves_lie_under_their_place_and_exist(code, day):
    under = places_under(TREE, code, on=day)
    for leaf in leaves_under(TREE, code, day):
        assert leaf in under
        assert exists_on(leaf, day)
        assert leaf.code == code or TREE.by_code[code] in ancestors(TREE, leaf.code)


@given(st.lists(CODES, max_size=6), DAYS)
def test_cover_of_several_places_is_the_union_of_each(codes, day):
    together = covered_leaves(TREE, codes, day)
    assert len(together) == len(set(together))
    assert set(together) == {leaf for code in codes for leaf in covered_leaves(TREE, [code], day)}


@given(DAYS)
def test_every_day_the_nation_is_covered_by_109_or_110_leaves(day):
    assert len(leaves_under(TREE, "nation:ew", day)) in (109, 110)  # delivery units and City of London
