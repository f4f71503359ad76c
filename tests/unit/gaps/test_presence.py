"""The presence view: the figures of the real register on 1 September 2026, and each rule on invented rows."""

import datetime as dt

import pytest

from procurement.contracts.rules.register import need_areas_of, read_register
from procurement.gaps.rules.presence import (
    Arrangement,
    Cause,
    CauseCode,
    Filter,
    Mark,
    Word,
    add_months,
    presence,
)
from tests.register_reading import known_codes, known_places, reference_rows
from tests.shared_data import CONTRACT_REGISTER

ON = dt.date(2026, 9, 1)
ANYONE = Filter()


def register_arrangements(by_need: bool = False) -> list[Arrangement]:
    places, codes = known_places(), known_codes()
    crosswalk = reference_rows("crosswalk.csv")

    def scheme(name):
        rows: dict[str, list[str]] = {}
        for row in crosswalk:
            if row["scheme"] == name:
                rows.setdefault(row["label"], []).append(row["need_area"])
        return rows

    variants = {row["code"]: row["variant_of"] or row["code"] for row in reference_rows("service_types.csv")}
    headings, types = scheme("need_heading"), scheme("service_type")
    return [
        Arrangement(
            reference=row.reference,
            provider=row.provider_code,
            rows=need_areas_of(row.headings, variants[row.type_code], headings, types)
            if by_need
            else frozenset({row.service_type}),
            areas=frozenset({row.pfa_id})
            if row.pfa_id
            else frozenset(area for area, (_, region) in places.areas.items() if region == row.region_code),
            sex=row.sex,
            min_age=row.min_age,
            max_age=row.max_age,
            stages=frozenset(row.stages),
            starts=row.visible_from,
            ends=row.hidden_after,
            unconfirmed=row.pfa_id is None,
        )
        for row in read_register(CONTRACT_REGISTER.read_bytes(), places, codes).rows
    ]


AREAS = {area: frozenset({area}) for area in known_places().areas}
REGIONS = {
    region: frozenset(area for area, (_, inside) in known_places().areas.items() if inside == region)
    for region in known_places().regions
}


def real(row, wanted=ANYONE, columns=AREAS, on=ON):
    cells = presence(register_arrangements(), [row], columns, on, wanted)
    return {column: cell for (_, column), cell in cells.items()}


def present(cells):
    return sum(cell.count > 0 for cell in cells.values())


def test_the_published_picture_of_1_september_2026():
    assert len(AREAS) == 43
    assert present(real("Education, training and employment")) == 1
    assert present(real("Dependency and recovery")) == 21
    finance = real("Finance, benefit and debt")
    assert present(finance) == 31
    assert sum(cell.word is Word.CUSTODY_ONLY for cell in finance.values()) == 7
    housing = real("Accommodation")
    assert present(housing) == 43
    # Elsewhere one supplier is reported in 38 areas: those without the City of London, which is added here.
    one = {area for area, cell in housing.items() if cell.suppliers == 1}
    assert len(one - {"city-of-london"}) == 38
    assert housing["city-of-london"].marks == (Mark.EXTENT_UNCONFIRMED,)


def test_custody_counts_unless_a_stage_is_asked_for():
    community = real("Finance, benefit and debt", Filter(stages=frozenset({"community"})))
    assert present(community) == 24
    assert community["durham"].causes == (Cause(CauseCode.CUSTODY_ONLY),)


def test_women_and_men_have_different_gaps():
    women = real("Accommodation", Filter(sex="female"))
    assert present(women) == 1
    assert women["kent"].causes == (Cause(CauseCode.ONLY_MEN),)
    assert present(real("Women's services", Filter(sex="female"))) == 42
    assert present(real("Women's services", Filter(sex="male"))) == 0


def test_where_a_contract_ended_the_cell_says_when():
    employment = real("Education, training and employment")
    assert employment["kent"].word is Word.NONE
    assert employment["kent"].causes == (Cause(CauseCode.ENDED, dt.date(2023, 12, 31)),)
    assert real("Dependency and recovery")["norfolk"].causes == (Cause(CauseCode.NEVER_LET),)


def test_the_day_before_and_the_day_of_a_change():
    """Yorkshire's accommodation passes from one contract to the next over a week without either."""
    name = "Accommodation"
    last, after, first = dt.date(2026, 3, 30), dt.date(2026, 3, 31), dt.date(2026, 4, 7)
    assert real(name, on=last)["humberside"].count == 1
    assert real(name, on=last)["humberside"].marks == (Mark.EXTENT_UNCONFIRMED, Mark.ENDS_SOON)
    gap = real(name, on=after)["humberside"]
    assert gap.causes == (Cause(CauseCode.STARTS, first), Cause(CauseCode.ENDED, last))
    assert real(name, on=first)["humberside"].count == 1


def test_by_region_part_of_a_region_is_marked():
    cells = real("Finance, benefit and debt", columns=REGIONS)
    assert (cells["G"].areas_with, cells["G"].areas) == (3, 5)
    assert Mark.PART_ONLY in cells["G"].marks
    assert cells["H"].marks == ()
    assert cells["L"].count == 10


def test_need_areas_are_read_through_the_crosswalk():
    needs = ["accommodation", "employment", "alcohol", "attitudes"]
    cells = presence(
        register_arrangements(by_need=True),
        needs,
        AREAS,
        ON,
        without_equivalent=frozenset({"alcohol", "attitudes"}),
    )
    assert cells["alcohol", "kent"].causes == (Cause(CauseCode.NO_EQUIVALENT),)
    assert sum(cells["accommodation", area].count > 0 for area in AREAS) == 43
    # Women's services bring employment to nearly every area, for women only.
    men = presence(register_arrangements(by_need=True), ["employment"], AREAS, ON, Filter(sex="male"))
    assert sum(cell.count > 0 for cell in men.values()) == 1
    assert men["employment", "kent"].causes == (
        Cause(CauseCode.ONLY_WOMEN),
        Cause(CauseCode.ENDED, dt.date(2023, 12, 31)),
    )


def arrangement(**changes) -> Arrangement:
    values = {
        "reference": "T-1",
        "provider": "INVENTED_HOMES",
        "rows": frozenset({"x"}),
        "areas": frozenset({"here"}),
        "sex": "both",
        "min_age": 18,
        "max_age": None,
        "stages": frozenset({"community"}),
        "starts": dt.date(2026, 1, 1),
        "ends": None,
    }
    return Arrangement(**{**values, **changes})


def cell(*arrangements, wanted=ANYONE, areas=frozenset({"here"})):
    return presence(arrangements, ["x"], {"column": areas}, ON, wanted)["x", "column"]


@pytest.mark.parametrize(
    ("ends", "marked"), [(dt.date(2027, 3, 1), True), (dt.date(2027, 3, 2), False), (None, False)]
)
def test_ending_within_six_months_is_marked_when_nothing_outlasts_it(ends, marked):
    assert (Mark.ENDS_SOON in cell(arrangement(ends=ends)).marks) is marked
    lasting = arrangement(reference="T-2", ends=None)
    assert Mark.ENDS_SOON not in cell(arrangement(ends=ends), lasting).marks


def test_suppliers_are_counted_once_and_contracts_each():
    twice = cell(arrangement(), arrangement(reference="T-2"))
    assert (twice.count, twice.suppliers, twice.word) == (2, 1, Word.ONE_SUPPLIER)
    two = cell(arrangement(), arrangement(reference="T-2", provider="OTHER"))
    assert (two.word, two.references) == (Word.SEVERAL, ("T-1", "T-2"))


@pytest.mark.parametrize(
    ("ages", "wanted", "fits"),
    [
        ((18, None), Filter(min_age=18, max_age=25), True),
        ((26, None), Filter(min_age=18, max_age=25), False),
        ((18, 25), Filter(min_age=26, max_age=49), False),
        ((18, 25), Filter(min_age=50), False),
        ((18, 30), Filter(min_age=26, max_age=49), True),
    ],
)
def test_ages_fit_when_the_ranges_meet(ages, wanted, fits):
    found = cell(arrangement(min_age=ages[0], max_age=ages[1]), wanted=wanted)
    assert (found.count == 1) is fits
    assert found.causes == (() if fits else (Cause(CauseCode.OTHER_AGES),))


def test_part_of_an_area_is_marked():
    assert cell(arrangement(parts=frozenset({"here"}))).marks == (Mark.PART_ONLY,)
    whole = arrangement(reference="T-2")
    assert cell(arrangement(parts=frozenset({"here"})), whole).marks == ()


def test_six_months_from_the_end_of_august_is_the_end_of_february():
    assert add_months(dt.date(2026, 8, 31), 6) == dt.date(2027, 2, 28)
    assert add_months(dt.date(2026, 12, 15), 1) == dt.date(2027, 1, 15)
