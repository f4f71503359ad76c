"""The measuring of `make bench`: verdicts the right way round, medians taken in turns, cases exact."""

import numpy as np
import pytest
import sqlalchemy as sa

from benchmarks.__main__ import main
from benchmarks.gaps import added_up, expand, fair, national_case
from benchmarks.measure import Line, counted_queries, medians
from benchmarks.memory import status_kilobytes
from benchmarks.pages import growth


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (Line("a page", 8.0, 8, "× bare"), "holds"),
        (Line("a page", 8.1, 8, "× bare"), "MISSED"),
        (Line("faster by", 24.9, 25, "×", floor=True), "MISSED"),
        (Line("faster by", 25.0, 25, "×", floor=True), "holds"),
    ],
)
def test_a_line_says_whether_its_goal_holds(line: Line, verdict: str) -> None:
    assert verdict in line.words()


def test_a_line_without_a_goal_gives_no_verdict() -> None:
    words = Line("for information", 3.0, None, "×", detail="12 ms").words()
    assert "holds" not in words
    assert "MISSED" not in words
    assert words.endswith("12 ms")


def test_things_are_timed_in_turns_and_what_makes_them_ready_is_not() -> None:
    order = []

    def ready(name: str):
        def make_ready():
            order.append(f"ready {name}")
            return lambda: order.append(name)

        return make_ready

    assert all(taken >= 0 for taken in medians([ready("a"), ready("b")], rounds=2))
    assert order == ["ready a", "a", "ready b", "b"] * 3


def test_queries_are_counted_inside_the_block_only() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        with counted_queries(engine) as statements:
            connection.execute(sa.text("SELECT 1"))
            connection.execute(sa.text("SELECT 2"))
        connection.execute(sa.text("SELECT 3"))
    assert statements == ["SELECT 1", "SELECT 2"]


def test_a_page_that_asks_once_a_row_is_seen() -> None:
    constant, growing = growth({"list": 6, "other": 7}, {"list": 6, "other": 32}, "500 and 20,000 offers")
    assert constant.holds
    assert not growing.holds
    assert growing.value == 25


def test_a_finer_case_has_the_same_answer() -> None:
    """Splitting every cohort in two doubles cells and edges and serves as many people."""
    case, finer = national_case(), national_case(finer=2)
    assert finer.demand.size == 2 * case.demand.size == 2 * 15_552
    assert expand(finer)[0].size == 2 * expand(case)[0].size
    served = [sum(a.served[b] for b in set(a.block_of_class.tolist())) for a in (fair(case), fair(finer))]
    units = [int(np.gcd.reduce(np.concatenate((c.capacity, c.demand)))) for c in (case, finer)]
    assert served[0] * units[0] == served[1] * units[1]


def test_an_expanded_scope_serves_exactly_what_its_masks_and_places_say() -> None:
    case = national_case()
    port, cell = expand(case)
    first = cell[port == 0]
    place, need, level, cohort = np.unravel_index(first, (108, 8, 3, 6))
    assert set(place) == set(case.place[: case.place_start[1]])
    for mask, seen in ((case.need_mask, need), (case.level_mask, level), (case.cohort_mask, cohort)):
        assert sum(1 << value for value in set(seen.tolist())) == mask[0]
    assert first.size == np.unique(first).size
    assert added_up(case).size == case.demand.size


def test_memory_is_read_from_the_kernel() -> None:
    assert 1_000 < status_kilobytes("VmRSS") <= status_kilobytes("VmHWM")


def test_help_says_how_to_read_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "How to read the table" in capsys.readouterr().out
