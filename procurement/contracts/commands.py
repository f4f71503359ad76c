"""``flask contracts``: take a contract register in."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from core import clock
from core.actor import SYSTEM
from core.db import db
from core.reasons import Refused
from core.rows import FileRefused
from procurement.contracts.exports import file_in_words, finding_in_words
from procurement.contracts.queries.register import known_codes, known_places
from procurement.contracts.rules.register import read_register
from procurement.contracts.services.register import import_register

contracts_group = AppGroup("contracts", help="Contracts in force, and the registers they come from.")


@contracts_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Take in the contract register FILE (CSV), all of it or nothing.

    Errors stop the import and are listed with row, column and value; warnings are listed and imported.
    A second run of the same file changes nothing.
    """
    session = db.session
    codes = known_codes(session)
    if not codes.service_types:
        raise click.ClickException("the reference data is not loaded: run `flask reference load` first")
    try:
        report = read_register(file.read_bytes(), known_places(session), codes)
    except FileRefused as refused:
        raise click.ClickException(f"{file.name}: {file_in_words(refused)}")
    for kind, findings in (("error", report.errors), ("warning", report.warnings)):
        for finding in findings:
            where = f"row {finding.row}" + (f", {finding.column}" if finding.column else "")
            value = f" {finding.value!r}" if finding.value else ""
            click.echo(f"{kind}: {where}:{value} {finding_in_words(finding)}", err=True)
    if report.error_count > len(report.errors):
        click.echo(f"… {report.error_count:,} errors in all", err=True)
    if not report.may_import:
        raise click.ClickException(
            f"{report.error_count:,} errors in {report.rows_read:,} rows; nothing was imported"
        )
    try:
        outcome = import_register(session, actor=SYSTEM, now=clock.now(), rows=report.rows)
    except Refused as refused:
        session.rollback()
        names = ", ".join(str(reason.params["reference"]) for reason in refused.reasons)
        raise click.ClickException(f"contracts made here have these references: {names}; nothing imported")
    session.commit()
    click.echo(
        f"{len(report.rows)} contracts: {len(outcome.added)} added, {len(outcome.changed)} changed, "
        f"{len(outcome.unchanged)} unchanged; {report.warning_count} warnings"
    )
    if outcome.not_in_file:
        click.echo(
            f"{len(outcome.not_in_file)} contracts of earlier registers are not in this file", err=True
        )
