"""Modelled demand for every delivery unit, and the analyses of a year ago and of today."""

import csv
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.reference.models import NeedArea, Place
from core.accounts.models import Person
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.calendar import london_date
from procurement.demo.services.people import Cast
from procurement.gaps.models import Analysis, AnalysisTotal
from procurement.gaps.queries.demand_models import assumptions_of, rows_of, weights_of
from procurement.gaps.rules.demand_model import (
    Assumption,
    Kind,
    PlaceWeight,
    Scenario,
    model_demand,
    read_assumptions,
)
from procurement.gaps.rules.published import weight_label
from procurement.gaps.rules.what_if import Added, Changes, in_plain_values
from procurement.gaps.services.actions import record_action
from procurement.gaps.services.analysis import request_analysis
from procurement.gaps.services.demand import keep_modelled_demand
from procurement.gaps.services.demand_models import start_model, start_version
from procurement.gaps.services.studies import request_study
from procurement.gaps.types import ActionKind, StudyKind

DATA = Path(__file__).resolve().parents[1] / "data"
# Before the contracts of the story had begun, and today.
DAYS_BEFORE = (330, 0)
ACTIONS = (
    (
        "region:A",
        "accommodation",
        ActionKind.CALL_OFF,
        "A call-off for the whole region in one lot",
    ),
    (
        "pfa:cumbria",
        "family",
        ActionKind.INNOVATION_FUND,
        "Ask small providers for a pilot; then scale it",
    ),
    (
        "pfa:dorset",
        "alcohol",
        ActionKind.ACCEPT,
        "Too few people for a group of their own",
    ),
)


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
    begun = now - timedelta(days=335)
    model = start_model(
        session,
        actor=lead,
        now=begun,
        title="National model",
        assumptions=(*assumptions, *map(_weight, weights)),
        note="Published figures, and placeholders where there are none",
    )
    version = model.versions[0]
    version.frozen_at = begun
    # As the worker reads them: to six places.
    kept = assumptions_of(rows_of(session, version))
    demand_set = keep_modelled_demand(
        session,
        actor=lead,
        now=begun,
        title="National model",
        period="A year from the caseload of 31 March 2025",
        rows=model_demand(kept, weights_of(session, kept)),
        assumptions=kept,
        scenario=Scenario.CENTRAL,
        version=version,
    )
    start_version(session, actor=lead, now=now, model=model, note="Local figures instead of placeholders")
    for days in DAYS_BEFORE:
        moment = now - timedelta(days=days)
        request_analysis(session, actor=lead, now=moment, demand_set=demand_set, on=london_date(moment))
    return demand_set.people


def _weight(weight: PlaceWeight) -> Assumption:
    value = Fraction(weight.weight)
    return Assumption(
        kind=Kind.PLACE,
        key=weight.place,
        label=weight_label(weight.place),
        low=value,
        central=value,
        high=value,
        unit="live small-user postcodes",
        source="ONS postcode lookup (Open Government Licence)",
        as_at="2022-05",
        base="Live small-user postcodes of its local authorities",
        weakness="Postcodes stand in for people; local authorities in several units are split evenly.",
    )


def ask_further(session: Session, *, now: datetime) -> None:
    """Act on gaps of a year ago, and ask of today's coverage what to buy first, and what if."""
    query = sa.select(Analysis).where(Analysis.finished_at.is_not(None)).order_by(Analysis.on_date)
    before, after = session.scalars(query).all()
    lead = session.get_one(Person, after.created_by_id)
    actor = Actor(lead.id, after.organisation_id, OrganisationKind.AUTHORITY)
    for place_code, need_code, kind, note in ACTIONS:
        place = session.scalars(sa.select(Place).where(Place.code == place_code)).one()
        need = session.scalars(sa.select(NeedArea).where(NeedArea.code == need_code)).one()
        total = session.get_one(AnalysisTotal, (before.id, place.id, need.id))
        record_action(
            session,
            actor=actor,
            now=now - timedelta(days=300),
            analysis=before,
            place=place,
            need=need,
            gap=total.people - total.referred - total.by_contract - total.by_partner,
            kind=kind,
            note=note,
            owner=lead,
            due_on=london_date(now + timedelta(days=30)),
        )
    tried = Changes(added=(Added("region:A", "finance", {"low": 500, "medium": 300}),))
    for study, title, question in (
        (StudyKind.BUYING, "What to buy first", {"weights": {"accommodation": "2"}}),
        (StudyKind.WHAT_IF, "A finance call-off in the North East", in_plain_values(tried)),
        (StudyKind.REPORT, "Coverage report: North East", {"place": "region:A", "for_publication": False}),
    ):
        request_study(
            session, actor=actor, now=now, analysis=after, kind=study, title=title, question=question
        )


def _units(session: Session) -> list[Place]:
    query = sa.select(Place).where(Place.region_id.is_not(None)).options(joinedload(Place.region))
    return list(session.scalars(query.order_by(Place.id)))
