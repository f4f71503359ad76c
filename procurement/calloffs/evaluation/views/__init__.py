"""Pages of evaluation: opening, the workbench, consensus, ranking and award, letters."""

from procurement.calloffs.evaluation.views import awarding, consensus, opening, panel, scoring
from procurement.calloffs.evaluation.views.blueprint import evaluation

__all__ = ["awarding", "consensus", "evaluation", "opening", "panel", "scoring"]
