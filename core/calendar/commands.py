"""``flask calendar``: the working days of the two procurement regimes at the command line."""

from datetime import datetime

import click
from flask.cli import AppGroup

from core.calendar import BeyondCalendar, WorkingDays, add_working_days

calendar_group = AppGroup("calendar", help="Working days as the two procurement regimes count them.")


@calendar_group.command("add")
@click.argument("start", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("days", type=click.IntRange(min=1))
@click.option(
    "--regime",
    type=click.Choice([str(regime) for regime in WorkingDays]),
    required=True,
    help="pa2023: START is day one, the holidays of all the United Kingdom. pcr2015: from the next day, "
    "England and Wales.",
)
def add(start: datetime, days: int, regime: str) -> None:
    """Print the day on which a period of DAYS working days from START ends."""
    try:
        last = add_working_days(start.date(), days, regime)
    except BeyondCalendar as beyond:
        raise click.ClickException(str(beyond)) from None
    click.echo(last.isoformat())
