"""The evaluation's spreadsheet recomputed by another engine gives the figures of our rules."""

import io
import re
import tempfile
from decimal import Decimal as D
from pathlib import Path

import formulas
import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from procurement.calloffs.drafting.types import CriterionKind, PriceFormula, TieBreak
from procurement.calloffs.evaluation.exports import FIRST, HEADER, evaluation_workbook
from procurement.calloffs.evaluation.rules import evaluated_price, rank
from procurement.calloffs.evaluation.types import LotSheet, PriceRule, ScoredBid, WeightedCriterion

METHOD = WeightedCriterion("1", CriterionKind.QUALITY, D("37.5"), threshold=D(2))
STAFF = WeightedCriterion("2", CriterionKind.QUALITY, D("12.5"), scale_most=3)
SOCIAL = WeightedCriterion("3", CriterionKind.SOCIAL_VALUE, D(10), scale_most=10)
CRITERIA = [("Method", METHOD), ("Staff", STAFF), ("Social value", SOCIAL)]
WEIGHT = D(40)
RULES = [
    PriceRule(PriceFormula.RELATIVE_LOWEST, WEIGHT),
    PriceRule(PriceFormula.MEAN_DEVIATION, WEIGHT),
    PriceRule(PriceFormula.OPTIMAL_PRICE, WEIGHT, optimal=D(9000)),
    PriceRule(PriceFormula.PRICE_PER_QUALITY_POINT),
    PriceRule(PriceFormula.QUALITY_ONLY),
]
SERVICES = (("Homes, low complexity", 30), ("Homes, high complexity", 7))
MONTHS = 30


def lot_of(drawn, rule: PriceRule, tie_break: TieBreak) -> LotSheet:
    """A lot of bids drawn as (method, staff, social value, low price, high price in pennies)."""
    fixed = rule.formula is PriceFormula.QUALITY_ONLY
    volumes = {("a", "low"): 30, ("a", "high"): 7}
    bids, units = [], []
    for number, (method, staff, social, low, high) in enumerate(drawn):
        prices = {("a", "low"): D(low) / 100, ("a", "high"): D(high) / 100}
        price = None if fixed else evaluated_price(prices, volumes, months=MONTHS)
        bids.append(ScoredBid(f"BD{number}", {"1": D(method), "2": D(staff), "3": D(social)}, price))
        units.append(list(prices.values()))
    criteria = [one for _name, one in CRITERIA]
    return LotSheet(
        1,
        "=1+1",
        MONTHS,
        () if fixed else SERVICES,
        () if fixed else units,
        bids,
        [f"=HYPERLINK({number})" for number in range(len(bids))],
        rank(bids, criteria, rule, tie_break),
    )


def workbook(lot: LotSheet, rule: PriceRule, tie_break: TieBreak) -> bytes:
    scores = [(1, "BD0", "=cmd()", "Method", "Sam Example", 3, "yes", "@SUM(1)", "1 June 2026")]
    return evaluation_workbook("+1 call-off", [lot], CRITERIA, rule, tie_break, scores)


def columns(content: bytes) -> dict[str, int]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Lot 1"]
    return {str(cell.value): cell.column for cell in sheet[HEADER + 1]}


def recomputed(content: bytes) -> dict[tuple[int, int], object]:
    """(row, column), counted from 1, → what the other engine computes on the lot's sheet."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "evaluation.xlsx"
        path.write_bytes(content)
        solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    found = {}
    for key, value in solution.items():
        match = re.search(r"LOT 1'?!\$?([A-Z]+)\$?(\d+)$", str(key).upper())
        if match:
            column = openpyxl.utils.column_index_from_string(match.group(1))
            found[int(match.group(2)), column] = value.value[0, 0]
    return found


def check(drawn, rule: PriceRule, tie_break: TieBreak) -> None:
    lot = lot_of(drawn, rule, tie_break)
    content = workbook(lot, rule, tie_break)
    where, found = columns(content), recomputed(content)
    published = {entry.key: entry for entry in lot.ranking}
    for place, bid in enumerate(lot.bids):
        entry, row = published[bid.key], FIRST + 1 + place

        def cell(name: str, row: int = row) -> D | None:
            value = found.get((row, where[name]))
            return None if value is None or str(value) in ("", "empty") else D(repr(float(value)))

        if lot.services:
            assert cell("Price over the term") == bid.price
        for name, one in CRITERIA:
            assert cell(f"{name}: points") == entry.criterion_scores[one.code]
        assert cell("Quality") == entry.quality
        assert cell("Price score") == entry.price_score
        assert cell("Total") == entry.total
        assert cell("Rank") == entry.rank
        if rule.formula is PriceFormula.PRICE_PER_QUALITY_POINT:
            assert cell("Price for a quality point") == (entry.price_per_point if entry.rank else None)


BIDS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 3),
        st.integers(0, 10),
        st.integers(100, 90_000),
        st.integers(100, 90_000),
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.formula)
def test_the_workbook_agrees_by_every_formula(rule: PriceRule) -> None:
    drawn = [(4, 2, 7, 40_000, 51_050), (5, 1, 3, 38_095, 62_000), (1, 3, 9, 9_000, 9_000), (4, 2, 7, 1, 2)]
    for tie_break in TieBreak:
        check(drawn, rule, tie_break)


# Another engine reads a file for each example: few of them, and no minutes spent on the smallest failure.
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(BIDS, st.sampled_from(RULES), st.sampled_from(list(TieBreak)))
def test_the_workbook_agrees_whatever_is_bid(drawn, rule: PriceRule, tie_break: TieBreak) -> None:
    check(drawn, rule, tie_break)


def test_text_is_never_a_formula() -> None:
    rule = RULES[0]
    book = openpyxl.load_workbook(
        io.BytesIO(workbook(lot_of([(4, 2, 7, 400, 500)], rule, TieBreak.DRAW), rule, TieBreak.DRAW))
    )
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    typed = [cell.value for cell in cells if "HYPERLINK" in str(cell.value) or "cmd" in str(cell.value)]
    assert typed == ["'=HYPERLINK(0)", "'=cmd()"]
