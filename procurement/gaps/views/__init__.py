"""The pages of coverage: presence, demand sets, analyses; one blueprint, one module for each."""

from flask import Blueprint

gaps = Blueprint("gaps", __name__, url_prefix="/coverage")

# Each module adds its routes to the blueprint above.
from procurement.gaps.views import (  # noqa: E402, F401
    actions,
    agencies,
    analysis,
    buying,
    cell,
    compare,
    declared,
    demand,
    demand_figure,
    demand_models,
    entitlements,
    groups,
    overlaps,
    presence,
    reports,
    what_if,
)
