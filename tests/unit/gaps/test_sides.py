"""Two declarations side by side, and lists read whole or not at all."""

from hypothesis import given
from hypothesis import strategies as st

from procurement.gaps.rules.declared import read_declared
from procurement.gaps.rules.sides import Entry, Side, agreement, compare

NEEDS = ["finance", "family"]
COLUMNS = {"pfa:a": frozenset({"pfa:a"}), "pfa:b": frozenset({"pfa:b"})}


def entry(reference, needs, areas):
    return Entry(reference, frozenset(needs), frozenset(areas))


def test_each_cell_says_who_declares_it_and_by_what():
    found = compare(
        [entry("C-1", ["finance"], ["pfa:a", "pfa:b"])],
        [entry("O-1", ["finance", "family"], ["pfa:a"])],
        NEEDS,
        COLUMNS,
    )
    assert {one.cell: (one.side, one.first, one.second) for one in found} == {
        ("finance", "pfa:a"): (Side.BOTH, ("C-1",), ("O-1",)),
        ("finance", "pfa:b"): (Side.FIRST, ("C-1",), ()),
        ("family", "pfa:a"): (Side.SECOND, (), ("O-1",)),
        ("family", "pfa:b"): (Side.NEITHER, (), ()),
    }
    counted = agreement(found)
    assert (counted.cells, counted.declared, counted.disagree) == (4, 3, 2)


ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from(["1", "2", "3"]),
        st.sets(st.sampled_from(NEEDS)),
        st.sets(st.sampled_from(sorted(COLUMNS))),
    ),
    max_size=5,
)


@given(ENTRIES, ENTRIES)
def test_changing_the_sides_changes_the_names_and_nothing_else(first, second):
    there, back = compare(first, second, NEEDS, COLUMNS), compare(second, first, NEEDS, COLUMNS)
    assert agreement(there).disagree == agreement(back).disagree
    assert agreement(there).cells == len(NEEDS) * len(COLUMNS)
    assert [(one.cell, one.first) for one in there] == [(one.cell, one.second) for one in back]
    assert agreement(compare(first, reversed(first), NEEDS, COLUMNS)).disagree == 0


PLACES = {"pfa:a": "pfa:a", "somewhere": "pfa:a"}


def test_a_heading_of_several_needs_declares_them_all_and_one_of_none_is_named():
    walk = {"wellbeing": ("finance", "family"), "drugs": ()}
    file = b"place,need,name\nSomewhere,Wellbeing,Example\npfa:a,Drugs,\n"
    report = read_declared(file, PLACES, frozenset(NEEDS), walk)
    assert [(line.row, line.place, line.need, line.name) for line in report.lines] == [
        (2, "pfa:a", "finance", "Example"),
        (2, "pfa:a", "family", "Example"),
    ]
    assert report.no_equivalent == (("Drugs", 1),)
    assert report.error_count == 0


def test_unknown_places_and_needs_are_named_by_row():
    report = read_declared(b"place,need\nNowhere,finance\npfa:a,housing\n", PLACES, frozenset(NEEDS))
    assert [(one.row, one.code) for one in report.errors] == [(2, "unknown_place"), (3, "unknown_need")]
