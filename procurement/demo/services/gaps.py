"""Modelled demand for every delivery unit, and the analyses of a year ago and of today."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.reference.models import Place
from core.calendar import london_date
from procurement.demo.services.people import Cast
from procurement.gaps.rules.demand_model import PlaceWeight, model_demand, read_assumptions
from procurement.gaps.services.analysis import request_analysis
from procurement.gaps.services.demand import keep_modelled_demand

DATA = Path(__file__).resolve().parents[1] / "data"
# Before the contracts of the story had begun, and today.
DAYS_BEFORE = (330, 0)


def model_and_analyse(session: Session, cast: Cast, *, now: datetime) -> int:
    """Keep a modelled demand set and ask for its analyses; return how many people it counts."""
    lead = cast.actor("lead-nation")
    assumptions = read_assumptions((DATA / "demand_assumptions.csv").read_text(encoding="utf-8"))
    regions = {place.code: place.region.code for place in _units(session) if place.region is not None}
    with (DATA / "place_weights.csv").open(encoding="utf-8", newline="") as file:
        weights = [
            PlaceWeight(row["place"], regions[row["place"]], int(row["postcodes"]))
            for row in csv.DictReader(file)
        ]
    demand_set = keep_modelled_demand(
        session,
        actor=lead,
        now=now - timedelta(days=335),
        title="National model",
        period="A year from the caseload of 31 March 2025",
        rows=model_demand(assumptions, weights),
        assumptions=assumptions,
    )
    for days in DAYS_BEFORE:
        moment = now - timedelta(days=days)
        request_analysis(session, actor=lead, now=moment, demand_set=demand_set, on=london_date(moment))
    return demand_set.people


def _units(session: Session) -> list[Place]:
    query = sa.select(Place).where(Place.region_id.is_not(None)).options(joinedload(Place.region))
    return list(session.scalars(query.order_by(Place.id)))
