"""``flask gaps``: the presence matrix, and stand-alone allocation cases."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from core import clock
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.db import db
from core.reasons import Refused
from core.spreadsheet import write_csv
from procurement.gaps.queries import analysis as analysis_queries
from procurement.gaps.queries import presence as queries
from procurement.gaps.queries.demand_models import authorities, units_and_regions
from procurement.gaps.rules.case import allocate_case, case_text
from procurement.gaps.rules.presence import Filter, presence
from procurement.gaps.rules.published import FILES, published_assumptions
from procurement.gaps.services.demand_models import start_model

gaps_group = AppGroup("gaps", help="Where needs are met and where they are not.")

BY = {"region": "region", "police-force-area": "area"}


@gaps_group.command("matrix")
@click.option(
    "--rows", type=click.Choice(["service-type", "need-area"]), required=True, help="What a row is."
)
@click.option("--by", type=click.Choice(list(BY)), required=True, help="What a column is.")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="The day, such as 2026-09-01; today without it."
)
@click.option("--sex", type=click.Choice(["male", "female"]), help="Count only what serves men, or women.")
@click.option(
    "--age", metavar="FROM-TO", help="Count only what serves some of these ages, such as 18-25 or 50-."
)
@click.option(
    "--stage", help="Count only what works at this stage, such as community; all stages without it."
)
@click.option("--format", "form", type=click.Choice(["csv", "table"]), default="table", help="What to print.")
def matrix(
    rows: str, by: str, on: datetime | None, sex: str | None, age: str | None, stage: str | None, form: str
) -> None:
    """Print how many contracts are in force, a row for each type and a column for each area.

    A contract that names a whole region counts in every police force area of it, City of London included;
    custody contracts count unless --stage is given. As CSV, columns are named by the codes of the register
    and each cell is only the number.
    """
    session = db.session
    day = on.date() if on else clock.today()
    axes = queries.axes(session, day)
    if not axes.regions:
        raise click.ClickException("the reference data is not loaded: run `flask reference load` first")
    if stage is not None and stage not in axes.stages:
        raise click.BadParameter(f"choose from {', '.join(axes.stages)}", param_hint="--stage")
    low, high = _ages(age)
    names = axes.service_types if rows == "service-type" else axes.need_areas
    columns = axes.columns(BY[by])
    places = axes.regions if by == "region" else axes.areas
    cells = presence(
        queries.arrangements(session, by_service_type=rows == "service-type"),
        list(names),
        columns,
        day,
        Filter(sex=sex, min_age=low, max_age=high, stages=frozenset({stage}) if stage else None),
    )
    first = "service type" if rows == "service-type" else "need area"
    body = [[name, *(cells[row, column].count for column in columns)] for row, name in names.items()]
    if form == "csv":
        click.echo(write_csv([first, *(places[code].local_id for code in columns)], body), nl=False)
        return
    width = max(map(len, names.values()))
    heads = [places[code].local_id for code in columns]
    click.echo(f"{first:<{width}}  " + "  ".join(heads))
    for name, *counts in body:
        line = "  ".join(f"{count:>{len(head)}}" for head, count in zip(heads, counts, strict=True))
        click.echo(f"{name:<{width}}  {line}")


@gaps_group.command("allocate")
@click.argument("case", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def allocate(case: Path) -> None:
    """Solve the allocation case in the JSON file CASE and print the answer as JSON.

    Prints the people served, the served rate of every cell, the blocks of cells that compete for the same
    capacities, and that the certificate holds. Works without a database.
    """
    try:
        answer = allocate_case(json.loads(case.read_text(encoding="utf-8")))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise click.ClickException(f"{case.name} is not JSON: {error}")
    except Refused as refused:
        for reason in refused.reasons:
            detail = ", ".join(f"{key}: {value}" for key, value in reason.params.items())
            click.echo(f"{reason.code.replace('_', ' ')}: {detail}", err=True)
        raise click.ClickException(f"{case.name} cannot be solved: see above")
    click.echo(json.dumps(answer, indent=1))


@gaps_group.command("export")
@click.argument("analysis")
def export(analysis: str) -> None:
    """Print what the analysis of that number was worked out from, as a case that `allocate` reads."""
    found = analysis_queries.any_analysis(db.session, analysis)
    if found is None:
        raise click.ClickException(f"there is no analysis {analysis}")
    inputs = analysis_queries.whole_inputs(db.session, found)
    click.echo(case_text(inputs, analysis))


@gaps_group.command("load-model")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--authority", metavar="NUMBER", help="Whose model it is; needed where there are several.")
@click.option("--title", default="Published figures", help="What the model is called.")
def load_model(folder: Path, authority: str | None, title: str) -> None:
    """Begin a model of demand with the published figures in FOLDER.

    Reads national_numbers.csv, upw_hours_outstanding_by_region.csv, lad_lookup.csv and
    oasys_needs_partial.csv where they lie. What they do not say is filled in with placeholders of ours,
    marked as such. Nothing is worked out yet: that is asked for on the model's page.
    """
    session, now = db.session, clock.now()
    owners = authorities(session)
    if authority:
        owners = [owner for owner in owners if owner.public_id == authority]
    if len(owners) != 1:
        raise click.ClickException(f"{len(owners)} authorities fit: name one with --authority")
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in FILES if (folder / name).is_file()}
    units, regions = units_and_regions(session, clock.today())
    actor = Actor(None, owners[0].id, OrganisationKind.AUTHORITY)
    try:
        assumptions = published_assumptions(texts, units=units, regions=regions)
        model = start_model(
            session,
            actor=actor,
            now=now,
            title=title,
            assumptions=assumptions,
            note="Published figures as they lie, and placeholders where there are none",
        )
    except Refused as refused:
        for reason in refused.reasons:
            detail = ", ".join(f"{key}: {value}" for key, value in reason.params.items())
            click.echo(f"{reason.code.replace('_', ' ')}: {detail}", err=True)
        raise click.ClickException(f"{folder} could not be read: see above")
    session.commit()
    click.echo(f"model {model.public_id} of {len(assumptions)} assumptions for {owners[0].name}")


def _ages(text: str | None) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    low, dash, high = text.partition("-")
    if not dash or not (low + high).isdigit():
        raise click.BadParameter("write ages as 18-25 or 50-", param_hint="--age")
    return (int(low) if low else None), (int(high) if high else None)
