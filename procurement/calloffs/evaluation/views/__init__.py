"""Pages of evaluation: opening, the workbench, consensus, ranking and award, checks, letters."""

from procurement.calloffs.evaluation.views import awarding, checking, consensus, opening, panel, scoring
from procurement.calloffs.evaluation.views.blueprint import evaluation

__all__ = ["awarding", "checking", "consensus", "evaluation", "opening", "panel", "scoring"]
