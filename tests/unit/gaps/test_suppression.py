"""Small counts stay out of what is published, and nothing that is shown gives one back."""

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.gaps.rules.suppression import Published, suppress

THRESHOLD = 5
PLACES = {"north": ("north",), "south": ("south",), "west": ("west",), "all": ("north", "south", "west")}
NEEDS = {"finance": ("finance",), "alcohol": ("alcohol",), "all": ("finance", "alcohol")}
PARTS = {
    "met": ("met",),
    "market": ("market",),
    "member": ("member",),
    "not met": ("market", "member"),
    "all": ("met", "market", "member"),
}
CELLS = list(product(("north", "south", "west"), ("finance", "alcohol"), ("met", "market", "member")))


def shown(cells: dict[tuple[str, ...], int]) -> Published:
    return suppress(cells, (PLACES, NEEDS, PARTS), THRESHOLD)


def inside(key: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(product(PLACES[key[0]], NEEDS[key[1]], PARTS[key[2]]))


def row_of(key: tuple[str, ...]) -> list[Fraction]:
    held = set(inside(key))
    return [Fraction(cell in held) for cell in CELLS]


def rank(rows: list[list[Fraction]]) -> int:
    rows = [row[:] for row in rows]
    found = 0
    for column in range(len(CELLS)):
        pivot = next((k for k in range(found, len(rows)) if rows[k][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for k in range(found + 1, len(rows)):
            if times := rows[k][column] / rows[found][column]:
                rows[k] = [a - times * b for a, b in zip(rows[k], rows[found], strict=True)]
        found += 1
    return found


counts = st.fixed_dictionaries(
    {cell: st.one_of(st.just(0), st.integers(1, 9), st.integers(5, 400)) for cell in CELLS}
)


@settings(max_examples=60)
@given(counts)
def test_no_sum_or_difference_of_what_is_shown_is_a_small_count(cells):
    published = shown(cells)
    known = [row_of(key) for key, value in published.figures.items() if value is not None]
    # Whoever reads a sum of nothing knows that every cell in it counts nothing.
    known += [row_of(cell) for key, value in published.figures.items() if value == 0 for cell in inside(key)]
    before = rank(known)
    for key in published.figures:
        if 0 < sum(cells[cell] for cell in inside(key)) < THRESHOLD:
            assert published.figures[key] is None
            assert rank([*known, row_of(key)]) == before + 1


@settings(max_examples=60)
@given(counts)
def test_a_figure_that_is_shown_is_right_and_one_left_out_could_be_another(cells):
    published = shown(cells)
    for key, value in published.figures.items():
        total = sum(cells[cell] for cell in inside(key))
        assert value in (None, total)
        assert value is not None or total > 0


@given(counts, st.randoms(use_true_random=False))
def test_the_order_of_cells_does_not_matter(cells, rng):
    mixed = list(cells.items())
    rng.shuffle(mixed)
    assert shown(dict(mixed)) == shown(cells)


def test_a_small_cell_takes_another_of_its_row_and_of_its_column_with_it():
    rows = {"a": ("a",), "b": ("b",), "c": ("c",), "all": ("a", "b", "c")}
    cells = {(x, y): 100 for x in "abc" for y in "abc"} | {("a", "a"): 3}
    published = suppress(cells, (rows, rows), THRESHOLD)
    left_out = {key for key, value in published.figures.items() if value is None}
    assert len(left_out) == 4
    assert ("a", "a") in left_out
    assert published.primary == 1
    assert published.complementary == 3
    assert published.figures["all", "all"] == 803


def test_a_table_without_small_counts_is_shown_whole():
    published = shown(dict.fromkeys(CELLS, 5))
    assert None not in published.figures.values()
    assert (published.primary, published.complementary) == (0, 0)


def test_two_labels_for_the_same_cells_leave_out_one_figure_together():
    """One place alone is its own total: what is left out of it is left out of both."""
    one = {"north": ("north",), "all": ("north",)}
    published = suppress({("north", "finance"): 3, ("north", "alcohol"): 50}, (one, NEEDS), THRESHOLD)
    assert published.figures["north", "finance"] is published.figures["all", "finance"] is None
    assert (published.figures["all", "all"] is None) or (published.figures["north", "alcohol"] is None)
    assert published.figures["north", "all"] == published.figures["all", "all"]
