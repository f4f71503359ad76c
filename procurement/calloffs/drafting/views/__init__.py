"""Pages of call-offs until their deadline: lists, drafting, people, publishing, the public's list."""

from procurement.calloffs.drafting.views import (
    amending,
    criteria,
    joint,
    lists,
    lots,
    market,
    overview,
    people,
    public,
    publishing,
    sharing,
    steps,
    templates,
)
from procurement.calloffs.drafting.views.blueprint import calloffs

__all__ = [
    "amending",
    "calloffs",
    "criteria",
    "joint",
    "lists",
    "lots",
    "market",
    "overview",
    "people",
    "public",
    "publishing",
    "sharing",
    "steps",
    "templates",
]
