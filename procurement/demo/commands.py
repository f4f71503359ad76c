"""``flask demo load``: the national demonstration, in an empty database."""

import random
from datetime import date, datetime, time

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from catalogue.reference.models import ReferenceRelease
from core import clock
from core.accounts.models import Organisation
from core.db import db
from core.identifiers import drawn_from
from core.jobs.services import run_due_jobs
from procurement.demo.rules import plan
from procurement.demo.services import story
from procurement.demo.services.gaps import ask_further

demo_group = AppGroup("demo", help="The national demonstration: invented suppliers, one story.")


@demo_group.command("load")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="The day on which the story stands (today in London unless given); a day has one story.",
)
def load(as_of: datetime | None) -> None:
    """Load the demonstration into a database that holds reference data and nobody yet.

    Run again, it changes nothing. Prints the sign-ins.
    """
    session = db.session
    if session.scalar(sa.select(ReferenceRelease.id).limit(1)) is None:
        raise click.ClickException("no reference data yet: run 'flask reference load' first")
    authority = session.scalar(sa.select(Organisation.id).where(Organisation.name == plan.AUTHORITY))
    if authority is not None:
        click.echo("the demonstration is already here: nothing changed", err=True)
    elif session.scalar(sa.select(Organisation.id).limit(1)) is not None:
        raise click.ClickException("this database has organisations of its own: load into an empty one")
    else:
        day: date = as_of.date() if as_of else clock.today()
        now = datetime.combine(day, time(9, 0), tzinfo=clock.LONDON)
        with drawn_from(random.Random(plan.SEED)):
            for line in story.play(session, now=now):
                click.echo(line, err=True)
        session.commit()
        with clock.told(now):
            app = current_app._get_current_object()  # ty: ignore[missing-attribute]
            count = run_due_jobs(app)
            with drawn_from(random.Random(f"{plan.SEED} further")):
                ask_further(session, now=now)
            session.commit()
            run_due_jobs(app)
        click.echo(f"{count} jobs done, the analyses among them", err=True)
    _print_sign_ins()


def _print_sign_ins() -> None:
    click.echo(f"Every password is: {plan.PASSWORD}")
    for person in (*plan.AUTHORITY_PEOPLE, *plan.PARTNER_PEOPLE):
        click.echo(f"  {person.email:<44} {person.role}")
    planned = plan.plan_suppliers()
    others = [supplier for supplier in planned if supplier.application in ("in_assessment", "draft")]
    for supplier in (*planned[: plan.SHOWN_SUPPLIERS], *others):
        click.echo(f"  {supplier.key + '@' + plan.DOMAIN:<44} supplier-administrator of {supplier.name}")
