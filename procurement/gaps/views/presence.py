"""The presence view: where contracts are in force, for whom, and why not where there are none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from catalogue.reference.models import Place
from core import clock
from core.db import db
from core.spreadsheet import write_csv
from core.web.access import current_actor, requires
from procurement.contracts.queries.contracts import contracts_of_references
from procurement.contracts.types import ContractPermission
from procurement.gaps.exports.tables import presence_table
from procurement.gaps.queries import presence as queries
from procurement.gaps.rules.presence import Filter, PresenceCell, in_force, presence
from procurement.gaps.types import GapPermission
from procurement.gaps.views import gaps

AGES = {"18-25": (18, 25), "26-49": (26, 49), "50-and-over": (50, None)}
SEXES = ("male", "female")


@dataclass(frozen=True)
class Asked:
    """What the query of a presence page asks for, checked against what exists."""

    rows: str
    by: str
    region: str
    sex: str
    age: str
    stage: str
    on: date
    axes: queries.Axes

    @property
    def names(self) -> dict[str, str]:
        return self.axes.service_types if self.rows == "type" else self.axes.need_areas

    @property
    def columns(self) -> dict[str, frozenset[str]]:
        return self.axes.columns(self.by, self.region or None)

    @property
    def places(self) -> dict[str, Place]:
        return self.axes.regions if self.by == "region" else self.axes.areas

    @property
    def wanted(self) -> Filter:
        low, high = AGES.get(self.age, (None, None))
        return Filter(self.sex or None, low, high, frozenset({self.stage}) if self.stage else None)

    @property
    def query(self) -> dict[str, str]:
        """The same question as a query string, for links from cells and to exports."""
        asked = {
            "rows": self.rows,
            "by": self.by,
            "region": self.region,
            "sex": self.sex,
            "age": self.age,
            "stage": self.stage,
            "on": self.on.isoformat(),
        }
        return {name: value for name, value in asked.items() if value}

    def agencies(self) -> dict[tuple[str, str], PresenceCell]:
        """What partner agencies provide, by need area; the register's service types are not theirs."""
        if self.rows == "type":
            return {}
        found = queries.agency_arrangements(db.session, current_actor().organisation_id)
        return presence(found, list(self.names), self.columns, self.on, self.wanted)

    def cells(self) -> dict[tuple[str, str], PresenceCell]:
        return presence(
            queries.arrangements(db.session, by_service_type=self.rows == "type"),
            list(self.names),
            self.columns,
            self.on,
            self.wanted,
            self.axes.without_equivalent if self.rows == "need" else frozenset(),
        )


@gaps.get("/presence")
@requires(GapPermission.READ)
def presence_matrix() -> ResponseReturnValue:
    """Need areas or service types by region or area: a word, a number and a link in each cell."""
    asked = _asked()
    return render_template(
        "gaps/presence.html",
        asked=asked,
        cells=asked.cells(),
        agencies=asked.agencies(),
        ages=AGES,
        today=clock.today(),
    )


@gaps.get("/presence.csv")
@requires(GapPermission.READ)
def presence_csv() -> ResponseReturnValue:
    """The same matrix with words, causes and references, a row for each cell."""
    asked = _asked()
    header, rows = presence_table(
        asked.cells(),
        asked.names,
        {code: place.name for code, place in asked.places.items()},
        asked.agencies(),
    )
    return Response(
        write_csv(header, rows),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="presence-{asked.on}.csv"'},
    )


@gaps.get("/presence/cell")
@requires(GapPermission.READ)
def presence_cell() -> ResponseReturnValue:
    """The arrangements behind one cell, those not in force or not for these people included."""
    asked = _asked()
    row, place = request.args.get("row", ""), request.args.get("place", "")
    if row not in asked.names or place not in asked.columns:
        abort(404)
    cell = asked.cells()[row, place]
    here = [
        arrangement
        for arrangement in queries.arrangements(db.session, by_service_type=asked.rows == "type")
        if row in arrangement.rows and arrangement.areas & asked.columns[place]
    ]
    actor = current_actor()
    agencies = []
    if asked.rows == "need":
        counted = asked.agencies()[row, place].references
        agencies = [
            arrangement
            for arrangement in queries.agency_arrangements(db.session, actor.organisation_id)
            if arrangement.reference in counted
        ]
    contracts: dict[str, Any] = {}
    if actor.may(ContractPermission.READ):
        references = [arrangement.reference for arrangement in here]
        found = contracts_of_references(db.session, actor=actor, references=references)
        contracts = {contract.reference: contract for contract in found}
    return render_template(
        "gaps/presence_cell.html",
        asked=asked,
        cell=cell,
        row=row,
        place=asked.places[place],
        counted=[a for a in here if a.reference in cell.references],
        others=[a for a in here if a.reference not in cell.references],
        contracts=contracts,
        agencies=agencies,
        in_force=in_force,
    )


def _asked() -> Asked:
    """Read the query; a code that does not exist is a page that does not exist, never a guess."""
    args = request.args
    try:
        on = date.fromisoformat(args.get("on") or clock.today().isoformat())
    except ValueError:
        abort(404)
    axes = queries.axes(db.session, on)
    asked = Asked(
        rows=args.get("rows") or "need",
        by=args.get("by") or "region",
        region=args.get("region", ""),
        sex=args.get("sex", ""),
        age=args.get("age", ""),
        stage=args.get("stage", ""),
        on=on,
        axes=axes,
    )
    known = (
        asked.rows in ("need", "type")
        and asked.by in ("region", "area")
        and asked.region in ("", *axes.regions)
        and asked.sex in ("", *SEXES)
        and asked.age in ("", *AGES)
        and asked.stage in ("", *axes.stages)
    )
    if not known:
        abort(404)
    return asked
