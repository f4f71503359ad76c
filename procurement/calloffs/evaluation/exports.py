"""The evaluation's arithmetic as a workbook of live formulas, so that anyone can follow and recompute it."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from core.spreadsheet import guarded
from procurement.calloffs.drafting.types import CriterionKind, PriceFormula, TieBreak
from procurement.calloffs.evaluation.types import LotSheet, PriceRule, Ranked, ScoredBid, WeightedCriterion

WEIGHT, MOST, THRESHOLD, PEOPLE, MONTHS, OPTIMAL, HEADER, FIRST = 2, 3, 4, 5, 6, 7, 9, 10
"""Rows of a lot's sheet, counted from 0: what the formulas refer to, the header, the first bid."""

SCORE_HEADER = ("Lot", "Bid", "Supplier", "Question", "Who", "Score", "Counts", "Reason", "At")


def evaluation_workbook(
    title: str,
    lots: Iterable[LotSheet],
    criteria: Sequence[tuple[str, WeightedCriterion]],
    rule: PriceRule,
    tie_break: TieBreak,
    scores: Iterable[Sequence[Any]],
) -> bytes:
    """One sheet a lot with live formulas, and one with every score and its reason.

    `criteria` are (name, criterion), price left out. Text is written as text, never as a formula. Each
    formula carries the figure that was published, for readers that do not recompute.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for lot in lots:
        _LotWriter(book.add_worksheet(f"Lot {lot.number}"), bold, lot, criteria, rule, tie_break).write(title)
    sheet = book.add_worksheet("Scores")
    sheet.freeze_panes(1, 0)
    for column, text in enumerate(SCORE_HEADER):
        sheet.write_string(0, column, text, bold)
    for number, row in enumerate(scores, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, int | Decimal):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, guarded(str(cell)))
    book.close()
    return out.getvalue()


class _LotWriter:
    """Writes one lot's sheet: it keeps which column holds what."""

    def __init__(
        self,
        sheet: Worksheet,
        bold: Any,
        lot: LotSheet,
        criteria: Sequence[tuple[str, WeightedCriterion]],
        rule: PriceRule,
        tie_break: TieBreak,
    ) -> None:
        self.sheet, self.bold, self.lot, self.rule, self.tie_break = sheet, bold, lot, rule, tie_break
        self.criteria = [(name, one) for name, one in criteria if one.kind is not CriterionKind.PRICE]
        self.unit = 2
        self.price = self.unit + len(lot.services)
        self.score = self.price + 1
        self.points = self.score + len(self.criteria)
        self.quality = self.points + len(self.criteria)
        self.reaches, self.counted, self.price_score, self.total, self.per_point, self.rank = range(
            self.quality + 1, self.quality + 7
        )
        self.last = FIRST + len(lot.bids) - 1

    def write(self, title: str) -> None:
        """Write the whole sheet."""
        self._text(0, 0, f"{title}: lot {self.lot.number}, {self.lot.title}", self.bold)
        self._text(
            1, 0, "Points = weight × agreed score ÷ highest score, rounded half up to two decimals, once."
        )
        for row, text in (
            (WEIGHT, "Weight (%)"),
            (MOST, "Highest score"),
            (THRESHOLD, "Lowest score that passes"),
            (PEOPLE, "People a year"),
            (MONTHS, "Months of the term"),
            (OPTIMAL, "Optimal price"),
        ):
            self._text(row, 0, text, self.bold)
        self._number(MONTHS, 1, self.lot.months)
        if self.rule.optimal is not None:
            self._number(OPTIMAL, 1, self.rule.optimal)
        for place, (_name, people) in enumerate(self.lot.services):
            self._number(PEOPLE, self.unit + place, people)
        for place, (_name, one) in enumerate(self.criteria):
            self._number(WEIGHT, self.score + place, one.weight)
            self._number(MOST, self.score + place, one.scale_most)
            self._number(THRESHOLD, self.score + place, one.threshold or 0)
        self._number(WEIGHT, self.price_score, self.rule.weight)
        for column, text in enumerate(self._header()):
            self._text(HEADER, column, text, self.bold)
        self.sheet.set_column(0, self.rank, 16)
        self.sheet.freeze_panes(FIRST, 2)
        published = {entry.key: entry for entry in self.lot.ranking}
        for place, bid in enumerate(self.lot.bids):
            self._bid(FIRST + place, place, bid, published[bid.key])

    def _header(self) -> list[str]:
        return [
            "Bid",
            "Supplier",
            *(f"{name}: price for one person" for name, _people in self.lot.services),
            "Price over the term",
            *(f"{name}: agreed score" for name, _one in self.criteria),
            *(f"{name}: points" for name, _one in self.criteria),
            "Quality",
            "Reaches every threshold (1 or 0)",
            "Price that counts",
            "Price score",
            "Total",
            "Price for a quality point",
            "Rank",
        ]

    def _bid(self, row: int, place: int, bid: ScoredBid, entry: Ranked) -> None:
        self._text(row, 0, bid.key)
        self._text(row, 1, self.lot.suppliers[place])
        if self.lot.unit_prices:
            for number, price in enumerate(self.lot.unit_prices[place]):
                self._number(row, self.unit + number, price)
            units = self._row_range(row, self.unit, self.price - 1)
            people = self._row_range(PEOPLE, self.unit, self.price - 1, fixed=True)
            months = self._cell(MONTHS, 1, fixed=True)
            self._formula(
                row, self.price, _rounded(f"ROUND(SUMPRODUCT({units},{people}),2)*{months}/12"), bid.price
            )
        elif bid.price is not None:
            self._number(row, self.price, bid.price)
        for number, (_name, one) in enumerate(self.criteria):
            column = self.score + number
            self._number(row, column, bid.consensus[one.code])
            weight, most = self._cell(WEIGHT, column, fixed=True), self._cell(MOST, column, fixed=True)
            self._formula(
                row,
                self.points + number,
                _rounded(f"{weight}*{self._cell(row, column)}/{most}"),
                entry.criterion_scores[one.code],
            )
        points = self._row_range(row, self.points, self.quality - 1)
        self._formula(row, self.quality, _rounded(f"SUM({points})"), entry.quality)
        self._formula(row, self.reaches, self._reaches(row), 0 if entry.rank is None else 1)
        ok, price = self._cell(row, self.reaches), self._cell(row, self.price)
        counted = entry.price if entry.rank is not None else None
        self._formula(row, self.counted, f'IF({ok}=1,{price},"")', "" if counted is None else counted)
        self._formula(row, self.price_score, f"IF({ok}=1,{self._price_score(row)},0)", entry.price_score)
        quality = self._cell(row, self.quality)
        total = _rounded(f"{quality}+{self._cell(row, self.price_score)}")
        self._formula(row, self.total, total, entry.total)
        if self._per_point:
            self._formula(
                row,
                self.per_point,
                f'IF({ok}=1,{_rounded(f"{price}/{quality}")},"")',
                "" if entry.price_per_point is None or entry.rank is None else entry.price_per_point,
            )
        rank = f'IF({ok}=1,1+SUMPRODUCT(({self._column(self.reaches)}=1)*({self._ahead(row)})),"")'
        self._formula(row, self.rank, rank, "" if entry.rank is None else entry.rank)

    @property
    def _per_point(self) -> bool:
        return self.rule.formula is PriceFormula.PRICE_PER_QUALITY_POINT

    def _reaches(self, row: int) -> str:
        tests = [
            f"{self._cell(row, column)}>={self._cell(THRESHOLD, column, fixed=True)}"
            for column in range(self.score, self.points)
        ]
        if self._per_point:
            tests.append(f"{self._cell(row, self.quality)}>0")
        return f"IF(AND({','.join(tests)}),1,0)"

    def _price_score(self, row: int) -> str:
        price, prices = self._cell(row, self.price), self._column(self.counted)
        optimal = self._cell(OPTIMAL, 1, fixed=True)
        share = {
            PriceFormula.RELATIVE_LOWEST: f"MIN({prices})/{price}",
            PriceFormula.MEAN_DEVIATION: f"0.5+(AVERAGE({prices})-{price})/AVERAGE({prices})",
            PriceFormula.OPTIMAL_PRICE: (
                f"IF({price}<={optimal},1,IF({price}>=MAX({prices}),0,"
                f"(MAX({prices})-{price})/(MAX({prices})-{optimal})))"
            ),
        }.get(self.rule.formula)
        if share is None:
            return "0"
        weight = self._cell(WEIGHT, self.price_score, fixed=True)
        return _rounded(f"{weight}*MIN(MAX({share},0),1)")

    def _ahead(self, row: int) -> str:
        """Which rows come before: better on the first key, or equal there and better on the next."""
        keys: list[tuple[int, str]] = [(self.per_point, "<") if self._per_point else (self.total, ">")]
        if self.tie_break is TieBreak.HIGHER_QUALITY:
            keys.append((self.quality, ">"))
        elif self.tie_break is TieBreak.LOWER_PRICE:
            keys.append((self.price, "<"))
        elif self.tie_break is TieBreak.FIRST_CRITERION:
            heaviest = sorted(
                range(len(self.criteria)),
                key=lambda number: (-self.criteria[number][1].weight, self.criteria[number][1].code),
            )
            keys += [(self.points + number, ">") for number in heaviest]
        formula = ""
        for column, better in reversed(keys):
            here, there = self._cell(row, column), self._column(column)
            first = f"({there}{better}{here})"
            formula = f"({first}+({there}={here})*{formula})" if formula else first
        return formula

    def _cell(self, row: int, column: int, *, fixed: bool = False) -> str:
        return xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed)

    def _row_range(self, row: int, first: int, last: int, *, fixed: bool = False) -> str:
        return f"{self._cell(row, first, fixed=fixed)}:{self._cell(row, last, fixed=fixed)}"

    def _column(self, column: int) -> str:
        name = xl_col_to_name(column, col_abs=True)
        return f"{name}${FIRST + 1}:{name}${self.last + 1}"

    def _text(self, row: int, column: int, text: str, shape: Any = None) -> None:
        self.sheet.write_string(row, column, guarded(text), shape)

    def _number(self, row: int, column: int, value: Any) -> None:
        self.sheet.write_number(row, column, value)

    def _formula(self, row: int, column: int, formula: str, value: Any) -> None:
        self.sheet.write_formula(
            row, column, f"={formula}", None, value if isinstance(value, str | int) else float(value)
        )


def _rounded(formula: str) -> str:
    """Half up to two decimals. The inner step takes away what binary fractions add to an exact half."""
    return f"ROUND(ROUND(({formula})*100,6),0)/100"
