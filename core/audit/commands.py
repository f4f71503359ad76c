"""``flask audit``: verify the chains and anchor their heads."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from core import clock
from core.audit import queries, services
from core.db import db, reading

audit_group = AppGroup("audit", help="The append-only record of who did what.")


@audit_group.command("verify")
def verify() -> None:
    """Walk every hash chain and name the first break; exits 1 where there is one."""
    anchors = Path(current_app.config["AUDIT_ANCHOR_FILE"])
    with reading():
        chains, events, found = queries.verify(db.session, anchors)
    if found is not None:
        raise click.ClickException(f"chain {found.chain}, event {found.sequence}: {found.problem}")
    click.echo(f"{events} events in {chains} chains: unbroken")


@audit_group.command("anchor")
def anchor() -> None:
    """Write the heads of all chains to the anchor file, against which later verification compares."""
    file = Path(current_app.config["AUDIT_ANCHOR_FILE"])
    count = services.anchor_heads(db.session, now=clock.now(), file=file)
    click.echo(f"{count} heads anchored")
