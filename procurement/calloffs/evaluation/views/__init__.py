"""Pages of evaluation: opening, the workbench, consensus, ranking and award, checks, letters."""

from procurement.calloffs.evaluation.views import (
    awarding,
    bidders,
    cases,
    checking,
    consensus,
    integrity,
    low_prices,
    opening,
    panel,
    scoring,
)
from procurement.calloffs.evaluation.views.blueprint import evaluation

__all__ = [
    "awarding",
    "bidders",
    "cases",
    "checking",
    "consensus",
    "evaluation",
    "integrity",
    "low_prices",
    "opening",
    "panel",
    "scoring",
]
